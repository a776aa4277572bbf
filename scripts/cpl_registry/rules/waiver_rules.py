"""8xx: waivers, which shrink."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from cpl_registry.records.findings import Problem, Severity
from cpl_registry.records.waivers import Waiver
from cpl_registry.records.yaml_text import shown
from cpl_registry.rules.rule import Scope, rule

_PATH = "cpl/reference/waivers.yaml"
_SOURCE = "Contract, section 2: reference/waivers.yaml"


@rule("CPL801", scope=Scope.REGISTER, severity=Severity.WARNING, source=_SOURCE)
def waivers_are_needed(
    waivers: tuple[Waiver, ...], used: Collection[int], on: date
) -> Iterator[Problem]:
    """Every waiver still waives something.

    Why: a waiver that nobody needs any more would hide the next mistake of its kind.
    Fix: remove the waiver.
    """
    for index, waiver in enumerate(waivers):
        if index not in used and on <= waiver.last_day:
            yield Problem(
                path=_PATH,
                at=f"/{index}",
                message=f"this waiver waives nothing: {waiver.rule} at {shown(waiver.path, 120)}",
                fix="remove the waiver",
            )


@rule("CPL802", scope=Scope.REGISTER, severity=Severity.WARNING, source=_SOURCE)
def waivers_are_in_their_days(
    waivers: tuple[Waiver, ...], used: Collection[int], on: date
) -> Iterator[Problem]:
    """No waiver is past its last day.

    Why: a waiver is given for a time; after it the rule applies again.
    Fix: mend what was waived, or have the waiver given again with a new last day.
    """
    for index, waiver in enumerate(waivers):
        if waiver.last_day < on:
            yield Problem(
                path=_PATH,
                at=f"/{index}/last_day",
                message=f"this waiver ended on {waiver.last_day}",
                fix="remove it, or have it given again",
            )


RULES = (waivers_are_needed, waivers_are_in_their_days)
