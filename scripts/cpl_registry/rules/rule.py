"""What a rule is: a truth that must hold, with the letter to the person who broke it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeAlias

from cpl_registry.records.device_model import EntryId
from cpl_registry.records.documents import Kind
from cpl_registry.records.findings import Problem, Severity
from cpl_registry.rules.likeness import Likeness

CPL_LIVE = date(2016, 10, 27)
"""SEC 4.17: Section F2 activated and Appendix Z first designated ("CPL Live")."""

Check: TypeAlias = Callable[..., Iterator[Problem]]
Concerned: TypeAlias = Mapping[str, frozenset[EntryId]]
"""The entries that each paper concerns, by the path of the paper."""


class Scope(StrEnum):
    """What a rule is fed, which is also the gate it stands at, in the order of the gates."""

    TREE = "tree"
    TEXT = "text"
    SHAPE = "shape"
    ENTRY = "entry"
    REGISTER = "register"
    CHANGE = "change"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A rule: its id and text for people, and the check.

    `since` is the day from which the rule applies: an entry whose last history line is older is
    not judged by it. `needs` are the reference files without which it cannot be judged. A rule of
    entries can find something only in those that it is `about`, by the facts it is fed; None where
    it is about all. Of entries of one `likeness` it is about all or none, and where it does not say
    what it is about, it finds something in all or none. A rule on papers that may mean any entry
    works out first, as `concerned`, which entries each of them concerns, and is fed these as well;
    whether one is concerned rests on it and its family alone.
    """

    id: str
    name: str
    title: str
    why: str
    fix: str
    source: str
    scope: Scope
    severity: Severity
    since: date
    needs: frozenset[Kind]
    about: Callable[..., bool] | None
    likeness: Likeness | None
    concerned: Callable[..., Concerned] | None
    check: Check

    def __call__(self, *facts: Any) -> Iterator[Problem]:
        """The problems that the rule finds in the facts it is fed."""
        return self.check(*facts, self.concerned(*facts)) if self.concerned else self.check(*facts)


def rule(  # noqa: PLR0913  # what a rule says of itself, each thing named where it is said
    rule_id: str,
    *,
    scope: Scope,
    source: str,
    severity: Severity = Severity.ERROR,
    since: date = CPL_LIVE,
    needs: tuple[Kind, ...] = (),
    about: Callable[..., bool] | None = None,
    likeness: Likeness | None = None,
    concerned: Callable[..., Concerned] | None = None,
) -> Callable[[Check], Rule]:
    """Makes a rule of a function whose docstring is the rule's help page: title, Why, Fix."""

    def made(check: Check) -> Rule:
        title, why, fix = _letter(check)
        return Rule(
            id=rule_id,
            name=check.__name__,
            title=title,
            why=why,
            fix=fix,
            source=source,
            scope=scope,
            severity=severity,
            since=since,
            needs=frozenset(needs),
            about=about,
            likeness=likeness,
            concerned=concerned,
            check=check,
        )

    return made


def _letter(check: Check) -> tuple[str, str, str]:
    text = inspect.getdoc(check) or ""
    match = re.fullmatch(r"(.+?)\n\nWhy: (.+?)\nFix: (.+)", text, re.DOTALL)
    if match is None:
        raise ValueError(f"the docstring of {check.__name__} must have a title, Why: and Fix:")
    title, why, fix = (" ".join(part.split()) for part in match.groups())
    return title, why, fix
