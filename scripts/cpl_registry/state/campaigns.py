"""A campaign on a day, in words and counts: stages, positions of its targets, its deadline.

The founding paper (section 8): Manufacturers and Suppliers are notified, have three months to
correct their entries, and what was not corrected comes before the Panel.
"""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cpl_registry.records.campaign import Campaign, Way
from cpl_registry.records.device_model import Entry, EntryId, Slug, Status
from cpl_registry.records.working_days import HolidaysUnknown, WorkingDays


class Position(StrEnum):
    """Where a target stands."""

    CORRECTED = "corrected"
    EXEMPT = "exempt"
    REMOVED = "removed"
    DISPUTED = "disputed"
    SUBMITTED = "submitted"
    """A correction waits in the public queue."""
    OUTSTANDING = "outstanding"
    OVERDUE = "overdue"


LEFT = (Position.DISPUTED, Position.SUBMITTED, Position.OUTSTANDING, Position.OVERDUE)
"""The positions of targets that are not done with."""


class Stage(StrEnum):
    """How far a campaign is."""

    OPENED = "opened"
    NOTICE_GIVEN = "notice-given"
    PAST_DEADLINE = "past-deadline"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """One target as of a day: its position, since when, and by what.

    `by` is the other entry that corrects it or would, `way` how it was corrected (None where a hold
    ended and no value changed), `status` and `cause` are those of a removed one, `text` is what a
    dispute or an exemption says, `reference` what an exemption or a removal rests on. `still_meant`:
    the entry itself is Active and still has the values that are to go, whatever its position: old
    firmware stays so when newer firmware is listed.
    """

    entry: Entry
    position: Position
    since: date
    by: EntryId | None = None
    way: Way | None = None
    status: Status | None = None
    cause: str | None = None
    text: str = ""
    reference: str | None = None
    still_meant: bool = False

    @property
    def entry_id(self) -> EntryId:
        """The entry id."""
        return self.entry.entry_id

    @property
    def left(self) -> bool:
        """Whether it is not done with."""
        return self.position in LEFT


@dataclass(frozen=True, kw_only=True, slots=True)
class CampaignStanding:
    """A campaign as of a day.

    `targets` are those frozen at notice or, before it, those that the selector means today.
    `deadline` is the last day in time; None before notice. `on_working_day` says whether it was
    moved to, or is known to be, a Working Day (False: the list of bank holidays does not reach).
    `joined_late` are entries that the selector means today and that are no targets.
    """

    campaign: Campaign
    on: date
    stage: Stage
    deadline: date | None
    on_working_day: bool
    targets: tuple[Target, ...]
    joined_late: tuple[EntryId, ...]

    @property
    def told_on(self) -> date:
        """The day of which the positions tell: the asked day, or the day of closing before it."""
        closed = self.campaign.closed
        return closed if self.stage is Stage.CLOSED and closed is not None else self.on

    @property
    def counts(self) -> Mapping[Position, int]:
        """How many targets stand where; every position is there."""
        found = Counter(one.position for one in self.targets)
        return {position: found[position] for position in Position}

    @property
    def left(self) -> tuple[Target, ...]:
        """The targets that are not done with."""
        return tuple(one for one in self.targets if one.left)

    @property
    def days_left(self) -> int | None:
        """Days until the deadline, negative after it; None before notice and once closed."""
        if self.deadline is None or self.stage is Stage.CLOSED:
            return None
        return (self.deadline - self.on).days

    def by_manufacturer(self) -> dict[Slug, tuple[Target, ...]]:
        """The targets of each manufacturer, in the order of the slugs."""
        found: dict[Slug, list[Target]] = {}
        for one in self.targets:
            found.setdefault(one.entry.manufacturer, []).append(one)
        return {slug: tuple(found[slug]) for slug in sorted(found)}


def campaigns_by_entry(
    campaigns: Iterable[CampaignStanding],
) -> dict[EntryId, tuple[tuple[CampaignStanding, Target], ...]]:
    """The campaigns that each entry is a target of, in their order, and where it stands in each."""
    found: dict[EntryId, list[tuple[CampaignStanding, Target]]] = {}
    for stand in campaigns:
        for one in stand.targets:
            found.setdefault(one.entry_id, []).append((stand, one))
    return {entry_id: tuple(told) for entry_id, told in found.items()}


def deadline_of(campaign: Campaign, working: WorkingDays | None) -> tuple[date, bool] | None:
    """The last day in time: notice plus the calendar months, moved on to a Working Day.

    The second value is False where the list of bank holidays does not reach that far; the day is
    then the plain one. None before notice.
    """
    if campaign.notice is None:
        return None
    day = months_after(campaign.notice, campaign.notice_months)
    try:
        moved = day
        while working is not None and not working.is_working_day(moved):
            moved += timedelta(days=1)
    except HolidaysUnknown:
        return day, False
    return moved, working is not None


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months later; the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
