"""The file of a delivery: what goes into `cpl/dcc/deliveries/`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from cpl_registry.outputs.extract import held_rows
from cpl_registry.outputs.manifest import Sending
from cpl_registry.records.canonical import Plan, canonical
from cpl_registry.records.csv_text import csv_bytes
from cpl_registry.records.delivery import DeliveryFile, Row, moment_text
from cpl_registry.records.device_model import EntryId
from cpl_registry.state.deltas import delta_between
from cpl_registry.state.publication import PublishedState

if TYPE_CHECKING:
    from cpl_registry.records.yaml_text import Data

_FIRST_LINE = "# yaml-language-server: $schema=../../../schema/delivery.schema.json"
_HELD = ("entry_id", "since", "reason", "field", "value", "standing_row")


def delivery_file(
    state: PublishedState,
    rows: Mapping[EntryId, Row],
    sending: Sending,
    plan: Plan,
    *,
    kind: str = "delivery",
    manifest: bytes | None = None,
    decision: str | None = None,
) -> bytes:
    """The bytes of a delivery's file: `rows` is the extract that is sent, or taken over."""
    base: DeliveryFile | None = state.sent.last
    header = state.register.extract_profile.header
    extract = csv_bytes(header, rows.values())
    held: Sequence[tuple[str, ...]] = held_rows(state) if kind == "delivery" else ()
    data: dict[str, Data] = {
        "serial": sending.serial,
        "kind": kind,
        "sent_at": moment_text(sending.sent_at),
        "on": state.on.isoformat(),
        "extract": {"sha256": hashlib.sha256(extract).hexdigest(), "rows": str(len(rows))},
        "header": list(header),
        "delta": [
            {"change": row.change.value, "entry_id": row.entry_id, "cells": list(row.cells)}
            for row in delta_between(state.sent.rows, rows)
        ],
        "held": [dict(zip(_HELD, map(str, row), strict=True)) for row in held],
    }
    if kind == "delivery" and state.commit is not None:
        data["commit"] = state.commit
    if base is not None:
        data["based_on"] = base.serial
        data["previous"] = base.own_digest
    if manifest is not None:
        data["manifest"] = hashlib.sha256(manifest).hexdigest()
    if decision is not None:
        data["decision"] = decision
    return canonical(data, plan, _FIRST_LINE).encode()
