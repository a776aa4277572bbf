"""A workbook's cells as they are stored: what kind of value each holds, and where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class CellKind(StrEnum):
    """What a spreadsheet keeps in a cell. Only a text says what was written into it."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "boolean"
    ERROR = "error"
    FORMULA = "formula"


class Cell(NamedTuple):
    """One cell with something in it: row and column count from 1.

    `text` is the text, the digits of a number, the day of a date where its number is one, the
    word of a truth value or an error, or the formula.
    """

    row: int
    column: int
    text: str
    kind: CellKind = CellKind.TEXT


class Area(NamedTuple):
    """A merged range, both corners included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A sheet: its rows that hold anything, in order, each with its cells in order.

    The name of a table in a text file is empty: there is only one.
    """

    name: str
    rows: Sequence[Sequence[Cell]]
    merged: Sequence[Area] = ()

    def merged_in(self, row: int) -> tuple[Area, ...]:
        """The merged ranges that a row is part of."""
        return tuple(one for one in self.merged if one.first_row <= row <= one.last_row)


class UnreadableWorkbook(Exception):
    """The file is no workbook that can be read; the message is one line, with how to mend it."""


def letters_of(column: int) -> str:
    """The letters of a column as spreadsheets show them: `A`, `Z`, `AA`."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_of(letters: str) -> int:
    """The number of a column from its letters, A to Z only."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
