"""What is published on a day: the register, asked for that day, with every answer worked out once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from cpl_registry.records.delivery import Row
from cpl_registry.records.device_model import Entry, EntryId, Status
from cpl_registry.records.register import Register
from cpl_registry.records.working_days import WorkingDays
from cpl_registry.state.campaigning import campaigns_on
from cpl_registry.state.campaigns import CampaignStanding, Target, campaigns_by_entry
from cpl_registry.state.clocks import EventClocks, clocks_until
from cpl_registry.state.delivery import Delivery, Route, delivery_on
from cpl_registry.state.history import Standing, as_of, happened, standing, submitted
from cpl_registry.state.incidents import IncidentStanding, incidents_by_entry, incidents_on
from cpl_registry.state.routing import route_of
from cpl_registry.state.sent import NOTHING_SENT, Sent, sent_until

MOST_ENTRY_PAGES = 30_000
"""Up to so many entries each has a page and files of its own.

They take some 25 kB an entry; lists, shards and data, which grow as well, some 9 kB. With this many
the site stays below the gigabyte that static hosts give, and without them at 100,000 too.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """One entry as it is published on a day: its values and history of that day, and its state.

    `delivery` is None for an entry that is not Active. `waiting_since` is set for a submission in
    the public queue.
    """

    entry: Entry
    standing: Standing
    waiting_since: date | None
    delivery: Delivery | None

    @property
    def entry_id(self) -> EntryId:
        """The entry id."""
        return self.entry.entry_id

    @property
    def status(self) -> Status | None:
        """The CPL status; None for a submission."""
        return self.standing.status

    @property
    def held(self) -> bool:
        """Whether the present values are kept out of the extract."""
        return self.delivery is not None and self.delivery.hold is not None


@dataclass(frozen=True, kw_only=True)
class PublishedState:
    """The whole list on a day, in entry id order.

    `calendar` are the Working Days of the clocks, None where no clock is asked for.
    `commit` is the Git commit that the register was read from, None where there is none or where
    the files differ from it. Up to `most_entry_pages` entries each has a page of its own.
    """

    on: date
    register: Register
    commit: str | None
    entries: tuple[Published, ...]
    sent: Sent = NOTHING_SENT
    calendar: WorkingDays | None = None
    most_entry_pages: int = MOST_ENTRY_PAGES

    @property
    def entry_pages(self) -> bool:
        """Whether each entry has a page and files of its own; else shards have what they would say."""
        return len(self.entries) <= self.most_entry_pages

    @cached_property
    def by_id(self) -> Mapping[EntryId, Published]:
        """The entries by their id."""
        return {one.entry_id: one for one in self.entries}

    @cached_property
    def active(self) -> tuple[Published, ...]:
        """The entries that are Active."""
        return tuple(one for one in self.entries if one.standing.active)

    @cached_property
    def extract(self) -> tuple[Published, ...]:
        """The entries that have a row in the extract."""
        return tuple(one for one in self.active if one.delivery and one.delivery.row is not None)

    @cached_property
    def rows(self) -> Mapping[EntryId, Row]:
        """The rows of the extract."""
        return {
            one.entry_id: one.delivery.row
            for one in self.extract
            if one.delivery is not None and one.delivery.row is not None
        }

    @cached_property
    def held(self) -> tuple[Published, ...]:
        """The entries whose present values are held."""
        return tuple(one for one in self.active if one.held)

    @cached_property
    def queue(self) -> tuple[Published, ...]:
        """The submissions that wait to be listed."""
        return tuple(one for one in self.entries if one.waiting_since is not None)

    @cached_property
    def statuses(self) -> Mapping[Status, int]:
        """How many entries have each status."""
        return Counter(one.status for one in self.entries if one.status is not None)

    @cached_property
    def campaigns(self) -> tuple[CampaignStanding, ...]:
        """The campaigns opened so far, newest first."""
        return campaigns_on(self.register, self.on, self.calendar)

    @cached_property
    def campaigns_by_entry(self) -> Mapping[EntryId, tuple[tuple[CampaignStanding, Target], ...]]:
        """The campaigns that each entry is a target of, newest first, and where it stands in each."""
        return campaigns_by_entry(self.campaigns)

    @cached_property
    def incidents(self) -> tuple[IncidentStanding, ...]:
        """The incidents begun so far, newest first."""
        return incidents_on(self.register, self.on)

    @cached_property
    def clocks(self) -> tuple[EventClocks, ...]:
        """The clocks of every event; none where nothing was delivered, or no calendar is at hand."""
        if self.calendar is None or not self.sent.deliveries:
            return ()
        return clocks_until(self.register, self.on, self.calendar)

    @cached_property
    def incidents_by_entry(self) -> Mapping[EntryId, tuple[IncidentStanding, ...]]:
        """The incidents that have touched each entry, newest first."""
        return incidents_by_entry(self.incidents)

    @cached_property
    def illustrative(self) -> bool:
        """Whether the register is a demonstration: it has manufacturers that are made up."""
        return any(maker.illustrative for maker in self.register.manufacturers.values())


def publish(
    register: Register,
    on: date,
    commit: str | None = None,
    calendar: WorkingDays | None = None,
    most_entry_pages: int = MOST_ENTRY_PAGES,
) -> PublishedState:
    """The register as it is published on a day. An entry that nothing had happened to is left out."""
    sent = sent_until(register.deliveries, register.acknowledgements, on)
    route = route_of(register, sent)
    return PublishedState(
        on=on,
        register=register,
        commit=commit,
        entries=tuple(_published(entry, on, route) for entry in _seen(register, on)),
        sent=sent,
        calendar=calendar,
        most_entry_pages=most_entry_pages,
    )


def _seen(register: Register, on: date) -> list[Entry]:
    return [entry for entry in register.by_id.values() if entry.history[0].day <= on]


def _published(entry: Entry, on: date, route: Route) -> Published:
    return Published(
        entry=as_of(entry, on),
        standing=standing(entry, on),
        waiting_since=submitted(entry, on),
        delivery=delivery_on(entry, on, route),
    )


def events_until(state: PublishedState) -> list[tuple[date, Published, int]]:
    """Everything that happened up to the day, newest first: day, entry, index of the history line."""
    found = [
        (line.day, one, index)
        for one in state.entries
        for index, line in enumerate(happened(one.entry, state.on))
    ]
    return sorted(found, key=lambda event: (event[0], event[1].entry_id, event[2]), reverse=True)
