"""The devices of an inventory against the list: is each Device Model on it, does the DCC hold it?

The match is exact or it is none. Listed, delivered and loaded stay three facts (contract,
section 1), and what the inventory says otherwise than the list is told beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cpl_registry.records.device_model import Status
from cpl_registry.records.inventory_device import InventoryDevice
from cpl_registry.records.specifications import GBCS
from cpl_registry.records.yaml_text import shown
from cpl_registry.state.inventory_key import (
    TYPE_2,
    ReadModel,
    is_smets1,
    physical_type,
    read_model,
    read_version,
)
from cpl_registry.state.inventory_listing import Listing, Listings
from cpl_registry.state.inventory_state import State
from cpl_registry.state.publication import Published, PublishedState


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A field of the inventory that says something else than the list; `listed` may be empty."""

    field: str
    inventory: str
    listed: str


STATUS_FIELDS = ("cpl_status", "firmware_status")


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What is said of one device.

    `model` is how its texts were read, None where they were not understood; `reason` says why not.
    `listing` is what the list has under exactly this key. `notes` tell what could not be compared.
    """

    device: InventoryDevice
    state: State
    model: ReadModel | None = None
    reason: str = ""
    listing: Listing | None = None
    differences: tuple[Difference, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def active(self) -> bool:
        """Whether the Device Model is on the list as Active."""
        return self.state.active

    @property
    def status_differs(self) -> bool:
        """Whether the inventory gives another CPL or firmware status than the list."""
        return any(one.field in STATUS_FIELDS for one in self.differences)


def check_inventory(
    devices: Iterable[InventoryDevice], state: PublishedState
) -> tuple[Verdict, ...]:
    """A verdict on each device, in the order given, as of the day of the state."""
    listings = Listings(state)
    return tuple(_verdict(device, state, listings) for device in devices)


def all_clear(verdicts: Iterable[Verdict]) -> bool:
    """Whether each device is on the list as Active, and its inventory says the same."""
    return all(one.active and not one.status_differs for one in verdicts)


def _verdict(device: InventoryDevice, state: PublishedState, listings: Listings) -> Verdict:
    types = state.register.device_types
    kind = physical_type(device.device_type)
    if kind in TYPE_2 and kind not in types:
        return Verdict(device=device, state=State.TYPE_2)
    read = read_model(device, types)
    model = None if isinstance(read, str) else read
    listing = listings.of(model.entry_id) if model else None
    of_type = types.get(kind) if kind else None
    if of_type and is_smets1(device.specification_version, of_type.specifications):
        return Verdict(device=device, state=State.SMETS1, model=model, listing=listing)
    if isinstance(read, str):
        return Verdict(device=device, state=State.NOT_UNDERSTOOD, reason=read)
    entry = listing.entry if listing else None
    compared = list(_compared(device, entry))
    return Verdict(
        device=device,
        state=listing.state if listing else State.NOT_LISTED,
        model=model,
        listing=listing,
        differences=tuple(one for one in compared if isinstance(one, Difference)),
        notes=tuple(one for one in compared if isinstance(one, str)),
    )


def _compared(device: InventoryDevice, one: Published | None) -> Iterator[Difference | str]:
    """What of the inventory differs from the list, or, as a text, could not be compared."""
    ours = one.status if one else None
    for field in STATUS_FIELDS:
        given: str = getattr(device, field)
        if given and not _same_status(given, ours):
            yield Difference(field=field, inventory=given, listed=ours or "")
    if one is None:
        return
    if device.specification_version:
        yield from _specification(device.specification_version, one)
    if device.gbcs_version:
        yield from _gbcs(device.gbcs_version, one)
    variant = one.entry.get("esme_variant")
    if variant and device.esme_variant and device.esme_variant.upper() != variant:
        yield Difference(field="esme_variant", inventory=device.esme_variant, listed=variant)


def _specification(given: str, one: Published) -> Iterator[Difference | str]:
    ours = one.entry.technical_specification
    read = read_version(given)
    if read is None:
        yield f"specification version {shown(given)} is not understood"
    elif not (read.fits(ours.name) and read.version == ours.version):
        told = f"{ours.name} {ours.version}"
        yield Difference(field="specification_version", inventory=given, listed=told)


def _gbcs(given: str, one: Published) -> Iterator[Difference | str]:
    read = read_version(given)
    if read is None or not read.fits(GBCS):
        yield f"GBCS version {shown(given)} is not understood"
    elif read.version != one.entry.gbcs_version:
        yield Difference(field="gbcs_version", inventory=given, listed=one.entry.gbcs_version)


def _same_status(given: str, ours: Status | None) -> bool:
    """DUIS writes `Active`, the JSON of some tools `ACTIVE`: letters count the same."""
    return ours is not None and given.isascii() and given.lower() == ours.lower()
