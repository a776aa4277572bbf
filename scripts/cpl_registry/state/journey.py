"""Where an entry stands on its way: listed, delivered, loaded are three different facts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cpl_registry.records.delivery import DeliveryFile
from cpl_registry.state.publication import Published
from cpl_registry.state.sent import Loaded, Rejection, Sent


class Stage(StrEnum):
    """The stage of an entry on its way to the Smart Metering Inventory."""

    SUBMITTED = "submitted"
    NOT_DELIVERABLE = "not-deliverable"
    DELIVERABLE = "deliverable"
    DELIVERED = "delivered"
    LOADED = "loaded"
    REJECTED = "rejected"
    HELD = "held"
    AMENDMENT_HELD = "amendment-held"


@dataclass(frozen=True, kw_only=True, slots=True)
class Journey:
    """The stage of an entry, and what is known of its row at the DCC.

    `delivered` is the delivery that brought the row which the extract has now, None where that row
    has not been sent. `loaded` and `rejected` are the DCC's last word on the entry, whatever row it
    was about; `loaded_now` says whether the loaded row is the one that the extract has now.
    """

    stage: Stage
    delivered: DeliveryFile | None = None
    loaded: Loaded | None = None
    rejected: Rejection | None = None
    loaded_now: bool = False


def journey(one: Published, sent: Sent) -> Journey:
    """The journey of an entry as of the day of its state."""
    loaded, rejected = sent.loaded.get(one.entry_id), sent.rejected.get(one.entry_id)
    if one.delivery is None:
        waiting = one.waiting_since is not None
        stage = Stage.SUBMITTED if waiting else Stage.NOT_DELIVERABLE
        return Journey(stage=stage, loaded=loaded, rejected=rejected)
    row = one.delivery.row
    is_sent = row is not None and sent.rows.get(one.entry_id) == row
    loaded_now = loaded is not None and loaded.row == row
    refused = rejected is not None and rejected.row == row
    if one.delivery.hold is not None:
        stage = Stage.HELD if row is None else Stage.AMENDMENT_HELD
    elif loaded_now:
        stage = Stage.LOADED
    elif is_sent and refused:
        stage = Stage.REJECTED
    else:
        stage = Stage.DELIVERED if is_sent else Stage.DELIVERABLE
    return Journey(
        stage=stage,
        delivered=sent.came_with.get(one.entry_id) if is_sent else None,
        loaded=loaded,
        rejected=rejected,
        loaded_now=loaded_now,
    )
