"""What was delivered, for machines: the list of deliveries, and the extract of each as it was sent.

The extracts are worked out from the chain; one whose bytes are not those of the digest in the
chain is left out, as its release has it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from cpl_registry.outputs.api_envelope import FOLDER, envelope
from cpl_registry.outputs.artefact import Artefact, json_bytes
from cpl_registry.records.csv_text import csv_bytes
from cpl_registry.records.delivery import DeliveryFile, Row, Serial, moment_text
from cpl_registry.records.device_model import EntryId
from cpl_registry.state.publication import PublishedState
from cpl_registry.state.sent import rows_after

MOST_ROWS = 50_000
"""The newest extracts are files of the site as long as they have no more rows together."""


def delivery_files(state: PublishedState) -> Iterator[Artefact]:
    """`api/v1/deliveries.json`, and `data/deliveries/<serial>.csv` of the newest."""
    files = extracts(state)
    yield from files.values()
    told = [
        {
            "serial": one.serial,
            "kind": one.kind,
            "on": one.on.isoformat(),
            "sent_at": moment_text(one.sent_at),
            "rows": one.extract_rows,
            "extract_sha256": one.extract_sha256,
            "file": files[one.serial].path.removeprefix("site/") if one.serial in files else "",
        }
        for one in reversed(state.sent.deliveries)
    ]
    answer = envelope(state, deliveries=told)
    yield Artefact(path=f"{FOLDER}/deliveries.json", content=json_bytes(answer))


def extracts(state: PublishedState) -> Mapping[Serial, Artefact]:
    """The extracts of the newest deliveries as they were sent, by serial."""
    wanted, rows_left = set[Serial](), MOST_ROWS
    for one in reversed(state.sent.deliveries):
        rows_left -= one.extract_rows
        if rows_left < 0:
            break
        wanted.add(one.serial)
    found: dict[Serial, Artefact] = {}
    rows: dict[EntryId, Row] = {}
    for one in state.sent.deliveries:
        rows = rows_after(rows, one)
        if one.serial in wanted and (content := _as_sent(one, rows)) is not None:
            path = f"site/data/deliveries/{one.serial}.csv"
            found[one.serial] = Artefact(path=path, content=content)
    return found


def _as_sent(delivery: DeliveryFile, rows: Mapping[EntryId, Row]) -> bytes | None:
    content = csv_bytes(delivery.header, rows.values())
    same = hashlib.sha256(content).hexdigest() == delivery.extract_sha256
    return content if same else None
