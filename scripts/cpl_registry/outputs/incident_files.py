"""Incidents for machines: `api/v1/incidents.json` and `feeds/incidents.atom`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cpl_registry.outputs import wording
from cpl_registry.outputs.artefact import Artefact, json_bytes
from cpl_registry.outputs.feeds import Feed, Item, atom
from cpl_registry.outputs.incident_words import end_words, page_of, severity_words
from cpl_registry.outputs.json_api import FOLDER, envelope
from cpl_registry.state.incidents import IncidentStanding
from cpl_registry.state.publication import PublishedState
from cpl_registry.state.references import reference_pages

_DEMONSTRATION = "Demonstration: "


def incident_files(state: PublishedState) -> Iterator[Artefact]:
    """The incidents of a day as JSON, and what happened in them as a feed."""
    pages = reference_pages(state)
    data = envelope(state, incidents=[_data(one, pages) for one in state.incidents])
    yield Artefact(path=f"{FOLDER}/incidents.json", content=json_bytes(data))
    yield atom(feed(state), state.on)


def _data(one: IncidentStanding, pages: Any) -> dict[str, Any]:
    incident, step = one.incident, one.severity
    decision = incident.decision if incident.decision in pages else None
    return {
        "reference": incident.reference,
        "title": incident.title,
        "open": one.open,
        "overdue": one.overdue,
        "severity": {
            "level": incident.severity,
            "name": step.name if step else "",
            "meaning": step.meaning if step else "",
            "source": step.source if step else "",
        },
        "start": incident.start.isoformat(),
        "end": incident.end.isoformat() if one.ended and incident.end else None,
        "expected_end": one.expected_end.isoformat() if one.expected_end else None,
        "fact": incident.fact,
        "selector": {
            "status": str(incident.selector.status) if incident.selector.status else None,
            "device_types": sorted(incident.selector.device_types),
            "manufacturers": sorted(incident.selector.manufacturers),
            "technical_specifications": [
                {"family": family, "versions": sorted(versions)}
                for family, versions in sorted(incident.selector.technical_specifications.items())
            ],
            "gbcs_versions": sorted(incident.selector.gbcs_versions),
            "held": incident.selector.held,
        },
        "touched": [
            {"entry_id": entry_id, "since": day.isoformat()}
            for entry_id, day in one.touched.items()
        ],
        "timeline": [{"date": line.day.isoformat(), "text": line.text} for line in one.timeline],
        "decision": decision,
        "source": incident.source,
        "illustrative": incident.illustrative,
        "page": page_of(one),
    }


def feed(state: PublishedState) -> Feed:
    """What happened in the incidents up to the day: opened, each line of the timeline, over."""
    lead = _DEMONSTRATION if state.illustrative else ""
    items = sorted(
        (item for one in state.incidents for item in _items(one, state)),
        key=lambda item: (item.day, item.name),
        reverse=True,
    )
    return Feed(
        path="incidents.atom",
        title=f"{lead}Incidents of the Certified Products List",
        subtitle="What went wrong with the list or its loading, as it was told day by day.",
        page="incidents/",
        items=items,
    )


def _items(one: IncidentStanding, state: PublishedState) -> Iterator[Item]:
    incident = one.incident
    lead = _DEMONSTRATION if incident.illustrative or state.illustrative else ""

    def item(number: int, name: str, day: Any, word: str, text: str) -> Item:
        return Item(
            name=f"{incident.reference}/{number:04}/{name}",
            day=day,
            title=f"{lead}{incident.title} ({incident.reference}): {word}",
            text=text,
            page=page_of(one),
        )

    opened = (
        f"{incident.fact.rstrip('.')}. {severity_words(one)}. Since"
        f" {wording.full_day(incident.start)}."
    )
    yield item(0, "opened", incident.start, "opened", opened)
    for number, line in enumerate(one.timeline, 1):
        yield item(number, "line", line.day, "update", wording.sentence(line.text))
    if one.ended and incident.end is not None:
        text = f"Its last day was {wording.full_day(incident.end)}."
        yield item(9999, "over", one.changed, "over", text)
    elif one.overdue and one.expected_end is not None:
        yield item(9998, f"overdue/{one.expected_end}", one.expected_end, "overdue", end_words(one))
