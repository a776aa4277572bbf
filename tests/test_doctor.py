"""`cpl doctor`: each thing that can be wrong is told with what to do, and nothing else is."""

import json
import os
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from cpl_registry.edges import probing
from cpl_registry.outputs.checkup import Check, Clone, Machine, Verdict
from cpl_registry.outputs.checkup_machine import clone_checks, machine_checks
from cpl_registry.outputs.checkup_register import register_checks
from cpl_registry.outputs.checkup_told import checkup_told
from cpl_registry.records.dsp_profile import Step
from cpl_registry.records.manufacturers import AccountId
from cpl_registry.records.register import Register
from cpl_registry.records.signing_keys import SigningKey
from cpl_registry.records.waivers import Waiver
from cpl_registry.records.working_days import ENGLAND_AND_WALES, WorkingDays

from tests.clones import DELIVERIES, cpl_here, new_clone
from tests.docs_worlds import run
from tests.registers import GBCS_1_1, files_of, register_of
from tests.rehearsals import Signer, new_signer

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ON = date(2026, 11, 20)
MACHINE = Machine(
    python=(3, 12),
    git="2.39.5",
    openssl="3.0.19",
    differing=(),
    missing=(),
    encoding="utf-8",
    free=50 << 30,
    unwritable=None,
    now=NOW,
)
CLONE = Clone(
    shallow=False,
    rewrites=False,
    uncommitted=0,
    last_commit=NOW,
    hooks=(),
    asleep=(),
    waiting=(),
)
MACHINES: tuple[tuple[str, dict[str, Any], Verdict, str], ...] = (
    ("Python", {"python": (3, 10)}, Verdict.MEND, "install Python 3.11"),
    ("Python", {"python": (3, 14)}, Verdict.ATTENTION, "make test"),
    ("Git", {"git": None}, Verdict.MEND, "install git"),
    ("Git", {"git": "2.29.9"}, Verdict.ATTENTION, "older than 2.30"),
    ("openssl", {"openssl": None}, Verdict.MEND, "install openssl"),
    ("packages", {"missing": ("click",)}, Verdict.MEND, "make the environment again"),
    ("packages", {"differing": ("click 8.1 (locked: 8.5)",)}, Verdict.ATTENTION, "rm -r .venv"),
    ("locale", {"encoding": "ANSI_X3.4-1968"}, Verdict.ATTENTION, "LC_ALL"),
    ("disk", {"free": 1 << 30}, Verdict.ATTENTION, "make clean"),
    ("disk", {"free": 100 << 20}, Verdict.MEND, "make clean"),
    ("cache", {"unwritable": "/x: Permission denied"}, Verdict.MEND, "owner or mode"),
)
CLONES: tuple[tuple[str, dict[str, Any], Verdict, str], ...] = (
    ("history", {"shallow": True}, Verdict.MEND, "git fetch --unshallow"),
    ("line ends", {"rewrites": True}, Verdict.MEND, "git config core.autocrlf false"),
    ("working tree", {"uncommitted": 1}, Verdict.ATTENTION, "git status"),
    ("hooks", {"asleep": ("pre-commit",)}, Verdict.ATTENTION, "make them executable"),
    ("deliveries", {"waiting": ("2026-11-19-01",)}, Verdict.ATTENTION, "merge their files"),
    (
        "clock",
        {"last_commit": datetime(2026, 11, 20, 12, 6, tzinfo=UTC)},
        Verdict.MEND,
        "set the machine's clock",
    ),
)
KEY = SigningKey(sha256="a" * 64, name="Key", start=date(2026, 1, 1), end=date(2027, 12, 31))
STEP = Step(start=date(2026, 6, 1), values={}, known_from=date(2026, 5, 1))


def told(checks: list[Check]) -> dict[str, Check]:
    """What is not in order, by name."""
    return {one.name: one for one in checks if one.verdict is not Verdict.OK}


def judged(name: str, verdict: Verdict, advice: str, found: dict[str, Check]) -> None:
    """One thing alone is told, as grave as it is, with what to do."""
    assert list(found) == [name]
    assert found[name].verdict is verdict
    assert advice in (found[name].advice or "")


def test_of_a_good_machine_and_clone_nothing_is_told() -> None:
    assert told([*machine_checks(MACHINE), *clone_checks(CLONE, NOW, NOW)]) == {}


@pytest.mark.parametrize(("name", "change", "verdict", "advice"), MACHINES)
def test_each_thing_of_a_machine(
    name: str, change: dict[str, Any], verdict: Verdict, advice: str
) -> None:
    judged(name, verdict, advice, told(list(machine_checks(replace(MACHINE, **change)))))


@pytest.mark.parametrize(("name", "change", "verdict", "advice"), CLONES)
def test_each_thing_of_a_clone(
    name: str, change: dict[str, Any], verdict: Verdict, advice: str
) -> None:
    judged(name, verdict, advice, told(list(clone_checks(replace(CLONE, **change), NOW, NOW))))


def test_a_delivery_from_the_future_is_the_clock_s_fault_and_five_minutes_are_not() -> None:
    for minute, grave in ((5, False), (6, True)):
        sent = datetime(2026, 11, 20, 12, minute, tzinfo=UTC)
        assert ("clock" in told(list(clone_checks(CLONE, NOW, sent)))) is grave


def test_of_many_only_some_are_named() -> None:
    several = replace(CLONE, waiting=tuple(f"2026-11-{day}-01" for day in range(10, 18)))
    found = told(list(clone_checks(several, NOW, NOW)))["deliveries"].found
    assert found.endswith("2026-11-14-01 and 3 more")


def test_where_all_is_in_order_the_last_line_says_so() -> None:
    text = checkup_told(list(machine_checks(MACHINE)))
    assert text.splitlines()[-1] == "looked at 7 things: all of them are in order"
    assert "->" not in text


def test_a_register_outside_git_is_told() -> None:
    judged("clone", Verdict.ATTENTION, "git clone", told(list(clone_checks(None, NOW, NOW))))


@pytest.fixture(scope="module")
def sound() -> Register:
    """A register that nothing is wrong with, but that nothing was delivered."""
    register = register_of(files_of(GBCS_1_1), date(2018, 6, 22))
    dsp = replace(register.dsp, steps=(STEP,))
    people = frozenset({AccountId("github:1"), AccountId("github:2")})
    return replace(register, dsp=dsp, keys=(KEY,), administrators=people)


WAIVER = Waiver(
    rule="CPL301", path="x.yaml", reason="A reason", reference="D-1", last_day=date(2027, 2, 19)
)


def calendar(until: date, days: int = 8) -> WorkingDays:
    """So many bank holidays in each year up to the day."""
    holidays = frozenset(date(year, 1, day) for year in (2026, 2027, 2028) for day in range(1, 9))
    last = frozenset(date(until.year, 1, day) for day in range(1, days + 1))
    kept = frozenset(day for day in holidays if day.year < until.year)
    return WorkingDays(
        division=ENGLAND_AND_WALES, first=date(2026, 1, 1), last=until, holidays=kept | last
    )


def of(
    register: Register,
    errors: int = 0,
    broken: int = 0,
    until: date = date(2028, 12, 31),
    days: int = 8,
) -> dict[str, Check]:
    found = told(list(register_checks(register, ON, errors, broken, calendar(until, days))))
    assert found.pop("last delivery").verdict is Verdict.ATTENTION
    return found


def test_of_a_sound_register_nothing_else_is_told(sound: Register) -> None:
    assert of(sound) == {}


def test_each_thing_of_a_register(sound: Register) -> None:
    judged("register", Verdict.MEND, "cpl validate", of(sound, errors=2))
    assert list(of(sound, errors=2, broken=1)) == ["register", "chain"]
    one = replace(sound, administrators=frozenset(sorted(sound.administrators)[:1]))
    judged("administrators", Verdict.ATTENTION, "two people", of(one))
    nobody = replace(sound, administrators=frozenset())
    judged("administrators", Verdict.MEND, "administrators.yaml", of(nobody))
    judged("calendar", Verdict.ATTENTION, "bank-holidays.csv", of(sound, until=date(2027, 5, 18)))
    judged("calendar", Verdict.MEND, "no Working Day", of(sound, until=date(2026, 11, 19)))
    assert of(sound, until=date(2027, 5, 19)) == {}


def test_a_year_of_which_some_days_are_missing(sound: Register) -> None:
    """One row makes the whole year count, so a list that was pasted in part is told."""
    found = of(sound, days=7)
    judged("calendar", Verdict.ATTENTION, "taken for a Working Day", found)
    assert found["calendar"].found == "of 2028 only 7 bank holidays; a year has 8"
    broken = told(list(register_checks(sound, ON, 0, 0, None)))
    assert broken["calendar"].verdict is Verdict.MEND


@pytest.mark.parametrize(("last_day", "tells"), [(18, True), (19, False)])
def test_a_waiver_that_ends_soon_is_told(sound: Register, last_day: int, tells: bool) -> None:
    """From the day after its end the rule counts again, and may stop every build."""
    waiver = replace(WAIVER, last_day=date(2027, 2, last_day))
    ended = replace(WAIVER, last_day=date(2026, 11, 19))  # a finding of the rules by now
    found = of(replace(sound, waivers=(ended, replace(WAIVER, last_day=date(2030, 1, 1)), waiver)))
    assert list(found) == (["waivers"] if tells else [])
    if tells:
        assert found["waivers"].found.startswith("2, the next ends with Thursday 18 February 2027")
        assert "stops every build" in (found["waivers"].advice or "")


@pytest.mark.parametrize(
    ("keys", "verdict"),
    [
        ((), Verdict.ATTENTION),
        ((replace(KEY, end=date(2027, 2, 18)),), Verdict.ATTENTION),
        ((replace(KEY, end=date(2027, 2, 19)),), None),
        ((replace(KEY, end=date(2026, 11, 19)),), Verdict.MEND),
        ((replace(KEY, withdrawn=date(2026, 11, 20)),), Verdict.MEND),
        ((replace(KEY, end=date(2027, 1, 1)), replace(KEY, start=date(2026, 12, 1))), None),
    ],
)
def test_certificates_that_run_out(
    sound: Register, keys: tuple[SigningKey, ...], verdict: Verdict | None
) -> None:
    found = of(replace(sound, keys=keys))
    assert [one.verdict for one in found.values()] == ([verdict] if verdict else [])


@pytest.mark.parametrize(
    ("step", "found"),
    [
        (replace(STEP, start=date(2026, 12, 1)), "it recognises nothing today"),
        (replace(STEP, start=date(2025, 1, 1), known_from=date(2025, 1, 1)), "last heard of on"),
        (replace(STEP, known_from=date(2025, 11, 20)), None),
        (replace(STEP, known_from=date(2025, 11, 19)), "last heard of on"),
    ],
)
def test_a_profile_that_grew_old(sound: Register, step: Step, found: str | None) -> None:
    answer = of(replace(sound, dsp=replace(sound.dsp, steps=(step,)))).values()
    assert [one.found[: len(found or "")] for one in answer] == ([found] if found else [])


def test_a_step_that_is_still_expected_is_told(sound: Register) -> None:
    passed = replace(STEP, start=date(2026, 11, 19), expected=True)
    found = of(replace(sound, dsp=replace(sound.dsp, steps=(STEP, passed))))
    judged("DSP profile", Verdict.ATTENTION, "ask the DCC", found)


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    return new_signer(tmp_path_factory.mktemp("signer"), "Demo")


def asked(root: Path, *more: str) -> tuple[int, dict[str, str]]:
    done = cpl_here("doctor", "--root", root, "--on", "2018-06-25", "--format", "json", *more)
    answer = json.loads(done.out)
    verdicts = {one["check"]: one["verdict"] for one in answer["checks"]}
    assert answer["on"] == "2018-06-25"
    for verdict in Verdict:
        assert answer["summary"][verdict] == list(verdicts.values()).count(verdict)
    assert all((one["advice"] is None) is (one["verdict"] == "ok") for one in answer["checks"])
    return done.code, verdicts


def test_a_clone_in_which_much_is_wrong(tmp_path: Path, signer: Signer) -> None:
    """The real things: a shallow clone that rewrites line ends, changed, with a hook asleep."""
    whole = new_clone(tmp_path / "whole", GBCS_1_1, signer)
    code, verdicts = asked(whole.root)
    assert code == 0
    names = ("history", "line ends", "working tree", "hooks", "deliveries")
    assert [verdicts[name] for name in names] == ["ok"] * 5

    assert whole.release("2018-05-08").code == 0
    whole.git("checkout", "--quiet", "-b", "delivery/2018-05-08-01")
    whole.commit("Delivery")
    whole.git("checkout", "--quiet", "main")
    source = f"file://{whole.root}"
    run(tmp_path, "git", "clone", "--quiet", "--depth", "1", "--no-single-branch", source, "part")
    part = tmp_path / "part"
    run(part, "git", "config", "core.autocrlf", "true")
    hook = part / ".git/hooks/pre-commit"
    hook.write_text("#!/bin/sh\n", encoding="utf-8")
    hook.chmod(0o644)
    (part / "cpl/dcc/keys.yaml").write_text("[]\n", encoding="utf-8")
    code, verdicts = asked(part)
    assert code == 1
    found = [verdicts[name] for name in names]
    assert found == ["mend", "mend", "attention", "attention", "attention"]

    # Attributes that forbid it count more than the setting; a hook that Git runs is in order.
    (part / ".gitattributes").write_text("* -text\n", encoding="utf-8")
    hook.chmod(0o755)
    _, verdicts = asked(part)
    assert (verdicts["line ends"], verdicts["hooks"]) == ("ok", "ok")


def test_text_says_what_to_do_below_each(tmp_path: Path, signer: Signer) -> None:
    made = new_clone(tmp_path / "clone", GBCS_1_1, signer)
    (made.root / "cpl/dcc/dsp-profile.yaml").write_text("nonsense\n", encoding="utf-8")
    done = made.cpl("doctor", "--on", "2018-06-25")
    assert done.code == 1
    text = done.out.decode()
    assert "mend       register" in text
    assert "-> nothing is published or delivered until they are mended: cpl validate" in text
    assert text.splitlines()[-1].startswith("looked at 21 things: 1 to be mended first, ")


def test_without_a_register_the_rest_is_told(tmp_path: Path) -> None:
    done = cpl_here("doctor", "--root", tmp_path)
    assert done.code == 1
    assert "no register in" in done.out.decode()
    assert "openssl" in done.out.decode()
    assert list(tmp_path.iterdir()) == []


def test_a_broken_chain_is_told(tmp_path: Path, signer: Signer) -> None:
    made = new_clone(tmp_path / "clone", GBCS_1_1, signer).delivered("2018-05-08", "2018-05-09")
    made.edit(f"{DELIVERIES}/2018-05-08-01.yaml", "T11:00:00Z", "T11:00:01Z")
    code, verdicts = asked(made.root)
    assert (code, verdicts["chain"]) == (1, "mend")


def test_what_cannot_be_asked_is_missing(tmp_path: Path) -> None:
    """No git and no openssl on the path, and packages other than locked."""
    lock = tmp_path / "requirements.lock"
    lock.write_text("click==0.1 \\\n    --hash=sha256:0\nnot-there==1\n", encoding="utf-8")
    with patch.dict(os.environ, {"PATH": str(tmp_path)}), patch.object(probing, "_LOCK", lock):
        found = probing.machine(tmp_path)
    assert (found.git, found.openssl) == (None, None)
    assert [one.partition(" ")[0] for one in found.differing] == ["click"]
    assert found.missing == ()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """Root writes anywhere, so the system's answer is played."""
    refused = PermissionError(13, "Permission denied")
    with patch("tempfile.TemporaryFile", side_effect=refused):
        found = probing.machine(tmp_path)
    assert found.unwritable == f"{tmp_path}: Permission denied"


def test_nothing_is_changed(tmp_path: Path, signer: Signer) -> None:
    made = new_clone(tmp_path / "clone", GBCS_1_1, signer)
    before = sorted(made.root.rglob("*"))
    made.cpl("doctor", "--on", "2018-06-25")
    assert sorted(made.root.rglob("*")) == before
    assert made.git("status", "--porcelain") == ""
    shutil.rmtree(made.root / ".git")
    assert "the register lies in no Git repository" in made.cpl("doctor").out.decode()


@pytest.mark.parametrize(
    "table", ["", "scotland,2018-01-02,2nd January\n", "england-and-wales,2018-02-30,None\n"]
)
def test_a_broken_list_of_bank_holidays_is_told_and_stops_nothing_else(
    tmp_path: Path, signer: Signer, table: str
) -> None:
    made = new_clone(tmp_path / "clone", GBCS_1_1, signer)
    made.write({"cpl/reference/bank-holidays.csv": f"division,date,title\n{table}"})
    code, verdicts = asked(made.root)
    assert (code, verdicts["calendar"], verdicts["register"]) == (1, "mend", "mend")
    made.commit("A broken list")
    done = made.cpl("review", "--base", "HEAD~1", "--on", "2018-06-25")
    assert (done.code, "bank-holidays.csv:" in done.told) == (2, True), done.told
