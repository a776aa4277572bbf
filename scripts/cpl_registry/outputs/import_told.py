"""What `cpl import` read, what it could not read and why, as text for people and as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from cpl_registry.outputs.wording import counted
from cpl_registry.records.findings import Severity
from cpl_registry.records.import_rows import CellProblem
from cpl_registry.records.yaml_text import shown


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportReport:
    """What an import came to. `new` and `already_there` are paths of entries, `written` whether.

    `made` counts the new entries whose history was made; `unread` names the columns that the
    mapping does not know; `errors_elsewhere` counts those that the register had before.
    """

    file: str
    rows: int
    new: tuple[str, ...]
    already_there: tuple[str, ...]
    made: int
    problems: tuple[CellProblem, ...]
    unread: tuple[str, ...]
    errors_elsewhere: int
    written: bool

    @property
    def errors(self) -> tuple[CellProblem, ...]:
        """What keeps a row from being an entry."""
        return tuple(one for one in self.problems if one.severity is Severity.ERROR)


def place(one: CellProblem) -> str:
    """Where a problem is: `Entries!F12 (Firmware version)`."""
    sheet = f"{shown(one.sheet, 60)}!" if one.sheet else ""
    if not one.row:
        return "the register"
    if not one.letters:
        return f"{sheet}row {one.row}"
    return f"{sheet}{one.letters}{one.row} ({shown(one.header, 60)})"


def report_text(report: ImportReport) -> str:
    """The report, each error with its cell, the rest by rule with the first place of each."""
    lines = [*_errors(report), *_rest(report), *_summary(report)]
    return "".join(f"{line}\n" for line in lines)


def _errors(report: ImportReport) -> Iterator[str]:
    for one in report.errors:
        rule = f" [{one.rule}]" if one.rule else ""
        yield f"{place(one)}{rule}: {shown(one.message, 400)}"
        if one.value:
            yield f"   = is:   {shown(one.value, 100)}"
        if one.fix:
            yield f"   = fix:  {shown(one.fix, 400)}"


def _rest(report: ImportReport) -> Iterator[str]:
    rest = [one for one in report.problems if one.severity is not Severity.ERROR]
    counts = Counter(one.rule for one in rest)
    for rule, count in sorted(counts.items()):
        first = next(one for one in rest if one.rule == rule)
        more = f" (and {count - 1} more; all: --format json)" if count > 1 else ""
        yield f"{first.severity} {place(first)} [{rule}]: {shown(first.message, 400)}{more}"


def _summary(report: ImportReport) -> Iterator[str]:
    if report.unread:
        yield f"not read, because the mapping does not know them: columns {', '.join(report.unread)}"
    if report.made:
        yield f"history made for {counted(report.made, 'entry', 'entries')}, which the workbook does not tell"
    if report.errors_elsewhere:
        yield (
            f"the register has {counted(report.errors_elsewhere, 'error')} of its own:"
            " cpl validate tells them"
        )
    bad = len({(one.sheet, one.row) for one in report.errors})
    yield (
        f"{counted(report.rows, 'row')}: {counted(len(report.new), 'new entry', 'new entries')},"
        f" {len(report.already_there)} already there,"
        f" {counted(len(report.errors), 'problem')} in {counted(bad, 'row')}"
    )


def report_json(report: ImportReport) -> str:
    """The report as JSON."""
    data = {
        "file": report.file,
        "rows": report.rows,
        "new": list(report.new),
        "already_there": list(report.already_there),
        "histories_made": report.made,
        "columns_not_read": list(report.unread),
        "errors_elsewhere": report.errors_elsewhere,
        "written": report.written,
        "problems": [
            {
                "sheet": one.sheet,
                "row": one.row or None,
                "column": one.letters or None,
                "header": one.header,
                "value": shown(one.value, 100),
                "rule": one.rule or None,
                "severity": one.severity.value,
                "message": one.message,
                "fix": one.fix,
            }
            for one in report.problems
        ],
    }
    return json.dumps(data, indent=2) + "\n"
