"""`cpl explain` and the rule's page say the same, with an example of wrong and right."""

import html
import re
from functools import cache

import pytest
from cpl_registry.edges.explaining import explanation
from cpl_registry.edges.publishing import rule_pages
from cpl_registry.outputs.pages_rules import pages_of_rules
from cpl_registry.outputs.rule_pages import RulePage
from cpl_registry.outputs.wording import capital, day
from cpl_registry.rules.run import RULES


@cache
def pages() -> dict[str, RulePage]:
    return {page.id: page for page in rule_pages()}


@pytest.mark.parametrize("name", [rule.id for rule in RULES])
def test_page_and_command_say_the_same(name: str) -> None:
    page = pages()[name]
    told = " ".join(explanation(page.id).split())
    for text in (page.title, page.source, *page.good, *page.bad):
        assert " ".join(text.split()) in told
    for text in (page.why, page.fix):  # a paragraph begins with a capital on the terminal
        assert " ".join(text.split())[1:] in told
    assert f"since {page.since})" in told
    assert page.good, "each rule shows what is right"
    assert page.bad, "each rule shows what is wrong"
    assert page.good != page.bad


def seen(content: bytes) -> str:
    """What a reader of a page sees, without marks and line ends."""
    text = html.unescape(re.sub(r"<[^>]+>", " ", content.decode()))
    return "".join(text.replace("`", "").split())


def test_each_rule_has_a_page_on_the_site_that_says_it_all() -> None:
    made = {page.path: page.artefact() for page in pages_of_rules([*pages().values()])}
    assert set(made) == {"rules/index", *(f"rules/{rule.id}" for rule in RULES)}
    listed = seen(made["rules/index"].content)
    for rule in RULES:
        shown = seen(made[f"rules/{rule.id}"].content)
        for text in (
            rule.id,
            rule.title,
            capital(rule.why),
            capital(rule.fix),
            rule.source,
            day(rule.since),
        ):
            assert "".join(text.replace("`", "").split()) in shown, (rule.id, text)
        assert rule.id in listed
