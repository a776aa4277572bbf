"""`cpl explain` and the rule's page say the same, with an example of wrong and right."""

import pytest
from cpl_registry.edges.explaining import explanation
from cpl_registry.edges.publishing import rule_pages
from cpl_registry.outputs.rule_pages import RulePage


@pytest.mark.parametrize("page", rule_pages(), ids=lambda page: page.id)
def test_page_and_command_say_the_same(page: RulePage) -> None:
    told = " ".join(explanation(page.id).split())
    for text in (page.title, page.source, *page.good, *page.bad):
        assert " ".join(text.split()) in told
    for text in (page.why, page.fix):  # a paragraph begins with a capital on the terminal
        assert " ".join(text.split())[1:] in told
    assert page.good, "each rule shows what is right"
    assert page.bad, "each rule shows what is wrong"
    assert page.good != page.bad
