"""Findings: what is wrong with the data, as values.

A finding is never an exception. Whatever is wrong with a submission becomes one of these, is
collected, sorted and reported together with all the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters: only an error stops a publication."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A place in a file: line and column count from 1, `end_column` is one past the last character.

    `end_column` is on the same line; a value that runs over several lines ends with its first.
    """

    line: int
    column: int
    end_column: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """What a rule or the reader says: where, what, and how to mend it.

    `at` is a JSON pointer into the file, or the dotted path of an entry's field; None for the
    whole file. `on_key` asks for the key's place and not the value's. `span` is given only by the
    reader, which knows the place itself. `path` is given where a rule judges more than one file.
    `follows_from` are places, written as `at`, whose own error would be the cause of this one.
    """

    message: str
    fix: str = ""
    at: str | None = None
    on_key: bool = False
    span: Span | None = None
    path: str | None = None
    severity: Severity | None = None
    follows_from: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One complaint about the data, complete: rule, severity, place, message and how to mend it.

    `path` is relative to the register's root, with `/`. `line` and `column` count from 1 and are
    None for a finding about the whole file. `help` is the rule's page, relative to the site.
    `follows_from` are the pointers at which another error would be the cause of this one.
    """

    rule: str
    severity: Severity
    path: str
    line: int | None
    column: int | None
    end_column: int | None
    pointer: str | None
    message: str
    fix: str
    help: str
    follows_from: tuple[str, ...] = ()

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Order of a report: by place, then by rule."""
        return (self.path, self.line or 0, self.column or 0, self.rule, self.message)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the gates found: findings in order, and the paths of files that were judged in part.

    `entries` counts the entry files, whether they could be read or not. `letters` say why the rules
    behind the findings matter, where nobody needs to look the rules up for it; else they are empty.
    """

    findings: tuple[Finding, ...]
    entries: int
    halted: tuple[str, ...] = ()
    letters: Mapping[str, str] = field(default_factory=dict)

    def count(self, severity: Severity) -> int:
        """How many findings have a severity."""
        return sum(one.severity is severity for one in self.findings)

    @property
    def failed(self) -> bool:
        """Whether anything stops a publication."""
        return self.count(Severity.ERROR) > 0


def as_data(one: Finding) -> dict[str, str | int | None]:
    """A finding as the contract's JSON has it (section 3)."""
    return {
        "rule": one.rule,
        "severity": one.severity.value,
        "path": one.path,
        "line": one.line,
        "column": one.column,
        "pointer": one.pointer,
        "message": one.message,
        "fix": one.fix,
        "help": one.help,
    }


def help_address(rule: str) -> str:
    """The rule's page, relative to the address of the site."""
    return f"rules/{rule}/"


def finding(
    rule: str,
    severity: Severity,
    path: str,
    problem: Problem,
    *,
    pointer: str | None = None,
    span: Span | None = None,
    follows_from: tuple[str, ...] = (),
) -> Finding:
    """A problem with the name of its rule and its place stamped on."""
    place = problem.span or span
    return Finding(
        rule=rule,
        severity=problem.severity or severity,
        path=problem.path or path,
        line=place.line if place else None,
        column=place.column if place else None,
        end_column=place.end_column if place else None,
        pointer=pointer,
        message=problem.message,
        fix=problem.fix,
        help=help_address(rule),
        follows_from=follows_from,
    )


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings sorted by place and rule, each told once."""
    return tuple(sorted(set(findings), key=lambda one: one.sort_key))
