"""Registers judged in memory, findings as lines of text, and texts held against what is on file."""

import os
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from cpl_registry.edges import installation
from cpl_registry.records.documents import TreeFile
from cpl_registry.records.findings import Finding, Severity
from cpl_registry.records.register import sort_files
from cpl_registry.rules.run import Report, validate

Files = Mapping[str, bytes]
"""A register in memory: the bytes of each file by its path."""


def judged(files: Files, on: date) -> Report:
    """What every rule says of a register on a day."""
    tree = sort_files(TreeFile(path=path, raw=raw) for path, raw in files.items())
    return validate(tree, installation.schemas(), on)


def errors_of(report: Report) -> list[Finding]:
    """The findings that stop a publication."""
    return [one for one in report.findings if one.severity is Severity.ERROR]


def line_of(one: Finding) -> str:
    """A finding as one line: rule, severity, place, message. The whole file has no line."""
    place = one.path if one.line is None else f"{one.path}:{one.line}:{one.column}"
    return f"{one.rule} {one.severity} {place} {one.message}"


def lines_of(findings: Iterable[Finding]) -> str:
    """Findings as text, a line each, in the order of the report."""
    return "".join(f"{line_of(one)}\n" for one in findings)


def hold_against(path: Path, text: str) -> None:
    """Asserts that a text is the one on file; with GOLDEN=rewrite it becomes the one on file."""
    if os.environ.get("GOLDEN") == "rewrite":
        path.write_text(text, encoding="utf-8")
    expected = path.read_text(encoding="utf-8") if path.exists() else ""
    assert text == expected, f"{path.name} says otherwise; read the difference, then GOLDEN=rewrite"
