"""Workbooks as spreadsheets write them: made with openpyxl from rows of any kind of cell."""

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from cpl_registry.edges.reading import read
from cpl_registry.outputs.workbook import workbook
from cpl_registry.outputs.workbook_columns import ENTRIES, HISTORY
from cpl_registry.state.publication import publish
from openpyxl import Workbook, load_workbook

ON = date(2026, 11, 20)
Row = dict[str, Any]
"""A row by header: a text, or a number, day, truth value, formula or error as openpyxl takes it."""
Tables = dict[str, list[Row]]
"""The rows below the headers, by sheet."""


def published(root: Path, on: date = ON) -> bytes:
    """`cpl.xlsx` of a register."""
    return workbook(publish(read(root, on).report.register, on))[0].content


def tables_of(raw: bytes) -> Tables:
    """The tables of a workbook, read by another reader than ours; empty cells left out."""
    book = load_workbook(io.BytesIO(raw), read_only=True)
    found: Tables = {}
    for sheet in book.worksheets:
        if sheet.title == "About":
            continue
        header, *rows = sheet.iter_rows(values_only=True)
        found[sheet.title] = [
            {str(name): cell for name, cell in zip(header, row, strict=True) if cell is not None}
            for row in rows
        ]
    return found


def book(tables: Mapping[str, Sequence[Row]], merged: Iterable[tuple[str, str]] = ()) -> bytes:
    """A workbook of tables; `merged` are sheets and ranges."""
    made = Workbook(write_only=True)
    for name, rows in tables.items():
        sheet = made.create_sheet(name)
        header = headers(rows)
        for sheet_name, area in merged:
            if sheet_name == name:
                sheet.merged_cells.add(area)
        sheet.append(header)
        for row in rows:
            sheet.append([row.get(column) for column in header])
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def headers(rows: Sequence[Row]) -> list[str]:
    """The headers of a table, those of our own sheets in their usual order."""
    there = dict.fromkeys(column for row in rows for column in row)
    usual = [one.header for one in (*ENTRIES, *HISTORY)]
    return sorted(there, key=lambda one: usual.index(one) if one in usual else len(usual))


def entry_files(root: Path) -> dict[str, bytes]:
    """The entry files of a register."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.glob("cpl/devices/*/*/*.yaml")
    }
