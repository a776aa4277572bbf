"""90x: incidents, told so that what they touch can be worked out and their end can be believed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from cpl_registry.records.device_model import EntryId
from cpl_registry.records.documents import Kind
from cpl_registry.records.findings import Problem, Severity
from cpl_registry.records.incident import Incident
from cpl_registry.records.register import Register
from cpl_registry.records.yaml_text import shown
from cpl_registry.rules.rule import Concerned, Scope, rule
from cpl_registry.state.incidents import still_held
from cpl_registry.state.panel_days import PanelFile
from cpl_registry.state.selection import Selecting

_SECTION = "Contract, section 2: panel/incidents/"
_PAPER = "SECP_56x_2205_01, appendix A"
_NAMED = 3
"""So many entries a finding names; of the others it says how many there are."""


@rule("CPL901", scope=Scope.REGISTER, source=_PAPER, needs=(Kind.SEVERITIES,))
def severity_is_on_the_scale(register: Register) -> Iterator[Problem]:
    """The severity of an incident is a level of the recorded scale.

    Why: a level that nobody has defined tells a reader nothing about how grave the incident is.
    Fix: use a level of cpl/reference/incident-severities.yaml.
    """
    known = [one.level for one in register.oversight.severities]
    for incident in register.oversight.incidents:
        if incident.severity not in known:
            levels = ", ".join(known) or "none; add the file"
            yield Problem(
                path=incident.path,
                at="/severity",
                message=f"no such severity: {shown(incident.severity)}",
                fix=f"use a level of cpl/reference/incident-severities.yaml ({levels})",
            )


def _held_after_its_end(register: Register, on: date) -> Concerned:
    selecting = Selecting(register=register)
    return {
        one.path: frozenset(still_held(one, selecting, on)) for one in register.oversight.incidents
    }


@rule(
    "CPL902",
    scope=Scope.REGISTER,
    source=_SECTION,
    needs=(Kind.DSP_PROFILE,),
    concerned=_held_after_its_end,
)
def ended_incident_leaves_nothing_held(
    register: Register, _: date, still: Concerned
) -> Iterator[Problem]:
    """Nothing that an ended incident touched is still held on the day after its last.

    Why: an incident that is called over while its entries are kept out of the extract tells Parties
        that all is well when it is not.
    Fix: take the end away until the entries go out, then run `cpl incident close`; or let its last
        day be the last on which one of them was held.
    """
    for incident in register.oversight.incidents:
        if held := sorted(still[incident.path]):
            more = f" and {len(held) - _NAMED} more" if len(held) > _NAMED else ""
            yield Problem(
                path=incident.path,
                at="/end",
                message=f"on the day after, still held: {', '.join(held[:_NAMED])}{more}",
                fix=f"remove end; when nothing is held: cpl incident close {incident.reference}",
            )


@rule("CPL903", scope=Scope.REGISTER, source=_SECTION)
def timeline_is_in_order(register: Register) -> Iterator[Problem]:
    """The timeline of an incident is in the order of its days, from its start to its end.

    Why: the page and the feed tell the incident in this order, as it could be known on each day.
        The day after the last may have a line: the one that says that it is over.
    Fix: put the lines in order, or correct the day of the line, the start or the end.
    """
    for incident in register.oversight.incidents:
        before = incident.start
        for index, line in enumerate(incident.timeline):
            at = f"/timeline/{index}/date"
            if line.day < before:
                what = f"the line before it, of {before}" if index else f"the start, {before}"
                yield Problem(
                    path=incident.path,
                    at=at,
                    message=f"{line.day} lies before {what}",
                    fix="put the lines in the order of their days",
                    follows_from=("/start",),
                )
            elif _is_after(line.day, incident):
                yield Problem(
                    path=incident.path,
                    at=at,
                    message=f"{line.day} lies after the end, {incident.end}",
                    fix="correct the day of the line, or the end",
                    follows_from=("/end",),
                )
            before = max(before, line.day)


def _is_after(day: date, incident: Incident) -> bool:
    return incident.end is not None and day > incident.end + timedelta(days=1)


@rule("CPL904", scope=Scope.REGISTER, source=_SECTION)
def incident_ends_after_it_starts(register: Register) -> Iterator[Problem]:
    """An incident ends, and is expected to end, no sooner than it starts.

    Why: an incident that is over before it began touches no entry and is told to nobody.
    Fix: correct the day that is wrong.
    """
    for incident in register.oversight.incidents:
        for name, day in (("end", incident.end), ("expected_end", incident.expected_end)):
            if day is not None and day < incident.start:
                yield Problem(
                    path=incident.path,
                    at=f"/{name}",
                    message=f"{day} lies before the start, {incident.start}",
                    fix=f"correct {name} or start",
                )


def _touched_so_far(register: Register, on: date) -> Concerned:
    selecting = Selecting(register=register)
    found: dict[str, frozenset[EntryId]] = {}
    for one in register.oversight.incidents:
        until = on if one.end is None else min(on, one.end)
        if one.start <= until:
            found[one.path] = frozenset(selecting.touched(one.selector, one.start, until))
    return found


@rule(
    "CPL905",
    scope=Scope.REGISTER,
    severity=Severity.NOTICE,
    source=_SECTION,
    needs=(Kind.DSP_PROFILE,),
    concerned=_touched_so_far,
)
def incident_touches_an_entry(register: Register, _: date, touched: Concerned) -> Iterator[Problem]:
    """An incident touches at least one entry.

    Why: a selector with a slip in it selects nothing, and no entry would tell of the incident.
    Fix: nothing where the incident touches the whole list and no entry alone; else correct the
        selector, and see with `cpl validate --on DAY` what it means.
    """
    for incident in register.oversight.incidents:
        if not touched.get(incident.path, True):
            yield Problem(
                path=incident.path,
                at="/selector",
                message="selects no entry on any of its days",
                fix="correct the selector, if entries are touched",
            )


@rule("CPL906", scope=Scope.REGISTER, source=_SECTION)
def panel_files_are_named_as_they_are_cited(register: Register) -> Iterator[Problem]:
    """A file under cpl/panel/ has the name under which it is cited, and no other file has it too.

    Why: a reference leads to its file by name; under another name it leads nowhere, and two files
        could claim the same reference.
    Fix: rename the file, or correct the reference in it.
    """
    told = register.oversight
    files: tuple[PanelFile, ...] = (
        *told.incidents,
        *told.decisions,
        *told.campaigns,
        *told.notices,
    )
    taken: dict[str, str] = {}
    for one in files:
        name = one.path.rpartition("/")[2].removesuffix(".yaml")
        first = taken.setdefault(one.reference.casefold(), one.path)
        if first != one.path:
            yield Problem(
                path=one.path,
                at="/reference",
                message=f"{one.reference} is the reference of {first} already",
                fix="take another reference, and name the file by it",
            )
        if name != one.reference:
            yield Problem(
                path=one.path,
                at="/reference",
                message=f"the file is called {shown(name, 60)}, its reference {one.reference}",
                fix=f"rename the file {one.reference}.yaml, or correct the reference",
            )


RULES = (
    severity_is_on_the_scale,
    ended_incident_leaves_nothing_held,
    timeline_is_in_order,
    incident_ends_after_it_starts,
    incident_touches_an_entry,
    panel_files_are_named_as_they_are_cited,
)
