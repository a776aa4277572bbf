"""The cells of one sheet of a workbook, read as a stream."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from cpl_registry.records.workbook_cells import (
    Area,
    Cell,
    CellKind,
    Sheet,
    UnreadableWorkbook,
    column_of,
)
from cpl_registry.records.workbook_package import Package
from cpl_registry.records.yaml_text import shown

MOST_CELLS = 2_000_000
"""Most cells of a sheet that hold anything."""
_MOST_ROW, _MOST_COLUMN, _MOST_MERGED = 1_048_576, 16_384, 1_000
_MOST_EMPTY = 20_000_000
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})", re.ASCII)
_ROW = re.compile(r"[1-9][0-9]{0,6}", re.ASCII)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_WHOLE = re.compile(r"[0-9]{1,7}", re.ASCII)
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?", re.ASCII)
_EPOCH, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
_KINDS = {
    "n": CellKind.NUMBER,
    "b": CellKind.BOOLEAN,
    "e": CellKind.ERROR,
    "d": CellKind.DATE,
}


class SheetReader:
    """What the parser met so far of a sheet: the row and cell that are being read, those before."""

    def __init__(self, texts: Sequence[str], date_styles: frozenset[int], *, is_1904: bool) -> None:
        self._texts = texts
        self._date_styles = date_styles
        self._epoch = _EPOCH_1904 if is_1904 else _EPOCH
        self._rows: dict[int, list[Cell]] = {}
        self._merged: list[Area] = []
        self._row = self._column = self._cells = self._seen = 0
        self._type = self._style = ""
        self._value: list[str] = []
        self._formula: list[str] | None = None
        self._into: list[str] | None = None
        self._phonetic = False

    def read(self, package: Package, part: str, name: str) -> Sheet:
        """The sheet.

        Raises:
            UnreadableWorkbook: it is broken, or larger than a sheet of entries can be.
        """
        package.parse(part, self._start, self._end, self._characters)
        rows = [sorted(self._rows[number], key=_place) for number in sorted(self._rows)]
        for row in rows:
            columns = [cell.column for cell in row]
            if len(set(columns)) != len(columns):
                raise UnreadableWorkbook(
                    f"row {row[0].row} of sheet {shown(name, 60)} has a cell twice; save the workbook again"
                )
        return Sheet(name=name, rows=rows, merged=tuple(self._merged))

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._start_cell(attributes)
        elif tag == "v" or (tag == "t" and not self._phonetic):
            self._into = self._value
        elif tag == "f":
            self._formula = self._into = []
        elif tag == "rPh":
            self._phonetic = True
        elif tag == "row":
            self._count()
            given = attributes.get("r")
            if given is not None and not _ROW.fullmatch(given):
                raise _odd("a row number")
            self._row = int(given) if given else self._row + 1
            self._column = 0
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._count()
        given = attributes.get("r")
        if given is None:
            self._column += 1
        else:
            match = _REFERENCE.fullmatch(given)
            if match is None:
                raise _odd("the place of a cell")
            self._column, self._row = column_of(match[1]), int(match[2])
        self._type, self._style = attributes.get("t", "n"), attributes.get("s", "")
        self._value, self._formula, self._into = [], None, None

    def _end(self, tag: str) -> None:
        if tag in {"v", "t", "f"}:
            self._into = None
        elif tag == "rPh":
            self._phonetic = False
        elif tag == "c" and (self._formula is not None or self._value):
            cell = self._cell()
            if cell is None:
                return
            self._cells += 1
            if self._cells > MOST_CELLS:
                raise UnreadableWorkbook(
                    f"a sheet has more than {MOST_CELLS:,} cells; split the workbook"
                )
            if not (0 < cell.row <= _MOST_ROW and cell.column <= _MOST_COLUMN):
                raise _odd("the place of a cell")
            self._rows.setdefault(cell.row, []).append(cell)

    def _characters(self, text: str) -> None:
        if self._into is not None:
            self._into.append(text)

    def _count(self) -> None:
        self._seen += 1
        if self._seen > _MOST_EMPTY:
            raise UnreadableWorkbook("a sheet has too many empty cells; delete the rows below")

    def _cell(self) -> Cell | None:
        """The cell that ends here; None where it holds nothing."""
        text = "".join(self._value)
        row, column = self._row, self._column
        if self._formula is not None:
            formula = "=" + "".join(self._formula)
            return Cell(row, column, formula, CellKind.FORMULA)
        if self._type == "s":
            if not _WHOLE.fullmatch(text) or int(text) >= len(self._texts):
                raise _odd("the number of a text")
            text = self._texts[int(text)]
            return Cell(row, column, text) if text else None
        if self._type in {"inlineStr", "str"}:
            text = unescaped(text)
            return Cell(row, column, text) if text else None
        if not text:
            return None
        kind = _KINDS.get(self._type)
        if kind is None:
            raise _odd("the kind of a cell")
        if kind is CellKind.BOOLEAN:
            text = {"1": "TRUE", "0": "FALSE"}.get(text, text)
        elif kind is CellKind.NUMBER:
            return self._number(row, column, text)
        return Cell(row, column, text, kind)

    def _number(self, row: int, column: int, text: str) -> Cell:
        if len(text) > 400 or not _DECIMAL.fullmatch(text):
            raise _odd("a number")
        style = int(self._style) if _WHOLE.fullmatch(self._style) else 0
        # Spreadsheets keep seventeen digits and show fifteen: 1.1000000000000001 is 1.1.
        plain = text if _WHOLE.fullmatch(text) else f"{float(text):.15g}"
        if style in self._date_styles:
            serial = int(float(text)) if abs(float(text)) < 2_958_466 else -1
            if 0 < serial <= (date.max - self._epoch).days:
                plain = str(self._epoch + timedelta(days=serial))
            return Cell(row, column, plain, CellKind.DATE)
        return Cell(row, column, plain, CellKind.NUMBER)

    def _merge(self, reference: str) -> None:
        start, _, end = reference.partition(":")
        first, last = _REFERENCE.fullmatch(start), _REFERENCE.fullmatch(end)
        if first is None or last is None:
            raise _odd("a merged range")
        if len(self._merged) == _MOST_MERGED:
            raise UnreadableWorkbook(
                f"a sheet has more than {_MOST_MERGED} merged ranges; unmerge the cells"
            )
        self._merged.append(
            Area(int(first[2]), column_of(first[1]), int(last[2]), column_of(last[1]))
        )


def _place(cell: Cell) -> int:
    return cell.column


def unescaped(text: str) -> str:
    """A text with the characters that spreadsheets write as `_x000D_` put back."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _odd(what: str) -> UnreadableWorkbook:
    return UnreadableWorkbook(
        f"a sheet has {what} that no spreadsheet writes; save it again as a workbook (.xlsx)"
    )
