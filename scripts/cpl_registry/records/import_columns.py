"""Which column of a sheet holds which field, by the headers that its mapping names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cpl_registry.records.import_mapping import MappedSheet, folded
from cpl_registry.records.workbook_cells import Cell, Sheet, UnreadableWorkbook, letters_of
from cpl_registry.records.workbook_damage import Form
from cpl_registry.records.yaml_text import shown


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column that is read: where it stands, its field, how that is written."""

    number: int
    header: str
    field: str
    form: Form
    takes_dates: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Columns:
    """The columns of a sheet by their field, those that are not read, and the rows below."""

    sheet: Sheet
    by_field: Mapping[str, Column]
    unread: tuple[str, ...]
    header_row: int

    @property
    def rows(self) -> list[Mapping[int, Cell]]:
        """The rows below the headers that hold something in a column that is read."""
        numbers = {column.number for column in self.by_field.values()}
        found: list[Mapping[int, Cell]] = []
        for row in self.sheet.rows:
            if row[0].row > self.header_row:
                cells = {cell.column: cell for cell in row if cell.text.strip(" ")}
                if not numbers.isdisjoint(cells):
                    found.append(cells)
        return found

    def at(self, path: str) -> Column | None:
        """The column where a field is told, or what it is part of, or its first part."""
        known = self.by_field
        while path:
            if path in known:
                return known[path]
            inside = next((one for one in known if one.startswith(f"{path}.")), None)
            if inside is not None:
                return known[inside]
            path = path.rpartition(".")[0]
        return None


def columns_of(sheet: Sheet, mapped: MappedSheet, form_of: Callable[[str], Form]) -> Columns:
    """The columns of a sheet.

    Raises:
        UnreadableWorkbook: no headers where they should be, or two columns of one field.
    """
    fields = {folded(header): one for one in mapped.columns for header in one.headers}
    header = next((row for row in sheet.rows if row[0].row == mapped.header_row), ())
    found: dict[str, Column] = {}
    unread = []
    for cell in header:
        name = shown(cell.text, 60)
        column = fields.get(folded(cell.text))
        if column is None:
            if cell.text.strip():
                unread.append(f"{letters_of(cell.column)} ({name})")
        elif column.field in found:
            other = letters_of(found[column.field].number)
            raise UnreadableWorkbook(
                f"columns {other} and {letters_of(cell.column)}{_of(sheet)} are both for"
                f" {column.field}; leave one"
            )
        else:
            found[column.field] = Column(
                number=cell.column,
                header=name,
                field=column.field,
                form=form_of(column.field),
                takes_dates=column.takes_dates,
            )
    if not found:
        raise UnreadableWorkbook(
            f"no column of row {mapped.header_row}{_of(sheet)} has a header that the mapping"
            " knows; name the header row and the headers in a mapping file (--mapping)"
        )
    return Columns(sheet=sheet, by_field=found, unread=tuple(unread), header_row=mapped.header_row)


def _of(sheet: Sheet) -> str:
    return f" of sheet {shown(sheet.name, 60)}" if sheet.name else ""


def demand(columns: Columns, mapped: MappedSheet, wanted: Mapping[str, str]) -> None:
    """Holds a sheet to the fields that every row must have; `wanted` says of each what it is for.

    Raises:
        UnreadableWorkbook: some have neither column nor constant; all are named.
    """
    missing = [one for one in wanted if one not in columns.by_field and one not in mapped.constants]
    if not missing:
        return
    headers = {one.field: one.headers[0] for one in mapped.columns}
    told = ", ".join(
        f"{one} (header {shown(headers[one], 60)})" if one in headers else one for one in missing
    )
    raise UnreadableWorkbook(
        f"there is no column{_of(columns.sheet)} for {told}, without which"
        f" {wanted[missing[0]]}; add it, or name its header in a mapping file (--mapping)"
    )
