"""A campaign as data: the JSON of the API and of `cpl campaign status`, and the table of its targets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from cpl_registry.outputs.artefact import Artefact, json_bytes
from cpl_registry.outputs.campaign_words import counted, remainder
from cpl_registry.outputs.json_api import FOLDER, envelope
from cpl_registry.records.csv_text import csv_bytes
from cpl_registry.records.selector import Selector
from cpl_registry.state.campaigning import Campaigning
from cpl_registry.state.campaigns import CampaignStanding, Position, Stage, Target
from cpl_registry.state.publication import PublishedState

COLUMNS = (
    "campaign",
    "entry_id",
    "manufacturer",
    "position",
    "since",
    "way",
    "by",
    "status",
    "cause",
    "reference",
    "text",
    "still_meant",
)


def campaign_files(state: PublishedState) -> Iterable[Artefact]:
    """`api/v1/campaigns.json`, and `campaigns/<reference>/<reference>.csv`, which each page offers."""
    data = envelope(state, campaigns=[campaign_data(one, state) for one in state.campaigns])
    yield Artefact(path=f"{FOLDER}/campaigns.json", content=json_bytes(data))
    for stand in state.campaigns:
        name = stand.campaign.reference
        yield Artefact(path=f"site/campaigns/{name}/{name}.csv", content=campaign_csv(stand))


def campaign_csv(stand: CampaignStanding) -> bytes:
    """The targets, one a row, in the order of the entry ids."""
    rows = []
    for one in stand.targets:
        row = target_data(one)
        row["still_meant"] = "true" if one.still_meant else ""
        rows.append([stand.campaign.reference, *(row[name] for name in COLUMNS[1:])])
    return csv_bytes(COLUMNS, rows)


def target_data(target: Target) -> dict[str, Any]:
    """One target: where it stands, since when, by what. What does not apply is an empty text."""
    return {
        "entry_id": target.entry_id,
        "manufacturer": target.entry.manufacturer,
        "position": target.position.value,
        "since": target.since.isoformat(),
        "way": target.way or "",
        "by": target.by or "",
        "status": target.status or "",
        "cause": target.cause or "",
        "reference": target.reference or "",
        "text": target.text,
        "still_meant": target.still_meant,
    }


def campaign_data(stand: CampaignStanding, state: PublishedState) -> dict[str, Any]:
    """A campaign whole: what its file says, and everything that follows from it on the day."""
    campaign = stand.campaign
    closed = campaign.closed if stand.stage is Stage.CLOSED else None
    burn_down = Campaigning(state.register).burn_down(campaign, state.on, state.calendar)
    return {
        "reference": campaign.reference,
        "title": campaign.title,
        "illustrative": campaign.illustrative,
        "stage": stand.stage.value,
        "opened": campaign.opened.isoformat(),
        "notice": _day(campaign.notice if stand.deadline else None),
        "notice_months": campaign.notice_months,
        "deadline": _day(stand.deadline),
        "deadline_on_working_day": stand.on_working_day,
        "days_left": stand.days_left,
        "closed": _day(closed),
        "body": campaign.body,
        "meeting": _day(campaign.meeting),
        "decision": campaign.decision or "",
        "outcome": campaign.outcome or "" if closed else "",
        "selector": selector_data(campaign.selector),
        "corrected_by": [one.value for one in campaign.corrected_by],
        "counts": counts_data(stand.counts),
        "manufacturers": [
            {
                "manufacturer": slug,
                "targets": len(targets),
                "counts": counts_data(counted(targets)),
            }
            for slug, targets in stand.by_manufacturer().items()
        ],
        "targets": [target_data(one) for one in stand.targets],
        "joined_late": list(stand.joined_late),
        "remainder": [
            {"cause": cause, "entries": [one.entry_id for one in targets]}
            for cause, targets in remainder(stand)
        ],
        "burn_down": [
            {"from": day.isoformat(), "counts": counts_data(counts)} for day, counts in burn_down
        ],
        "notices": [
            {
                "reference": one.reference,
                "audience": one.audience.value,
                "manufacturer": one.manufacturer or "",
                "sent": _day(one.sent),
                "sha256": one.sha256,
            }
            for one in state.register.oversight.notices
            if one.about == campaign.reference and one.sent is not None and one.sent <= state.on
        ],
    }


def counts_data(counts: Mapping[Position, int]) -> dict[str, int]:
    """How many targets stand where; every position is there."""
    return {position.value: counts[position] for position in Position}


def selector_data(selector: Selector) -> dict[str, Any]:
    """The selector; what is not looked at is empty."""
    return {
        "status": selector.status or "",
        "device_types": sorted(selector.device_types),
        "manufacturers": sorted(selector.manufacturers),
        "technical_specifications": {
            family: sorted(versions)
            for family, versions in selector.technical_specifications.items()
        },
        "gbcs_versions": sorted(selector.gbcs_versions),
        "held": selector.held,
    }


def _day(when: date | None) -> str:
    return when.isoformat() if when else ""
