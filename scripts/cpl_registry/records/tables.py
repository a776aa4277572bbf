"""The tables of the register: lists that others publish, taken over as CSV with a header row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from cpl_registry.records.csv_cells import Cell, rows_of, span_at
from cpl_registry.records.days import FIRST_DAY, LAST_DAY, day
from cpl_registry.records.documents import TABLES
from cpl_registry.records.file_text import OTHER_BYTES
from cpl_registry.records.findings import Problem
from cpl_registry.records.working_days import DIVISIONS, ENGLAND_AND_WALES
from cpl_registry.records.yaml_text import shown

HOLIDAYS = "cpl/reference/bank-holidays.csv"

_FIRST = span_at(1, 1)


def _in_reach(text: str) -> bool:
    found = day(text)
    return found is not None and FIRST_DAY <= found <= LAST_DAY


_COLUMNS: dict[str, tuple[Callable[[str], object], str]] = {
    "code_hex": (re.compile(r"[0-9A-F]{4}").fullmatch, "4 hex digits in upper case"),
    "date": (_in_reach, "a day that exists, as YYYY-MM-DD"),
    "division": (DIVISIONS.__contains__, f"one of {', '.join(DIVISIONS)}"),
}
"""What a cell of a column must be, where the column is matched against other data."""


def table_problem(path: str, raw: bytes) -> Problem | None:
    """The first thing that is wrong with a table; None where it can be relied on."""
    rows = _rows(path, raw)
    return rows if isinstance(rows, Problem) else None


def table_of(path: str, raw: bytes) -> Iterator[Mapping[str, str]]:
    """The rows of a table by the names of its columns; none where it cannot be relied on."""
    rows = _rows(path, raw)
    if not isinstance(rows, Problem):
        header = TABLES[path].split(",")
        for row in rows:
            yield dict(zip(header, (cell.text for cell in row), strict=True))


# Rules, clocks and both sides of a review ask for the same few tables.
@lru_cache(maxsize=8)
def _rows(path: str, raw: bytes) -> list[list[Cell]] | Problem:
    """The rows below the header, or the first thing that is wrong."""
    rows = rows_of(raw, OTHER_BYTES)
    if isinstance(rows, Problem):
        return rows
    header = TABLES[path].split(",")
    fix = f"the header row is {TABLES[path]}, and each row has a value for each of its columns"
    if not rows or [cell.text for cell in rows[0]] != header:
        return Problem(message="the header row is another one", fix=fix, span=_FIRST)
    for row in rows[1:]:
        if len(row) != len(header):
            return row[0].problem(f"{len(row)} cells in a table of {len(header)} columns", fix)
        for name, cell in zip(header, row, strict=True):
            fits, wanted = _COLUMNS.get(name, (bool, "a text"))
            if not fits(cell.text):
                return cell.problem(f"{name} cannot be {shown(cell.text)}", f"write {wanted}")
    return (_holiday_problem(rows[1:]) if path == HOLIDAYS else None) or rows[1:]


def _holiday_problem(rows: list[list[Cell]]) -> Problem | None:
    """A division without a year that others surround: its bank holidays would be Working Days."""
    if not any(division.text == ENGLAND_AND_WALES for division, *_ in rows):
        fix = "add the official list of that division: every clock runs by it"
        return Problem(message=f"no row of {ENGLAND_AND_WALES}", fix=fix, span=_FIRST)
    latest: dict[str, int] = {}
    for division, date, _ in sorted(rows, key=lambda row: row[1].text):
        year = int(date.text[:4])
        before = latest.setdefault(division.text, year)
        if year > before + 1:
            message = f"no bank holiday of {division.text} in {before + 1}, and some in {year}"
            return date.problem(message, "mend the year, or add the official list of those between")
        latest[division.text] = year
    return None
