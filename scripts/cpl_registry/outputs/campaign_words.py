"""The words in which a campaign is told: its stage, where targets stand, what its selector means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from cpl_registry.outputs import wording
from cpl_registry.records.campaign import Campaign, Way
from cpl_registry.records.selector import Selector
from cpl_registry.state.campaigns import CampaignStanding, Position, Stage, Target

POSITIONS: Mapping[Position, str] = {
    Position.CORRECTED: "corrected",
    Position.EXEMPT: "spared",
    Position.REMOVED: "removed",
    Position.DISPUTED: "disputed",
    Position.SUBMITTED: "correction submitted",
    Position.OUTSTANDING: "outstanding",
    Position.OVERDUE: "overdue",
}
WAYS: Mapping[Way, str] = {
    Way.AMENDMENT: "amended in place",
    Way.NEWER_FIRMWARE: "newer firmware listed",
}
WAYS_MEANT: Mapping[Way, str] = {
    Way.AMENDMENT: "an amendment of the entry itself",
    Way.NEWER_FIRMWARE: "newer firmware of the same Device Model on the list",
}


def stage_words(stand: CampaignStanding) -> str:
    """How far the campaign is, as a sentence."""
    campaign = stand.campaign
    if stand.stage is Stage.CLOSED and campaign.closed is not None:
        return f"Closed on {wording.full_day(campaign.closed)}."
    if stand.deadline is None or campaign.notice is None:
        return f"Opened on {wording.full_day(campaign.opened)}; notice has not been given yet."
    given = f"Notice was given on {wording.full_day(campaign.notice)}"
    days = abs(stand.days_left or 0)
    if stand.stage is Stage.PAST_DEADLINE:
        ago = wording.counted(days, "day")
        return f"{given}; the deadline was {wording.full_day(stand.deadline)}, {ago} ago."
    left = "the last day is today" if not days else f"{wording.counted(days, 'day')} left"
    return f"{given}; the deadline is {wording.full_day(stand.deadline)}: {left}."


def counts_words(counts: Mapping[Position, int]) -> str:
    """The counts that are not zero, in one clause: `3 corrected, 1 overdue`."""
    told = [
        f"{number:,} {'with a ' if one is Position.SUBMITTED else ''}{POSITIONS[one]}"
        for one, number in counts.items()
        if number
    ]
    return wording.joined(told) or "none"


def position_words(target: Target, on: date) -> str:
    """Where a target stands and why, as a clause without the position's own word."""
    since = f"since {wording.day(target.since)}"
    match target.position:
        case Position.CORRECTED:
            how = WAYS[target.way] if target.way else "no longer held"
            told = f"{how}{f' ({target.by})' if target.by else ''} {since}"
        case Position.SUBMITTED:
            told = f"{target.by} waits in the queue {since}"
        case Position.REMOVED:
            cause = wording.CAUSES.get(target.cause or "", "")
            under = f", {target.reference}" if target.reference else ""
            told = (
                f"{target.status or 'off the list'} {since}{f': {cause}' if cause else ''}{under}"
            )
        case Position.EXEMPT:
            told = f"{since} under {target.reference}: {target.text}"
        case Position.DISPUTED:
            told = f"{since}: {target.text}"
        case Position.OVERDUE:
            told = f"{since}, {wording.counted((on - target.since).days + 1, 'day')}"
        case _:
            told = since
    return told


def target_words(target: Target, stand: CampaignStanding) -> str:
    """Where a target stands, as a clause, with the deadline while it is still running."""
    told = f"{POSITIONS[target.position]}, {position_words(target, stand.told_on)}"
    if target.left and stand.stage is Stage.NOTICE_GIVEN and stand.deadline is not None:
        told += f"; to be corrected by {wording.full_day(stand.deadline)}"
    return told


def counted(targets: Iterable[Target]) -> dict[Position, int]:
    """How many targets stand where; every position is there."""
    found = [one.position for one in targets]
    return {position: found.count(position) for position in Position}


def selector_words(selector: Selector) -> str:
    """What a selector means, as a noun phrase: `Active ESME entries on GBCS 1.0`."""
    kinds = wording.joined(sorted(selector.device_types))
    parts = [str(selector.status or "Active"), *([kinds] if kinds else ()), "entries"]
    return " ".join([*parts, *_conditions(selector)])


def _conditions(selector: Selector) -> Iterator[str]:
    values = [
        *(
            f"{family} {wording.joined(sorted(versions))}"
            for family, versions in sorted(selector.technical_specifications.items())
        ),
        *(
            [f"GBCS {wording.joined(sorted(selector.gbcs_versions))}"]
            if selector.gbcs_versions
            else ()
        ),
    ]
    if values:
        yield f"on {wording.joined(values)}"
    if selector.manufacturers:
        yield f"of {wording.joined(sorted(selector.manufacturers))}"
    if selector.held:
        yield "that are held back from the DCC"


def corrected_by_words(campaign: Campaign) -> str:
    """What counts as corrected, as a clause."""
    return " or ".join(WAYS_MEANT[one] for one in campaign.corrected_by)


def notice_period_words(campaign: Campaign) -> str:
    """`3 calendar months`."""
    return wording.counted(campaign.notice_months, "calendar month")


def working_day_words(stand: CampaignStanding) -> str:
    """What is to be said of the deadline's day of the week; nothing where it is a Working Day."""
    if stand.deadline is None or stand.on_working_day:
        return ""
    return "The list of bank holidays does not reach that day, so it may have to move on to a Working Day."


def remainder(stand: CampaignStanding) -> tuple[tuple[str, tuple[Target, ...]], ...]:
    """The targets that were not corrected, by cause, in the order of the positions."""
    found: dict[str, list[Target]] = {}
    for position in Position:
        if position is Position.CORRECTED:
            continue
        for one in stand.targets:
            if one.position is position:
                cause = wording.CAUSES.get(one.cause or "", "") if one.cause else ""
                word = POSITIONS[position]
                found.setdefault(f"{word}: {cause}" if cause else word, []).append(one)
    return tuple((cause, tuple(targets)) for cause, targets in found.items())
