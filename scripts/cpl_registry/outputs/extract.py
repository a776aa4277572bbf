"""The DCC's files: extract, delta and held list.

Every cell is the text of the entry's field. Nothing here formats, rounds or completes a value.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from cpl_registry.outputs.artefact import Artefact
from cpl_registry.state.publication import PublishedState

HELD_HEADER = ("entry_id", "since", "reason", "field", "value", "standing_row")


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """RFC 4180: UTF-8 without byte order mark, CRLF, a header row."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def extract_rows(state: PublishedState) -> list[tuple[str, ...]]:
    """The rows of the extract, in entry id order."""
    return [one.delivery.row for one in state.extract if one.delivery and one.delivery.row]


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


def delta_rows(
    before: Sequence[tuple[str, ...]], after: Sequence[tuple[str, ...]]
) -> list[tuple[str, ...]]:
    """What leads from one extract to the next: added and changed rows new, removed rows as sent."""
    old = {row[0]: row for row in before}
    new = {row[0]: row for row in after}
    found = []
    for entry_id in sorted(old.keys() | new.keys()):
        if entry_id not in old:
            found.append(("added", *new[entry_id]))
        elif entry_id not in new:
            found.append(("removed", *old[entry_id]))
        elif old[entry_id] != new[entry_id]:
            found.append(("changed", *new[entry_id]))
    return found


def tables(state: PublishedState, before: Sequence[tuple[str, ...]] = ()) -> list[Artefact]:
    """Extract, delta against the rows last sent, and held list."""
    header = state.register.extract_profile.header
    rows = extract_rows(state)
    return [
        Artefact(path="dcc/cpl-dcc-extract.csv", content=csv_bytes(header, rows)),
        Artefact(
            path="dcc/cpl-dcc-delta.csv",
            content=csv_bytes(("change", *header), delta_rows(before, rows)),
        ),
        Artefact(path="dcc/cpl-dcc-held.csv", content=csv_bytes(HELD_HEADER, held_rows(state))),
    ]
