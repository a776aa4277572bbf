"""A release as its recipient reads it: the delivery's serial and day, the extract, the delta.

Digests and signature are judged before. What is signed can still be unreadable, and a recipient
says so instead of loading half of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from cpl_registry.records.answer_row import is_entry_id, is_moment, is_serial
from cpl_registry.records.csv_cells import Cell, rows_of
from cpl_registry.records.days import day
from cpl_registry.records.delivery import DeltaKind, DeltaRow, Row, Serial, moment
from cpl_registry.records.device_model import EntryId
from cpl_registry.records.file_text import DELIVERY_BYTES
from cpl_registry.records.findings import Problem
from cpl_registry.records.yaml_text import shown

MANIFEST, EXTRACT, DELTA = "manifest.json", "cpl-dcc-extract.csv", "cpl-dcc-delta.csv"
_CHANGE = "change"
_WANTED: dict[str, Callable[[str], object]] = {
    "serial": is_serial,
    "based_on": is_serial,
    "on": day,
    "sent_at": is_moment,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Shipment:
    """What a recipient takes from a release. Rows begin with the entry id, in the file's order."""

    serial: Serial
    based_on: Serial | None
    on: date
    sent_at: datetime
    header: tuple[str, ...]
    extract: tuple[Row, ...]
    delta: tuple[DeltaRow, ...]


def read_shipment(
    manifest: bytes, extract: bytes, delta: bytes, header: tuple[str, ...]
) -> Shipment | list[Problem]:
    """A release from the bytes of its files; `header` is the layout that the recipient knows.

    Each problem names its file in `path`.
    """
    problems: list[Problem] = []
    told = _manifest(manifest, problems)
    rows = _table(EXTRACT, extract, header, problems)
    changes = _table(DELTA, delta, (_CHANGE, *header), problems)
    if problems:
        return problems
    return Shipment(
        serial=Serial(told["serial"]),
        based_on=Serial(told["based_on"]) if told["based_on"] is not None else None,
        on=day(told["on"]) or date.max,
        sent_at=moment(told["sent_at"]),
        header=header,
        extract=tuple(_row(row) for row in rows),
        delta=tuple(_delta_row(row) for row in changes),
    )


def _manifest(raw: bytes, problems: list[Problem]) -> dict[str, Any]:
    """The manifest's data, or what is wrong with it added to the problems."""
    try:
        data = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        problems.append(Problem(message="not a JSON object", path=MANIFEST))
        return {}
    data.setdefault("based_on", None)
    for name, accepted in _WANTED.items():
        value = data.get(name)
        if value is None and name != "based_on":
            message = f"{name} is empty: these are files of a build and no delivery"
            problems.append(Problem(message=message, fix="make one: cpl release", path=MANIFEST))
        elif value is not None and not (isinstance(value, str) and accepted(value)):
            message = f"{name} {shown(str(value))} is not understood"
            problems.append(Problem(message=message, path=MANIFEST))
    return data


def _table(
    name: str, raw: bytes, header: Sequence[str], problems: list[Problem]
) -> list[list[Cell]]:
    """The rows of a table without its header, or what is wrong with it added to the problems."""
    rows = rows_of(raw, DELIVERY_BYTES)
    if isinstance(rows, Problem):
        problems.append(replace(rows, path=name))
        return []
    problems += (replace(one, path=name) for one in _table_problems(rows, header))
    return rows[1:]


def _table_problems(rows: Sequence[Sequence[Cell]], header: Sequence[str]) -> Iterator[Problem]:
    if not rows or [cell.text for cell in rows[0]] != list(header):
        yield Problem(
            message="the columns are not those of the layout that is known here",
            fix="compare the header with cpl/dcc/extract-profile.yaml",
        )
        return
    first = 1 if header[0] == _CHANGE else 0
    for row in rows[1:]:
        if len(row) != len(header):
            message = f"the row has {len(row)} cells and the header {len(header)}"
            yield row[0].problem(message)
        elif first and row[0].text not in set(DeltaKind):
            yield row[0].problem(f"{shown(row[0].text)} is not a change")
        elif not is_entry_id(row[first].text):
            yield row[first].problem(f"{shown(row[first].text, 60)} is not an entry id")


def _row(row: Sequence[Cell]) -> Row:
    return tuple(cell.text for cell in row)


def _delta_row(row: Sequence[Cell]) -> DeltaRow:
    change, *cells = _row(row)
    return DeltaRow(change=DeltaKind(change), entry_id=EntryId(cells[0]), cells=tuple(cells))
