"""What is dated ahead: every line from its file, and calendars that a calendar program reads."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
import vobject  # type: ignore[import-untyped]
from cpl_registry.edges.installation import published_schema, working_days
from cpl_registry.outputs.calendar_files import calendar_files
from cpl_registry.outputs.outlook_data import outlook_files
from cpl_registry.outputs.outlook_told import LABELS, outlook_told
from cpl_registry.state.outlook import Dated, DatedKind, outage_notices, outlook
from cpl_registry.state.publication import PublishedState, publish
from cpl_registry.state.readiness import horizon

from tests.registers import GBCS_1_1, REGISTERS, files_of, register_of
from tests.repository import ROOT

ON = date(2026, 11, 22)
CALENDAR = "cpl/reference/calendar.yaml"
HEAD = "# yaml-language-server: $schema=../../schema/calendar.schema.json\n"
OUTAGE = """\
outage_notice_days: "20"
outages:
  - start: "2018-06-21"
    end: "2018-06-22"
    hours: "8"
    title: "The DSP learns GBCS 1.1"
{announced}    source: "illustrative"
    illustrative: true
"""

Files = Mapping[str, str]


def asked(files: Files, on: date) -> PublishedState:
    return publish(register_of(files, on), on, calendar=working_days(ROOT))


def ahead(state: PublishedState) -> tuple[Dated, ...]:
    return outlook(state, horizon(state.on))


def of(found: tuple[Dated, ...], *kinds: DatedKind) -> list[Dated]:
    return [one for one in found if one.kind in kinds]


@pytest.fixture(scope="module")
def shipped() -> PublishedState:
    return asked(files_of(ROOT), ON)


def with_outage(announced: str = "") -> dict[str, str]:
    line = f'    announced: "{announced}"\n' if announced else ""
    return {**files_of(GBCS_1_1), CALENDAR: HEAD + OUTAGE.format(announced=line)}


def test_every_certificate_that_ends_is_there_once_with_its_manufacturer(
    shipped: PublishedState,
) -> None:
    until = horizon(ON)
    expected = {
        (one.entry_id, certificate.ends, certificate.expires is not None)
        for one in shipped.active
        for certificate in one.entry.certificates()
        if certificate.ends and ON <= certificate.ends <= until
    }
    kinds = (DatedKind.CERTIFICATES_EXPIRE, DatedKind.CERTIFICATES_RENEWAL)
    lines = of(ahead(shipped), *kinds)
    found = [
        (entry_id, one.day, one.kind is DatedKind.CERTIFICATES_EXPIRE)
        for one in lines
        for entry_id in one.entries
    ]
    assert expected
    assert sorted(found) == sorted(expected)
    for one in lines:
        makers = {shipped.by_id[entry_id].entry.manufacturer for entry_id in one.entries}
        assert makers == {*one.manufacturers}
    keys = [(one.day, one.kind, one.manufacturers) for one in lines]
    assert len(keys) == len(set(keys))


def test_campaigns_meetings_outages_and_the_dsp_are_told(shipped: PublishedState) -> None:
    found = ahead(shipped)
    oversight = shipped.register.oversight
    meetings = [one.day for one in oversight.calendar.meetings if one.day >= ON]
    assert [one.day for one in of(found, DatedKind.MEETING)] == meetings
    running = [one for one in shipped.campaigns if one.campaign.closed is None and one.deadline]
    assert [one.day for one in of(found, DatedKind.CAMPAIGN_DEADLINE)] == [
        one.deadline for one in running
    ]
    for line, one in zip(of(found, DatedKind.CAMPAIGN_DEADLINE), running, strict=True):
        assert line.entries == tuple(target.entry_id for target in one.left)
    (learns,) = of(found, DatedKind.DSP_RECOGNISES)
    assert (learns.day, {*learns.entries}) == (
        date(2027, 2, 25),
        {
            one.entry_id
            for one in shipped.held
            if one.entry.get("technical_specification.version") != "5.4"
        },
    )


def test_nothing_lies_before_the_asked_day_or_after_the_last(shipped: PublishedState) -> None:
    for on in (ON, date(2027, 1, 22), date(2027, 1, 23)):
        state = publish(shipped.register, on, calendar=shipped.calendar)
        found = outlook(state, on + timedelta(days=90))
        assert all(on <= one.day <= on + timedelta(days=90) for one in found)
        assert list(found) == sorted(found, key=lambda one: (one.day, one.kind, one.key))
    # A last day still counts, the day after it does not.
    days = [
        {one.day for one in ahead(publish(shipped.register, on, calendar=shipped.calendar))}
        for on in (date(2027, 1, 22), date(2027, 1, 23))
    ]
    assert [date(2027, 1, 22) in one for one in days] == [True, False]


def test_in_may_2018_the_fix_is_ahead_and_what_was_listed_later_is_not_known() -> None:
    state = asked(files_of(GBCS_1_1), date(2018, 5, 22))
    (fix,) = of(ahead(state), DatedKind.DSP_RECOGNISES)
    assert fix.day == date(2018, 6, 22)
    assert {*fix.entries} == {"esme-f0b1-0021-01-00-0d01000b", "esme-f0b1-0022-01-00-0d020005"}
    before = asked(files_of(GBCS_1_1), date(2018, 5, 17))
    assert not of(ahead(before), DatedKind.DSP_RECOGNISES)


@pytest.mark.parametrize(
    ("announced", "on", "in_time", "words"),
    [
        ("", "2018-05-22", False, "No notice is recorded yet; the Parties are to be told by"),
        ("", "2018-06-02", False, "No notice is recorded; it was due by Friday 1 June 2018"),
        ("2018-06-01", "2018-06-02", True, "were told on Friday 1 June 2018, in time"),
        ("2018-06-02", "2018-06-02", False, "were told on Saturday 2 June 2018, too late"),
        ("2018-06-02", "2018-06-01", False, "No notice is recorded yet"),
    ],
)
def test_an_outage_is_told_with_its_notice(
    announced: str, on: str, *, in_time: bool, words: str
) -> None:
    state = asked(with_outage(announced), date.fromisoformat(on))
    (notice,) = outage_notices(state)
    assert (notice.last, notice.in_time) == (date(2018, 6, 1), in_time)
    told = outlook_told(ahead(state), state)
    (outage,) = [one for one in told if one.kind is DatedKind.OUTAGE]
    assert outage.day == date(2018, 6, 21)
    assert words in outage.text
    assert "8 hours" in outage.text
    due = [one.day for one in told if one.kind is DatedKind.OUTAGE_NOTICE]
    assert due == ([date(2018, 6, 1)] if state.on <= date(2018, 6, 1) else [])


def test_an_outage_that_goes_on_is_told_today_and_one_that_is_over_is_not() -> None:
    going_on = asked(with_outage("2018-06-01"), date(2018, 6, 22))
    assert [one.day for one in of(ahead(going_on), DatedKind.OUTAGE)] == [date(2018, 6, 22)]
    over = asked(with_outage("2018-06-01"), date(2018, 6, 23))
    assert not of(ahead(over), DatedKind.OUTAGE)
    assert not outage_notices(over)


def test_the_end_of_the_list_of_bank_holidays_is_a_day_ahead() -> None:
    state = asked(files_of(ROOT), ON)
    calendar = state.calendar
    assert calendar is not None
    found = outlook(state, calendar.last)
    assert [one.day for one in of(found, DatedKind.BANK_HOLIDAYS_END)] == [calendar.last]


def test_every_kind_has_a_name() -> None:
    assert {*LABELS} == {*DatedKind}


@pytest.mark.parametrize("name", sorted(REGISTERS))
def test_the_data_fit_their_schema_and_say_what_the_lines_say(name: str) -> None:
    state = asked(files_of(REGISTERS[name]), ON)
    (file,) = outlook_files(state)
    data = json.loads(file.content)
    assert list(published_schema("outlook").faults(data)) == []
    assert [(one["day"], one["kind"], one["key"]) for one in data["dated"]] == [
        (one.day.isoformat(), one.kind.value, one.key) for one in ahead(state)
    ]


def events_of(state: PublishedState) -> dict[str, list[Any]]:
    """The events of each calendar file as vobject reads them."""
    found = {}
    for file in calendar_files(state):
        (calendar,) = vobject.readComponents(file.content.decode())
        calendar.validate(raiseException=True)
        found[file.path.removeprefix("site/calendar/")] = calendar.contents.get("vevent", [])
    return found


def test_calendars_have_an_all_day_event_for_each_line(shipped: PublishedState) -> None:
    found = events_of(shipped)
    told = outlook_told(ahead(shipped), shipped)
    assert [
        (one.dtstart.value, one.dtend.value, one.summary.value) for one in found["forward.ics"]
    ] == [(one.day, one.day + timedelta(days=1), f"{one.title} (illustrative)") for one in told]
    for one in found["forward.ics"]:
        assert type(one.dtstart.value) is date
        assert one.dtstamp.value.date() == ON
    kinds = {DatedKind.CERTIFICATES_EXPIRE, DatedKind.CERTIFICATES_RENEWAL}
    assert len(found["expiries.ics"]) == sum(one.kind in kinds for one in told)
    makers = {slug for one in told for slug in one.manufacturers}
    assert {*found} == {
        "forward.ics",
        "expiries.ics",
        *(f"manufacturers/{slug}.ics" for slug in makers),
    }


def test_a_manufacturers_calendar_names_its_own_entries_alone(shipped: PublishedState) -> None:
    for name, events in events_of(shipped).items():
        if name.startswith("manufacturers/"):
            slug = name.removeprefix("manufacturers/").removesuffix(".ics")
            text = "\n".join(one.description.value for one in events)
            named = {one.entry_id for one in shipped.entries if one.entry_id in text.split()}
            assert named
            assert {shipped.by_id[one].entry.manufacturer for one in named} == {slug}


def test_an_event_keeps_its_uid_and_a_later_edition_comes_after(shipped: PublishedState) -> None:
    later = publish(shipped.register, ON + timedelta(days=1), calendar=shipped.calendar)
    first, second = events_of(shipped)["forward.ics"], events_of(later)["forward.ics"]
    uids = [one.uid.value for one in first]
    assert len(uids) == len(set(uids))
    kept = {one.uid.value: one for one in second}
    for one in first:
        if one.dtstart.value > ON:
            again = kept[one.uid.value]
            assert again.summary.value == one.summary.value
            assert int(again.sequence.value) > int(one.sequence.value)


def test_the_same_day_gives_the_same_bytes_and_lines_are_folded(shipped: PublishedState) -> None:
    once = {one.path: one.content for one in calendar_files(shipped)}
    state = asked(files_of(ROOT), ON)
    assert once == {one.path: one.content for one in calendar_files(state)}
    for content in once.values():
        assert content.endswith(b"END:VCALENDAR\r\n")
        assert max(map(len, content.split(b"\r\n"))) <= 75


def test_a_calendar_of_nothing_is_still_a_calendar() -> None:
    state = asked(files_of(GBCS_1_1), date(2018, 5, 22))
    found = events_of(state)
    assert found["expiries.ics"] == []
