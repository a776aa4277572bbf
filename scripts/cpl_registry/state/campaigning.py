"""Campaigns answered from the histories of the entries: nothing is counted by hand or kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property

from cpl_registry.records.campaign import Campaign, Way
from cpl_registry.records.device_model import KEY_FIELDS, Entry, EntryId
from cpl_registry.records.register import Register
from cpl_registry.records.working_days import WorkingDays
from cpl_registry.state.campaigns import (
    CampaignStanding,
    Position,
    Stage,
    Target,
    deadline_of,
)
from cpl_registry.state.history import as_of, listed_on, standing, submitted
from cpl_registry.state.selection import Selecting

_PRODUCT = KEY_FIELDS[:-1]
_DAY = timedelta(days=1)


def campaigns_on(
    register: Register, on: date, working: WorkingDays | None = None
) -> tuple[CampaignStanding, ...]:
    """The campaigns that were opened by a day, newest first."""
    asked = Campaigning(register)
    opened = [one for one in register.oversight.campaigns if one.opened <= on]
    ordered = sorted(opened, key=lambda one: (one.opened, one.reference), reverse=True)
    return tuple(asked.standing(one, on, working) for one in ordered)


class Campaigning:
    """Answers for campaigns of one register."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.selecting = Selecting(register=register)
        # The first answer that holds is the position.
        self._answers: tuple[Callable[[Entry, Campaign, date, date], Target | None], ...] = (
            self._removed,
            self._exempt,
            self._corrected,
            self._disputed,
            self._submitted,
        )
        self._decided = {
            one.reference: one.day for one in register.oversight.decisions if one.published
        }
        self._drafts = {one.reference for one in register.oversight.decisions if not one.published}

    @cached_property
    def _products(self) -> dict[tuple[str, ...], list[Entry]]:
        found: dict[tuple[str, ...], list[Entry]] = {}
        for entry in self.register.by_id.values():
            found.setdefault(_product(entry), []).append(entry)
        return found

    def meant(self, campaign: Campaign, on: date) -> tuple[Entry, ...]:
        """The Active entries that the campaign's selector means as of a day."""
        return tuple(
            one
            for one in self.selecting.selected(campaign.selector, on)
            if standing(one, on).active
        )

    def targets(self, campaign: Campaign, on: date) -> tuple[Entry, ...]:
        """The entries that the campaign is about: frozen once notice was given."""
        if campaign.notice is None or campaign.notice > on:
            return self.meant(campaign, on)
        by_id = self.register.by_id
        return tuple(by_id[one] for one in sorted(campaign.targets) if one in by_id)

    def standing(
        self, campaign: Campaign, on: date, working: WorkingDays | None = None
    ) -> CampaignStanding:
        """The campaign as of a day. One that is closed stands as it did on the day of closing."""
        closed = campaign.closed is not None and campaign.closed <= on
        day = campaign.closed if closed and campaign.closed is not None else on
        noticed = campaign.notice is not None and campaign.notice <= on
        end = deadline_of(campaign, working) if noticed else None
        targets = self.targets(campaign, day)
        late = end is not None and day > end[0]
        return CampaignStanding(
            campaign=campaign,
            on=on,
            stage=_stage(closed=closed, late=late, noticed=noticed),
            deadline=end[0] if end else None,
            on_working_day=end[1] if end else False,
            targets=tuple(
                self.position(one, campaign, day, end[0] if end else None) for one in targets
            ),
            joined_late=self._joined_late(campaign, targets, day) if noticed else (),
        )

    def position(self, entry: Entry, campaign: Campaign, on: date, deadline: date | None) -> Target:
        """Where one target stands on a day; `deadline` is None before notice."""
        given = campaign.notice
        begun = given if given is not None and given <= on else campaign.opened
        found = next(
            (one for ask in self._answers if (one := ask(entry, campaign, begun, on))), None
        )
        if found is None and deadline is not None and on > deadline:
            found = Target(entry=entry, position=Position.OVERDUE, since=deadline + _DAY)
        if found is None:
            found = Target(entry=entry, position=Position.OUTSTANDING, since=begun)
        active = standing(entry, on).active
        return replace(found, still_meant=active and self._still_meant(campaign, entry, on))

    def burn_down(
        self, campaign: Campaign, on: date, working: WorkingDays | None = None
    ) -> tuple[tuple[date, Mapping[Position, int]], ...]:
        """The counts on each day on which they changed, from notice to a day; empty before notice."""
        if campaign.notice is None or campaign.notice > on:
            return ()
        last = min(on, campaign.closed or on)
        end = deadline_of(campaign, working)
        targets = self.targets(campaign, last)
        days = sorted(
            day
            for day in self._days(campaign, targets, end[0] if end else None, last)
            if campaign.notice <= day <= last
        )
        found: list[tuple[date, Mapping[Position, int]]] = []
        for day in days:
            stand = (self.position(one, campaign, day, end[0] if end else None) for one in targets)
            counted = Counter(one.position for one in stand)
            counts = {position: counted[position] for position in Position}
            if not found or counts != found[-1][1]:
                found.append((day, counts))
        return tuple(found)

    def _days(
        self, campaign: Campaign, targets: Iterable[Entry], end: date | None, last: date
    ) -> set[date]:
        """The days on which a count can change."""
        days = {
            line.day
            for product in {_product(one) for one in targets}
            for entry in self._products[product]
            for line in entry.history
        }
        days.update(one.since for one in campaign.exemptions if one.since)
        for dispute in campaign.disputes:
            days.update(one for one in (dispute.since, dispute.settled) if one)
        days.update(self._decided.values())
        if campaign.notice is not None:
            days |= self.selecting.days_of(campaign.selector, campaign.notice, last)
        if end is not None:
            days.add(end + _DAY)
        return days

    def _removed(self, entry: Entry, _: Campaign, begun: date, on: date) -> Target | None:
        now = standing(entry, on)
        if now.active:
            return None
        return Target(
            entry=entry,
            position=Position.REMOVED,
            since=now.since or begun,
            status=now.status,
            cause=now.line.cause if now.line else None,
            reference=now.line.reference if now.line else None,
        )

    def _exempt(self, entry: Entry, campaign: Campaign, begun: date, on: date) -> Target | None:
        """Spared from its day, but not before the decision that says so, and never by a draft.

        A decision whose file is not there is a warning of the rules: its day is not known.
        """
        for spared in campaign.exemptions:
            since = max(begun, self._decided.get(spared.reference, begun), spared.since or begun)
            drafted = spared.reference in self._drafts
            if spared.entry_id == entry.entry_id and since <= on and not drafted:
                return Target(
                    entry=entry,
                    position=Position.EXEMPT,
                    since=since,
                    text=spared.reason,
                    reference=spared.reference,
                )
        return None

    def _disputed(self, entry: Entry, campaign: Campaign, _: date, on: date) -> Target | None:
        for one in campaign.disputes:
            running = one.since <= on and (one.settled is None or on < one.settled)
            if one.entry_id == entry.entry_id and running:
                position = Position.DISPUTED
                return Target(entry=entry, position=position, since=one.since, text=one.reason)
        return None

    def _corrected(self, entry: Entry, campaign: Campaign, begun: date, on: date) -> Target | None:
        if Way.AMENDMENT in campaign.corrected_by:
            day = self._free_since(campaign, entry, on)
            if day is not None:
                changed = not campaign.selector.takes_values_of(as_of(entry, on))
                return Target(
                    entry=entry,
                    position=Position.CORRECTED,
                    since=max(day, begun),
                    way=Way.AMENDMENT if changed else None,
                )
        if Way.NEWER_FIRMWARE not in campaign.corrected_by:
            return None
        newer = [
            (day, other.entry_id)
            for other in self._newer(entry, on)
            if (day := self._free_since(campaign, other, on)) is not None
        ]
        if not newer:
            return None
        day, by = min(newer)
        return Target(
            entry=entry,
            position=Position.CORRECTED,
            since=max(day, begun),
            by=by,
            way=Way.NEWER_FIRMWARE,
        )

    def _newer(self, entry: Entry, on: date) -> Iterable[Entry]:
        """Newer firmware of the same product, listed by a day.

        Firmware versions are opaque: it is newer if it was listed later, or if a recorded upgrade
        leads to it; never if a recorded upgrade leads from it.
        """
        listed = listed_on(entry)
        for other in self._products[_product(entry)]:
            day = listed_on(other)
            if listed is None or day is None or day > on or other is entry:
                continue
            older = other.entry_id in entry.upgrades_from
            if not older and (day > listed or entry.entry_id in other.upgrades_from):
                yield other

    def _submitted(self, entry: Entry, campaign: Campaign, _: date, on: date) -> Target | None:
        if Way.NEWER_FIRMWARE not in campaign.corrected_by:
            return None
        waiting = [
            (since, other.entry_id)
            for other in self._products[_product(entry)]
            if other.history[0].day <= on
            and (since := submitted(other, on)) is not None
            and not self._still_meant(campaign, other, on)
        ]
        if not waiting:
            return None
        since, by = min(waiting)
        return Target(entry=entry, position=Position.SUBMITTED, since=since, by=by)

    def _joined_late(
        self, campaign: Campaign, targets: Iterable[Entry], on: date
    ) -> tuple[EntryId, ...]:
        known = {one.entry_id for one in targets}
        return tuple(one.entry_id for one in self.meant(campaign, on) if one.entry_id not in known)

    def _free_since(self, campaign: Campaign, entry: Entry, on: date) -> date | None:
        """Since when an entry has been Active without what is to go; None where it is not so."""
        days = {line.day for line in entry.history if line.day <= on}
        days |= self.selecting.days_of(campaign.selector, min(days), on)
        since: date | None = None
        for day in sorted(days, reverse=True):
            if not standing(entry, day).active or self._still_meant(campaign, entry, day):
                break
            since = day
        return since

    def _still_meant(self, campaign: Campaign, entry: Entry, on: date) -> bool:
        """Whether an entry has, as of a day, the values (or the hold) that are to be corrected."""
        if not campaign.selector.takes_values_of(as_of(entry, on)):
            return False
        return not campaign.selector.held or self.selecting.held(entry, on)


def _product(entry: Entry) -> tuple[str, ...]:
    return tuple(entry.text(name) for name in _PRODUCT)


def _stage(*, closed: bool, late: bool, noticed: bool) -> Stage:
    if closed:
        return Stage.CLOSED
    if late:
        return Stage.PAST_DEADLINE
    return Stage.NOTICE_GIVEN if noticed else Stage.OPENED
