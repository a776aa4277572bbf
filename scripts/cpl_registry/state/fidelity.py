"""The fidelity laws of the contract (section 4), proved over every published state.

No value changes on its way out, no Active entry is lost between extract and held list, and what
was sent before plus the delta is what is sent now.
"""

from __future__ import annotations

from collections.abc import Iterator

from cpl_registry.state.delivery import StandingRow
from cpl_registry.state.deltas import delta_between
from cpl_registry.state.event_rows import rows_by_line
from cpl_registry.state.publication import Published, PublishedState


def infidelities(state: PublishedState) -> Iterator[str]:
    """What does not hold, in words; nothing where all laws do."""
    profile = state.register.extract_profile
    for one in state.active:
        delivery = one.delivery
        if delivery is None:
            yield f"{one.entry_id} is Active and has neither a row nor a hold"
        elif delivery.hold is None:
            yield from _unfaithful(one, profile.row(one.entry), delivery.row)
        else:
            yield from _unheld(one, state)
    after = dict(state.sent.rows)
    for row in delta_between(state.sent.rows, state.rows):
        if row.change == "removed":
            # A row that the DCC rejected is not there to disappear: it holds no other of the entry.
            held = row.entry_id in state.sent.standing
            if held and row.entry_id in state.by_id and state.by_id[row.entry_id].standing.active:
                yield f"{row.entry_id} was delivered, is Active, and would disappear"
            after.pop(row.entry_id)
        else:
            after[row.entry_id] = row.cells
    if after != state.rows:
        yield "the extract before and the delta do not make the extract"


def _unfaithful(
    one: Published, true: tuple[str, ...], row: tuple[str, ...] | None
) -> Iterator[str]:
    if row != true:
        yield f"the row of {one.entry_id} is not what the entry says"


def _unheld(one: Published, state: PublishedState) -> Iterator[str]:
    delivery = one.delivery
    if delivery is None or delivery.hold is None:
        return
    kind = delivery.hold.standing_row
    if (delivery.row is None) is not (kind is StandingRow.NONE):
        yield f"{one.entry_id} is held with standing row {kind} and the extract says otherwise"
    last_sent = state.sent.standing.get(one.entry_id)
    if kind is StandingRow.PREVIOUS and state.sent.deliveries and delivery.row != last_sent:
        yield f"the standing row of {one.entry_id} is not the row last sent"
    if (kind is StandingRow.MISSTATED) is not bool(delivery.misstated):
        yield f"{one.entry_id} is misstated and the cells are not named"
    if not _was_true(one, state):
        yield f"the standing row of {one.entry_id} says what its entry never said"
    if any(not cell.decision for cell in delivery.misstated):
        yield f"{one.entry_id} is misstated without a decision"


def _was_true(one: Published, state: PublishedState) -> bool:
    """Whether a standing row, its substituted cells put right, is what the entry once said.

    What the DCC already held when the register began is taken over as it was.
    """
    delivery, came_with = one.delivery, state.sent.came_with.get(one.entry_id)
    if delivery is None or delivery.row is None or came_with is None or came_with.is_baseline:
        return True
    profile = state.register.extract_profile
    true = {cell.field: cell.value for cell in delivery.misstated}
    row = tuple(
        true.get(column.source, cell)
        for column, cell in zip(profile.columns, delivery.row, strict=True)
    )
    return row in rows_by_line(one.entry, profile)
