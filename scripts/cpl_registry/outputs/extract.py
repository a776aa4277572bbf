"""The DCC's files: extract, delta and held list.

Every cell is the text of the entry's field. Nothing here formats, rounds or completes a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cpl_registry.outputs.artefact import Artefact
from cpl_registry.records.csv_text import csv_bytes
from cpl_registry.records.delivery import Row
from cpl_registry.records.device_model import EntryId
from cpl_registry.state.deltas import delta_between
from cpl_registry.state.publication import PublishedState

EXTRACT = "dcc/cpl-dcc-extract.csv"
DELTA = "dcc/cpl-dcc-delta.csv"
HELD = "dcc/cpl-dcc-held.csv"
HELD_HEADER = ("entry_id", "since", "reason", "field", "value", "standing_row")


def held_rows(state: PublishedState) -> list[tuple[str, ...]]:
    """The rows of the held list: one an entry and field."""
    return [
        (
            one.entry_id,
            hold.since.isoformat(),
            hold.reason,
            cause.field,
            cause.value,
            hold.standing_row,
        )
        for one in state.held
        if one.delivery and (hold := one.delivery.hold)
        for cause in hold.causes
    ]


def tables(state: PublishedState, before: Mapping[EntryId, Row]) -> list[Artefact]:
    """Extract, delta against the rows of an earlier extract, and held list."""
    header = state.register.extract_profile.header
    rows = state.rows
    delta: Iterable[tuple[str, ...]] = (
        (row.change, *row.cells) for row in delta_between(before, rows)
    )
    return [
        Artefact(path=EXTRACT, content=csv_bytes(header, rows.values())),
        Artefact(path=DELTA, content=csv_bytes(("change", *header), delta)),
        Artefact(path=HELD, content=csv_bytes(HELD_HEADER, held_rows(state))),
    ]
