"""The histories of a workbook: from a sheet of their own, or made of what a row says of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cpl_registry.records.device_model import Event, Status
from cpl_registry.records.import_columns import Column, Columns
from cpl_registry.records.import_fields import changed_value
from cpl_registry.records.import_mapping import ENTRY_ID, MADE, MADE_EVENTS, MADE_PARTS
from cpl_registry.records.import_rows import CellProblem, TextRow, text_rows
from cpl_registry.records.workbook_cells import Cell
from cpl_registry.records.workbook_damage import Form

_OF_LINE = ("date", "event", "by", "status", "cause", "replaced_by", "reason", "reference")


@dataclass(kw_only=True, slots=True)
class ToldLine:
    """A line of a history: its number and the rows that tell it, one a changed field."""

    number: int
    rows: list[TextRow] = field(default_factory=list)

    @property
    def data(self) -> dict[str, Any]:
        """The line as data of an entry."""
        first = self.rows[0].texts
        made: dict[str, Any] = {name: first[name] for name in _OF_LINE if name in first}
        changed = {}
        for row in self.rows:
            path = row.texts.get("field")
            if path is not None:
                sides = (name for name in ("from", "to") if name in row.texts)
                changed[path] = {name: changed_value(path, row.texts[name]) for name in sides}
        return {**made, "changed": changed} if changed else made

    def problem(self, parts: Sequence[str], message: str, fix: str, **more: Any) -> CellProblem:
        """Something that is wrong with the line, at the cell that tells it."""
        row, name = self.rows[0], parts[0] if parts else "event"
        if name == "changed":
            told = (one for one in self.rows if one.texts.get("field") == "".join(parts[1:2]))
            row, name = next(told, row), parts[2] if len(parts) > 2 else "field"
        return row.problem(name, message, fix, **more)


@dataclass(kw_only=True, slots=True)
class ToldHistory:
    """The lines of one entry in order, and what is wrong with them."""

    lines: list[ToldLine] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)


def told_histories(columns: Columns, form_of: Callable[[str], Form]) -> dict[str, ToldHistory]:
    """The histories of a sheet, by the entry id that its rows name.

    `form_of` gives the form of a field of the entry, as values before and after have it.
    """
    named = columns.by_field.get("field")

    def form_in(column: Column, cells: Mapping[int, Cell]) -> Form:
        if column.field not in {"from", "to"} or named is None or named.number not in cells:
            return column.form
        return form_of(cells[named.number].text)

    rows: dict[str, list[TextRow]] = {}
    for row in text_rows(columns, form_in):
        rows.setdefault(row.texts.get(ENTRY_ID, ""), []).append(row)
    return {entry_id: _history(own) for entry_id, own in rows.items()}


def _history(rows: Sequence[TextRow]) -> ToldHistory:
    told = ToldHistory()
    lines: dict[int, ToldLine] = {}
    for row in rows:
        told.problems += row.problems
        number = row.texts.get("line", "")
        if row.problems:
            continue
        if not (number.isascii() and number.isdecimal() and len(number) <= 4):
            fix = "number the lines of each entry 1, 2, 3, oldest first"
            told.problems.append(row.problem("line", "the line has no number", fix))
            continue
        lines.setdefault(int(number), ToldLine(number=int(number))).rows.append(row)
    told.lines = [lines[number] for number in sorted(lines)]
    for line in told.lines:
        told.problems += _contradictions(line)
    for expected, line in enumerate(told.lines, 1):
        if not told.problems and line.number != expected:
            message = f"the history has no line {expected} before line {line.number}"
            fix = "put the missing rows back, or number the lines 1, 2, 3, oldest first"
            told.problems.append(line.rows[0].problem("line", message, fix))
    return told


def _contradictions(line: ToldLine) -> Iterator[CellProblem]:
    """Where the rows of one line do not agree on what is true of the whole line."""
    first = line.rows[0]
    fields = {first.texts.get("field")}
    for row in line.rows[1:]:
        for name in _OF_LINE:
            if row.texts.get(name) != first.texts.get(name):
                message = f"line {line.number} says another {name} here than in row {first.number}"
                yield row.problem(name, message, "say the same in each row of the line")
        if row.texts.get("field") in fields:
            message = f"line {line.number} says the same of this field twice, or of no field"
            yield row.problem("field", message, "give each changed field one row")
        fields.add(row.texts.get("field"))


@dataclass(kw_only=True, slots=True)
class MadeLine:
    """A line that was made: its data, and what leads the fields that it was made of."""

    data: dict[str, Any]
    lead: str


def made_history(texts: Mapping[str, str], on: date) -> list[MadeLine]:
    """A history of what a row says: submitted, listed, removed or closed, each with its day.

    Where the row tells no day of submission, it is that of the listing; where it tells neither,
    the entry is submitted on the day of the import, as a new one is. A removal is told by a
    status that is not Active.
    """
    found: dict[str, dict[str, str]] = {}
    for event in MADE_EVENTS:
        told = {part: texts.get(f"{MADE}{event}.{part}") for part in MADE_PARTS}
        found[event] = {part: text for part, text in told.items() if text is not None}
    listed = found[Event.LISTED].get("date")
    submitted = {"date": listed or str(on), "by": texts.get("manufacturer", "")}
    found[Event.SUBMITTED] = {**submitted, **found[Event.SUBMITTED]}
    made = []
    for event in MADE_EVENTS:
        parts = found[event]
        happened = "date" in parts
        if event == Event.REMOVED:
            happened = parts.get("status", Status.ACTIVE) != Status.ACTIVE
        if happened:
            line = {"event": event, **parts}
            made.append(MadeLine(data=line, lead=f"{MADE}{event}"))
    return made
