"""The whole list as a workbook: `cpl.xlsx`, every cell a text, and `cpl import` reads it again.

The parts are written from templates and packed with one fixed time, so that the same state gives
the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cpl_registry.outputs.artefact import Artefact
from cpl_registry.outputs.templating import streamed
from cpl_registry.outputs.workbook_columns import ENTRIES, HISTORY, BookColumn
from cpl_registry.records.device_model import Change, Entry, Scheme, Value
from cpl_registry.records.import_fields import list_text
from cpl_registry.records.import_mapping import ENTRY_ID, EVIDENCE, SCHEMES
from cpl_registry.records.workbook_cells import letters_of
from cpl_registry.state.publication import PublishedState

PATH = "data/cpl.xlsx"
_TITLE = "Certified Products List (CPL), also called the Central Products List"
_TIME = (1980, 1, 1, 0, 0, 0)
_PARTS = {
    "[Content_Types].xml": "content-types.xml",
    "_rels/.rels": "package.rels",
    "docProps/core.xml": "core.xml",
    "xl/workbook.xml": "workbook.xml",
    "xl/_rels/workbook.xml.rels": "workbook.rels",
    "xl/styles.xml": "styles.xml",
}
_FROZEN = {"Entries": 1, "History": 2}
# Spreadsheets read this as an escaped character; the underscore is escaped in its turn.
_LIKE_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

Made = Callable[[], Iterable[dict[str, str]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sheet:
    """A sheet: how its rows are made, headers first and each anew; what is frozen, how wide it is."""

    index: int
    name: str
    rows: Callable[[], Iterator[Sequence[str]]]
    height: int
    widths: tuple[int, ...]

    @property
    def frozen(self) -> int:
        """The columns that stay in sight."""
        return _FROZEN[self.name]

    @property
    def first_free(self) -> str:
        """The first cell that moves."""
        return f"{letters_of(self.frozen + 1)}2"

    @property
    def filtered(self) -> bool:
        """Whether it is a table, whose headers stay in sight and have filters."""
        return self.name in _FROZEN

    @property
    def range(self) -> str:
        """All of it."""
        return f"A1:{letters_of(len(self.widths))}{self.height}"

    @property
    def absolute_range(self) -> str:
        """All of it, as names have it."""
        return f"$A$1:${letters_of(len(self.widths))}${self.height}"

    def cells(self) -> Iterator[list[tuple[str, str]]]:
        """The cells of each row that hold anything, with their places."""
        letters = [letters_of(number) for number in range(1, len(self.widths) + 1)]
        for number, row in enumerate(self.rows(), 1):
            yield [
                (f"{column}{number}", _LIKE_ESCAPE.sub("_x005F_", text) if "_x" in text else text)
                for column, text in zip(letters, row, strict=True)
                if text
            ]


def workbook(state: PublishedState) -> list[Artefact]:
    """`data/cpl.xlsx`."""
    about = [(line,) for line in _about(state)]
    sheets = [
        _Sheet(index=0, name="About", rows=lambda: iter(about), height=len(about), widths=(110,)),
        _table(1, "Entries", ENTRIES, lambda: (_entry_row(one.entry) for one in state.entries)),
        _table(
            2,
            "History",
            HISTORY,
            lambda: (row for one in state.entries for row in _history(one.entry)),
        ),
    ]
    whole = {"sheets": sheets, "title": _TITLE, "on": state.on}
    parts = [(name, template, whole) for name, template in _PARTS.items()]
    parts += [
        (f"xl/worksheets/sheet{one.index + 1}.xml", "sheet.xml", {"sheet": one}) for one in sheets
    ]
    return [Artefact(path=PATH, content=_packed(parts))]


def _about(state: PublishedState) -> Iterator[str]:
    yield _TITLE
    if state.illustrative:
        yield "Demonstration register: its manufacturers and Device Models are made up."
    yield "This is not the official Certified Products List (CPL)."
    commit = f"from commit {state.commit}" if state.commit else "from files that are in no commit"
    yield f"As of {state.on.isoformat()}, {commit}."
    yield f"Entries: {len(state.entries)} entries, whatever their status, a row each."
    yield "History: what happened to each entry, a row for each line or each field that it changed."
    yield "Every cell is text, so that 0005 keeps its zeros and 1.10 stays 1.10. Keep it so."
    yield "To read a workbook of this form into a register: cpl import FILE"


def _table(index: int, name: str, columns: Sequence[BookColumn], made: Made) -> _Sheet:
    """A table, headers first; rare columns only where they are used.

    Its rows are made twice, first to be counted: a long list's would take more memory than it.
    """
    used: set[str] = set()
    height = 1
    for row in made():
        height += 1
        used |= row.keys()
    kept = [one for one in columns if not one.rare or one.field in used]

    def rows() -> Iterator[list[str]]:
        yield [one.header for one in kept]
        for row in made():
            yield [row.get(one.field, "") for one in kept]

    widths = tuple(one.width for one in kept)
    return _Sheet(index=index, name=name, rows=rows, height=height, widths=widths)


def _entry_row(entry: Entry) -> dict[str, str]:
    """An entry as texts by field."""
    row: dict[str, str] = {ENTRY_ID: entry.entry_id}
    documents = [f"{one.kind}: {one.reference}" for one in entry.evidence()]
    for path, value in entry.fields.items():
        if not path.startswith(f"{EVIDENCE}."):
            row[path] = _text(path, value)
    if documents:
        row[EVIDENCE] = "; ".join(documents)
    if entry.schemes != tuple(one for one in Scheme if one in entry.schemes):
        row[SCHEMES] = ", ".join(entry.schemes)
    return row


def _history(entry: Entry) -> Iterator[dict[str, str]]:
    """The rows of an entry's history."""
    for number, line in enumerate(entry.history, 1):
        told = {
            ENTRY_ID: entry.entry_id,
            "line": str(number),
            "date": line.day.isoformat(),
            "event": line.event.value,
            "by": line.by or "",
            "status": line.status or "",
            "cause": line.cause or "",
            "replaced_by": line.replaced_by or "",
            "reason": line.reason or "",
            "reference": line.reference or "",
        }
        if not line.changed:
            yield told
        for change in line.changed:
            yield {**told, **_change(change)}


def _change(change: Change) -> dict[str, str]:
    before, after = change.before, change.after
    return {
        "field": change.path,
        "from": "" if before is None else _text(change.path, before),
        "to": "" if after is None else _text(change.path, after),
    }


def _text(path: str, value: Value) -> str:
    return value if isinstance(value, str) else list_text(path, value)


def _packed(parts: Iterable[tuple[str, str, Mapping[str, Any]]]) -> bytes:
    """The archive: name, template and facts of each part; all with the same time and rights.

    A sheet is packed as it is written: the text of a great one would fill the memory.
    """
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, template, facts in parts:
            part = zipfile.ZipInfo(name, _TIME)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.create_system = 3
            part.external_attr = 0o600 << 16
            with archive.open(part, "w") as packed:
                for text in streamed(f"workbook/{template}.jinja", **facts):
                    packed.write(text.encode())
    return file.getvalue()
