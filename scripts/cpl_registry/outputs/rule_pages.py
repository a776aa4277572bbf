"""The rules as pages: what each wants, why, how to mend it, and an example of both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from cpl_registry.outputs.page import Page


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


def rule_pages(rules: Sequence[RulePage]) -> Iterator[Page]:
    """`rules/` and a page for each rule."""
    ordered = sorted(rules, key=lambda rule: rule.id)
    yield Page(
        path="rules/index",
        title="Rules",
        description="Every rule that a submission and the register are checked against.",
        template="rules.html.jinja",
        context={"rules": ordered},
        searchable=True,
    )
    for rule in ordered:
        yield Page(
            path=f"rules/{rule.id}",
            title=f"{rule.id}: {rule.title.rstrip('.')}",
            description=rule.title,
            template="rule.html.jinja",
            context={"rule": rule},
            searchable=True,
        )
