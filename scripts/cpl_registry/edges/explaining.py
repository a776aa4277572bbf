"""The text of `cpl explain`: the catalogue, and one rule."""

from __future__ import annotations

import textwrap
from textwrap import indent

from cpl_registry.edges.examples import example
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.records.yaml_text import shown
from cpl_registry.rules.run import RULES

_WIDTH = 88


def catalogue() -> str:
    """Every rule in one line: id, severity, what must hold."""
    return "".join(f"{rule.id}  {rule.severity:<7}  {rule.title}\n" for rule in RULES)


def explanation(rule_id: str) -> str:
    """One rule: what must hold, why, how to mend it, the clause, an example of both.

    Raises:
        CannotJudge: there is no such rule.
    """
    rule = next((one for one in RULES if one.id == rule_id.upper()), None)
    if rule is None:
        raise CannotJudge(f"there is no rule {shown(rule_id)}; the catalogue is: cpl explain")
    return (
        f"{rule.id} ({rule.severity}, since {rule.since})\n"
        f"{_wrapped(rule.title)}\n\n"
        f"Why\n{_wrapped(rule.why)}\n\n"
        f"How to mend it\n{_wrapped(rule.fix)}\n\n"
        f"Source\n  {rule.source}\n{_examples(rule.id)}"
    )


def _examples(rule_id: str) -> str:
    found = example(rule_id)
    told = (("Wrong", found.wrong), ("Right", found.right))
    return "".join(f"\n{head}\n{indent(lines, '    ')}\n" for head, lines in told if lines)


def _wrapped(text: str) -> str:
    sentence = text[0].upper() + text[1:]
    return textwrap.fill(sentence, _WIDTH, initial_indent="  ", subsequent_indent="  ")
