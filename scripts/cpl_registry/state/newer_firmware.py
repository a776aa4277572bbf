"""Other firmware for the same hardware: what can be upgraded to, as far as it is recorded.

Firmware versions are opaque: only recorded upgrade paths and days of listing give an order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from cpl_registry.records.device_model import KEY_FIELDS, EntryId
from cpl_registry.state.history import listed_on
from cpl_registry.state.inventory_state import State, state_of
from cpl_registry.state.publication import Published
from cpl_registry.state.sent import Sent

_PRODUCT = KEY_FIELDS[:-1]
"""All of the key but the firmware version."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Firmware:
    """An Active entry with other firmware for the same hardware, and how far its row has come.

    `recorded`: a recorded upgrade path leads to it; where none leads anywhere, entries listed later
    stand in place of those. `through_absent`: each such path leads through firmware that is not
    Active.
    """

    entry: Published
    state: State
    recorded: bool
    through_absent: bool = False


def product_of(one: Published) -> tuple[str, ...]:
    """The key of an entry but for its firmware version."""
    return tuple(one.entry.text(name) for name in _PRODUCT)


def newer_firmware(
    one: Published, product: Collection[Published], sent: Sent
) -> tuple[Firmware, ...]:
    """The newer firmware of an entry that was listed, oldest listing first.

    `product` are the entries for the same hardware, itself among them.
    """
    listed = listed_on(one.entry)
    if listed is None:
        return ()
    active = [other for other in product if other.standing.active]
    reached = _reached(one.entry_id, product) & {other.entry_id for other in active}
    at_once = _reached(one.entry_id, active)
    found = [
        Firmware(
            entry=other,
            state=state_of(other, sent),
            recorded=bool(reached),
            through_absent=other.entry_id in reached - at_once,
        )
        for other in (
            [other for other in active if other.entry_id in reached]
            or _listed_after(listed, active)
        )
    ]
    return tuple(
        sorted(
            found,
            key=lambda each: (listed_on(each.entry.entry) or date.min, each.entry.entry_id),
        )
    )


def _listed_after(listed: date, active: Iterable[Published]) -> Iterator[Published]:
    for other in active:
        day = listed_on(other.entry)
        if day is not None and day > listed:
            yield other


def _reached(entry_id: EntryId, product: Iterable[Published]) -> set[EntryId]:
    """The entries to which upgrades lead from one, step by step, over what is in `product`."""
    after: dict[EntryId, list[EntryId]] = {}
    for one in product:
        for before in one.entry.upgrades_from:
            after.setdefault(before, []).append(one.entry_id)
    reached: set[EntryId] = set()
    left = [entry_id]
    while left:
        for following in after.get(left.pop(), ()):
            if following not in reached:
                reached.add(following)
                left.append(following)
    return reached - {entry_id}
