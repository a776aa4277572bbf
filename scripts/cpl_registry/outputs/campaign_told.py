"""Campaigns for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from cpl_registry.outputs import wording
from cpl_registry.outputs.campaign_words import (
    POSITIONS,
    corrected_by_words,
    counted,
    counts_words,
    notice_period_words,
    position_words,
    remainder,
    selector_words,
    stage_words,
    target_words,
    working_day_words,
)
from cpl_registry.records.yaml_text import shown
from cpl_registry.state.campaigning import Campaigning
from cpl_registry.state.campaigns import LEFT, CampaignStanding, Position, Stage, Target
from cpl_registry.state.publication import Published, PublishedState

_BAR = 40


def campaigns_told(state: PublishedState) -> str:
    """All campaigns, two lines each."""
    if not state.campaigns:
        return f"No campaign was opened by {wording.full_day(state.on)}.\n"
    lines = []
    for stand in state.campaigns:
        lines.append(f"{stand.campaign.reference}  {shown(stand.campaign.title, 120)}")
        lines.append(f"  {stage_words(stand)}")
        lines.append(
            f"  {wording.counted(len(stand.targets), 'target')}: {counts_words(stand.counts)}"
        )
    return "\n".join(lines) + "\n"


def campaign_told(stand: CampaignStanding, state: PublishedState) -> str:
    """One campaign: stage, counts, each manufacturer's targets, burn-down, late joiners."""
    campaign = stand.campaign
    lines = [f"{campaign.reference} on {wording.full_day(state.on)}: {shown(campaign.title, 120)}"]
    if campaign.illustrative:
        lines.append("  Made up for demonstration.")
    lines.append(f"  {stage_words(stand)}")
    if note := working_day_words(stand):
        lines.append(f"  {note}")
    lines.append(
        f"  Meant: {selector_words(campaign.selector)}. Corrected by {corrected_by_words(campaign)}."
    )
    lines.append(f"  Notice period: {notice_period_words(campaign)}. {_deciding(stand)}")
    total = wording.counted(len(stand.targets), "target")
    lines.append(f"\n{total}: {counts_words(stand.counts)}; {len(stand.left)} left")
    if old := sum(one.still_meant for one in stand.targets):
        spared = sum(one.still_meant and one.position is Position.EXEMPT for one in stand.targets)
        lines.append(f"On the list with the values that are to go: {old}, of which {spared} spared")
    for slug, targets in stand.by_manufacturer().items():
        lines += ["", *_manufacturer(slug, targets, stand, state)]
    lines += _burn_down(stand, state)
    if stand.joined_late:
        count = wording.counted(len(stand.joined_late), "entry", "entries")
        lines.append(f"\nJoined late: {count} meant today and no target, since notice came before")
        lines += [f"  {one}" for one in stand.joined_late]
    return "\n".join(lines) + "\n"


def remainder_told(stand: CampaignStanding) -> str:
    """What a campaign leaves, by cause, with each entry."""
    left = remainder(stand)
    if not left:
        return "Nothing is left: every target was corrected.\n"
    lines = ["What was not corrected, by cause:"]
    for cause, targets in left:
        lines.append(f"  {cause}: {wording.counted(len(targets), 'entry', 'entries')}")
        lines += [f"    {one.entry_id} ({one.entry.manufacturer})" for one in targets]
    return "\n".join(lines) + "\n"


def entry_campaigns_told(one: Published, state: PublishedState) -> Iterator[str]:
    """A line for each campaign that an entry is a target of."""
    for stand, target in state.campaigns_by_entry.get(one.entry_id, ()):
        yield f"{stand.campaign.reference}: {shown(target_words(target, stand), 300)}"


def running_campaigns_told(chosen: Iterable[Published], state: PublishedState) -> Iterator[str]:
    """A line for each campaign that runs and has targets among some entries: how they stand."""
    ids = {one.entry_id for one in chosen}
    for stand in state.campaigns:
        if stand.stage is Stage.CLOSED:
            continue
        mine = [one for one in stand.targets if one.entry_id in ids]
        if mine:
            counts = counts_words(counted(mine))
            yield f"{stand.campaign.reference}: {counts}. {stage_words(stand)}"


def _deciding(stand: CampaignStanding) -> str:
    campaign = stand.campaign
    when = f" on {wording.full_day(campaign.meeting)}" if campaign.meeting else ""
    return f"What is left is decided by {shown(campaign.body, 100)}{when}."


def _manufacturer(
    slug: str, targets: tuple[Target, ...], stand: CampaignStanding, state: PublishedState
) -> Iterator[str]:
    maker = state.register.manufacturers.get(targets[0].entry.manufacturer)
    done = sum(not one.left for one in targets)
    yield f"{shown(maker.name if maker else slug, 80)}: {done} of {len(targets)} done with"
    wide = max(len(word) for word in POSITIONS.values())
    for one in targets:
        words = shown(position_words(one, stand.told_on), 200)
        yield f"  {one.entry_id}  {POSITIONS[one.position]:<{wide}}  {words}"


def _burn_down(stand: CampaignStanding, state: PublishedState) -> Iterator[str]:
    asked = Campaigning(state.register)
    steps = asked.burn_down(stand.campaign, state.on, state.calendar)
    if not steps:
        return
    yield "\nLeft, from day to day"
    for day, counts in steps:
        yield _bar(day, counts)


def _bar(day: date, counts: Mapping[Position, int]) -> str:
    total, left = sum(counts.values()), sum(counts[one] for one in LEFT)
    full = round(_BAR * left / total) if total else 0
    bar = "#" * max(full, 1 if left else 0)
    waiting = {place: number for place, number in counts.items() if place in LEFT}
    return f"  {day}  {bar:<{_BAR}}  {left} of {total} left: {counts_words(waiting)}"
