"""The rows of a sheet as texts by field; what is damaged is told at its cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cpl_registry.records.findings import Severity
from cpl_registry.records.import_columns import Column, Columns
from cpl_registry.records.workbook_cells import Cell, CellKind, letters_of
from cpl_registry.records.workbook_damage import Form, damage_of

_UNMERGE = "unmerge the cells, and write the value into each row that it is true of"


@dataclass(frozen=True, kw_only=True, slots=True)
class CellProblem:
    """What is wrong with a row of a workbook: where, what, how to mend it.

    `column` is the number of the column, None for the row as a whole; `value` is what the cell
    holds, as it is stored. `rule` is the rule that found it, empty where it is the reader.
    """

    sheet: str
    row: int
    column: int | None
    header: str
    value: str
    message: str
    fix: str
    rule: str = ""
    severity: Severity = Severity.ERROR

    @property
    def letters(self) -> str:
        """The letters of the column; empty for the row as a whole."""
        return letters_of(self.column) if self.column else ""


@dataclass(kw_only=True, slots=True)
class TextRow:
    """A row: the texts of its fields, the fields whose cells are damaged, and what is wrong."""

    columns: Columns
    number: int
    cells: Mapping[int, Cell]
    texts: dict[str, str] = field(default_factory=dict)
    damaged: set[str] = field(default_factory=set)
    problems: list[CellProblem] = field(default_factory=list)

    def problem(self, path: str, message: str, fix: str, **more: Any) -> CellProblem:
        """Something that is wrong with a field, at the cell that tells it."""
        return self.problem_in(self.columns.at(path), message, fix, **more)

    def problem_in(self, column: Column | None, message: str, fix: str, **more: Any) -> CellProblem:
        """Something that is wrong in a column of the row; None for the row as a whole."""
        cell = self.cells.get(column.number) if column else None
        return CellProblem(
            sheet=self.columns.sheet.name,
            row=self.number,
            column=column.number if column else None,
            header=column.header if column else "",
            value=cell.text if cell else "",
            message=message,
            fix=fix,
            **more,
        )


def usual_form(column: Column, _cells: Mapping[int, Cell]) -> Form:
    """The form of a column whose cells are all of one field."""
    return column.form


def text_rows(
    columns: Columns, form_in: Callable[[Column, Mapping[int, Cell]], Form] = usual_form
) -> Iterator[TextRow]:
    """The rows below the headers, each with its texts and what is damaged."""
    for cells in columns.rows:
        row = TextRow(columns=columns, number=next(iter(cells.values())).row, cells=cells)
        merged = columns.sheet.merged_in(row.number)
        for column in columns.by_field.values():
            if any(one.first_column <= column.number <= one.last_column for one in merged):
                row.damaged.add(column.field)
                message = "the cell is merged with others, so that it says nothing of its own row"
                row.problems.append(row.problem_in(column, message, _UNMERGE))
            elif column.number in cells:
                take(row, column, form_in(column, cells))
        yield row


def take(row: TextRow, column: Column, form: Form) -> None:
    """The text of a cell into the row, or what is damaged in it."""
    cell = row.cells[column.number]
    if cell.kind is CellKind.DATE and column.takes_dates and form.is_day:
        cell = Cell(cell.row, cell.column, cell.text[:10])
    damage = damage_of(cell, form)
    if damage is None:
        row.texts[column.field] = cell.text
    else:
        row.damaged.add(column.field)
        row.problems.append(row.problem_in(column, damage.message, damage.fix))
