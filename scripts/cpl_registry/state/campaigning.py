"""Campaigns answered from the histories of the entries: nothing is counted by hand or kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta

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
        self._products: dict[tuple[str, ...], list[Entry]] = {}
        for entry in register.by_id.values():
            self._products.setdefault(_product(entry), []).append(entry)

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
        for answer in self._answers:
            if found := answer(entry, campaign, begun, on):
                return found
        if deadline is not None and on > deadline:
            return Target(entry=entry, position=Position.OVERDUE, since=deadline + _DAY)
        return Target(entry=entry, position=Position.OUTSTANDING, since=begun)

    def burn_down(
        self, campaign: Campaign, on: date, working: WorkingDays | None = None
    ) -> tuple[tuple[date, Mapping[Position, int]], ...]:
        """The counts on each day on which they changed, from notice to a day; empty before notice."""
        if campaign.notice is None or campaign.notice > on:
            return ()
        last = min(on, campaign.closed or on)
        days = sorted(
            day for day in self._days(campaign, working) if campaign.notice <= day <= last
        )
        found: list[tuple[date, Mapping[Position, int]]] = []
        for day in days:
            counts = self.standing(campaign, day, working).counts
            if not found or counts != found[-1][1]:
                found.append((day, counts))
        return tuple(found)

    def _days(self, campaign: Campaign, working: WorkingDays | None) -> set[date]:
        """The days on which a count can change."""
        products = {_product(one) for one in self.targets(campaign, date.max)}
        days = {
            line.day
            for product in products
            for entry in self._products[product]
            for line in entry.history
        }
        for dispute in campaign.disputes:
            days.update(one for one in (dispute.since, dispute.settled) if one)
        days.update(one.day for one in self.register.oversight.decisions)
        if campaign.notice and (end := deadline_of(campaign, working)):
            days.update((campaign.notice, end[0] + _DAY))
        return days

    def _removed(self, entry: Entry, _: Campaign, begun: date, on: date) -> Target | None:
        now = standing(entry, on)
        if now.active:
            return None
        since = now.since or begun
        return Target(entry=entry, position=Position.REMOVED, since=since, status=now.status)

    def _exempt(self, entry: Entry, campaign: Campaign, begun: date, on: date) -> Target | None:
        """Spared from the day of the decision that says so, where the register has it."""
        days = {one.reference: one.day for one in self.register.oversight.decisions}
        for spared in campaign.exemptions:
            since = max(begun, days.get(spared.reference, begun))
            if spared.entry_id == entry.entry_id and since <= on:
                text = spared.reason
                return Target(entry=entry, position=Position.EXEMPT, since=since, text=text)
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
            day = self._amended_on(entry, campaign, on)
            if day is not None:
                return Target(
                    entry=entry, position=Position.CORRECTED, since=day, way=Way.AMENDMENT
                )
        if Way.NEWER_FIRMWARE not in campaign.corrected_by:
            return None
        newer = [
            (listed_on(other) or on, other.entry_id)
            for other in self._newer(entry, on)
            if standing(other, on).active and not self._still_meant(campaign, other, on)
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
        """Firmware of the same product that was listed later."""
        listed = listed_on(entry)
        for other in self._products[_product(entry)]:
            day = listed_on(other)
            if listed is not None and day is not None and listed < day <= on:
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

    def _amended_on(self, entry: Entry, campaign: Campaign, on: date) -> date | None:
        """The day since which an entry no longer is what was meant; None where it still is."""
        if self._still_meant(campaign, entry, on):
            return None
        days = sorted({line.day for line in entry.history if line.changed and line.day <= on})
        since = campaign.notice or campaign.opened  # where a hold ended and no value changed
        for day in days[::-1]:
            if self._still_meant(campaign, entry, day):
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
