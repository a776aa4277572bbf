"""The rules as pages: what each wants, why, how to mend it, and an example of both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cpl_registry.outputs.page import Page
from cpl_registry.outputs.rule_pages import RulePage


def pages_of_rules(rules: Sequence[RulePage]) -> Iterator[Page]:
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
