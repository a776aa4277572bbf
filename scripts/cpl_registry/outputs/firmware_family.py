"""The firmware of one model: what can be upgraded to what, and what is newest, as far as recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from cpl_registry.outputs import wording
from cpl_registry.outputs.entry_rows import EntryRow, Listing
from cpl_registry.records.device_model import EntryId
from cpl_registry.state.history import listed_on
from cpl_registry.state.newer_firmware import newer_firmware, product_of
from cpl_registry.state.publication import Published


@dataclass(frozen=True, kw_only=True, slots=True)
class Relative:
    """Another firmware of the same model: its row, listing and kinship to the entry of the page."""

    row: EntryRow
    listed: str
    kinship: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A firmware on the upgrade path; `row` is None for one that the register does not have."""

    entry_id: EntryId
    row: EntryRow | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """The path through this entry: what leads to it, where it leads; and the others of its model.

    `newest` is the Active firmware for the same hardware that was listed last among the newer ones;
    None where there is none. `recorded` says whether a recorded path leads to it.
    """

    before: tuple[Step, ...]
    after: tuple[Step, ...]
    newest: EntryRow | None
    recorded: bool
    relatives: tuple[Relative, ...]


@dataclass(frozen=True, kw_only=True)
class Products:
    """The entries of a publication by the hardware that they are for, grouped once."""

    listing: Listing

    @cached_property
    def _by_product(self) -> Mapping[tuple[str, ...], Sequence[Published]]:
        found: dict[tuple[str, ...], list[Published]] = {}
        for one in self.listing.state.entries:
            found.setdefault(product_of(one), []).append(one)
        return found

    def newest(self, one: Published) -> EntryId | None:
        """The Active firmware for an entry's hardware that was listed last among the newer ones."""
        newer = newer_firmware(one, self._by_product[product_of(one)], self.listing.state.sent)
        return newer[-1].entry.entry_id if newer else None


def family(one: Published, models: Sequence[Published], listing: Listing) -> Family:
    """The family of an entry; `models` are the entries of its model, itself among them."""
    product = [other for other in models if product_of(other) == product_of(one)]
    newer = newer_firmware(one, product, listing.state.sent)
    return Family(
        before=tuple(_step(other, listing) for other in one.entry.upgrades_from),
        after=tuple(
            _step(other.entry_id, listing)
            for other in models
            if one.entry_id in other.entry.upgrades_from
        ),
        newest=listing.rows[newer[-1].entry.entry_id] if newer else None,
        recorded=bool(newer) and newer[-1].recorded,
        relatives=_relatives(one, models, listing),
    )


def _step(entry_id: EntryId, listing: Listing) -> Step:
    return Step(entry_id=entry_id, row=listing.rows.get(entry_id))


def _relatives(
    one: Published, models: Sequence[Published], listing: Listing
) -> tuple[Relative, ...]:
    found = []
    for other in sorted(
        models, key=lambda other: (listed_on(other.entry) or listing.state.on, other.entry_id)
    ):
        if other is one:
            continue
        listed = listed_on(other.entry)
        found.append(
            Relative(
                row=listing.rows[other.entry_id],
                listed=wording.day(listed) if listed else "not listed",
                kinship=_kinship(one, other),
            )
        )
    return tuple(found)


def _kinship(one: Published, other: Published) -> str:
    if other.entry_id in one.entry.upgrades_from:
        return "can be upgraded to this firmware"
    if one.entry_id in other.entry.upgrades_from:
        return "this firmware can be upgraded to it"
    return ""
