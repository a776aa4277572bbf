"""What was delivered and what the DCC answered: for the DCC board, and a page a delivery."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cpl_registry.outputs.entry_rows import Listing
from cpl_registry.outputs.page import Page
from cpl_registry.records.delivery import DeliveryFile, DeltaKind, DeltaRow, HeldRow, Row
from cpl_registry.records.device_model import EntryId
from cpl_registry.state.clocks import Month, Verdict, clock_table
from cpl_registry.state.deltas import Cell, changed_cells
from cpl_registry.state.sent import rows_after


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangedRow:
    """A row that a delivery changed, with the cells before and after."""

    entry_id: EntryId
    cells: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryView:
    """A delivery as its page tells it.

    `answer` is loaded, rejected, in part or none. `released` are entries whose hold it ended.
    """

    file: DeliveryFile
    added: tuple[EntryId, ...]
    changed: tuple[ChangedRow, ...]
    removed: tuple[EntryId, ...]
    newly_held: tuple[HeldRow, ...]
    released: tuple[EntryId, ...]
    answer: str


def delivery_views(listing: Listing) -> list[DeliveryView]:
    """Every delivery up to the day, newest first."""
    views: list[DeliveryView] = []
    rows: dict[EntryId, Row] = {}
    held: tuple[HeldRow, ...] = ()
    for file in listing.state.sent.deliveries:
        views.append(_view(file, rows, held, listing))
        rows, held = rows_after(rows, file), file.held
    return views[::-1]


def _view(
    file: DeliveryFile, before: dict[EntryId, Row], held: tuple[HeldRow, ...], listing: Listing
) -> DeliveryView:
    were, are = {one.entry_id for one in held}, {one.entry_id for one in file.held}
    after = rows_after(before, file)
    return DeliveryView(
        file=file,
        added=_ids(file.delta, DeltaKind.ADDED),
        changed=tuple(
            ChangedRow(
                entry_id=row.entry_id,
                cells=changed_cells(file.header, before[row.entry_id], row.cells),
            )
            for row in file.delta
            if row.change is DeltaKind.CHANGED
        ),
        removed=_ids(file.delta, DeltaKind.REMOVED),
        newly_held=tuple(one for one in file.held if one.entry_id not in were),
        released=tuple(sorted(one for one in were - are if one in after)),
        answer=_answer(file, listing),
    )


def _ids(delta: tuple[DeltaRow, ...], kind: DeltaKind) -> tuple[EntryId, ...]:
    return tuple(row.entry_id for row in delta if row.change is kind)


def _answer(file: DeliveryFile, listing: Listing) -> str:
    if file.is_baseline:
        return "taken over as loaded"
    results = [
        result.loaded
        for answer in listing.state.register.acknowledgements
        if answer.serial == file.serial
        for result in answer.results
    ]
    if not results:
        return "no answer yet"
    if all(results):
        return "loaded"
    return "loaded in part" if any(results) else "rejected"


def delivery_pages(listing: Listing) -> Iterator[Page]:
    """`dcc/deliveries/<serial>/`, one page each."""
    for view in delivery_views(listing):
        serial = view.file.serial
        yield Page(
            path=f"dcc/deliveries/{serial}",
            title=f"Delivery {serial}",
            description=f"What delivery {serial} added, changed and removed, and what was held.",
            template="delivery.html.jinja",
            context={
                "view": view,
                "known": listing.rows,
                "decision_page": listing.reference_pages.get(view.file.decision or ""),
            },
        )


def clock_months(listing: Listing) -> tuple[Month, ...]:
    """The clocks by month, newest first; none where nothing was delivered."""
    clocks = (clock for clocks in listing.clocks.values() for clock in clocks)
    judged = [month for month in clock_table(clocks) if _judged(month)]
    return tuple(judged[::-1])


def _judged(month: Month) -> bool:
    kinds = (month.delivered, month.loaded)
    return any(kind.get(verdict, 0) for kind in kinds for verdict in VERDICTS)


VERDICTS = (Verdict.MET, Verdict.MISSED, Verdict.RUNNING, Verdict.PAUSED, Verdict.UNKNOWN)
"""The verdicts that a table of clocks shows."""
