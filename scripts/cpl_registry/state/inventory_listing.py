"""What the list says of one Device Model on a day: status, way to the DCC, certificates, firmware."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cpl_registry.records.delivery import DeliveryFile, Row
from cpl_registry.records.device_model import KEY_FIELDS, Certificate, EntryId
from cpl_registry.state.history import listed_on
from cpl_registry.state.publication import Published, PublishedState
from cpl_registry.state.sent import Loaded, Rejection, Sent

ENDING_SOON = 90
"""A certificate that ends within so many days is told."""
_PRODUCT = KEY_FIELDS[:-1]
"""All of the key but the firmware version."""


class State(StrEnum):
    """Where a Device Model stands; of an Active one, how far its present row has come."""

    LOADED = "listed-loaded"
    DELIVERED = "listed-delivered"
    AWAITING = "listed-awaiting-delivery"
    REJECTED = "listed-rejected"
    HELD = "listed-held"
    AMENDMENT_HELD = "listed-amendment-held"
    SUBSTITUTED = "listed-substituted"
    SUBMITTED = "submitted"
    CLOSED = "submission-closed"
    REMOVED = "removed"
    NOT_LISTED = "not-on-the-list"
    TYPE_2 = "type-2"
    SMETS1 = "smets1"
    NOT_UNDERSTOOD = "not-understood"

    @property
    def active(self) -> bool:
        """Whether the Device Model is on the list as Active."""
        return self.value.startswith("listed-")


@dataclass(frozen=True, kw_only=True, slots=True)
class Firmware:
    """An Active entry with other firmware for the same hardware, and how far its row has come."""

    entry: Published
    state: State


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """What the list says of one Device Model.

    `listed` is the day of the first listing. `sent_with` is the delivery that brought the row in
    the extract, `loaded` the row that the DCC holds, which may be an earlier one, `rejection` its
    refusal of the present row or of a removal. `ending` are certificates that ended or soon will.
    `upgrades` are Active entries to which recorded upgrade paths lead; `later` are those listed
    later, told only where no path leads anywhere.
    """

    entry: Published
    state: State
    listed: date | None
    sent_with: DeliveryFile | None = None
    loaded: Loaded | None = None
    rejection: Rejection | None = None
    ending: tuple[Certificate, ...] = ()
    upgrades: tuple[Firmware, ...] = ()
    later: tuple[Firmware, ...] = ()

    @property
    def holds_row(self) -> bool:
        """Whether the DCC holds the very row that the extract has."""
        row = self.entry.delivery.row if self.entry.delivery else None
        return self.loaded is not None and self.loaded.row == row


class Listings:
    """The list of a day, asked by entry id; each answer is worked out once."""

    def __init__(self, state: PublishedState) -> None:
        self._state = state
        self._found: dict[EntryId, Listing] = {}
        self._products: dict[tuple[str, ...], list[Published]] = {}
        for one in state.entries:
            self._products.setdefault(_product(one), []).append(one)

    def of(self, entry_id: EntryId) -> Listing | None:
        """What the list says of an entry; None where it has nothing under this key."""
        one = self._state.by_id.get(entry_id)
        if one is None:
            return None
        if entry_id not in self._found:
            self._found[entry_id] = self._listing(one)
        return self._found[entry_id]

    def _listing(self, one: Published) -> Listing:
        sent, entry_id = self._state.sent, one.entry_id
        row = one.delivery.row if one.delivery else None
        rejection = sent.rejected.get(entry_id)
        return Listing(
            entry=one,
            state=state_of(one, sent),
            listed=listed_on(one.entry),
            sent_with=sent.came_with.get(entry_id) if _stands(row, entry_id, sent) else None,
            loaded=sent.loaded.get(entry_id),
            rejection=rejection if rejection and rejection.row == row else None,
            ending=self._ending(one) if one.standing.active else (),
            **self._newer(one),
        )

    def _ending(self, one: Published) -> tuple[Certificate, ...]:
        return tuple(
            certificate
            for certificate in one.entry.certificates()
            if certificate.ends and (certificate.ends - self._state.on).days <= ENDING_SOON
        )

    def _newer(self, one: Published) -> dict[str, tuple[Firmware, ...]]:
        product = [other for other in self._products[_product(one)] if other.standing.active]
        listed = listed_on(one.entry)
        if listed is None:
            return {}
        if reached := _reached(one.entry_id, product):
            return {"upgrades": self._firmware(reached)}
        later = [
            other
            for other in product
            if (day := listed_on(other.entry)) is not None and day > listed
        ]
        return {"later": self._firmware(later)}

    def _firmware(self, entries: Iterable[Published]) -> tuple[Firmware, ...]:
        """Oldest listing first. Firmware versions are opaque and give no order."""
        return tuple(
            Firmware(entry=one, state=state_of(one, self._state.sent))
            for one in sorted(
                entries, key=lambda one: (listed_on(one.entry) or date.min, one.entry_id)
            )
        )


def _product(one: Published) -> tuple[str, ...]:
    return tuple(one.entry.text(name) for name in _PRODUCT)


def _reached(entry_id: EntryId, product: list[Published]) -> list[Published]:
    """The entries to which upgrades lead from one, step by step, over what is in `product`."""
    reached: dict[EntryId, Published] = {}
    left = [entry_id]
    while left:
        before = left.pop()
        for one in product:
            if before in one.entry.upgrades_from and one.entry_id not in {*reached, entry_id}:
                reached[one.entry_id] = one
                left.append(one.entry_id)
    return list(reached.values())


def _stands(row: Row | None, entry_id: EntryId, sent: Sent) -> bool:
    """Whether the row is the one last sent and not rejected."""
    return row is not None and sent.standing.get(entry_id) == row


def state_of(one: Published, sent: Sent) -> State:
    """Where an entry stands; of an Active one, how far its present row has come."""
    if one.delivery is None:
        if one.status is not None:
            return State.REMOVED
        return State.SUBMITTED if one.waiting_since is not None else State.CLOSED
    if one.delivery.misstated:
        return State.SUBSTITUTED
    row = one.delivery.row
    if one.delivery.hold is not None:
        return State.HELD if row is None else State.AMENDMENT_HELD
    return _row_state(row, one.entry_id, sent)


def _row_state(row: Row | None, entry_id: EntryId, sent: Sent) -> State:
    """How far a row has come that nothing holds back.

    A loaded row that was sent otherwise since is not told as loaded: the DCC is about to change it.
    """
    loaded, rejection = sent.loaded.get(entry_id), sent.rejected.get(entry_id)
    stands = _stands(row, entry_id, sent)
    if stands and loaded is not None and loaded.row == row:
        return State.LOADED
    if rejection is not None and rejection.row == row:
        return State.REJECTED
    return State.DELIVERED if stands else State.AWAITING
