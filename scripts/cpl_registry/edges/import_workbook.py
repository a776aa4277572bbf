"""A workbook into entry files: read, judged by every rule, written as one or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import cast

from cpl_registry.edges import installation
from cpl_registry.edges.import_tables import Tables, read_tables
from cpl_registry.edges.proposing import Edit
from cpl_registry.edges.reading import Reading, read
from cpl_registry.outputs.import_told import ImportReport
from cpl_registry.records.canonical import ENTRY_FIRST_LINE, canonical
from cpl_registry.records.device_model import EntryId, id_of_path
from cpl_registry.records.documents import Document, Kind
from cpl_registry.records.entry_file import parse_entry
from cpl_registry.records.findings import Finding, Severity
from cpl_registry.records.form import shape_of
from cpl_registry.records.import_drafts import Draft, draft_of
from cpl_registry.records.import_history import MadeLine, ToldHistory
from cpl_registry.records.import_rows import CellProblem, text_rows
from cpl_registry.records.schemas import Schema
from cpl_registry.records.yaml_text import Data, shown
from cpl_registry.rules.run import validate


@dataclass(frozen=True, kw_only=True, slots=True)
class Import:
    """What an import came to: the report, and the files that may be written."""

    report: ImportReport
    edits: tuple[Edit, ...]


def import_file(path: Path, mapping: Path | None, root: Path, on: date, *, partial: bool) -> Import:
    """What a workbook makes of a register; nothing is written.

    Where a row has a problem, no file may be written; with `partial`, those of the other rows may.

    Raises:
        CannotJudge: the file, the mapping or the register cannot be read.
    """
    tables = read_tables(path, mapping)
    reading = read(root, on)
    drafts, homeless = _drafts(tables, on)
    judge = _Judge(reading, drafts)
    if partial:
        judge.without_the_others()
    edits = judge.edits()
    problems = [*(one for draft in drafts for one in draft.problems), *homeless, *judge.elsewhere]
    errors = any(one.severity is Severity.ERROR for one in problems)
    report = ImportReport(
        file=path.name,
        rows=len(drafts),
        new=tuple(edit.path for edit in edits),
        already_there=tuple(judge.there),
        made=sum(isinstance(draft.lines[0], MadeLine) for draft in judge.good()),
        problems=tuple(_in_order(problems, tables.columns.sheet.name)),
        unread=tables.unread,
        errors_elsewhere=reading.report.count(Severity.ERROR),
        written=False,
    )
    refused = judge.elsewhere or (errors and not partial)
    return Import(report=report, edits=() if refused else edits)


def _drafts(tables: Tables, on: date) -> tuple[list[Draft], list[CellProblem]]:
    """An entry a row, and the problems of histories that belong to no row."""
    schema = _schema()
    histories = dict(tables.histories)
    drafts = [
        draft_of(row, tables.constants, histories, schema, on) for row in text_rows(tables.columns)
    ]
    return drafts, list(_homeless(histories))


def _homeless(histories: Mapping[str, ToldHistory]) -> Iterator[CellProblem]:
    for entry_id, told in histories.items():
        yield from told.problems
        if told.lines and not told.problems:
            message = f"no row of the entries is {shown(entry_id, 60)}, whose history this tells"
            fix = "correct the entry id, or add the row of the entry"
            yield told.lines[0].rows[0].problem("entry_id", message, fix)


def _in_order(problems: Iterable[CellProblem], first: str) -> list[CellProblem]:
    told = dict.fromkeys(problems)
    return sorted(told, key=lambda one: (one.sheet != first, one.sheet, one.row, one.column or 0))


class _Judge:
    """The entries of a workbook laid over a register, and what the rules say of each."""

    def __init__(self, reading: Reading, drafts: Sequence[Draft]) -> None:
        self._reading = reading
        self._drafts = drafts
        self._texts: dict[str, str] = {}
        self._by_path: dict[str, Draft] = {}
        self.there: list[str] = []
        self.elsewhere: list[CellProblem] = []
        self._sort_out()
        self._judge(self._placeholders())

    def good(self) -> list[Draft]:
        """The drafts of which nothing forbids that they are written."""
        return [draft for draft in self._by_path.values() if not _failed(draft)]

    def edits(self) -> tuple[Edit, ...]:
        """The files of the good drafts."""
        return tuple(
            Edit(path=path, before=None, after=self._texts[path].encode())
            for path, draft in sorted(self._by_path.items())
            if not _failed(draft)
        )

    def without_the_others(self) -> None:
        """Judges the good drafts as they would stand alone, until none needs one that is not good."""
        while True:
            before = len(self.good())
            self._judge({}, "; it needs a row that is not written")
            if len(self.good()) == before:
                return

    def _sort_out(self) -> None:
        """What the register has already, and what the workbook has twice."""
        plan = _schema().plan
        first: dict[EntryId, Draft] = {}
        for draft in self._drafts:
            path, entry_id = draft.path, draft.entry_id
            if path is None or entry_id is None:
                continue
            if entry_id in first:
                other = first[entry_id].row.number
                message = (
                    f"rows {other} and {draft.row.number} are the same Device Model, {entry_id}"
                )
                fix = "leave one of the two rows, the right one, or correct the key of the other"
                draft.problems.append(draft.problem("/model_identifier", message, fix))
                continue
            first[entry_id] = draft
            if _failed(draft):
                continue
            text = canonical(cast("Data", draft.data), plan, ENTRY_FIRST_LINE)
            if self._is_there(draft, path, entry_id, text):
                continue
            self._texts[path], self._by_path[path] = text, draft

    def _is_there(self, draft: Draft, path: str, entry_id: EntryId, text: str) -> bool:
        known = self._reading.tree.documents.get(path)
        if known is not None and known.text == text:
            self.there.append(path)
            return True
        taken = known is not None or os.path.lexists(self._reading.root / path)
        if not taken and not self._reading.report.register.has(entry_id):
            return False
        field = _difference(draft, known)
        told = f"says another {field} of it" if field else "says something else of it"
        message = f"the register has {entry_id} already, and {told}"
        fix = "take the row out; what has changed is told with cpl amend, renew, correct or remove"
        draft.problems.append(draft.row.problem(field, message, fix))
        return True

    def _placeholders(self) -> dict[str, Document]:
        """A file that cannot be read for each row that is no entry: its problem is told there.

        So a link to it leads somewhere, and only the row itself is told as wrong.
        """
        found = {}
        for draft in self._drafts:
            if draft.entry_id is None or not _failed(draft):
                continue
            path = draft.path or _path_of(draft.entry_id)
            if id_of_path(path) is not None:
                found[path] = Document(path, Kind.ENTRY, b"")
        return found

    def _judge(self, placeholders: Mapping[str, Document], why: str = "") -> None:
        drafts = {path: one for path, one in self._by_path.items() if not _failed(one)}
        documents = {**placeholders, **self._reading.tree.documents}
        for path in drafts:
            documents[path] = Document(path, Kind.ENTRY, self._texts[path].encode())
        tree = replace(self._reading.tree, documents=dict(sorted(documents.items())))
        report = validate(tree, installation.schemas(), self._reading.on)
        before = set(self._reading.report.findings)
        self.elsewhere = []
        for one in report.findings:
            if one.path in drafts:
                _tell(drafts[one.path], one, why)
            elif (
                one.severity is Severity.ERROR
                and one.path not in placeholders
                and one not in before
            ):
                self.elsewhere.append(_elsewhere(one))


def _path_of(entry_id: EntryId) -> str:
    """A path that stands for an entry whose manufacturer is not known."""
    kind, *rest = entry_id.split("-")
    if len(rest) != 5:
        return ""
    code, model, version, revision, firmware = rest
    return f"cpl/devices/{kind}/unread/{code}-{model}-{version}{revision}-{firmware}.yaml"


def _failed(draft: Draft) -> bool:
    return any(one.severity is Severity.ERROR for one in draft.problems)


def _tell(draft: Draft, one: Finding, why: str) -> None:
    """A finding at the cell that caused it; one that was told already is not told again."""
    if why and one.severity is not Severity.ERROR:
        return
    told = draft.problem(
        one.pointer or "", f"{one.message}{why}", one.fix, rule=one.rule, severity=one.severity
    )
    draft.problems.append(told)


def _elsewhere(one: Finding) -> CellProblem:
    return CellProblem(
        sheet="",
        row=0,
        column=None,
        header="",
        value="",
        message=f"{one.path} would have an error: {one.message}",
        fix=one.fix,
        rule=one.rule,
    )


def _difference(draft: Draft, known: Document | None) -> str:
    """The first field in which a row differs from the register, one with a column if there is any."""
    if known is None or not known.usable or shape_of(known, _schema()).faults:
        return ""
    ours = parse_entry("", cast("Data", draft.data))
    theirs = parse_entry("", cast("Data", known.data))
    names = [*ours.fields, *theirs.fields]
    other = [one for one in names if ours.fields.get(one) != theirs.fields.get(one)]
    if ours.history != theirs.history:
        other.append("history")
    columns = draft.row.columns.by_field
    return next((one for one in other if one in columns), next(iter(other), ""))


def _schema() -> Schema:
    return installation.schemas()[Kind.ENTRY]
