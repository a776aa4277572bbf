"""The demonstration register today: every answer that the list can give is there several times."""

from collections import Counter
from datetime import date

import pytest
from cpl_registry.edges import installation
from cpl_registry.edges.worktree import read_files
from cpl_registry.records.device_model import EntryId, Event, Status
from cpl_registry.records.register import sort_files
from cpl_registry.rules.run import Report, validate
from cpl_registry.state.dsp import unrecognised
from cpl_registry.state.journey import Journey, Stage, journey
from cpl_registry.state.publication import Published, PublishedState, publish

from tests.registers import files_of, register_of
from tests.repository import ROOT

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def state() -> PublishedState:
    return publish(register_of(files_of(ROOT), TODAY), TODAY)


@pytest.fixture(scope="module")
def report() -> Report:
    return validate(sort_files(read_files(ROOT)), installation.schemas(), TODAY)


@pytest.fixture(scope="module")
def journeys(state: PublishedState) -> list[tuple[Published, Journey]]:
    return [(one, journey(one, state.sent)) for one in state.entries]


def test_every_stage_is_there(journeys: list[tuple[Published, Journey]]) -> None:
    found = Counter(one.stage for _, one in journeys)
    assert set(found) == set(Stage)
    assert min(found.values()) >= 4, found
    assert found[Stage.LOADED] > 400


def test_what_waits_for_its_delivery_is_in_time(
    state: PublishedState, journeys: list[tuple[Published, Journey]]
) -> None:
    """Listed on the Friday before; the day of delivery is the Monday after."""
    waiting = [one for one, way in journeys if way.stage is Stage.DELIVERABLE]
    assert {one.entry.history[-1].day for one in waiting} == {date(2026, 11, 20)}
    assert {one.entry.history[-1].event for one in waiting} == {Event.LISTED, Event.AMENDED}
    assert state.sent.last is not None
    assert state.sent.last.on == date(2026, 11, 19)


def test_the_last_delivery_has_no_answer_and_takes_rows_away_too(
    state: PublishedState,
) -> None:
    assert state.sent.last is not None
    serial = state.sent.last.serial
    assert serial not in {one.serial for one in state.register.acknowledgements}
    changes = Counter(row.change.value for row in state.sent.last.delta)
    assert changes["added"] >= 4
    assert changes["removed"] >= 2


def test_some_are_held_until_an_announced_day_and_some_without_one(
    state: PublishedState,
) -> None:
    ahead = [step for step in state.register.dsp.steps if step.expected and step.start > TODAY]
    assert len(ahead) == 1
    held = [one.entry for one in state.entries if one.held]
    found = Counter(not unrecognised(entry, ahead[0]) for entry in held)
    assert found[True] > 20, "released by the announced step"
    assert found[False] >= 5, "no day is announced"


def test_the_dcc_has_rejected_rows_and_one_amendment_whose_old_row_stays(
    journeys: list[tuple[Published, Journey]],
) -> None:
    rejected = [way for _, way in journeys if way.stage is Stage.REJECTED]
    assert all(way.rejected and way.rejected.reason for way in rejected)
    assert [bool(way.loaded) for way in rejected].count(True) == 1


def test_certificates_end_soon_and_have_ended(state: PublishedState) -> None:
    ends = [
        (date.fromisoformat(end) - TODAY).days
        for one in state.entries
        if one.status is Status.ACTIVE
        and (end := one.entry.get("assurance_certificates.CPA.expires"))
    ]
    for first, last in ((-60, -1), (0, 31), (32, 92), (93, 183), (184, 365)):
        assert sum(first <= days <= last for days in ends) >= 5, (first, last)
    assert any(one.entry.get("assurance_certificates.CPA.renewal_due") for one in state.entries)


@pytest.mark.parametrize(
    ("told", "stage"),
    [
        ("loaded", Stage.LOADED),
        ("in the queue", Stage.SUBMITTED),
        ("listed on Friday", Stage.DELIVERABLE),
        ("amended on Friday", Stage.DELIVERABLE),
        ("delivered and not", Stage.DELIVERED),
        ("rejected by the DCC", Stage.REJECTED),
        ("corrected row rejected", Stage.REJECTED),
        ("rejected at first", Stage.LOADED),
        ("held today", Stage.HELD),
        ("amendment held", Stage.AMENDMENT_HELD),
        ("removed: ", Stage.NOT_DELIVERABLE),
        ("removed and reinstated", Stage.LOADED),
        ("submission closed", Stage.NOT_DELIVERABLE),
    ],
)
def test_the_entries_that_the_guide_names_stand_where_it_says(
    journeys: list[tuple[Published, Journey]], told: str, stage: Stage
) -> None:
    found = {one.entry_id: way.stage for one, way in journeys}
    guide = (ROOT / "docs" / "demonstration.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in guide.splitlines() if line.startswith(f"| {told}")]
    named = [EntryId(one) for row in rows for one in row[2].split("`")[1::2]]
    assert named
    assert {found[one] for one in named} == {stage}


def test_every_cause_of_removal_and_every_event_is_there(state: PublishedState) -> None:
    lines = [line for one in state.entries for line in one.entry.history]
    causes = Counter(line.cause for line in lines if line.event is Event.REMOVED)
    assert {str(cause) for cause in causes} == {
        "certificate-expired",
        "certificate-withdrawn",
        "certificate-cancelled",
        "specification-ended",
        "manufacturer-request",
        "entered-in-error",
        "panel-decision",
    }
    assert min(causes.values()) >= 2
    events = Counter(line.event for line in lines)
    assert set(events) == set(Event)
    assert min(events.values()) >= 3


def test_nothing_is_wrong_and_only_what_is_meant_is_told(report: Report) -> None:
    """The kinds of finding that docs/demonstration.md counts."""
    told = Counter((one.rule, one.severity.value) for one in report.findings)
    assert set(told) == {
        ("CPL307", "warning"),
        ("CPL308", "notice"),
        ("CPL502", "notice"),
        ("CPL701", "notice"),
    }
    guide = (ROOT / "docs" / "demonstration.md").read_text(encoding="utf-8")
    for (rule, _), count in told.items():
        assert f"| {rule} | {count} |" in guide, (rule, count)


def test_one_finding_is_waived_and_its_waiver_is_needed(report: Report) -> None:
    waiver = report.register.waivers[0]
    assert len(report.register.waivers) == 1
    assert waiver.rule == "CPL301"
    assert not [one for one in report.findings if one.rule.startswith("CPL80")]


def test_a_white_label_shares_images_with_its_makers(state: PublishedState) -> None:
    path = "manufacturer_image.sha256"
    makers: dict[str, set[str]] = {}
    for one in state.entries:
        makers.setdefault(one.entry.text(path), set()).add(one.entry.manufacturer)
    shared = {tuple(sorted(slugs)) for slugs in makers.values() if len(slugs) > 1}
    assert shared == {
        ("gossamer-gas", "lanternfish-retail"),
        ("jackdaw-meters", "lanternfish-retail"),
    }
