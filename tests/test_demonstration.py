"""The demonstration register: its files are what the generator gives for the plan."""

import os
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from demonstration.draws import Draws
from demonstration.make_register import PLAN, main, make_entries, make_files
from demonstration.plan import Plan, PlanError
from demonstration.rounds import Rounds
from demonstration.working_days import WorkingDays

from tests.demonstration_facts import made, the_days, the_plan
from tests.repository import ROOT

FIRST = {entry.label for entry in made()[0] if entry.family.part == 1}


@pytest.fixture
def plan() -> Plan:
    return the_plan()


@pytest.fixture
def days() -> WorkingDays:
    return the_days()


def test_the_files_are_what_the_generator_gives(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0, (
        f"make demonstration; it would change:\n{capsys.readouterr().out}"
    )


def test_the_generator_needs_no_package_and_no_order_of_sets(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "cpl", tmp_path / "cpl")
    for seed in ("1", "2"):
        shutil.rmtree(tmp_path / "cpl" / "devices")
        shutil.rmtree(tmp_path / "cpl" / "panel" / "decisions")
        answer = subprocess.run(
            [sys.executable, "-S", "-m", "demonstration.make_register", "--root", tmp_path],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT / "scripts"), "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (answer.returncode, answer.stderr) == (0, "")
        assert main(["--root", str(tmp_path), "--check"]) == 0


def test_what_came_from_elsewhere_is_left_and_what_an_earlier_plan_gave_goes(
    tmp_path: Path, plan: Plan, days: WorkingDays
) -> None:
    shutil.copytree(ROOT / "cpl", tmp_path / "cpl")
    made = make_files(plan, days)
    path = "cpl/devices/gsme/caldera-gas/f0a3-0402-0100-03041014.yaml"
    other = "cpl/devices/gsme/caldera-gas/f0a3-0402-0100-0304ffff.yaml"
    decision = "cpl/panel/decisions/DEC-2024-001.yaml"
    (tmp_path / other).write_text(made[path].replace("03041014", "0304FFFF"), encoding="utf-8")
    (tmp_path / decision.replace("001", "900")).write_text(made[decision], encoding="utf-8")
    shorter = tmp_path / "plan.toml"
    shutil.copy(PLAN.with_name("plan-wider.toml"), tmp_path)
    text = PLAN.read_text(encoding="utf-8")
    assert text.count(", 2023-11-14]") == 1
    before, _, after = text.partition(", 2023-11-14]")
    stories = after.split("[[story]]\n")
    kept = [story for story in stories if '"caldera-g6/4"' not in story]
    shorter.write_text("]".join([before, "[[story]]\n".join(kept)]), encoding="utf-8")
    assert len(kept) == len(stories) - 1

    assert main(["--root", str(tmp_path), "--plan", str(shorter)]) == 0

    assert not (tmp_path / path).exists()
    assert not (tmp_path / decision.replace("001", "900")).exists()
    assert (tmp_path / other).exists()


def test_the_entries_that_the_guide_names_are_there() -> None:
    guide = (ROOT / "docs" / "demonstration.md").read_text(encoding="utf-8")
    table = guide.partition("## What to look at")[2].partition("## How to read")[0]
    named = {
        word
        for word in table.split("`")
        if word.startswith(("esme-", "gsme-", "ch-", "ppmid-", "hcalcs-"))
    }
    assert len(named) > 15
    assert named <= {entry.entry_id for entry in made()[0]}


def test_a_family_leaves_the_others_as_they_were(plan: Plan, days: WorkingDays) -> None:
    """Only certificate, submission and decision numbers run over the whole register."""
    extra = replace(plan.families[0], key="extra", model="00FF", submitted=())
    longer = replace(plan, families=(extra, *plan.families))
    before = {entry.entry_id: entry for entry in make_entries(plan, days)[0]}
    after = {entry.entry_id: entry for entry in make_entries(longer, days)[0]}
    assert len(after) == len(before) + len(extra.listed)
    for name, entry in before.items():
        assert [line.date for line in after[name].history] == [line.date for line in entry.history]
        assert after[name].upgrades_from == entry.upgrades_from


def test_what_a_part_of_the_plan_adds_moves_nothing_of_the_part_before(
    plan: Plan, days: WorkingDays
) -> None:
    """Not even numbers: they are given out part by part."""
    first = replace(
        plan,
        families=tuple(family for family in plan.families if family.part == 1),
        stories=tuple(one for one in plan.stories if one.entries[0] in FIRST),
        mistakes=tuple(one for one in plan.mistakes if one.of in FIRST),
        endings=tuple(one for one in plan.endings if one.entries[0] in FIRST),
        migrations=tuple(
            replace(one, spared=tuple(label for label in one.spared if label in FIRST))
            for one in plan.migrations
        ),
        waivers=(),
    )
    alone, whole = make_files(first, days), make_files(plan, days)
    del alone["cpl/reference/waivers.yaml"]
    assert 60 < len(alone) < len(whole) / 5
    assert {path: whole[path] for path in alone} == alone


def test_firmware_branches_and_joins_again() -> None:
    entries = made()[0]
    later = [entry for entry in entries if entry.family.branches]
    sources = Counter(one for entry in later for one in entry.upgrades_from)
    assert len({entry.family.key for entry in later}) > 5
    assert sum(count > 1 for count in sources.values()) > 10, "forks"
    assert sum(len(entry.upgrades_from) > 1 for entry in later) > 10, "joins"


def test_an_image_of_another_family_must_be_listed_there_before(
    plan: Plan, days: WorkingDays
) -> None:
    early = [
        replace(one, start=date(2018, 9, 1)) if one.key == "lanternfish-meter" else one
        for one in plan.families
    ]
    with pytest.raises(PlanError, match="jackdaw-single-b lists no such release"):
        make_entries(replace(plan, families=tuple(early)), days)


def test_rounds_are_the_second_tuesdays_outside_of_the_pauses(
    plan: Plan, days: WorkingDays
) -> None:
    rounds = Rounds(days, plan.pauses)
    assert rounds.on_or_after(date(2026, 11, 1)) == date(2026, 11, 10)
    assert rounds.on_or_after(date(2026, 11, 10)) == date(2026, 11, 10)
    assert rounds.on_or_after(date(2026, 11, 11)) == date(2026, 12, 8)
    assert rounds.on_or_before(date(2027, 1, 11)) == date(2026, 12, 8)
    assert rounds.on_or_after(date(2018, 4, 11)) == date(2018, 7, 10), "the pause of 2018"
    assert rounds.on_or_before(date(2018, 7, 9)) == date(2018, 4, 10)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"on": date(2018, 9, 23)}, "no Working Day"),
        ({"on": date(2016, 11, 1)}, "before the listing"),
        ({"entries": ("no-such/1",)}, "no such release: no-such/1"),
        ({"event": "reinstated"}, "cannot be reinstated"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(
    plan: Plan, days: WorkingDays, change: dict[str, object], told: str
) -> None:
    story = replace(next(s for s in plan.stories if s.on == date(2018, 9, 24)), **change)  # type: ignore[arg-type]
    with pytest.raises(PlanError, match=told):
        make_entries(replace(plan, stories=(story,)), days)


def test_draws_depend_on_their_words_alone() -> None:
    draws = Draws("a seed")
    alone = [draws.between(0, 9, "word", number) for number in range(200)]
    assert alone == [Draws("a seed").between(0, 9, "word", number) for number in range(200)]
    assert set(alone) == set(range(10))
    assert alone != [Draws("other").between(0, 9, "word", number) for number in range(200)]


def test_the_calendar_is_that_of_england_and_wales(days: WorkingDays) -> None:
    assert days.after(date(2018, 5, 4)) == date(2018, 5, 8), "7 May 2018 was a bank holiday"
    assert days.before(date(2018, 5, 8)) == date(2018, 5, 4)
    assert days.is_one(date(2018, 1, 2)), "a holiday in Scotland only"
    with pytest.raises(ValueError, match="does not reach"):
        days.is_one(date(2040, 1, 2))
