"""Findings as text for people, as JSON and as annotations for machines. Nothing prints here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence

from cpl_registry.edges.sarif import as_sarif
from cpl_registry.records.documents import Document
from cpl_registry.records.findings import Finding, Severity, as_data
from cpl_registry.records.yaml_text import shown
from cpl_registry.rules.run import RULES, Report

_COLOURS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.NOTICE: "36"}
_WHY = {rule.id: " ".join(rule.why.split("\n\n")[0].split()) for rule in RULES}
_ANNOTATIONS = 10
"""What GitHub shows of a level in one step; it drops the rest without a word."""
_FILES = 5
"""In how many files the notices of a rule are told one by one where nobody named a path."""
_MENDABLE = frozenset({"CPL103", "CPL104", "CPL120", "CPL121"})


def as_text(
    report: Report, documents: Mapping[str, Document], *, colour: bool, grouped: bool = False
) -> str:
    """Each finding with its source line underlined, then one line that sums up.

    With `grouped`, of the notices of a rule that stand in more than five files only the first is
    shown, and how many more there are; errors and warnings are always shown one by one.
    """
    paint = _painter(colour)
    left_out = _repeated(report.findings) if grouped else {}
    shown_first: set[str] = set()
    parts = []
    told = {one.path for one in report.findings if one.line is not None} & documents.keys()
    sources = {path: documents[path].text.split("\n") for path in told}
    for one in report.findings:
        if one.rule in left_out and one.severity is Severity.NOTICE:
            if one.rule in shown_first:
                continue
            shown_first.add(one.rule)
        parts.append(_one(one, sources.get(one.path, []), paint, left_out.get(one.rule, "")))
    return "\n".join([*parts, _summary(report)]) + "\n"


def _repeated(findings: Iterable[Finding]) -> dict[str, str]:
    """The rules whose notices stand in more than five files, and what is left out of each."""
    found: dict[str, list[str]] = {}
    for one in findings:
        if one.severity is Severity.NOTICE:
            found.setdefault(one.rule, []).append(one.path)
    return {
        rule: f"{_count(len(paths) - 1, 'more notice')} of {rule}, {len(set(paths))} files in all;"
        " each of them: cpl validate cpl"
        for rule, paths in found.items()
        if len(set(paths)) > _FILES
    }


def _one(
    one: Finding, source: Sequence[str], paint: Callable[[str, str], str], more: str = ""
) -> str:
    place = shown(one.path, 200)
    if one.line is not None:
        place += f":{one.line}:{one.column}"
    head = paint(f"{one.severity}[{one.rule}]", _COLOURS[one.severity])
    lines = [f"{head}: {shown(one.message, 400)}", f"  --> {place}"]
    lines += _excerpt(one, source, paint)
    if why := _WHY.get(one.rule):
        lines.append(f"   = why:  {why}")
    if one.fix:
        lines.append(f"   = fix:  {shown(one.fix, 400)}")
    lines.append(f"   = help: cpl explain {one.rule}")
    if more and one.severity is Severity.NOTICE:
        lines.append(f"   = and:  {more}")
    return "\n".join(lines) + "\n"


def _excerpt(one: Finding, source: Sequence[str], paint: Callable[[str, str], str]) -> list[str]:
    """The source line with the span underlined, where there is a line to show."""
    if one.line is None or one.column is None:
        return []
    if one.line > len(source) or not source[one.line - 1]:
        return []
    text = shown(source[one.line - 1], 120)
    number = f"{one.line:>3}"
    width = max(1, min((one.end_column or one.column + 1), len(text) + 1) - one.column)
    marks = " " * (one.column - 1) + paint("^" * width, _COLOURS[one.severity])
    blank = " " * len(number)
    return [f"{blank} |", f"{number} | {text}", f"{blank} | {marks}"]


def _summary(report: Report) -> str:
    counts = ", ".join(_count(report.count(severity), severity) for severity in Severity)
    files = _count(report.entries, "entry", "entries")
    mendable = sum(one.rule in _MENDABLE for one in report.findings)
    line = f"{counts} in {files}"
    if mendable:
        line += f"; {mendable} can be mended with `cpl fix`"
    if report.halted:
        line += f"; {_count(len(report.halted), 'file')} not judged further: mend the findings above first"
    return line


def _count(number: int, word: str, plural: str = "") -> str:
    return f"{number} {word if number == 1 else plural or word + 's'}"


def _painter(colour: bool) -> Callable[[str, str], str]:
    return lambda text, code: f"\x1b[1;{code}m{text}\x1b[0m" if colour else text


def as_json(report: Report, _documents: Mapping[str, Document], *, colour: bool = False) -> str:
    """The findings as the contract's JSON (section 3)."""
    del colour
    data = {
        "findings": [as_data(one) for one in report.findings],
        "summary": {
            "entries": report.entries,
            "errors": report.count(Severity.ERROR),
            "warnings": report.count(Severity.WARNING),
            "notices": report.count(Severity.NOTICE),
        },
    }
    return json.dumps(data, indent=2) + "\n"


def as_github(report: Report, _documents: Mapping[str, Document], *, colour: bool = False) -> str:
    """The findings as workflow commands, one a line, every value escaped.

    At most ten a level; where there are more, the tenth sums the rest up, and they follow as lines
    of the log.
    """
    del colour
    return workflow_commands(report.findings)


def workflow_commands(findings: Iterable[Finding]) -> str:
    """Findings as workflow commands, and what is more than ten a level as lines of the log."""
    found_all = tuple(findings)
    lines, rest = [], []
    for severity in Severity:
        found = [one for one in found_all if one.severity is severity]
        most = _ANNOTATIONS - 1 if len(found) > _ANNOTATIONS else _ANNOTATIONS
        lines += [_annotation(one) for one in found[:most]]
        if further := found[most:]:
            count = _count(len(further), f"further {severity}")
            lines.append(f"::{severity} title=cpl::{count}: the log of this step lists them")
            rest += [_logged(one) for one in further]
    return "".join(f"{line}\n" for line in (*lines, *rest))


def _annotation(one: Finding) -> str:
    return (
        f"::{one.severity} file={_property(one.path)},line={one.line or 1},col={one.column or 1},"
        f"title={one.rule}::{_message(f'{one.message}: {one.fix}' if one.fix else one.message)}"
    )


def _logged(one: Finding) -> str:
    place = "" if one.line is None else f":{one.line}:{one.column}"
    return f"{one.severity} {one.rule} {shown(one.path, 200)}{place} {shown(one.message, 400)}"


def _message(text: str) -> str:
    return shown(text, 800).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")


REPORTERS: dict[str, Callable[..., str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
}
