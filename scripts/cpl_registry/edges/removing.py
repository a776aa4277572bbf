"""The removal that a campaign leads to: the pack for the meeting, and the change under a decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cpl_registry.edges.acts import carried_out
from cpl_registry.edges.campaigning_files import campaign_named
from cpl_registry.edges.proposing import Proposed
from cpl_registry.edges.publishing import published_state
from cpl_registry.outputs.artefact import Artefact
from cpl_registry.outputs.panel_pack import pack_files
from cpl_registry.records.device_model import Status
from cpl_registry.records.near_ids import near_reference
from cpl_registry.state.acts import NotDone
from cpl_registry.state.campaign_removal import Pack, not_removable, pack_of, removal
from cpl_registry.state.publication import PublishedState


@dataclass(frozen=True, kw_only=True)
class RemovalProposed:
    """What would be removed: the entries' files as they would be, and the pack that tells why."""

    proposed: Proposed
    pack: Pack
    files: tuple[Artefact, ...]


def removal_pack(root: Path, on: date, campaign: str) -> tuple[Pack, tuple[Artefact, ...]]:
    """The pack of a day, before any decision.

    Raises:
        NotDone: there is no such campaign, or it was not open on that day.
        NotPublishable: the register has errors.
    """
    pack, state = _pack(root, on, campaign)
    return pack, pack_files(pack, state, None)


def propose_removal(
    root: Path, on: date, campaign: str, decision: str, status: Status, reason: str | None
) -> RemovalProposed:
    """The removal of exactly the overdue targets under a decision, judged; nothing is written.

    Raises:
        NotDone: notice, deadline or decision forbid it, or nothing is overdue.
        NotPublishable: the register has errors.
    """
    pack, state = _pack(root, on, campaign)
    decisions = {one.reference: one for one in state.register.oversight.decisions}
    found = decisions.get(decision)
    obstacle = not_removable(pack.standing, found)
    if obstacle is not None:
        raise NotDone(obstacle + ("" if found else near_reference(decision, decisions)))
    if not pack.proposed:
        raise NotDone(
            f"nothing of {campaign} is overdue: there is nothing to remove; to end it:"
            f" cpl campaign close {campaign}"
        )
    told = reason or f"Not corrected by the deadline of {campaign}, {pack.standing.deadline}"
    names = [one.target.entry_id for one in pack.proposed]
    proposed = carried_out(root, on, names, lambda _: removal(decision, on, status, told))
    return RemovalProposed(proposed=proposed, pack=pack, files=pack_files(pack, state, decision))


def _pack(root: Path, on: date, name: str) -> tuple[Pack, PublishedState]:
    reading, state = published_state(root, on)
    campaign = campaign_named(reading, name)
    standing = next((one for one in state.campaigns if one.campaign == campaign), None)
    if standing is None:
        raise NotDone(f"{name} is opened on {campaign.opened}: there is nothing to decide on {on}")
    return pack_of(standing, state), state
