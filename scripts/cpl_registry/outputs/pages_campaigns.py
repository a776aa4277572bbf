"""Campaigns for people: what has to be corrected by when, and where each entry stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cpl_registry.outputs import campaign_words as words
from cpl_registry.outputs import wording
from cpl_registry.outputs.burn_down import burn_down_chart
from cpl_registry.outputs.entry_rows import EntryRow, Listing
from cpl_registry.outputs.page import Page
from cpl_registry.outputs.verdicts import Tone
from cpl_registry.records.campaign import Dispute
from cpl_registry.records.device_model import EntryId, Slug
from cpl_registry.records.notice import Notice
from cpl_registry.state.campaigns import CampaignStanding, Position, Stage, Target

TONES = {
    Position.CORRECTED: Tone.ACTIVE,
    Position.EXEMPT: Tone.ACTIVE,
    Position.REMOVED: Tone.PLAIN,
    Position.DISPUTED: Tone.WAITING,
    Position.SUBMITTED: Tone.WAITING,
    Position.OUTSTANDING: Tone.HELD,
    Position.OVERDUE: Tone.HELD,
}
"""The colour of a position; its word stands beside it."""
_AUDIENCES = {
    "parties": "SEC Parties",
    "manufacturer": "the manufacturer",
    "suppliers": "suppliers",
    "website": "the website",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class TargetView:
    """A target as a row: the entry, its position in a word and its colour, and the rest in words."""

    row: EntryRow
    word: str
    tone: Tone
    told: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MakerView:
    """A manufacturer's part of a campaign."""

    slug: Slug
    name: str
    targets: tuple[TargetView, ...]
    counts: str
    left: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CampaignLine:
    """A campaign as the page of an entry or a manufacturer tells of it."""

    reference: str
    title: str
    told: str


def campaign_pages(listing: Listing) -> Iterator[Page]:
    """`campaigns/`, and `campaigns/<reference>/` for each."""
    state = listing.state
    yield Page(
        path="campaigns/index",
        title="Campaigns",
        description=(
            f"Who has to correct which entries by when, as of {wording.day(state.on)}: campaigns"
            " that run, and those that are closed."
        ),
        template="campaigns.html.jinja",
        context={
            "on": state.on,
            "running": [_line(one) for one in state.campaigns if one.stage is not Stage.CLOSED],
            "closed": [_line(one) for one in state.campaigns if one.stage is Stage.CLOSED],
        },
        searchable=True,
    )
    for stand in state.campaigns:
        yield _page(stand, listing)


def _line(stand: CampaignStanding) -> dict[str, object]:
    return {
        "campaign": stand.campaign,
        "stage": words.stage_words(stand),
        "counts": words.counts_words(stand.counts),
        "targets": len(stand.targets),
        "left": len(stand.left),
    }


def _page(stand: CampaignStanding, listing: Listing) -> Page:
    campaign, on = stand.campaign, listing.state.on
    closed = stand.stage is Stage.CLOSED
    pages = listing.reference_pages
    return Page(
        path=f"campaigns/{campaign.reference}/index",
        title=f"{campaign.reference}: {campaign.title}",
        description=words.stage_words(stand),
        template="campaign.html.jinja",
        context={
            "on": on,
            "campaign": campaign,
            "stand": stand,
            "closed": closed,
            "stage": words.stage_words(stand),
            "caveat": words.working_day_words(stand),
            "tone": Tone.PLAIN if closed else Tone.HELD if stand.left else Tone.ACTIVE,
            "word": _word(stand),
            "meant": words.selector_words(campaign.selector),
            "corrected_by": words.corrected_by_words(campaign),
            "period": words.notice_period_words(campaign),
            "counts": [(words.POSITIONS[place], n) for place, n in stand.counts.items()],
            "told": words.counts_words(stand.counts),
            "chart": burn_down_chart(stand, listing.state),
            "makers": _makers(stand, listing),
            "late": [listing.rows[one] for one in stand.joined_late if one in listing.rows],
            "disputes": _disputes(stand, listing),
            "notices": _notices(stand, listing),
            "remainder": [
                (cause, [listing.rows[one.entry_id] for one in targets])
                for cause, targets in words.remainder(stand)
            ],
            "decision": campaign.decision,
            "outcome": campaign.outcome if closed else None,
            "pages": pages,
            "source": listing.sources.get(campaign.path),
        },
    )


def _word(stand: CampaignStanding) -> str:
    if stand.stage is Stage.CLOSED:
        return "Closed"
    return {
        Stage.OPENED: "Opened",
        Stage.NOTICE_GIVEN: "Running",
        Stage.PAST_DEADLINE: "Past its deadline",
    }[stand.stage]


def _makers(stand: CampaignStanding, listing: Listing) -> list[MakerView]:
    return [
        MakerView(
            slug=slug,
            name=listing.manufacturer_name(slug),
            targets=tuple(_target(one, stand, listing) for one in targets),
            counts=words.counts_words(words.counted(targets)),
            left=sum(one.left for one in targets),
        )
        for slug, targets in stand.by_manufacturer().items()
    ]


def _target(target: Target, stand: CampaignStanding, listing: Listing) -> TargetView:
    return TargetView(
        row=listing.rows[target.entry_id],
        word=words.POSITIONS[target.position],
        tone=TONES[target.position],
        told=words.position_words(target, stand.told_on),
    )


def _disputes(stand: CampaignStanding, listing: Listing) -> list[tuple[EntryRow, Dispute]]:
    return [
        (listing.rows[one.entry_id], one)
        for one in stand.campaign.disputes
        if one.since <= listing.state.on and one.entry_id in listing.rows
    ]


def _notices(stand: CampaignStanding, listing: Listing) -> list[tuple[Notice, str, date]]:
    """The notices that were sent by the day: the record, to whom, when."""
    found = []
    for one in listing.state.register.oversight.notices:
        if one.about == stand.campaign.reference and one.sent and one.sent <= listing.state.on:
            to = _AUDIENCES[one.audience.value]
            if one.manufacturer is not None:
                to = listing.manufacturer_name(one.manufacturer)
            found.append((one, to, one.sent))
    return sorted(found, key=lambda each: (each[2], each[0].reference))


def lines_of_entry(entry_id: EntryId, listing: Listing) -> list[CampaignLine]:
    """The campaigns that an entry is a target of, in words."""
    return [
        CampaignLine(
            reference=stand.campaign.reference,
            title=stand.campaign.title,
            told=words.target_words(target, stand),
        )
        for stand, target in listing.state.campaigns_by_entry.get(entry_id, ())
    ]


def lines_of_manufacturer(slug: str, listing: Listing) -> list[CampaignLine]:
    """The campaigns with targets of a manufacturer, with their counts."""
    found = []
    for stand in listing.state.campaigns:
        if targets := stand.by_manufacturer().get(Slug(slug)):
            counts = words.counts_words(words.counted(targets))
            found.append(
                CampaignLine(
                    reference=stand.campaign.reference,
                    title=stand.campaign.title,
                    told=f"{wording.counted(len(targets), 'entry', 'entries')}: {counts}."
                    f" {words.stage_words(stand)}",
                )
            )
    return found
