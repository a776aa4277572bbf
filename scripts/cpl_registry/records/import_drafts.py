"""Entries as a workbook's rows would make them, each held to the shape of an entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from cpl_registry.records.device_model import EntryId, entry_id, entry_path
from cpl_registry.records.entry_fields import advice
from cpl_registry.records.fault_words import Fault
from cpl_registry.records.import_fields import data_of, field_at, key_texts
from cpl_registry.records.import_history import MadeLine, ToldHistory, ToldLine, made_history
from cpl_registry.records.import_mapping import ENTRY_ID, MADE
from cpl_registry.records.import_rows import CellProblem, TextRow
from cpl_registry.records.schemas import Schema
from cpl_registry.records.told_values import told_faults
from cpl_registry.records.yaml_text import Data, shown


@dataclass(kw_only=True, slots=True)
class Draft:
    """An entry as a row tells it. `entry_id` is None where key and entry id cannot be read.

    `path` is where its file belongs, None where that cannot be told.
    """

    row: TextRow
    data: dict[str, Any]
    lines: list[ToldLine] | list[MadeLine]
    entry_id: EntryId | None = None
    path: str | None = None
    problems: list[CellProblem] = field(default_factory=list)

    def problem(self, pointer: str, message: str, fix: str, **more: Any) -> CellProblem:
        """Something that is wrong at a place of the data, at the cell that tells it."""
        parts = _parts(pointer)
        if parts[:1] != ["history"]:
            return self.row.problem(field_at(pointer, self.data), message, fix, **more)
        at = int(parts[1]) if parts[1:] and parts[1].isdigit() else -1
        if not 0 <= at < len(self.lines):
            return self.row.problem("history", message, fix, **more)
        line = self.lines[at]
        if isinstance(line, ToldLine):
            return line.problem(parts[2:], message, fix, **more)
        return self.row.problem(".".join([line.lead, *parts[2:3]]), message, fix, **more)


def _parts(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def draft_of(
    row: TextRow,
    constants: Mapping[str, str],
    histories: dict[str, ToldHistory],
    schema: Schema,
    on: date,
) -> Draft:
    """The entry of a row. Its history is taken out of `histories`."""
    filled = {name: text for name, text in constants.items() if name not in row.damaged}
    texts = {**filled, **row.texts}
    own = {p: t for p, t in texts.items() if p != ENTRY_ID and not p.startswith(MADE)}
    data = data_of(own)
    key = key_texts(texts)
    told = texts.get(ENTRY_ID)
    known = entry_id(key) if key else None
    own_histories = [histories.pop(one, None) for one in (told, known) if one is not None]
    history = next(filter(None, own_histories), None)
    if history is None or not history.lines or history.problems:
        made = made_history(texts, on)
        draft = Draft(row=row, data=data, lines=made)
        data["history"] = [line.data for line in made]
    else:
        draft = Draft(row=row, data=data, lines=history.lines)
        data["history"] = [line.data for line in history.lines]
    draft.problems += [*row.problems, *(history.problems if history else ())]
    faults = schema.faults(cast("Data", data)) or told_faults(data, schema)
    draft.problems += _faults(draft, faults)
    if told is not None or known is not None:
        draft.entry_id = EntryId(told or known or "")
    if key is not None and known is not None and not _spoilt(faults, key):
        draft.entry_id, draft.path = known, entry_path(key)
        if told is not None and told != known:
            message = f"the entry id is {shown(told, 60)}, and the key of the row makes {known}"
            fix = "correct the one that is wrong; the entry id follows from the key"
            draft.problems.append(row.problem(ENTRY_ID, message, fix))
    return draft


def _spoilt(faults: list[Fault], key: Mapping[str, str]) -> bool:
    return any(fault.pointer.removeprefix("/") in key for fault in faults)


def _faults(draft: Draft, faults: list[Fault]) -> Iterator[CellProblem]:
    told: set[tuple[str, int, int | None, bool]] = set()
    for fault in faults:
        pointer = fault.pointer
        if fault.keyword == "required":
            pointer += f"/{fault.message.removeprefix('missing field ').split(' ', 1)[0]}"
            if _damaged(draft, pointer):
                continue
        problem = draft.problem(pointer, fault.message, advice(fault))
        # A cell is told once: what else is wrong in it is seen when this is mended.
        place = (problem.sheet, problem.row, problem.column, fault.keyword == "required")
        if place not in told:
            told.add(place)
            yield problem


def _damaged(draft: Draft, pointer: str) -> bool:
    """Whether a field is missing only because its cell, or one that it is made of, is damaged."""
    parts = _parts(pointer)
    path = field_at(pointer, draft.data)
    if parts[:1] == ["history"] and parts[1:] and parts[1].isdigit():
        line = draft.lines[int(parts[1])]
        path = f"{line.lead}.{parts[2]}" if isinstance(line, MadeLine) else ""
    return any(one == path or one.startswith(f"{path}.") for one in draft.row.damaged)
