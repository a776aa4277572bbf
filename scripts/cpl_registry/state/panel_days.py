"""The last day of which a file under `panel/` tells: what is published for a day tells no later one."""

from __future__ import annotations

from datetime import date
from typing import TypeAlias

from cpl_registry.records.campaign import Campaign
from cpl_registry.records.decision import Decision
from cpl_registry.records.incident import Incident
from cpl_registry.records.notice import Notice

PanelFile: TypeAlias = Campaign | Decision | Incident | Notice


def last_told(file: PanelFile) -> date | None:
    """The latest day that has come once a file is true as it stands; None where it tells of none.

    A day that is foreseen, such as a meeting or an expected end, is no such day.
    """
    days: list[date | None]
    if isinstance(file, Decision):
        days = [file.day]
    elif isinstance(file, Notice):
        days = [file.sent]
    elif isinstance(file, Incident):
        days = [file.start, file.end, *(line.day for line in file.timeline)]
    else:
        disputes = (day for one in file.disputes for day in (one.since, one.settled))
        spared = (one.since for one in file.exemptions)
        days = [file.opened, file.notice, file.closed, *spared, *disputes]
    return max((day for day in days if day is not None), default=None)


def may_be_shown(file: PanelFile, on: date) -> bool:
    """Whether a file is shown as it stands on a day: it is no draft and tells of no later day."""
    if isinstance(file, Decision) and not file.published:
        return False
    last = last_told(file)
    return last is not None and last <= on
