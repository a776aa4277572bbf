"""What a campaign leaves for the deciding body: which entries may be removed, and what is known.

Proposed for removal are exactly the overdue targets. What is disputed, or has its correction
waiting in the queue, is told beside them and not proposed: on these a person has to look first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cpl_registry.records.decision import Decision
from cpl_registry.records.device_model import Event, Status
from cpl_registry.records.notice import Notice
from cpl_registry.state.acts import Act
from cpl_registry.state.campaigns import CampaignStanding, Position, Stage, Target
from cpl_registry.state.journey import Journey, journey
from cpl_registry.state.newer_firmware import Firmware, newer_firmware, product_of
from cpl_registry.state.publication import Published, PublishedState

REMOVAL_STATUS = Status.WITHDRAWN
"""The status that a removal gives unless the decision says another.

Neither the contract nor the paper names one. Of the DCC's three words, Expired is for what ended by
itself and Cancelled for what its issuer took back; the body that decides takes the entry off the
list, which is to withdraw it.
"""
REMOVAL_CAUSE = "panel-decision"


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One target as the deciding body sees it.

    `notices` are the records of what was sent about it, oldest first. `way` is how far its row has
    come at the DCC: what is delivered or loaded would be suspended. `newer` is other firmware for
    the same hardware that is on the list, or is recorded as an upgrade.
    """

    target: Target
    notices: tuple[Notice, ...]
    way: Journey
    newer: tuple[Firmware, ...]

    @property
    def at_dcc(self) -> bool:
        """Whether the DCC was sent its row, so that devices of the model would be suspended."""
        return self.way.delivered is not None or self.way.loaded is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class Pack:
    """A campaign's remainder on a day: what is proposed for removal, and what is left apart.

    `superseded` are targets that count as corrected by newer firmware while they themselves are
    still Active with the values that are to go: the body may spare them or have them removed.
    """

    standing: CampaignStanding
    proposed: tuple[Case, ...]
    disputed: tuple[Case, ...]
    submitted: tuple[Case, ...]
    outstanding: tuple[Case, ...]
    superseded: tuple[Case, ...]


def pack_of(standing: CampaignStanding, state: PublishedState) -> Pack:
    """The remainder of a campaign on the day of a state."""
    products: dict[tuple[str, ...], list[Published]] = {}
    for one in state.entries:
        products.setdefault(product_of(one), []).append(one)

    def cases(*positions: Position) -> tuple[Case, ...]:
        return tuple(
            _case(one, standing, state, products)
            for one in standing.targets
            if one.position in positions and one.entry_id in state.by_id
        )

    return Pack(
        standing=standing,
        proposed=cases(Position.OVERDUE),
        disputed=cases(Position.DISPUTED),
        submitted=cases(Position.SUBMITTED),
        outstanding=cases(Position.OUTSTANDING),
        superseded=tuple(one for one in cases(Position.CORRECTED) if one.target.still_meant),
    )


def _case(
    target: Target,
    standing: CampaignStanding,
    state: PublishedState,
    products: Mapping[tuple[str, ...], Sequence[Published]],
) -> Case:
    one = state.by_id[target.entry_id]
    return Case(
        target=target,
        notices=notices_of(target, standing, state.register.oversight.notices, state.on),
        way=journey(one, state.sent),
        newer=newer_firmware(one, products[product_of(one)], state.sent),
    )


def notices_of(
    target: Target, standing: CampaignStanding, notices: Sequence[Notice], on: date
) -> tuple[Notice, ...]:
    """What was sent to a target's manufacturer about it by a day: a letter that names it, or all."""
    found = [
        one
        for one in notices
        if one.about == standing.campaign.reference
        and one.manufacturer == target.entry.manufacturer
        and (target.entry_id in one.entries or not one.entries)
        and one.sent is not None
        and one.sent <= on
    ]
    return tuple(sorted(found, key=lambda one: (one.sent or on, one.reference)))


def not_removable(standing: CampaignStanding, decision: Decision | None) -> str | None:
    """Why nothing may be removed under a decision on the day of the standing; None where it may.

    The reason is a clause that says what to do.
    """
    return next(_obstacles(standing, decision), None)


def _obstacles(standing: CampaignStanding, decision: Decision | None) -> Iterator[str]:
    campaign, on = standing.campaign, standing.on
    if standing.stage is Stage.CLOSED:
        yield f"{campaign.reference} is closed: what it left was decided"
    if standing.deadline is None:
        yield (
            "no notice was given yet, and without notice nobody had a chance to correct anything:"
            f" cpl campaign notices {campaign.reference}"
        )
    elif on <= standing.deadline:
        yield (
            f"the deadline is not over: its last day is {standing.deadline}; for a pack before"
            f" that: cpl campaign pack {campaign.reference}"
        )
    if decision is None:
        yield (
            "no decision of that reference is under cpl/panel/decisions/: record what was decided"
            f" with cpl decide, or make the pack for the meeting: cpl campaign pack"
            f" {campaign.reference}"
        )
    elif not decision.published:
        yield f"{decision.reference} is a draft, and nothing may rest on it until it is published"
    elif decision.day > on:
        yield f"{decision.reference} is of {decision.day}: nothing may rest on it before that day"


def removal(decision: str, on: date, status: Status, reason: str) -> Act:
    """The act that removes one overdue target under a decision."""
    words = {
        "status": str(status),
        "cause": REMOVAL_CAUSE,
        "reason": reason,
        "reference": decision,
    }
    return Act(event=Event.REMOVED, day=on, words=words)
