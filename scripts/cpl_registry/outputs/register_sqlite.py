"""The whole list as a database: `cpl.sqlite`, the same bytes for the same state.

What is empty in `cpl.csv` is NULL here, so that a comparison of days never meets an empty text.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing

from cpl_registry.outputs.artefact import Artefact
from cpl_registry.outputs.data_columns import DEMONSTRATION, NOT_OFFICIAL, TITLE
from cpl_registry.outputs.register_csv import COLUMNS, record
from cpl_registry.records.device_model import Value
from cpl_registry.state.publication import Published, PublishedState

PATH = "data/cpl.sqlite"
TABLES = {
    "about": ("key", "value"),
    "devices": COLUMNS,
    "certificates": ("entry_id", "scheme", "number", "issued", "expires", "renewal_due"),
    "upgrades": ("entry_id", "upgrades_from"),
    "history": (
        "entry_id",
        "line",
        "date",
        "event",
        "by",
        "status",
        "cause",
        "replaced_by",
        "reason",
        "reference",
    ),
    "changes": ("entry_id", "line", "field", "from", "to"),
}
"""The tables and their columns. `line` is a number from 1 on, everything else is text."""
_KEYS = {
    "about": ("key",),
    "devices": ("entry_id",),
    "certificates": ("entry_id", "scheme"),
    "upgrades": ("entry_id", "upgrades_from"),
    "history": ("entry_id", "line"),
    "changes": ("entry_id", "line", "field"),
}
_INDEXED = (
    ("devices", ("manufacturer_identifier", "model_identifier", "firmware_version")),
    ("devices", ("gbcs_version", "status")),
    ("history", ("date",)),
    ("upgrades", ("upgrades_from",)),
)
_PAGE = 4096
Cells = Sequence[str | int | None]


def database(state: PublishedState) -> list[Artefact]:
    """`data/cpl.sqlite`."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        made.execute(f"PRAGMA page_size = {_PAGE}")
        made.execute("PRAGMA encoding = 'UTF-8'")
        made.execute("BEGIN")
        for name, columns in TABLES.items():
            made.execute(_table(name, columns))
            places = ", ".join("?" * len(columns))
            insert = f'INSERT INTO "{name}" VALUES ({places})'  # noqa: S608  # names of ours
            made.executemany(insert, _rows(name, state))
        for number, (name, columns) in enumerate(_INDEXED, 1):
            made.execute(f'CREATE INDEX "index_{number}" ON "{name}" ({_quoted(columns)})')
        made.execute("COMMIT")
        made.execute("VACUUM")
        return [Artefact(path=PATH, content=made.serialize())]


def _table(name: str, columns: Sequence[str]) -> str:
    kinds = ", ".join(f'"{one}" {"INTEGER" if one == "line" else "TEXT"}' for one in columns)
    owner = ', FOREIGN KEY ("entry_id") REFERENCES "devices" ("entry_id")'
    rest = owner if columns[0] == "entry_id" and name != "devices" else ""
    return (
        f'CREATE TABLE "{name}" ({kinds}, PRIMARY KEY ({_quoted(_KEYS[name])}){rest}) WITHOUT ROWID'
    )


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _rows(name: str, state: PublishedState) -> Iterator[Cells]:
    if name == "about":
        yield from _about(state)
        return
    for one in state.entries:
        if name == "devices":
            row = record(one, state)
            yield [row[column] or None for column in COLUMNS]
        else:
            yield from _ROWS[name](one)


def _about(state: PublishedState) -> Iterator[Cells]:
    yield "title", TITLE
    yield "notice", NOT_OFFICIAL
    if state.illustrative:
        yield "demonstration", DEMONSTRATION
    if licence := state.register.licence:
        yield "licence", licence.words
    yield "on", state.on.isoformat()
    yield "commit", state.commit


def _certificates(one: Published) -> Iterator[Cells]:
    for certificate in one.entry.certificates():
        days = (certificate.issued, certificate.expires, certificate.renewal_due)
        texts = (day.isoformat() if day else None for day in days)
        yield one.entry_id, certificate.scheme, certificate.number or None, *texts


def _upgrades(one: Published) -> Iterator[Cells]:
    return ((one.entry_id, before) for before in dict.fromkeys(one.entry.upgrades_from))


def _history(one: Published) -> Iterator[Cells]:
    for number, line in enumerate(one.entry.history, 1):
        yield (
            one.entry_id,
            number,
            line.day.isoformat(),
            line.event,
            line.by,
            line.status,
            line.cause,
            line.replaced_by,
            line.reason,
            line.reference,
        )


def _changes(one: Published) -> Iterator[Cells]:
    for number, line in enumerate(one.entry.history, 1):
        for change in line.changed:
            yield one.entry_id, number, change.path, _text(change.before), _text(change.after)


_ROWS: Mapping[str, Callable[[Published], Iterator[Cells]]] = {
    "certificates": _certificates,
    "upgrades": _upgrades,
    "history": _history,
    "changes": _changes,
}


def _text(value: Value | None) -> str | None:
    """A value as one text; the members of a list stand apart by a space, as in `cpl.csv`."""
    return value if value is None or isinstance(value, str) else " ".join(value)
