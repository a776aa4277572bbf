"""A paper for the Panel: one HTML file that stands alone and prints to A4.

Its form follows the founding paper: reference and classification, purpose, background, the position,
what lies ahead, options, recommendation, next steps. All but the names of the paper is computed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from cpl_registry.outputs import wording
from cpl_registry.outputs.artefact import Artefact
from cpl_registry.outputs.entry_rows import Listing
from cpl_registry.outputs.outlook_told import DatedTold, outlook_told
from cpl_registry.outputs.pages_dcc import ordered
from cpl_registry.outputs.paper_options import options_of
from cpl_registry.outputs.paper_oversight import campaign_blocks, incident_block, told_campaigns
from cpl_registry.outputs.paper_parts import Block, Figure, Told, figures_of, key_of
from cpl_registry.outputs.paper_position import position_blocks
from cpl_registry.outputs.paper_recommendation import Facts, Recommendation, recommendations
from cpl_registry.outputs.readiness_words import GapTold, change_told, readiness_table
from cpl_registry.outputs.templating import render
from cpl_registry.state.campaigns import CampaignStanding, Stage, months_after
from cpl_registry.state.dsp import known_steps
from cpl_registry.state.outlook import DatedKind, outlook
from cpl_registry.state.publication import PublishedState
from cpl_registry.state.readiness import Readiness, horizon, readiness

MONTHS_AHEAD = 6
"""What lies ahead is told so many months ahead."""
MOST_ITEMS = 400
"""The appendix lists at most so many of what a figure counts, and says where the rest is."""
_WHO = {
    DatedKind.CAMPAIGN_DEADLINE: "Manufacturers",
    DatedKind.CAMPAIGN_MEETING: "Panel",
    DatedKind.MEETING: "Panel",
    DatedKind.CERTIFICATES_EXPIRE: "Manufacturer",
    DatedKind.CERTIFICATES_RENEWAL: "Manufacturer",
    DatedKind.DSP_RECOGNISES: "DCC",
    DatedKind.DSP_STOPS_RECOGNISING: "DCC",
    DatedKind.OUTAGE: "DCC",
    DatedKind.OUTAGE_NOTICE: "DCC",
    DatedKind.INCIDENT_EXPECTED_END: "DCC",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperNames:
    """What only its author knows: reference, title, classification, who writes to whom, and when.

    `meeting` is None where no meeting is named or recorded. `campaign` is the reference of the one
    campaign that the paper is about; None: all that run.
    """

    reference: str
    title: str
    classification: str
    author: str
    body: str
    meeting: date | None
    campaign: str | None = None


def panel_paper(state: PublishedState, names: PaperNames) -> Artefact:
    """The paper as a file named after its reference."""
    listing = Listing(state=state)
    answer = readiness(state, horizon(state.on))
    options = options_of(state, answer)
    campaigns = told_campaigns(state, names.campaign)
    facts = Facts(state=state, answer=answer, options=options, campaigns=campaigns)
    recommended = recommendations(facts)
    background = tuple(_background(state, answer, campaigns))
    position = (
        *position_blocks(listing),
        incident_block(state),
        *campaign_blocks(listing, campaigns),
    )
    near = readiness(state, months_after(state.on, MONTHS_AHEAD))
    gaps = _gaps(near, state)
    ahead = outlook_told(outlook(state, near.until), state)
    counted = (
        Block(heading="2 Background", told=background),
        *(replace(one, heading=f"3 {one.heading}") for one in position),
        Block(heading="4 What lies ahead", told=tuple(told for _, told in gaps)),
        *(replace(one, heading=f"5 {one.heading}") for one in options.blocks),
        Block(heading="6 Recommendation", told=tuple(one.told for one in recommended)),
        Block(heading="7 Next steps", told=(Told(text="", figures=_ahead_figures(ahead)),)),
    )
    html = render(
        "panel_paper.html.jinja",
        names=names,
        state=state,
        on=state.on,
        action="For Decision" if _decides(recommended) else "For Information",
        purpose=_purpose(recommended),
        background=background,
        position=position,
        gaps=gaps,
        ahead=[
            (one, figure, _WHO.get(one.kind, "Code Administrator"))
            for one, figure in zip(ahead, _ahead_figures(ahead), strict=True)
        ],
        months_ahead=MONTHS_AHEAD,
        options=options.blocks,
        recommended=recommended,
        rules=tuple(dict.fromkeys(one.rule for one in recommended)),
        appendix=figures_of(counted),
        most=MOST_ITEMS,
        unconfirmed=near.unconfirmed,
    )
    name = "".join(
        letter if letter.isalnum() or letter in "._-" else "-" for letter in names.reference
    )
    return Artefact(path=f"{name}.html", content=html.encode())


def _decides(recommended: tuple[Recommendation, ...]) -> bool:
    return any(one.verb in {"AGREE", "DECIDE"} for one in recommended)


def _purpose(recommended: tuple[Recommendation, ...]) -> str:
    asks = sum(one.verb in {"AGREE", "DECIDE"} for one in recommended)
    if not asks:
        return "It is for information: nothing in it asks for a decision."
    return f"It asks for {wording.counted(asks, 'decision')}, told in section 6."


def _background(
    state: PublishedState, answer: Readiness, campaigns: tuple[CampaignStanding, ...]
) -> Iterator[Told]:
    yield Told(
        text=(
            "The Certified Products List (CPL) names the Device Models that have the Assurance"
            " Certificates they need. The DCC takes it, by a file, into the Smart Metering Inventory"
            " (SMI), which decides what can be added to the network. What is listed is to be"
            " delivered within one Working Day, and loaded within 24 hours of that."
        )
    )
    step = state.register.dsp.step_on(state.on)
    versions = step.values.get("gbcs_version") if step else None
    if step is not None and versions:
        told = wording.joined(ordered(versions))
        text = (
            f"Since {wording.full_day(step.start)} the DCC's Data Service Provider (DSP) recognises"
            f" GBCS {told}."
        )
        for later in known_steps(state.register.dsp, state.on):
            if later.start > state.on:
                new = ordered(later.values.get("gbcs_version", frozenset()) - versions)
                if new:
                    known = (
                        f", as known since {wording.day(later.known_from)}"
                        if later.known_from
                        else ""
                    )
                    text += f" GBCS {wording.joined(new)} is announced from {wording.full_day(later.start)}{known}."
        yield Told(text=text)
    for change in answer.standing:
        words = change_told(change, state.on)
        figure = Figure(
            key=key_of("standing", change.kind, change.subject or change.day),
            label="Active entries that still name it",
            items=tuple(change.entries),
        )
        yield Told(
            text=f"{wording.full_day(change.day)} {wording.sentence(words)}"
            if words.startswith("was ")
            else f"{wording.full_day(change.day)}: {wording.sentence(words)}",
            figures=(figure,),
        )
    for found in state.incidents:
        if found.open:
            incident = found.incident
            yield Told(
                text=f"Incident {incident.reference} is open since {wording.full_day(incident.start)}:"
                f" {wording.sentence(incident.title)} {wording.sentence(incident.fact)}"
            )
    for one in campaigns:
        if one.stage is not Stage.CLOSED:
            opened = wording.full_day(one.campaign.opened)
            yield Told(
                text=f"Campaign {one.campaign.reference} was opened on {opened}:"
                f" {wording.sentence(one.campaign.title)}"
            )


def _gaps(answer: Readiness, state: PublishedState) -> list[tuple[GapTold, Told]]:
    """The gaps in words, each with the figures of its size."""
    found = []
    for gap, told in zip(answer.gaps, readiness_table(answer, state), strict=True):
        sizes = (
            ("entries on versions that a new entry can no longer name then", gap.size.leaving),
            ("entries held for it now", gap.size.held),
            ("submissions that wait and name it", gap.size.waiting),
        )
        figures = tuple(
            Figure(
                key=key_of("gap", gap.kind, gap.start, *gap.device_types, *gap.values, place),
                label=label,
                items=tuple(ids),
            )
            for place, (label, ids) in enumerate(sizes)
        )
        found.append((told, Told(text=told.when, figures=figures)))
    return found


def _ahead_figures(ahead: tuple[DatedTold, ...]) -> tuple[Figure, ...]:
    return tuple(
        Figure(
            key=key_of("ahead", one.key),
            label=f"{wording.day(one.day)}, {one.title}",
            items=tuple(one.entries),
        )
        for one in ahead
    )
