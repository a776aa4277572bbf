"""What the page of a rule says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True, slots=True)
class RulePage:
    """What the page of a rule says.

    `id` is `CPL` and three digits; `severity` is error, warning or notice. `why` and `fix` are
    paragraphs with a blank line between them, in which words between backticks are code. `good` and
    `bad` are parts of files, as text; `source` names the clause, `since` the rule's first day.
    """

    id: str
    title: str
    severity: str
    why: str
    fix: str
    source: str = ""
    since: date | None = None
    scope: str = ""
    good: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()
