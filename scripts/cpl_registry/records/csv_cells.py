"""CSV as text: RFC 4180 and nothing else, every cell with its place.

What one program reads as a quoted cell, another reads as two. A table that comes from outside is
therefore read strictly: a quote stands round a whole cell or nowhere, and a line ends with CRLF or
LF. A byte order mark at the start is passed over: it changes no cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cpl_registry.records.findings import Problem, Span
from cpl_registry.records.yaml_text import shown

_BYTE_ORDER_MARK = "\ufeff"
# Possessive: a cell that is never closed is found out in one pass.
_QUOTED = re.compile(r'"([^"]*+(?:""[^"]*+)*+)"')
_PLAIN = re.compile(r'[^",\r\n]*')
_LINE_END = re.compile(r"\r\n|\n")
_NAMED = {"\r": "a carriage return without a line feed"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """The text of one cell and where it begins: line and column count from 1."""

    text: str
    line: int
    column: int

    def problem(self, message: str, fix: str = "") -> Problem:
        """Something that is wrong with the cell, at its place."""
        return Problem(message=message, fix=fix, span=span_at(self.line, self.column))


def span_at(line: int, column: int) -> Span:
    """The place of one character."""
    return Span(line=line, column=column, end_column=column + 1)


def place_of(problem: Problem) -> str:
    """Line and column of a problem as people write them; empty for the whole file."""
    span = problem.span
    return "" if span is None else f"{span.line}:{span.column}"


def rows_of(raw: bytes, most_bytes: int) -> list[list[Cell]] | Problem:
    """The rows of a table with the header first, or the first thing that makes it unreadable."""
    if len(raw) > most_bytes:
        return Problem(message=f"the file is larger than {most_bytes} bytes", fix="split it")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        return Problem(
            message=f"file is not UTF-8: byte 0x{raw[error.start]:02X}",
            fix="save the file as UTF-8",
            span=span_at(line, column),
        )
    try:
        return list(_rows(text.removeprefix(_BYTE_ORDER_MARK)))
    except _NotCsv as error:
        return error.problem


class _NotCsv(Exception):
    def __init__(self, cell: Cell, message: str, fix: str) -> None:
        super().__init__(message)
        self.problem = cell.problem(message, fix)


def _rows(text: str) -> Iterator[list[Cell]]:
    at, line, line_start = 0, 1, 0
    row: list[Cell] = []
    while at < len(text) or row:
        begun = at
        quoted = _QUOTED.match(text, at)
        cell = Cell(
            text=quoted[1].replace('""', '"') if quoted else "",
            line=line,
            column=at - line_start + 1,
        )
        if quoted is None:
            if text.startswith('"', at):
                raise _NotCsv(cell, "a quoted cell is never closed", 'close the cell with "')
            plain = _PLAIN.match(text, at)
            at = plain.end() if plain else at
            cell = Cell(text=text[begun:at], line=cell.line, column=cell.column)
        else:
            at = quoted.end()
            if inner := text.count("\n", begun, at):
                line += inner
                line_start = text.rfind("\n", begun, at) + 1
        row.append(cell)
        if text.startswith(",", at):
            at += 1
            continue
        end = _LINE_END.match(text, at)
        if end is None and at < len(text):
            raise _NotCsv(
                Cell(text="", line=line, column=at - line_start + 1),
                f"{_NAMED.get(text[at]) or shown(text[at])} stands where a cell must end",
                "put double quotes round the whole cell, and double those within it;"
                " end lines with CRLF or LF",
            )
        yield row
        row = []
        at, line = (end.end() if end else at), line + 1
        line_start = at
