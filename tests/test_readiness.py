"""The gap that nobody saw in 2017, seen ahead; and every day of any two calendars.

What is printed for the scenario stands as whole files in `2018-gbcs-1.1/expected/`;
`GOLDEN=rewrite` writes them again.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cpl_registry.edges.cli.foreseeing import readiness_command
from cpl_registry.outputs.readiness_told import readiness_told
from cpl_registry.records.dsp_profile import parse_dsp_profile
from cpl_registry.records.register import Register
from cpl_registry.records.specifications import parse_device_types, parse_specifications
from cpl_registry.state.announced import Named, calendars
from cpl_registry.state.dated_changes import Change, ChangeKind
from cpl_registry.state.gaps import Gap, GapKind, gaps_of
from cpl_registry.state.publication import publish
from cpl_registry.state.readiness import Readiness, horizon, readiness
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.expected_text import hold_text_against
from tests.registers import GBCS_1_1, REGISTERS, called, cpl, days, files_of, register_of, with_edit
from tests.rehearsals import write_register

EXPECTED = GBCS_1_1 / "expected" / "readiness"
LAST = date(2018, 10, 1)
DESIGNATED, GAP, ANNOUNCED = date(2017, 11, 6), date(2018, 5, 8), date(2018, 5, 18)
FIX = date(2018, 6, 22)
ALL_TYPES = ("ESME", "GSME", "CH", "PPMID", "HCALCS")
GBCS_1_1_NAMED = Named(kind="GBCS", value="1.1")
DSP = "cpl/dcc/dsp-profile.yaml"
BOOK = "cpl/reference/specifications.yaml"
KNOWN = '    known_from: "2018-05-18"\n'

Files = Mapping[str, str]


@pytest.fixture
def files() -> dict[str, str]:
    return files_of(GBCS_1_1)


def asked(files: Files, on: date, until: date | None = None) -> Readiness:
    return readiness(publish(register_of(files, LAST), on), until or horizon(on))


def must(files: Files, on: date) -> Gap:
    """The one gap that leaves no way round it."""
    (gap,) = asked(files, on).of(GapKind.MUST)
    return gap


def kinds(changes: tuple[Change, ...]) -> list[tuple[date, ChangeKind, int]]:
    return [(change.day, change.kind, len(change.entries)) for change in changes]


def run(*arguments: str | Path, **environment: str | None) -> Result:
    """The command, in process."""
    told = [str(one) for one in arguments]
    return CliRunner(env={"GITHUB_ACTIONS": None, **environment}).invoke(readiness_command, told)


# ------------------------------------------------------------------------------------- the scenario


@pytest.mark.parametrize(
    ("on", "code"),
    [
        (DESIGNATED, 0),  # 183 days ahead
        (date(2018, 5, 4), 1),  # the day on which it was noticed in 2018
        (ANNOUNCED, 1),
        (FIX, 0),
    ],
)
def test_what_is_printed(on: date, code: int) -> None:
    answer = called("readiness", "--root", GBCS_1_1, "--on", on.isoformat())
    assert (answer.returncode, answer.stderr) == (code, b"")
    hold_text_against(EXPECTED / f"{on}.txt", answer.stdout)


def test_the_gap_is_seen_on_the_day_on_which_gbcs_1_1_was_designated(
    files: dict[str, str],
) -> None:
    gap = must(files, DESIGNATED)
    assert (gap.start, gap.end, gap.days) == (GAP, None, None)
    assert gap.device_types == ALL_TYPES
    assert gap.values == (GBCS_1_1_NAMED,)
    assert gap.left == (Named(kind="GBCS", value="1.0"),)
    assert gap.ended_by is None
    assert (len(gap.size.leaving), len(gap.size.manufacturers)) == (7, 4)
    assert (gap.size.held, gap.size.waiting) == ((), ())


def test_what_was_announced_later_is_not_known_before(files: dict[str, str]) -> None:
    assert must(files, ANNOUNCED - timedelta(days=1)).end is None
    gap = must(files, ANNOUNCED)
    assert (gap.end, gap.days) == (FIX - timedelta(days=1), 45)
    assert gap.ended_by is not None
    assert gap.ended_by.start == FIX
    assert len(gap.size.held) == 2


def test_the_end_that_was_announced_later_is_in_no_word_of_the_answer() -> None:
    for on in days(date(2017, 10, 1), ANNOUNCED - timedelta(days=1))[::20]:
        for form in ("text", "json"):
            answer = run("--root", GBCS_1_1, "--on", on.isoformat(), "--format", form)
            assert "2018-06-2" not in answer.stdout
            assert "June 2018" not in answer.stdout


def test_it_grows_with_what_happens(files: dict[str, str]) -> None:
    told = {
        on: must(files, on).size
        for on in (date(2018, 5, 2), date(2018, 5, 4), date(2018, 5, 8), date(2018, 5, 9))
    }
    counts = [(len(one.leaving), len(one.waiting), len(one.held)) for one in told.values()]
    assert counts == [(8, 0, 0), (8, 2, 0), (8, 2, 0), (8, 0, 2)]


def test_before_that_day_a_new_entry_may_name_it_and_is_held(files: dict[str, str]) -> None:
    (gap,) = asked(files, DESIGNATED).of(GapKind.MAY)
    assert (gap.start, gap.end) == (DESIGNATED, GAP - timedelta(days=1))
    assert gap.values == (GBCS_1_1_NAMED,)


def test_once_the_dsp_recognises_it_nothing_is_left_but_the_old_entries(
    files: dict[str, str],
) -> None:
    answer = asked(files, FIX)
    assert answer.gaps == ()
    assert kinds(answer.standing) == [(date(2018, 5, 7), ChangeKind.LAST_DAY, 8)]


@pytest.mark.parametrize(
    ("on", "alarm"),
    [
        (date(2017, 11, 8), False),  # 181 days ahead
        (date(2017, 11, 9), True),  # 180
        (GAP, True),
        (FIX - timedelta(days=1), True),
        (FIX, False),
    ],
)
def test_the_exit_code_warns_from_180_days_ahead(on: date, alarm: bool) -> None:
    answer = run("--root", GBCS_1_1, "--on", on.isoformat())
    assert answer.exit_code == (1 if alarm else 0)
    warned = run("--root", GBCS_1_1, "--on", on.isoformat(), GITHUB_ACTIONS="true")
    lines = [line for line in warned.stdout.splitlines() if line.startswith("::")]
    assert len(lines) == (1 if alarm else 0)
    assert all(line.startswith("::warning title=DSP readiness::From 8 May 2018") for line in lines)


def test_json_is_json_in_a_workflow_too() -> None:
    answer = run(
        "--root", GBCS_1_1, "--on", "2018-05-18", "--format", "json", GITHUB_ACTIONS="true"
    )
    data = json.loads(answer.stdout)
    assert answer.exit_code == 1
    assert data["alarm"] is True
    assert answer.stderr.startswith("::warning ")
    (gap,) = data["gaps"]
    assert gap["kind"] == "must"
    assert (gap["start"], gap["end"], gap["days"]) == ("2018-05-08", "2018-06-21", 45)
    assert gap["ended_by"]["start"] == "2018-06-22"
    assert len(gap["entries"]["on_ended_versions"]) == 8


def test_until_bounds_what_may_begin() -> None:
    answer = run("--root", GBCS_1_1, "--on", "2017-11-06", "--until", "2018-05-07")
    assert "no gap is known" in answer.stdout
    answer = run("--root", GBCS_1_1, "--on", "2017-11-06", "--until", "2018-05-08")
    assert "From 8 May 2018" in answer.stdout


def test_a_day_before_the_asked_one_cannot_be_foreseen() -> None:
    answer = cpl("readiness", "--root", GBCS_1_1, "--on", "2018-05-08", "--until", "2018-05-07")
    assert answer.returncode == 2
    assert answer.stderr.count(b"\n") == 1
    assert b"--until" in answer.stderr


def test_a_register_with_errors_is_not_foreseen(tmp_path: Path, files: dict[str, str]) -> None:
    broken = with_edit(files, BOOK, '  - version: "1.1"', "  - version: 1.1")
    answer = called("readiness", "--root", write_register(broken, tmp_path), "--on", "2018-05-08")
    assert (answer.returncode, answer.stdout) == (1, b"")
    assert b"Traceback" not in answer.stderr


@pytest.mark.parametrize("name", REGISTERS)
def test_every_register_is_answered_for(name: str) -> None:
    register = register_of(files_of(REGISTERS[name]), date(2026, 11, 22))
    for on in (date(2017, 11, 6), date(2020, 2, 29), date(2026, 11, 22)):
        state = publish(register, on)
        told = readiness_told(readiness(state, horizon(on)), state)
        assert told.startswith("Readiness as known on ")
        assert all(len(line) <= 110 for line in told.splitlines())


def test_two_years_ahead() -> None:
    assert horizon(date(2026, 11, 22)) == date(2028, 11, 22)
    assert horizon(date(2028, 2, 29)) == date(2030, 2, 28)


# ---------------------------------------------------------------------------------- one line changed


def test_an_announced_step_counts_while_it_lies_ahead_and_no_longer(
    files: dict[str, str],
) -> None:
    announced = with_edit(files, DSP, KNOWN, "    expected: true\n" + KNOWN)
    assert must(announced, FIX - timedelta(days=1)).end == FIX - timedelta(days=1)
    # The day has come and nobody has confirmed it.
    gap = must(announced, FIX)
    assert gap.end is None
    answer = asked(announced, FIX)
    assert [step.start for step in answer.overdue] == [FIX]
    assert answer.alarms == (gap,)


def test_a_version_that_was_not_known_yet_is_not_seen(files: dict[str, str]) -> None:
    later = with_edit(
        files,
        BOOK,
        '    start: "2017-11-06"\n',
        '    start: "2017-11-06"\n    known_from: "2018-01-10"\n',
    )
    on = date(2018, 1, 9)
    (gap,) = asked(later, on).of(GapKind.NOTHING)
    assert (gap.start, gap.end) == (GAP, None)
    assert asked(later, on).alarms == ()
    assert must(later, date(2018, 1, 10)).start == GAP


def test_a_longer_overlap_moves_the_gap_and_a_fix_before_it_closes_it(
    files: dict[str, str],
) -> None:
    longer = with_edit(files, BOOK, '"2018-05-07"', '"2018-06-15"')
    assert must(longer, DESIGNATED).start == date(2018, 6, 16)
    assert must(longer, ANNOUNCED).days == 6
    enough = with_edit(files, BOOK, '"2018-05-07"', '"2018-06-21"')
    assert asked(enough, ANNOUNCED).of(GapKind.MUST) == ()


def test_the_pairs_may_decide_for_one_device_type_alone(files: dict[str, str]) -> None:
    """Hubs of a new CHTS go with GBCS 1.1 only, the old CHTS ends; meters may still say 1.0."""
    book = files[BOOK].replace(
        'CHTS:\n  - version: "1.0"\n    start: "2016-10-27"\n',
        'CHTS:\n  - version: "1.1"\n    start: "2017-11-06"\n    gbcs_versions:\n      - "1.1"\n'
        '    source: "made up"\n'
        '  - version: "1.0"\n    start: "2016-10-27"\n    installation_end: "2018-03-31"\n',
    )
    book = book.replace('    installation_end: "2018-05-07"\n', "")
    del files["cpl/devices/ch/harbour-networks/f0b3-0041-0102-04000004.yaml"]  # of September 2018
    gap = must({**files, BOOK: book}, DESIGNATED)
    assert (gap.device_types, gap.start) == (("CH",), date(2018, 4, 1))
    assert gap.values == (GBCS_1_1_NAMED,)
    assert gap.left == (Named(kind="CHTS", value="1.0"),)
    assert len(gap.size.leaving) == 2
    told = run_on({**files, BOOK: book}, DESIGNATED)
    assert "Every new CH must name GBCS 1.1" in told


def run_on(files: Files, on: date) -> str:
    state = publish(register_of(files, LAST), on)
    return readiness_told(readiness(state, horizon(on)), state)


def test_a_specification_that_the_dsp_checks_may_be_the_gap(files: dict[str, str]) -> None:
    profile = files[DSP].replace(
        '    gbcs_versions:\n      - "1.0"\n    known_from: "2016-10-27"',
        '    technical_specifications:\n      CHTS:\n        - "0.9"\n    known_from: "2016-10-27"',
    )
    gap = must({**files, DSP: profile}, DESIGNATED)
    assert (gap.device_types, gap.values) == (("CH",), (Named(kind="CHTS", value="1.0"),))
    assert gap.start == date(2016, 10, 27)
    assert len(gap.size.held) == 2


HCALCS_UNKNOWN = "    device_types:\n      - ESME\n      - GSME\n      - CH\n      - PPMID\n"


def test_a_device_type_that_the_dsp_does_not_know_may_be_the_gap(files: dict[str, str]) -> None:
    profile = files[DSP].replace(
        '    gbcs_versions:\n      - "1.0"\n    known_from', HCALCS_UNKNOWN + "    known_from"
    )
    gap = must({**files, DSP: profile}, DESIGNATED)
    assert gap.device_types == ("HCALCS",)
    assert (gap.start, gap.end) == (date(2016, 10, 27), None)
    told = run_on({**files, DSP: profile}, DESIGNATED)
    assert "does not recognise the device type: a new HCALCS" in told


def test_one_cause_after_another_is_one_gap(files: dict[str, str]) -> None:
    profile = files[DSP].replace(
        '    gbcs_versions:\n      - "1.0"\n      - "1.1"\n', HCALCS_UNKNOWN
    )
    first, second = asked({**files, DSP: profile}, ANNOUNCED).of(GapKind.MUST)
    assert (first.end, first.device_types) == (FIX - timedelta(days=1), ALL_TYPES[:-1])
    assert (second.start, second.end, second.device_types) == (GAP, None, ("HCALCS",))
    assert second.values == (GBCS_1_1_NAMED, Named(kind="device type", value="HCALCS"))
    told = run_on({**files, DSP: profile}, ANNOUNCED)
    assert "does not recognise part of it: GBCS 1.1 and device type HCALCS" in " ".join(
        told.split()
    )


def test_a_value_that_the_dsp_will_forget_is_told_with_its_entries(files: dict[str, str]) -> None:
    profile = files[DSP].replace(
        '      - "1.0"\n      - "1.1"\n    known_from: "2018-05-18"', '      - "1.1"\n' + KNOWN[:-1]
    )
    answer = asked({**files, DSP: profile}, ANNOUNCED)
    assert kinds(answer.ahead) == [
        (FIX, ChangeKind.LEARNS, 2),
        (FIX, ChangeKind.FORGETS, 8),
    ]
    assert "neither sent nor left out without a decision" in run_on(
        {**files, DSP: profile}, ANNOUNCED
    )
    after = asked({**files, DSP: profile}, FIX)
    assert (FIX, ChangeKind.FORGETS, 8) in kinds(after.standing)


def test_ends_of_installation_and_maintenance_are_told_before_and_after(
    files: dict[str, str],
) -> None:
    ending = with_edit(
        files, BOOK, '"2018-05-07"\n', '"2018-05-07"\n    maintenance_end: "2018-08-31"\n'
    )
    before = kinds(asked(ending, DESIGNATED).ahead)
    assert (date(2018, 5, 7), ChangeKind.LAST_DAY, 7) in before
    assert (date(2018, 8, 31), ChangeKind.MAINTENANCE_END, 7) in before
    after = kinds(asked(ending, date(2018, 9, 1)).standing)
    assert after == [
        (date(2018, 5, 7), ChangeKind.LAST_DAY, 8),
        (date(2018, 8, 31), ChangeKind.MAINTENANCE_END, 8),
    ]


def test_what_is_not_confirmed_is_said(files: dict[str, str]) -> None:
    assert "GBCS 1.0: start" in run_on(files, DESIGNATED).splitlines()[-1]


def test_before_its_first_step_the_dsp_recognises_nothing(files: dict[str, str]) -> None:
    later = with_edit(files, DSP, '  - start: "2016-10-27"', '  - start: "2016-12-01"')
    gap = asked(later, date(2016, 11, 1)).of(GapKind.MUST)[0]
    assert (gap.start, gap.end) == (date(2016, 10, 27), date(2016, 11, 30))


# ------------------------------------------------------------------------------- any two calendars

FIRST = date(2020, 1, 1)
SPAN = 40
_DAYS = st.integers(0, SPAN).map(lambda n: (FIRST + timedelta(days=n)).isoformat())
_GBCS, _VERSIONS = ("1.0", "1.1", "2.0"), ("2.0", "3.0")


@st.composite
def books(draw: st.DrawFn) -> dict[str, Any]:
    """A book of specifications: GBCS and two families, each version with days of its own."""

    def version(name: str, **more: Any) -> dict[str, Any]:
        start, end = sorted([draw(_DAYS), draw(_DAYS)])
        record: dict[str, Any] = {"version": name, "start": start, "source": "made up", **more}
        if draw(st.booleans()):
            record["installation_end"] = end
        if draw(st.integers(0, 3)) == 0:
            record["known_from"] = draw(_DAYS)
        return record

    pairs = st.lists(st.sampled_from(_GBCS), min_size=1, unique=True)
    return {
        "GBCS": [version(name) for name in _GBCS],
        "SMETS2": [version(name, gbcs_versions=draw(pairs)) for name in _VERSIONS],
        "CHTS": [version(name, gbcs_versions=draw(pairs)) for name in _VERSIONS],
    }


@st.composite
def dsps(draw: st.DrawFn) -> dict[str, Any]:
    def some(*texts: str) -> list[str]:
        return draw(st.lists(st.sampled_from(texts), min_size=1, unique=True))

    steps = []
    for start in draw(st.lists(_DAYS, min_size=1, max_size=4, unique=True)):
        step: dict[str, Any] = {"start": start, "source": "made up"}
        if draw(st.integers(0, 3)):
            step["gbcs_versions"] = some(*_GBCS)
        if draw(st.integers(0, 2)) == 0:
            step["technical_specifications"] = {"SMETS2": some(*_VERSIONS)}
        if draw(st.integers(0, 4)) == 0:
            step["device_types"] = some("ESME", "CH")
        if draw(st.integers(0, 3)) == 0:
            step["expected"] = "true"
        if draw(st.integers(0, 2)) == 0:
            step["known_from"] = draw(_DAYS)
        steps.append(step)
    return {"rejects": "file", "recognises": steps}


TYPES = {
    "ESME": {"name": "a", "specifications": ["SMETS2"], "certificates": []},
    "CH": {"name": "b", "specifications": ["CHTS"], "certificates": []},
}


def told_twice(
    book: dict[str, Any], dsp: dict[str, Any], code: str, day: date, on: date
) -> tuple[GapKind | None, set[str]]:
    """What a day is, worked out from the raw records: the kind of gap, and what is not known."""

    def seen(record: dict[str, Any]) -> bool:
        return str(record.get("known_from", "")) <= on.isoformat()

    def live(record: dict[str, Any]) -> bool:
        end = record.get("installation_end", "9999")
        return seen(record) and str(record["start"]) <= day.isoformat() <= end

    steps = [
        step
        for step in dsp["recognises"]
        if seen(step)
        and step["start"] <= day.isoformat()
        and not (step.get("expected") and step["start"] <= on.isoformat())
    ]
    step = max(steps, key=lambda one: str(one["start"])) if steps else None
    family = TYPES[code]["specifications"][0]
    gbcs = {one["version"] for one in book["GBCS"] if live(one)}
    bad: list[set[str]] = []
    for version in filter(live, book[family]):
        bad += [
            unknown(step, code, family, version["version"], one)
            for one in version["gbcs_versions"]
            if one in gbcs
        ]
    if not bad:
        return GapKind.NOTHING, set()
    if all(bad):
        return GapKind.MUST, set().union(*bad)
    return (GapKind.MAY, set().union(*bad)) if any(bad) else (None, set())


def unknown(
    step: dict[str, Any] | None, code: str, family: str, version: str, gbcs: str
) -> set[str]:
    if step is None:
        return {f"GBCS {gbcs}"}
    found = set()
    if gbcs not in step.get("gbcs_versions", [gbcs]):
        found.add(f"GBCS {gbcs}")
    if version not in step.get("technical_specifications", {}).get(family, [version]):
        found.add(f"{family} {version}")
    if code not in step.get("device_types", [code]):
        found.add(f"device type {code}")
    return found


def covering(gaps: list[Gap], kind: GapKind, code: str, day: date) -> list[Gap]:
    return [
        gap
        for gap in gaps
        if gap.kind is kind
        and code in gap.device_types
        and gap.start <= day
        and (gap.end is None or day <= gap.end)
    ]


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(book=books(), dsp=dsps(), asked_on=st.integers(0, SPAN))
def test_every_day_of_any_two_calendars(
    book: dict[str, Any], dsp: dict[str, Any], asked_on: int
) -> None:
    on = FIRST + timedelta(days=asked_on)
    register = Register(
        specifications=parse_specifications(book),
        device_types=parse_device_types(TYPES),
        dsp=parse_dsp_profile(dsp),
    )
    gaps = gaps_of(calendars(register, on))
    for code in TYPES:
        begun = False
        for day in days(FIRST, FIRST + timedelta(days=SPAN + 5)):
            kind, values = told_twice(book, dsp, code, day, on)
            must_gaps = covering(gaps, GapKind.MUST, code, day)
            assert len(must_gaps) == (1 if kind is GapKind.MUST else 0), day
            if kind is GapKind.MUST:
                assert values <= {str(one) for one in must_gaps[0].values}, day
            may = covering(gaps, GapKind.MAY, code, day)
            if kind is GapKind.MAY:
                assert values <= {str(one) for gap in may for one in gap.values}, day
            nothing = covering(gaps, GapKind.NOTHING, code, day)
            assert len(nothing) == (1 if kind is GapKind.NOTHING and begun else 0), day
            begun = begun or kind is not GapKind.NOTHING
    must_of = [gap for gap in gaps if gap.kind is GapKind.MUST]
    for gap in must_of:
        # Unbroken: no other gap of the same device type touches it.
        for code in gap.device_types:
            assert not covering(must_of, GapKind.MUST, code, gap.start - timedelta(days=1))
            if gap.end is not None:
                assert not covering(must_of, GapKind.MUST, code, gap.end + timedelta(days=1))


def test_sizes_are_of_the_asked_day_alone(files: dict[str, str]) -> None:
    register = register_of(files, LAST)
    state = publish(register, DESIGNATED)
    grown = replace(state, entries=state.entries[:1])
    (gap,) = readiness(grown, horizon(DESIGNATED)).of(GapKind.MUST)
    assert len(gap.size.leaving) == 1
