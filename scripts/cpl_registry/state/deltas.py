"""From one extract to the next: what was added, changed and removed, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cpl_registry.records.delivery import DeltaKind, DeltaRow, Row
from cpl_registry.records.device_model import Entry, EntryId, HistoryLine


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One changed cell: the column, what it said and what it says."""

    column: str
    before: str
    after: str


def delta_between(before: Mapping[EntryId, Row], after: Mapping[EntryId, Row]) -> list[DeltaRow]:
    """What leads from one extract to the next, in entry id order.

    Added and changed rows hold the new cells, removed rows the last sent (contract, section 4).
    """
    found = []
    for entry_id in sorted(before.keys() | after.keys()):
        if entry_id not in before:
            found.append(DeltaRow(change=DeltaKind.ADDED, entry_id=entry_id, cells=after[entry_id]))
        elif entry_id not in after:
            cells = before[entry_id]
            found.append(DeltaRow(change=DeltaKind.REMOVED, entry_id=entry_id, cells=cells))
        elif before[entry_id] != after[entry_id]:
            cells = after[entry_id]
            found.append(DeltaRow(change=DeltaKind.CHANGED, entry_id=entry_id, cells=cells))
    return found


def changed_cells(header: Iterable[str], before: Row, after: Row) -> tuple[Cell, ...]:
    """The cells in which two rows of one layout differ."""
    return tuple(
        Cell(column=column, before=old, after=new)
        for column, old, new in zip(header, before, after, strict=True)
        if old != new
    )


def removal_line(entry: Entry) -> HistoryLine | None:
    """The history line that removed an entry; None where none did."""
    return next((line for line in reversed(entry.history) if line.event == "removed"), None)
