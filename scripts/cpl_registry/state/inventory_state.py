"""Where a Device Model stands on a day, in one word of a closed list."""

from __future__ import annotations

from enum import StrEnum

from cpl_registry.records.delivery import Row
from cpl_registry.records.device_model import EntryId
from cpl_registry.state.publication import Published
from cpl_registry.state.sent import Sent


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
    standing = stands(row, entry_id, sent)
    if standing and loaded is not None and loaded.row == row:
        return State.LOADED
    if rejection is not None and rejection.row == row:
        return State.REJECTED
    return State.DELIVERED if standing else State.AWAITING


def stands(row: Row | None, entry_id: EntryId, sent: Sent) -> bool:
    """Whether the row is the one last sent and not rejected."""
    return row is not None and sent.standing.get(entry_id) == row
