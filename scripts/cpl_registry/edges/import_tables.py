"""A workbook or CSV on disk, and its mapping, to the rows and histories that they tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast

from cpl_registry.edges import installation
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.given import given, name_of
from cpl_registry.records.csv_cells import place_of, rows_of
from cpl_registry.records.documents import Kind
from cpl_registry.records.entry_fields import field_paths, meant
from cpl_registry.records.file_text import OTHER_BYTES, decode
from cpl_registry.records.findings import Problem
from cpl_registry.records.import_columns import Columns, columns_of, demand
from cpl_registry.records.import_fields import form_of, needed
from cpl_registry.records.import_history import ToldHistory, told_histories
from cpl_registry.records.import_mapping import (
    ENTRY_ID,
    ImportMapping,
    MappedSheet,
    parse_import_mapping,
    unknown_fields,
)
from cpl_registry.records.workbook_cells import Cell, Sheet, UnreadableWorkbook
from cpl_registry.records.workbook_damage import Form
from cpl_registry.records.workbook_file import Workbook, read_workbook
from cpl_registry.records.workbook_package import MOST_BYTES
from cpl_registry.records.yaml_places import examine
from cpl_registry.records.yaml_text import shown

DEFAULT_MAPPING = Path(__file__).with_name("import-mapping.yaml")
"""The mapping of our own `cpl.xlsx`, which comes with the tools."""
_ZIP, _OLE = b"PK", b"\xd0\xcf\x11\xe0"
_MOST_CSV_CELLS = 2_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Tables:
    """What was read: the columns with the rows below, the histories by entry id, the constants."""

    columns: Columns
    histories: dict[str, ToldHistory]
    unread: tuple[str, ...]
    constants: Mapping[str, str]


def read_tables(path: Path, mapping_path: Path | None) -> Tables:
    """The rows of a file, with the histories that a sheet of it tells.

    Raises:
        CannotJudge: file or mapping cannot be read, or a column that every entry needs is missing.
    """
    mapping = _mapping(mapping_path or DEFAULT_MAPPING)
    raw = given(path, MOST_BYTES)
    try:
        if raw.startswith((_ZIP, _OLE)):
            return _of_workbook(read_workbook(raw), mapping)
        return _of_sheet(_table(raw), mapping.entries)
    except UnreadableWorkbook as error:
        raise CannotJudge(f"{name_of(path)}: {error}") from None


def _mapping(path: Path) -> ImportMapping:
    """A mapping, read as strictly as a file of the register."""
    text, refused = decode(given(path, OTHER_BYTES), OTHER_BYTES)
    found = examine(text)
    problems = [one.problem for one in (*refused, *(found.refused if text else ()))]
    if problems:
        raise _unusable(path, problems[0])
    schema = installation.mapping_schema()
    data: Any = found.data
    for fault in schema.faults(data if data is not None else ""):
        at = fault.pointer
        while at and at not in found.places:
            at = at.rpartition("/")[0]
        place = found.places.get(at)
        raise _unusable(
            path,
            Problem(message=fault.message, fix=fault.fix, span=place.value if place else None),
        )
    mapping = parse_import_mapping(cast("dict[str, Any]", data))
    entry = installation.schemas()[Kind.ENTRY]
    for field in unknown_fields(mapping, field_paths(entry)):
        close = meant(entry, field)
        hint = f"did you mean {close}?" if close else "name a field of the entry"
        raise _unusable(path, Problem(message=f"an entry has no field {field}", fix=hint))
    return mapping


def _unusable(path: Path, problem: Problem) -> CannotJudge:
    place = f":{place_of(problem)}" if problem.span else ""
    told = f"{shown(problem.message, 300)}; {shown(problem.fix, 200)}"
    return CannotJudge(f"{name_of(path)}{place}: {told}")


def _table(raw: bytes) -> Sheet:
    """A CSV as a sheet without a name; its rows go by their lines."""
    if raw.count(b",") + raw.count(b"\n") > _MOST_CSV_CELLS:
        raise UnreadableWorkbook(f"more than {_MOST_CSV_CELLS:,} cells; split the file")
    rows = rows_of(raw, MOST_BYTES)
    if isinstance(rows, Problem):
        place = f"{place_of(rows)}: " if rows.span else ""
        raise UnreadableWorkbook(f"{place}{rows.message}; {rows.fix}")
    told = (
        [Cell(row[0].line, column, one.text) for column, one in enumerate(row, 1) if one.text]
        for row in rows
    )
    return Sheet(name="", rows=[row for row in told if row])


def _of_sheet(sheet: Sheet, mapped: MappedSheet) -> Tables:
    schema = installation.schemas()[Kind.ENTRY]
    columns = columns_of(sheet, mapped, partial(form_of, schema))
    present = {**columns.by_field, **mapped.constants}
    demand(columns, mapped, needed(schema, present))
    return Tables(columns=columns, histories={}, unread=columns.unread, constants=mapped.constants)


def _of_workbook(book: Workbook, mapping: ImportMapping) -> Tables:
    entries, history = mapping.entries, mapping.history
    tables = _of_sheet(book.sheet(_sheet_name(book, entries)), entries)
    if history is None or history.name not in book.names or len(book.names) == 1:
        return tables
    schema = installation.schemas()[Kind.ENTRY]
    columns = columns_of(book.sheet(history.name), history, _form_of_part)
    of_line = dict.fromkeys((ENTRY_ID, "line", "date", "event"), "no line of a history is told")
    demand(columns, history, of_line)
    unread = tuple(f"{history.name}!{one}" for one in columns.unread)
    return Tables(
        columns=tables.columns,
        histories=told_histories(columns, partial(form_of, schema)),
        unread=(*tables.unread, *unread),
        constants=tables.constants,
    )


def _form_of_part(part: str) -> Form:
    return Form(is_day=part == "date")


def _sheet_name(book: Workbook, mapped: MappedSheet) -> str:
    """The sheet of the entries: the only one, whatever its name, or the one that is named."""
    if len(book.names) == 1:
        return book.names[0]
    if mapped.name in book.names:
        return mapped.name
    there = ", ".join(shown(one, 40) for one in book.names[:10])
    wanted = f"no sheet {shown(mapped.name, 60)}" if mapped.name else "more than one sheet"
    raise UnreadableWorkbook(
        f"the workbook has {wanted} (it has {there}); name the sheet in a mapping file (--mapping)"
    )
