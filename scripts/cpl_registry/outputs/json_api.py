"""API v1: an index, all devices, one file a device. Static JSON with one envelope."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from cpl_registry.outputs.api_envelope import FOLDER, envelope
from cpl_registry.outputs.artefact import Artefact, json_bytes
from cpl_registry.outputs.device_lists import Known, device_data, device_lists
from cpl_registry.outputs.extract import HELD_HEADER, held_rows
from cpl_registry.outputs.health_words import health_data
from cpl_registry.records.delivery import moment_text
from cpl_registry.records.device_model import Status
from cpl_registry.state.health import health_on
from cpl_registry.state.journey import Stage, journey
from cpl_registry.state.publication import PublishedState
from cpl_registry.state.queue import waiting
from cpl_registry.state.reconciliation import reconciled

__all__ = ["FOLDER", "api_files", "envelope"]


def api_files(state: PublishedState) -> Iterator[Artefact]:
    """The files of the API, one at a time."""
    yield _file("index.json", index(state))
    yield _file("status.json", status(state))
    yield _file("queue.json", queue(state))
    known = Known(state=state)
    yield from device_lists(known)
    if state.entry_pages:
        for one in state.entries:
            device = envelope(state, device=device_data(one, known))
            yield _file(f"devices/{one.entry_id}.json", device)


def index(state: PublishedState) -> dict[str, Any]:
    """What the list says today in numbers, and where the rest is."""
    licence = state.register.licence
    return envelope(
        state,
        licence={
            "stated": licence is not None,
            "name": licence.name if licence else "",
            "address": licence.address if licence else "",
            "holder": (licence.holder or "") if licence else "",
        },
        counts={
            "entries": len(state.entries),
            "active": len(state.active),
            "deliverable": len(state.extract),
            "held": len(state.held),
            "submitted": len(state.queue),
            "removed": {
                status.value: state.statuses.get(status, 0)
                for status in Status
                if status is not Status.ACTIVE
            },
        },
        links={
            "devices": "api/v1/devices.json",
            "device": "api/v1/devices/{entry_id}.json" if state.entry_pages else "",
            "manufacturer": "api/v1/manufacturers/{slug}.json",
            "model": "api/v1/models/{model}.json",
            "check": "api/v1/check/{code}.json",
            "finder": "api/v1/finder.json",
            "deliveries": "api/v1/deliveries.json",
            "status": "api/v1/status.json",
            "queue": "api/v1/queue.json",
            "incidents": "api/v1/incidents.json",
            "campaigns": "api/v1/campaigns.json",
            "decisions": "api/v1/decisions.json",
            "certificates": "api/v1/certificates.json",
            "outlook": "api/v1/outlook.json",
            "changes": "feeds/changes.json",
            "data": "data/datapackage.json",
            "openapi": "api/v1/openapi.json",
        },
    )


def status(state: PublishedState) -> dict[str, Any]:
    """Where the list stands: whether anything is wrong, stages, last delivery, what is held."""
    stages = Counter(journey(one, state.sent).stage for one in state.entries)
    last, found = state.sent.last, reconciled(state)
    return envelope(
        state,
        health=health_data(health_on(state)),
        stages={stage.value: stages[stage] for stage in Stage},
        last_delivery={
            "serial": last.serial if last else "",
            "sent_at": moment_text(last.sent_at) if last else "",
            "rows": last.extract_rows if last else 0,
            "extract_sha256": last.extract_sha256 if last else "",
        },
        reconciliation={
            "expected": found.expected,
            "missing": list(found.missing),
            "rejected": list(found.rejected),
            "lingering": list(found.lingering),
        },
        held=[dict(zip(HELD_HEADER, row, strict=True)) for row in held_rows(state)],
    )


def queue(state: PublishedState) -> dict[str, Any]:
    """What waits to be listed, longest first, and what listing it would start."""
    return envelope(
        state,
        queue=[
            {
                "entry_id": one.entry_id,
                "manufacturer": one.manufacturer,
                "device_type": one.device_type,
                "stage": one.stage.value,
                "since": one.since.isoformat(),
                "working_days": one.age,
                "due_if_listed": one.due_if_listed.isoformat() if one.due_if_listed else None,
                "unknown_to_dsp": [
                    {"field": cause.field, "value": cause.value} for cause in one.unknown_to_dsp
                ],
            }
            for one in waiting(state)
        ],
    )


def _file(name: str, data: dict[str, Any]) -> Artefact:
    return Artefact(path=f"{FOLDER}/{name}", content=json_bytes(data))
