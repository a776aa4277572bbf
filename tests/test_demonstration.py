"""The demonstration register: its files are the generator's, and what they tell hangs together."""

import os
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from demonstration.canonical_text import entry_text
from demonstration.draws import Draws
from demonstration.entries import Entry, Line
from demonstration.make_register import HOLIDAYS, PLAN, main, make_entries, make_files
from demonstration.plan import Family, Plan, PlanError, read_plan
from demonstration.working_days import WorkingDays, read_working_days

from tests.repository import ROOT

HELD_FROM_9_MAY_2018 = {"esme-f0a2-0101-01-00-0b0a0013", "esme-f0a2-0102-01-00-0b0b0013"}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan(PLAN)


@pytest.fixture(scope="module")
def days() -> WorkingDays:
    return read_working_days(ROOT / HOLIDAYS)


@pytest.fixture(scope="module")
def entries(plan: Plan, days: WorkingDays) -> tuple[Entry, ...]:
    return make_entries(plan, days)[0]


@pytest.fixture(scope="module")
def by_id(entries: tuple[Entry, ...]) -> dict[str, Entry]:
    return {entry.entry_id: entry for entry in entries}


def lines(entries: tuple[Entry, ...], event: str) -> Iterator[tuple[Entry, Line]]:
    """Every history line of an event, with its entry."""
    return ((entry, line) for entry in entries for line in entry.history if line.event == event)


def listed_on(entry: Entry, day: date) -> bool:
    events = [
        line.event
        for line in entry.history
        if line.date <= day and line.event in {"listed", "removed", "reinstated"}
    ]
    return bool(events) and events[-1] != "removed"


def value_on(entry: Entry, path: str, day: date) -> str:
    """What stood in a field at the end of a day, by taking later changes back."""
    value = entry.values.get(path, "")
    for line in reversed(entry.history):
        if line.date > day and path in line.changed:
            value = line.changed[path][0]
    return value


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


def test_the_entries_that_the_guide_names_are_there(by_id: dict[str, Entry]) -> None:
    guide = (ROOT / "docs" / "demonstration.md").read_text(encoding="utf-8")
    table = guide.partition("## What to look at")[2].partition("## How to read")[0]
    named = {
        word
        for word in table.split("`")
        if word.startswith(("esme-", "gsme-", "ch-", "ppmid-", "hcalcs-"))
    }
    assert len(named) > 15
    assert named <= set(by_id)


def test_all_types_manufacturers_and_years_are_there(entries: tuple[Entry, ...]) -> None:
    assert len(entries) >= 60
    assert {entry.family.device_type for entry in entries} == {
        "ESME",
        "GSME",
        "CH",
        "PPMID",
        "HCALCS",
    }
    assert len({entry.family.manufacturer for entry in entries}) >= 5
    years = {line.date.year for entry in entries for line in entry.history}
    assert years == set(range(2016, 2027))


def test_histories_run_forward_on_working_days(
    entries: tuple[Entry, ...], days: WorkingDays, plan: Plan
) -> None:
    for entry in entries:
        told = [line.date for line in entry.history]
        assert told == sorted(told), entry.label
        assert all(days.is_one(day) and day <= plan.last_day for day in told), entry.label


def test_each_kind_of_end_is_told_with_its_cause(entries: tuple[Entry, ...]) -> None:
    removed = {(line.status, line.cause) for _, line in lines(entries, "removed")}
    assert removed >= {
        ("Cancelled", "certificate-cancelled"),
        ("Cancelled", "entered-in-error"),
        ("Expired", "certificate-expired"),
        ("Withdrawn", "certificate-withdrawn"),
        ("Withdrawn", "manufacturer-request"),
        ("Withdrawn", "specification-ended"),
    }
    for event in ("amended", "corrected", "reinstated", "closed"):
        assert any(lines(entries, event)), event
    assert any(len(entry.history) == 1 for entry in entries), "nothing waits in the queue"


def test_grave_acts_cite_a_decision_made_before_them(plan: Plan, days: WorkingDays) -> None:
    entries, decisions = make_entries(plan, days)
    known = {decision.reference: decision.ruling.date for decision in decisions}
    cited = set()
    for event in ("removed", "corrected", "reinstated"):
        for entry, line in lines(entries, event):
            assert known[line.reference] <= line.date, entry.label
            cited.add(line.reference)
    assert cited == set(known)
    assert all(days.is_one(day) for day in known.values())


def test_what_was_entered_in_error_is_replaced_on_the_same_day(
    entries: tuple[Entry, ...], by_id: dict[str, Entry]
) -> None:
    errors = [
        (entry, line)
        for entry, line in lines(entries, "removed")
        if line.cause == "entered-in-error"
    ]
    assert errors
    for entry, line in errors:
        right = by_id[line.replaced_by]
        assert right.listed == line.date, entry.label
        assert right.family is entry.family, entry.label


def test_two_esmes_of_one_manufacturer_bring_gbcs_1_1_on_9_may_2018(
    entries: tuple[Entry, ...],
) -> None:
    start, fix = date(2018, 5, 8), date(2018, 6, 22)
    new = {entry.entry_id for entry in entries if entry.listed and start <= entry.listed < fix}
    assert new == HELD_FROM_9_MAY_2018
    told = {line.date for entry in entries for line in entry.history if start < line.date < fix}
    assert told == {date(2018, 5, 9)}


def test_gbcs_1_0_is_gone_by_october_2018(entries: tuple[Entry, ...]) -> None:
    def on_1_0(day: date) -> int:
        return sum(
            listed_on(entry, day) and value_on(entry, "gbcs_version", day) == "1.0"
            for entry in entries
        )

    course = [on_1_0(date(2018, month, 24)) for month in (6, 7, 8)]
    assert course == sorted(set(course), reverse=True), "they move on over the summer"
    assert on_1_0(date(2018, 9, 23)) > 0, "some are left at the end of the notice"
    assert on_1_0(date(2018, 10, 1)) == 0


def test_an_image_hash_belongs_to_one_entry(entries: tuple[Entry, ...]) -> None:
    hashes = [entry.values["manufacturer_image.sha256"] for entry in entries]
    assert len(set(hashes)) == len(hashes)


def test_upgrades_lead_back_within_the_product(by_id: dict[str, Entry]) -> None:
    linked = [(entry, by_id[one]) for entry in by_id.values() for one in entry.upgrades_from]
    assert len(linked) > 30
    for newer, older in linked:
        assert newer.family is older.family, newer.label
        assert older.listed is not None, newer.label
        assert older.listed < newer.submitted, newer.label


def test_entries_on_one_certificate_tell_the_same_of_it(
    entries: tuple[Entry, ...], plan: Plan
) -> None:
    """While listed they show one end, and its withdrawal takes all of them off the list."""
    shared: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if number := entry.values.get("assurance_certificates.CPA.number"):
            shared[number].append(entry)
    assert any(len(group) > 1 for group in shared.values())
    ended = {"certificate-cancelled", "certificate-withdrawn", "certificate-expired"}
    for number, group in shared.items():
        changes = {line.date for entry in group for line in entry.history} | {plan.last_day}
        for day in sorted(changes):
            ends = {
                value_on(entry, f"assurance_certificates.CPA.{end}", day)
                for entry in group
                if listed_on(entry, day)
                for end in ("expires", "renewal_due")
            } - {""}
            assert len(ends) <= 1, (number, day)
        for entry, line in lines(tuple(group), "removed"):
            if line.cause in ended:
                assert not [other.label for other in group if listed_on(other, line.date)], (
                    entry.label
                )


def test_certificates_are_renewed_also_for_life_and_one_has_ended(
    entries: tuple[Entry, ...], plan: Plan
) -> None:
    expires, renewal = (f"assurance_certificates.CPA.{end}" for end in ("expires", "renewal_due"))
    renewed = [line for _, line in lines(entries, "amended") if expires in line.changed]
    for_life = [line for line in renewed if renewal in line.changed]
    assert len(renewed) > len(for_life) > 0
    assert all(
        line.date >= plan.lifetime_from and not line.changed[expires][1] for line in for_life
    )
    today = plan.last_day
    ends = {
        entry.entry_id: date.fromisoformat(entry.values[expires])
        for entry in entries
        if entry.values.get(expires) and listed_on(entry, today)
    }
    ended = {name: end for name, end in ends.items() if end < today}
    assert {(end.year, end.month) for end in ended.values()} == {(2026, 10)}
    assert sum(today <= end <= date(2027, 11, 20) for end in ends.values()) >= 4


def test_no_code_is_on_the_zigbee_list(entries: tuple[Entry, ...]) -> None:
    listed = (ROOT / "cpl/reference/zigbee-manufacturer-codes.csv").read_text(encoding="utf-8")
    codes = {line.partition(",")[0] for line in listed.splitlines()[1:]}
    assert len(codes) > 500
    assert not codes & {entry.family.code for entry in entries}


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


def test_a_plan_of_600_entries_needs_no_code(plan: Plan, days: WorkingDays) -> None:
    def grown(number: int, family: Family) -> Family:
        maker = f"maker-{number % 12}"
        return replace(
            family,
            key=f"{family.key}-{number}",
            manufacturer=maker,
            code=f"F0C{number % 12:X}",
            model=f"{number:04X}",
            listed=(date(2017, 3, 14),),
            submitted=(),
            further=8,
            months_apart=9,
        )

    families = tuple(
        grown(number, plan.families[number % len(plan.families)]) for number in range(80)
    )
    larger = replace(plan, families=families, stories=(), mistakes=(), endings=(), migrations=())
    entries, _ = make_entries(larger, days)
    assert len(entries) >= 600
    assert len({entry_text(entry) for entry in entries}) == len(entries)


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
