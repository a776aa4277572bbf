"""API v1: an index, all devices, one file a device. Static JSON with one envelope."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cpl_registry.outputs.artefact import Artefact, json_bytes
from cpl_registry.outputs.register_csv import full_record, record
from cpl_registry.records.device_model import Status
from cpl_registry.state.publication import PublishedState

FOLDER = "site/api/v1"


def _envelope(state: PublishedState, **content: Any) -> dict[str, Any]:
    """What every answer carries: version of the shape, the day asked for, commit, label."""
    return {
        "schema_version": "1",
        "on": state.on.isoformat(),
        "commit": state.commit,
        "illustrative": state.illustrative,
        **content,
    }


def api_files(state: PublishedState) -> Iterator[Artefact]:
    """The files of the API, one at a time."""
    yield _file("index.json", index(state))
    records = [record(one, state) for one in state.entries]
    for row in records:
        row.pop("illustrative")
    yield _file("devices.json", _envelope(state, total=len(records), devices=records))
    for one in state.entries:
        device = full_record(one, state)
        device.pop("illustrative")
        yield _file(f"devices/{one.entry_id}.json", _envelope(state, device=device))


def index(state: PublishedState) -> dict[str, Any]:
    """What the list says today in numbers, and where the rest is."""
    return _envelope(
        state,
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
        links={"devices": "api/v1/devices.json", "device": "api/v1/devices/{entry_id}.json"},
    )


def _file(name: str, data: dict[str, Any]) -> Artefact:
    return Artefact(path=f"{FOLDER}/{name}", content=json_bytes(data))
