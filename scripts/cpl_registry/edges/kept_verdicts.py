"""Verdicts that are kept: on which register, of which day, by which tools. What fails never is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cpl_registry.edges import kept
from cpl_registry.records.findings import Finding, Severity, Verdict, help_address

if TYPE_CHECKING:
    from cpl_registry.edges.partly import Before, Known
    from cpl_registry.rules.rule import Concerned

IN_FOLDER, IN_GIT = "folder", "git"
"""Where the register lay that a verdict is on: in its folder, or in a commit."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A verdict, the id of the tree that it is on, and the signature of the folder as it was seen.

    `seen` is empty where files were so young that they may have changed unseen.
    """

    where: str
    tree: str
    seen: str
    verdict: Verdict


def find(root: Path, where: str, on: date) -> Kept | None:
    """The verdict of these tools for a day that was kept last."""
    found = kept.get(root, f"verdict-{where}")
    if found is None or found[0]["tools"] != kept.tools() or found[0]["on"] != on.isoformat():
        return None
    facts = found[0]
    return Kept(
        where=where,
        tree=facts["tree"],
        seen=facts["seen"],
        verdict=Verdict(
            findings=tuple([_finding(row) for row in facts["findings"]]),
            entries=facts["entries"],
            halted=tuple(facts["halted"]),
            letters=facts["letters"],
        ),
    )


def before_of(root: Path, one: Kept) -> Before | None:
    """The register that a kept verdict is on; None where it was not kept with it."""
    from cpl_registry.edges import partly

    found = kept.get(root, f"files-{one.where}")
    if found is None or found[0].get("on") != [kept.tools(), one.tree]:
        return None
    return partly.before_of(found[0]["concerned"], found[1])


def keep(
    root: Path, one: Kept, on: date, files: list[Known], concerned: Mapping[str, Concerned]
) -> None:
    """Keeps a verdict and the files that it is on, if it lets the register be published.

    `concerned` are the entries that the papers of a rule concern in it.

    A path that would break a line is no path of the register: with a waived one nothing is kept.
    """
    from cpl_registry.edges.partly import told

    verdict = one.verdict
    if verdict.failed or not all(file.path.isprintable() for file in files):
        return
    facts = {
        "tools": kept.tools(),
        "on": on.isoformat(),
        "tree": one.tree,
        "seen": one.seen,
        "entries": verdict.entries,
        "halted": verdict.halted,
        "letters": _letters(verdict),
        "findings": [_row(one) for one in verdict.findings],
    }
    kept.put(root, f"verdict-{one.where}", facts, "")
    lines, text = told(files, concerned)
    kept.put(
        root, f"files-{one.where}", {"on": [facts["tools"], one.tree], "concerned": lines}, text
    )


def _letters(verdict: Verdict) -> dict[str, str]:
    from cpl_registry.rules.run import RULES

    found = {one.rule for one in verdict.findings}
    return {rule.id: rule.why for rule in RULES if rule.id in found}


def _row(one: Finding) -> list[Any]:
    place = (one.line, one.column, one.end_column, one.pointer)
    return [one.rule, one.severity, one.path, *place, one.message, one.fix, one.follows_from]


def _finding(row: Sequence[Any]) -> Finding:
    rule, severity, path, line, column, end_column, pointer, message, fix, follows_from = row
    return Finding(
        rule=rule,
        severity=_SEVERITIES[severity],
        path=path,
        line=line,
        column=column,
        end_column=end_column,
        pointer=pointer,
        message=message,
        fix=fix,
        help=help_address(rule),
        follows_from=tuple(follows_from),
    )


_SEVERITIES = {str(one): one for one in Severity}
