"""Incidents and campaigns in a paper for the Panel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cpl_registry.outputs import wording
from cpl_registry.outputs.burn_down import burn_down_chart
from cpl_registry.outputs.campaign_words import POSITIONS, selector_words, stage_words
from cpl_registry.outputs.entry_rows import Listing
from cpl_registry.outputs.paper_parts import (
    Block,
    Cell,
    Figure,
    PaperTable,
    Told,
    counted_rows,
    key_of,
)
from cpl_registry.state.campaigns import CampaignStanding, Position
from cpl_registry.state.publication import PublishedState

_RECENT = 92
"""A campaign or an incident that ended no more days ago than this is told of."""


def told_campaigns(state: PublishedState, asked: str | None) -> tuple[CampaignStanding, ...]:
    """The campaign that is asked for; else those that run, or were closed of late, newest first."""
    if asked is not None:
        return tuple(one for one in state.campaigns if one.campaign.reference == asked)
    return tuple(
        one
        for one in state.campaigns
        if one.campaign.closed is None or (state.on - one.campaign.closed).days <= _RECENT
    )


def incident_block(state: PublishedState) -> Block:
    """The incidents that are open, or ended of late."""
    told = [
        one
        for one in state.incidents
        if one.open or (one.incident.end and (state.on - one.incident.end).days <= _RECENT)
    ]
    if not told:
        text = "No incident is open, and none ended within the last three months."
        return Block(heading="Incidents", told=(Told(text=text),))
    rows: list[tuple[Cell, ...]] = []
    for one in told:
        incident = one.incident
        severity = one.severity.name if one.severity else incident.severity
        if incident.end is not None and one.ended:
            until = f"ended on {wording.full_day(incident.end)}"
        elif one.expected_end is not None:
            until = f"open; expected to end on {wording.full_day(one.expected_end)}"
        else:
            until = "open; no end is known"
        rows.append(
            (
                f"{incident.reference}: {incident.title}",
                severity,
                wording.full_day(incident.start),
                until,
                Figure(
                    key=key_of("incident", incident.reference),
                    label=f"entries touched by {incident.reference}",
                    items=tuple(sorted(one.touched)),
                ),
            )
        )
    table = PaperTable(
        caption="Incidents that are open, or ended within the last three months",
        columns=("Incident", "Severity", "Since", "State", "Entries touched"),
        rows=tuple(rows),
        words=True,
    )
    return Block(heading="Incidents", tables=(table,))


def campaign_blocks(listing: Listing, told: Sequence[CampaignStanding]) -> Iterator[Block]:
    """A block for each campaign: position by manufacturer, burn-down, late joiners."""
    for stand in told:
        yield _campaign(stand, listing)


def _campaign(stand: CampaignStanding, listing: Listing) -> Block:
    campaign, reference = stand.campaign, stand.campaign.reference
    seen = [one for one in Position if stand.counts[one]]
    rows: list[tuple[str, dict[str, tuple[str, ...]]]] = [
        (
            listing.manufacturer_name(slug),
            {
                "Targets": tuple(one.entry_id for one in targets),
                **{
                    POSITIONS[position].capitalize(): tuple(
                        one.entry_id for one in targets if one.position is position
                    )
                    for position in seen
                },
            },
        )
        for slug, targets in stand.by_manufacturer().items()
    ]
    tables = []
    if rows:
        tables.append(
            PaperTable(
                caption=f"{reference}: where each manufacturer's entries stand",
                columns=("Manufacturer", *rows[0][1]),
                rows=tuple(counted_rows(reference, rows)),
                note=_absent(seen),
            )
        )
    made_up = " Made up, for demonstration." if campaign.illustrative else ""
    words = [
        Told(text=f"{wording.sentence(campaign.title)}{made_up} {stage_words(stand)}"),
        Told(text=f"Meant: {selector_words(campaign.selector)}. Decided by: {campaign.body}."),
    ]
    if stand.joined_late:
        count = wording.counted(len(stand.joined_late), "entry is", "entries are")
        figure = Figure(
            key=key_of(reference, "late"),
            label=f"{reference}: meant today and no targets",
            items=tuple(stand.joined_late),
        )
        text = f"{count} meant today, though listed too late to be a target."
        words.append(Told(text=text, figures=(figure,)))
    chart = burn_down_chart(stand, listing.state, f"burn-{reference.lower()}")
    return Block(
        heading=f"Campaign {reference}",
        told=tuple(words),
        tables=tuple(tables),
        charts=(chart,) if chart else (),
    )


def _absent(seen: Sequence[Position]) -> str:
    absent = [POSITIONS[one] for one in Position if one not in seen]
    return f"Positions without an entry: {', '.join(absent)}." if absent else ""
