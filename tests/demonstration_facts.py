"""The demonstration register as its generator makes it, and questions about its histories."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache

from demonstration.entries import Entry, Line
from demonstration.make_register import HOLIDAYS, PLAN, make_entries
from demonstration.plan import Plan
from demonstration.plan_file import read_plan
from demonstration.references import Decision
from demonstration.working_days import WorkingDays, read_working_days

from tests.repository import ROOT


@cache
def the_plan() -> Plan:
    return read_plan(PLAN)


@cache
def the_days() -> WorkingDays:
    return read_working_days(ROOT / HOLIDAYS)


@cache
def made() -> tuple[tuple[Entry, ...], tuple[Decision, ...]]:
    return make_entries(the_plan(), the_days())


def lines(entries: Iterable[Entry], event: str) -> Iterator[tuple[Entry, Line]]:
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
