"""93x: the calendar: outages and the notice they need, meetings, and what campaigns say of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from cpl_registry.records.documents import Kind
from cpl_registry.records.findings import Problem, Severity
from cpl_registry.records.register import Register
from cpl_registry.records.yaml_text import shown
from cpl_registry.rules.rule import Scope, rule

_PATH = "cpl/reference/calendar.yaml"
_SOURCE = "SECP_56x_2205_01, section 6"


@rule("CPL931", scope=Scope.REGISTER, source=_SOURCE, severity=Severity.WARNING)
def outages_are_announced_in_time(register: Register, on: date) -> Iterator[Problem]:
    """The Parties are told of an outage as many days ahead as the calendar asks for.

    Why: Suppliers plan installations around outages; one that is told late costs visits.
    Fix: announce the outage now and say so in announced, or move the outage to a later day.
    """
    calendar = register.oversight.calendar
    if calendar.outage_notice_days is None:
        return
    for index, outage in enumerate(calendar.outages):
        last = outage.start - timedelta(days=calendar.outage_notice_days)
        if outage.end < on:
            continue
        name = shown(outage.title, 60)
        due = f"its {calendar.outage_notice_days} days' notice was due by {last}"
        if outage.announced is not None and outage.announced > last:
            yield Problem(
                path=_PATH,
                at=f"/outages/{index}/announced",
                message=f"the outage of {outage.start} ({name}) is announced on"
                f" {outage.announced}; {due}",
                fix="move the outage to a later day, or keep this on record as a short notice",
            )
        elif outage.announced is None and last < on:
            yield Problem(
                path=_PATH,
                at=f"/outages/{index}",
                message=f"the outage of {outage.start} ({name}) is not announced; {due}",
                fix="announce it now and write the day into announced, or move the outage",
            )


@rule("CPL932", scope=Scope.REGISTER, source="The calendar's own rule")
def outages_end_after_they_begin(register: Register) -> Iterator[Problem]:
    """An outage ends on the day it begins or later.

    Why: days are inclusive; an outage that ends before it begins is on no page and in no calendar.
    Fix: put start and end right; leave end out where it is the same day.
    """
    for index, outage in enumerate(register.oversight.calendar.outages):
        if outage.end < outage.start:
            yield Problem(
                path=_PATH,
                at=f"/outages/{index}/end",
                message=f"the outage ends on {outage.end}, before it begins on {outage.start}",
                fix="put start and end right, or leave end out where it is the same day",
            )


@rule("CPL933", scope=Scope.REGISTER, source="The calendar's own rule", severity=Severity.WARNING)
def dates_are_in_order_and_once(register: Register) -> Iterator[Problem]:
    """Meetings and outages stand oldest first, and a body meets once a day.

    Why: whoever reads the file looks for the next day; a line twice is two events in every calendar.
    Fix: put the lines in the order of their days, and take out the one that is there twice.
    """
    calendar = register.oversight.calendar
    days = [("meetings", [one.day for one in calendar.meetings])]
    days.append(("outages", [one.start for one in calendar.outages]))
    for name, found in days:
        for index in range(1, len(found)):
            if found[index] < found[index - 1]:
                yield Problem(
                    path=_PATH,
                    at=f"/{name}/{index}",
                    message=f"{found[index]} stands after {found[index - 1]}",
                    fix=f"put the {name} in the order of their days",
                )
    seen: set[tuple[date, str]] = set()
    for index, one in enumerate(calendar.meetings):
        if (one.day, one.body) in seen:
            yield Problem(
                path=_PATH,
                at=f"/meetings/{index}",
                message=f"{shown(one.body, 60)} meets twice on {one.day}",
                fix="take out the line that is there twice",
            )
        seen.add((one.day, one.body))


@rule(
    "CPL934",
    scope=Scope.REGISTER,
    source="The calendar's own rule",
    severity=Severity.NOTICE,
    needs=(Kind.CALENDAR,),
)
def campaigns_name_recorded_meetings(register: Register) -> Iterator[Problem]:
    """The meeting at which a campaign is decided on is recorded in the calendar.

    Why: the forward look and the Panel's paper count on it; a day that nobody recorded may be no
    meeting at all. Of a body whose meetings are not recorded nothing is said.
    Fix: put the campaign's meeting right, or record the meeting in cpl/reference/calendar.yaml.
    """
    recorded = {(one.day, one.body) for one in register.oversight.calendar.meetings}
    bodies = {body for _, body in recorded}
    for campaign in register.oversight.campaigns:
        if (
            campaign.body in bodies
            and campaign.meeting
            and (campaign.meeting, campaign.body) not in recorded
        ):
            yield Problem(
                path=campaign.path,
                at="/meeting",
                message=f"no meeting of {shown(campaign.body, 60)} on {campaign.meeting} is recorded"
                f" in {_PATH}",
                fix="put the day right, or record the meeting there",
            )


@rule("CPL935", scope=Scope.REGISTER, source=_SOURCE, severity=Severity.NOTICE)
def outages_stay_within_their_hours(register: Register, on: date) -> Iterator[Problem]:
    """The outages planned for a month stay within the hours that the calendar gives a month.

    Why: the hours of planned outage are limited; more of them need to be agreed on.
    Fix: spread the outages over more months, or have the longer outage agreed and keep it on record.
    """
    calendar = register.oversight.calendar
    most = calendar.outage_hours_a_month
    if most is None:
        return
    hours: dict[date, int] = {}
    for index, outage in enumerate(calendar.outages):
        month = outage.start.replace(day=1)
        before = hours.get(month, 0)
        hours[month] = before + (outage.hours or 0)
        if outage.end >= on and hours[month] > most >= before:
            yield Problem(
                path=_PATH,
                at=f"/outages/{index}/hours",
                message=f"with this outage {hours[month]} hours are planned for"
                f" {month.year}-{month.month:02}; the calendar gives a month {most}",
                fix="spread the outages over more months, or have this one agreed",
            )


RULES = (
    outages_are_announced_in_time,
    outages_end_after_they_begin,
    dates_are_in_order_and_once,
    campaigns_name_recorded_meetings,
    outages_stay_within_their_hours,
)
