"""Incidents: opened, noted and closed by command, and answered for any day."""

import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from cpl_registry.edges.fixing import repairs
from cpl_registry.edges.reading import read
from cpl_registry.outputs.incident_words import (
    banner_words,
    end_words,
    left_words,
    meant_words,
    severity_words,
    state_words,
    touches,
)
from cpl_registry.outputs.templating import render
from cpl_registry.records.device_model import EntryId
from cpl_registry.records.incident import parse_incident
from cpl_registry.records.oversight import Oversight
from cpl_registry.records.register import Register
from cpl_registry.state.incidents import IncidentStanding, incidents_on
from cpl_registry.state.publication import publish
from cpl_registry.state.selection import Selecting
from jinja2 import Environment
from markupsafe import Markup

from tests.builders import LISTED, dsp, entry, register
from tests.clones import Done, cpl_here, refused
from tests.registers import GBCS_1_1, files_of, register_of
from tests.repository import ROOT
from tests.site_files import read_html

ESMES = ("esme-f0b1-0021-01-00-0d01000b", "esme-f0b1-0022-01-00-0d020005")
SEVERITIES = "cpl/reference/incident-severities.yaml"
PATH = "cpl/panel/incidents/INC-2018-001.yaml"
OPEN = (
    *("incident", "open", "INC-2018-001", "--title", "Two entries are not loaded"),
    *("--severity", "2", "--fact", "The DSP recognises GBCS 1.0 only"),
    *("--status", "Active", "--gbcs-version", "1.1", "--held"),
)
FILE = """\
# yaml-language-server: $schema=../../../schema/incident.schema.json
reference: "INC-2018-001"
title: "Two entries are not loaded"
severity: "2"
start: "2018-05-09"
end: "2018-06-21"
expected_end: "2018-06-22"
expected_known_from: "2018-05-18"
fact: "The DSP recognises GBCS 1.0 only"
selector:
  status: Active
  gbcs_versions:
    - "1.1"
  held: true
timeline:
  - date: "2018-05-09"
    text: "The DSP recognises GBCS 1.0 only"
  - date: "2018-05-18"
    text: "The end is expected by 2018-06-22"
  - date: "2018-06-22"
    text: "The rows go out"
illustrative: true
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The register of the founding paper, with the scale of severities."""
    shutil.copytree(GBCS_1_1 / "cpl", tmp_path / "cpl")
    shutil.copyfile(ROOT / SEVERITIES, tmp_path / SEVERITIES)
    return tmp_path


def act(root: Path, on: str, *arguments: str) -> Done:
    return cpl_here(*arguments, "--root", root, "--on", on)


def done(root: Path, on: str, *arguments: str) -> str:
    answer = act(root, on, *arguments)
    assert answer.code == 0, answer.told
    return answer.out.decode()


def everything(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in root.rglob("cpl/**/*.yaml")}


def test_an_incident_is_opened_noted_and_closed_by_command(root: Path) -> None:
    opened = done(root, "2018-05-09", *OPEN, "--illustrative")
    assert opened.startswith("INC-2018-001 touches 2 entries:\n")
    for one in ESMES:
        assert f"  {one} since 2018-05-09\n" in opened
    assert "one administrator proposes, another approves" in opened
    assert opened.endswith(f"commit {PATH}\n")
    noted = ("incident", "note", "INC-2018-001", "--expected-end", "2018-06-22")
    done(root, "2018-05-18", *noted)
    told = done(
        root, "2018-06-22", "incident", "close", "INC-2018-001", "--text", "The rows go out"
    )
    assert "Its last day is Thursday 21 June 2018." in told
    assert (root / PATH).read_text("utf-8") == FILE
    assert list(repairs(root)) == []
    for day in (date(2018, 5, 9), date(2018, 6, 21), date(2018, 6, 22)):
        assert not [one for one in read(root, day).report.findings if one.path == PATH]


def test_it_is_not_closed_while_something_it_touches_is_held(root: Path) -> None:
    done(root, "2018-05-09", *OPEN)
    before = everything(root)
    close = ("incident", "close", "INC-2018-001", "--text", "The rows go out")
    refused(act(root, "2018-06-21", *close), "still held on 2018-06-21", *ESMES)
    assert everything(root) == before
    done(root, "2018-06-22", *close)
    refused(act(root, "2018-06-25", *close), "is over: its last day was 2018-06-21")
    note = ("incident", "note", "INC-2018-001", "--text", "Too late")
    refused(act(root, "2018-06-25", *note), "is over")


def test_a_dry_run_shows_the_same_and_writes_nothing(root: Path) -> None:
    before = everything(root)
    told = done(root, "2018-05-09", *OPEN, "--dry-run")
    assert 'start: "2018-05-09"' in told
    assert told.endswith("a dry run: nothing is written\n")
    assert everything(root) == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("incident", "open", "../../INC-1", *OPEN[3:]), ("reference",)),
        ((*OPEN, "--since", "2018-05-10"), ("has not begun on 2018-05-09",)),
        ((*OPEN[:-5],), ("say which entries are touched",)),
        ((*OPEN, "--severity", "5"), ("CPL901", "no such severity: 5")),
        ((*OPEN, "--expected-end", "2018-05-08"), ("CPL904", "lies before the start")),
        ((*OPEN, "--text", "Formulas: =1+1"), ("text", "not allowed")),
        ((*OPEN, "--specification", "SMETS2"), ("--specification takes FAMILY=VERSION",)),
        (("incident", "note", "INC-2018-002", "--text", "x"), ("no incident INC-2018-002",)),
        (("incident", "close", "INC-2018-002", "--text", "x"), ("no incident INC-2018-002",)),
        (("incident", "close", "INC-2018-002"), ("--text",)),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(
    root: Path, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    before = everything(root)
    refused(act(root, "2018-05-09", *arguments), *words)
    assert everything(root) == before


def test_a_reference_is_taken_once_whatever_its_case_and_kind(root: Path) -> None:
    done(root, "2018-05-09", *OPEN)
    for name in ("INC-2018-001", "Inc-2018-001", "DEC-2018-001"):
        again = (*OPEN[:2], name, *OPEN[3:])
        refused(act(root, "2018-05-10", *again), f"{name} is there already")


def test_a_file_that_cannot_be_read_is_to_be_mended_first(root: Path) -> None:
    done(root, "2018-05-09", *OPEN)
    text = (root / PATH).read_text("utf-8")
    (root / PATH).write_text(text.replace('severity: "2"', "severity: [2]"), "utf-8")
    note = ("incident", "note", "INC-2018-001", "--text", "x")
    refused(act(root, "2018-05-10", *note), f"{PATH} has to be mended first")


def test_one_that_ends_on_its_first_day_is_open_until_that_day_is_over(root: Path) -> None:
    selector = ("--type", "HCALCS")
    done(root, "2018-05-09", *OPEN[:-5], *selector)
    told = done(root, "2018-05-09", "incident", "close", "INC-2018-001", "--text", "A false alarm")
    assert "Its last day is Wednesday 9 May 2018." in told
    assert "Until the end of that day it is shown as open." in told
    register_now = read(root, date(2018, 5, 10)).report.register
    assert incidents_on(register_now, date(2018, 5, 9))[0].open
    assert incidents_on(register_now, date(2018, 5, 10))[0].ended


# --------------------------------------------------------------------------------------- as of a day

DATA = {
    "reference": "INC-2026-001",
    "title": "Rows are not loaded",
    "severity": "2",
    "start": "2026-05-11",
    "end": "2026-11-01",
    "expected_end": "2026-10-30",
    "expected_known_from": "2026-10-05",
    "fact": "The DSP does not recognise GBCS 4.3",
    "selector": {"gbcs_versions": ["4.3"], "held": "true"},
    "timeline": [
        {"date": "2026-05-11", "text": "It was noticed"},
        {"date": "2026-10-05", "text": "A day was announced"},
        {"date": "2026-11-02", "text": "It is over"},
    ],
}
HELD = [LISTED[0], {"date": "2026-05-11", "event": "listed"}]
AMENDED = [
    *LISTED,
    {
        "date": "2026-06-01",
        "event": "amended",
        "changed": {"gbcs_version": {"from": "3.2", "to": "4.3"}},
    },
]
FIRST, SECOND = "esme-f0a1-0005-02-03-38040404", "esme-f0a1-0005-02-03-38040405"


def small() -> Register:
    """One entry held since its listing, one since an amendment, one never, and an incident of it."""
    profile = dsp({"start": "2026-11-02", "gbcs_versions": ["3.2", "4.3"], "source": "a test"})
    of = register(
        entry(gbcs_version="4.3", history=HELD),
        entry(gbcs_version="4.3", history=AMENDED, firmware_version="38040405"),
        entry(firmware_version="38040406"),
        dsp_profile=profile,
    )
    return replace(of, oversight=Oversight(incidents=(parse_incident("a.yaml", DATA),)))


def standing(on: date) -> IncidentStanding:
    (found,) = incidents_on(small(), on)
    return found


def test_nothing_is_told_of_an_incident_before_it_begins() -> None:
    assert incidents_on(small(), date(2026, 5, 10)) == ()


def test_it_touches_what_its_selector_meant_on_any_of_its_days() -> None:
    assert standing(date(2026, 5, 31)).touched == {EntryId(FIRST): date(2026, 5, 11)}
    both = {EntryId(FIRST): date(2026, 5, 11), EntryId(SECOND): date(2026, 6, 1)}
    for day in (date(2026, 6, 1), date(2026, 11, 1), date(2026, 11, 2), date(2030, 1, 1)):
        assert standing(day).touched == both, day


def test_what_is_not_known_yet_is_not_told() -> None:
    early = standing(date(2026, 10, 4))
    assert (early.open, early.expected_end, len(early.timeline)) == (True, None, 1)
    assert end_words(early) == "No day is known by which it is expected to end."
    known = standing(date(2026, 10, 5))
    assert (known.expected_end, len(known.timeline)) == (date(2026, 10, 30), 2)
    assert end_words(known) == "It is expected to end by Friday 30 October 2026."
    late = standing(date(2026, 10, 31))
    assert late.overdue
    assert "that day has passed" in end_words(late)
    assert standing(date(2026, 11, 1)).open
    over = standing(date(2026, 11, 2))
    assert (over.ended, over.overdue, len(over.timeline)) == (True, False, 3)
    assert end_words(over) == ""


def test_its_words_count_days_and_entries() -> None:
    day = date(2026, 6, 1)
    assert state_words(standing(day), day) == (
        "This incident has been open since Monday 11 May 2026; today is its 22nd day."
    )
    assert banner_words(standing(day)) == "since Monday 11 May 2026; 2 entries are touched"
    assert severity_words(standing(day)) == "Severity 2"
    assert state_words(standing(date(2026, 12, 1)), date(2026, 12, 1)) == (
        "This incident is over: it lasted from Monday 11 May 2026 to Sunday 1 November 2026, 175 days."
    )
    selector = standing(day).incident.selector
    assert meant_words(selector) == "entries on GBCS 4.3 that are held back from the DCC"


def test_it_says_how_many_of_its_entries_are_held_and_until_when() -> None:
    def left(on: date) -> str:
        return left_words(standing(on), publish(small(), on))

    assert left(date(2026, 6, 1)) == (
        "Of the 2 entries that it has touched, 2 are held today:"
        " 2 until Monday 2 November 2026 at the latest, as announced."
    )
    unannounced = replace(small(), dsp=register().dsp)
    on = date(2026, 5, 31)
    (alone,) = incidents_on(unannounced, on)
    assert left_words(alone, publish(unannounced, on)) == (
        "Of the 1 entry that it has touched, 1 is held today: 1 until a day that nobody has announced."
    )
    assert left(date(2026, 12, 1)) == ""


def test_an_entry_tells_of_the_incidents_that_touched_it_and_of_no_other() -> None:
    state = publish(small(), date(2026, 12, 1))
    told = {one.entry_id: touches(one.entry_id, state) for one in state.entries}
    assert [len(found) for found in told.values()] == [1, 1, 0]
    assert told[EntryId(SECOND)][0].words == (
        "over, its last day was Sunday 1 November 2026; this entry was touched by it, first on"
        " Monday 1 June 2026"
    )
    state = publish(small(), date(2026, 6, 1))
    assert touches(EntryId(SECOND), state)[0].words == (
        "open; it touches this entry since Monday 1 June 2026"
    )


ODD = "{{ config }} {% raw %} {# ' \\ <script>alert(1)</script> &amp; \" #} é"


def test_the_banner_shows_data_as_text_through_both_templates() -> None:
    """What the site generator makes of the banner shows the title and runs nothing of it."""
    odd = parse_incident("a.yaml", {**DATA, "title": ODD, "reference": ODD})
    of = replace(small(), oversight=Oversight(incidents=(odd,)))
    state = publish(of, date(2026, 6, 1))
    partial = render("notice.html.jinja", state=state)
    generator = Environment(autoescape=True)
    generator.filters["url"] = lambda path: Markup("../" + path)  # noqa: S704  # as it does
    page = read_html(f"<html><body>{generator.from_string(partial).render()}</body></html>")
    assert " ".join(ODD.split()) in page.text
    assert page.links == [f"../incidents/{ODD}/"]
    assert page.loads == []


def test_the_shipped_incidents_touch_what_was_and_is_held() -> None:
    """The illustration of 2018 has touched two entries; that of today touches what is held today."""
    state = publish(register_of(files_of(ROOT), date(2026, 11, 22)), date(2026, 11, 22))
    told = {one.reference: one for one in state.incidents}
    assert [*told["INC-2026-001"].touched] == [one.entry_id for one in state.held]
    assert [*told["INC-2018-001"].touched] == [
        "esme-f0a2-0101-01-00-0b0a0013",
        "esme-f0a2-0102-01-00-0b0b0013",
    ]
    assert all(one.incident.illustrative for one in state.incidents)


def test_what_is_touched_is_what_is_meant_on_some_day_asked_one_by_one() -> None:
    """Asked for every single day, the selectors of the shipped incidents mean the same entries."""
    of = register_of(files_of(ROOT), date(2026, 11, 22))
    selecting = Selecting(register=of)
    spans = {"INC-2018-001": (5, 2018, 70), "INC-2026-001": (5, 2026, 150)}
    for incident in of.oversight.incidents:
        month, year, count = spans[incident.reference]
        every = [date(year, month, 1) + timedelta(days=n) for n in range(count)]
        for held in (True, False):
            selector = replace(incident.selector, held=held)
            slow: dict[EntryId, date] = {}
            for day in every:
                for one in selecting.selected(selector, day):
                    slow.setdefault(one.entry_id, day)
            assert slow
            assert selecting.touched(selector, every[0], every[-1]) == slow
