"""What the list says of one Device Model on a day: status, way to the DCC, certificates, firmware."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cpl_registry.records.delivery import DeliveryFile
from cpl_registry.records.device_model import Certificate, EntryId
from cpl_registry.state.history import listed_on
from cpl_registry.state.inventory_state import State, stands, state_of
from cpl_registry.state.newer_firmware import Firmware, newer_firmware, product_of
from cpl_registry.state.publication import Published, PublishedState
from cpl_registry.state.sent import Loaded, Rejection

ENDING_SOON = 90
"""A certificate that ends within so many days is told."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """What the list says of one Device Model.

    `listed` is the day of the first listing. `sent_with` is the delivery that brought the row in
    the extract, `loaded` the row that the DCC holds, which may be an earlier one, `rejection` its
    refusal of the present row or of a removal. `ending` are certificates that ended or soon will.
    """

    entry: Published
    state: State
    listed: date | None
    sent_with: DeliveryFile | None
    loaded: Loaded | None
    rejection: Rejection | None
    ending: tuple[Certificate, ...]
    newer: tuple[Firmware, ...]

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
            self._products.setdefault(product_of(one), []).append(one)

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
            sent_with=sent.came_with.get(entry_id) if stands(row, entry_id, sent) else None,
            loaded=sent.loaded.get(entry_id),
            rejection=rejection if rejection and rejection.row == row else None,
            ending=self._ending(one) if one.standing.active else (),
            newer=newer_firmware(one, self._products[product_of(one)], sent),
        )

    def _ending(self, one: Published) -> tuple[Certificate, ...]:
        return tuple(
            certificate
            for certificate in one.entry.certificates()
            if certificate.ends and (certificate.ends - self._state.on).days <= ENDING_SOON
        )
