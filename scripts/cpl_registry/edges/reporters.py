"""Findings as text for people, as JSON and as annotations for machines. Nothing prints here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol, TypeAlias

from cpl_registry.edges.sarif import as_sarif
from cpl_registry.records.findings import Finding, Severity, Verdict, as_data
from cpl_registry.records.shown import shown

_COLOURS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.NOTICE: "36"}
_ANNOTATIONS = 10
"""What GitHub shows of a level in one step; it drops the rest without a word."""
_FILES = 5
"""In how many files the notices of a rule are told one by one where nobody named a path."""
_MENDABLE = frozenset({"CPL103", "CPL104", "CPL120", "CPL121"})


class HasText(Protocol):
    """A file of the register of which the text is at hand."""

    @property
    def text(self) -> str:
        """What the file says."""


Sources: TypeAlias = Mapping[str, HasText]
"""The files of the register by their paths."""


def as_text(report: Verdict, sources: Sources, *, colour: bool, grouped: bool = False) -> str:
    """Each finding with its source line underlined, then one line that sums up.

    With `grouped`, of the notices of a rule that stand in more than five files only the first is
    shown, and how many more there are; errors and warnings are always shown one by one.
    """
    paint = _painter(colour)
    left_out = _repeated(report.findings) if grouped else {}
    shown_first: set[str] = set()
    parts = []
    whys = report.letters or (_letters() if report.findings else {})
    lines_of = _LastLines(sources)
    for one in report.findings:
        if one.rule in left_out and one.severity is Severity.NOTICE:
            if one.rule in shown_first:
                continue
            shown_first.add(one.rule)
        excerpt = _excerpt(one, lines_of, paint)
        parts.append(_one(one, excerpt, whys.get(one.rule), paint, left_out.get(one.rule, "")))
    return "\n".join([*parts, _summary(report)]) + "\n"


def _letters() -> Mapping[str, str]:
    from cpl_registry.rules.run import RULES  # dear, where what was found before is told again

    return {rule.id: rule.why for rule in RULES}


class _LastLines:
    """The lines of files, of which findings in order ask for one after the other."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._last: tuple[str, Sequence[str]] = ("", ())

    def __call__(self, path: str) -> Sequence[str]:
        if self._last[0] != path:
            lines = self._sources[path].text.split("\n") if path in self._sources else ()
            self._last = (path, lines)
        return self._last[1]


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
    one: Finding,
    excerpt: Sequence[str],
    why: str | None,
    paint: Callable[[str, str], str],
    more: str,
) -> str:
    place = shown(one.path, 200)
    if one.line is not None:
        place += f":{one.line}:{one.column}"
    head = paint(f"{one.severity}[{one.rule}]", _COLOURS[one.severity])
    lines = [f"{head}: {shown(one.message, 400)}", f"  --> {place}"]
    lines += excerpt
    if why:
        lines.append(f"   = why:  {why}")
    if one.fix:
        lines.append(f"   = fix:  {shown(one.fix, 400)}")
    lines.append(f"   = help: cpl explain {one.rule}")
    if more and one.severity is Severity.NOTICE:
        lines.append(f"   = and:  {more}")
    return "\n".join(lines) + "\n"


def _excerpt(
    one: Finding, lines_of: Callable[[str], Sequence[str]], paint: Callable[[str, str], str]
) -> list[str]:
    """The source line with the span underlined, where there is a line to show."""
    if one.line is None or one.column is None:
        return []
    source = lines_of(one.path)
    if one.line > len(source) or not source[one.line - 1]:
        return []
    text = shown(source[one.line - 1], 120)
    number = f"{one.line:>3}"
    width = max(1, min((one.end_column or one.column + 1), len(text) + 1) - one.column)
    marks = " " * (one.column - 1) + paint("^" * width, _COLOURS[one.severity])
    blank = " " * len(number)
    return [f"{blank} |", f"{number} | {text}", f"{blank} | {marks}"]


def _summary(report: Verdict) -> str:
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


def as_json(report: Verdict, _sources: Sources, *, colour: bool = False) -> str:
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


def as_github(report: Verdict, _sources: Sources, *, colour: bool = False) -> str:
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
