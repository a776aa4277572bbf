"""The whole list as data: `cpl.csv` and `cpl.jsonl`, one row an entry file whatever its status."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from cpl_registry.outputs.artefact import Artefact
from cpl_registry.records.csv_text import csv_bytes
from cpl_registry.records.delivery import moment_text
from cpl_registry.state.journey import journey
from cpl_registry.state.publication import Published, PublishedState

_FIELDS = (
    ("device_type", "device_type"),
    ("manufacturer", "manufacturer"),
    ("manufacturer_identifier", "manufacturer_identifier"),
    ("model_identifier", "model_identifier"),
    ("model_name", "model_name"),
    ("hardware_version", "hardware_version"),
    ("hardware_revision", "hardware_revision"),
    ("firmware_version", "firmware_version"),
    ("esme_variant", "esme_variant"),
    ("technical_specification", "technical_specification.name"),
    ("technical_specification_version", "technical_specification.version"),
    ("gbcs_version", "gbcs_version"),
    ("manufacturer_image_hash", "manufacturer_image.sha256"),
    ("cpa_certificate", "assurance_certificates.CPA.number"),
    ("cpa_expires", "assurance_certificates.CPA.expires"),
    ("cpa_renewal_due", "assurance_certificates.CPA.renewal_due"),
    ("zigbee_certificate", "assurance_certificates.ZigBee.number"),
    ("dlms_certificate", "assurance_certificates.DLMS.number"),
)
COLUMN_SOURCES = _FIELDS
"""The columns that are fields of an entry, each with the dotted path of the field."""
COLUMNS = (
    "entry_id",
    *(name for name, _ in _FIELDS),
    "upgrades_from",
    "status",
    "status_since",
    "listed_on",
    "delivery",
    "delivered_with",
    "loaded_at",
    "held_since",
    "illustrative",
)


def record(one: Published, state: PublishedState) -> dict[str, str]:
    """An entry as one row: the text of each field, empty where it has none."""
    entry = one.entry
    listed = next((line.day for line in entry.history if line.event == "listed"), None)
    upgrades = entry.fields.get("manufacturer_image.upgrades_from", "")
    since = one.standing.since or one.waiting_since
    hold = one.delivery.hold if one.delivery else None
    way = journey(one, state.sent)
    return {
        "entry_id": one.entry_id,
        **{name: entry.get(source) or "" for name, source in _FIELDS},
        "upgrades_from": upgrades if isinstance(upgrades, str) else " ".join(upgrades),
        "status": one.status or "",
        "status_since": since.isoformat() if since else "",
        "listed_on": listed.isoformat() if listed else "",
        "delivery": way.stage.value,
        "delivered_with": way.delivered.serial if way.delivered else "",
        "loaded_at": moment_text(way.loaded.at) if way.loaded and way.loaded_now else "",
        "held_since": hold.since.isoformat() if hold else "",
        "illustrative": "true" if state.illustrative else "",
    }


def data_files(state: PublishedState) -> Iterator[Artefact]:
    """`data/cpl.csv` and `data/cpl.jsonl`."""
    records = (record(one, state) for one in state.entries)
    rows = (tuple(row[name] for name in COLUMNS) for row in records)
    yield Artefact(path="data/cpl.csv", content=csv_bytes(COLUMNS, rows))
    lines = BytesIO()
    for one in state.entries:
        text = json.dumps(full_record(one, state), ensure_ascii=False, separators=(",", ":"))
        lines.write(f"{text}\n".encode())
    yield Artefact(path="data/cpl.jsonl", content=lines.getvalue())


def full_record(one: Published, state: PublishedState) -> dict[str, Any]:
    """An entry with its certificates and history, as API and JSON Lines publish it."""
    row: dict[str, Any] = dict(record(one, state))
    row["illustrative"] = state.illustrative
    row["upgrades_from"] = list(one.entry.upgrades_from)
    row["certificates"] = [
        {
            "scheme": certificate.scheme,
            "number": certificate.number or "",
            "issued": _day(certificate.issued),
            "expires": _day(certificate.expires),
            "renewal_due": _day(certificate.renewal_due),
        }
        for certificate in one.entry.certificates()
    ]
    row["history"] = [
        {
            "date": line.day.isoformat(),
            "event": line.event,
            "by": line.by or "",
            "status": line.status or "",
            "cause": line.cause or "",
            "replaced_by": line.replaced_by or "",
            "changed": [
                {"field": change.path, "from": _texts(change.before), "to": _texts(change.after)}
                for change in line.changed
            ],
            "reason": line.reason or "",
            "reference": line.reference or "",
        }
        for line in one.entry.history
    ]
    return row


def _texts(value: str | tuple[str, ...] | None) -> list[str]:
    """A value as a list of texts: one type for a field, whatever it holds."""
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)


def _day(value: object) -> str:
    return str(value) if value else ""
