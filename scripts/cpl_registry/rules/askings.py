"""Which entries a rule is asked for: not all of them, where one stands for many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from typing import Any

from cpl_registry.records.device_model import Entry
from cpl_registry.rules.likeness import Likeness
from cpl_registry.rules.rule import Rule


class Askings:
    """The entries of a register, by what they share and by what rules are about."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = entries
        self._alike: dict[Likeness, list[list[Entry]]] = {}
        self._about: dict[Hashable, list[Entry]] = {}

    def of(self, rule: Rule, facts: tuple[Any, ...]) -> Sequence[Entry]:
        """The entries in which a rule may find something, given the facts that it is fed."""
        if rule.about is None and rule.likeness is None:
            return self._entries
        # Rules about the same entries share the answer.
        key = rule.id if rule.about is None else (rule.about, rule.likeness)
        if key not in self._about:
            self._about[key] = self._found(rule, facts)
        return self._about[key]

    def _found(self, rule: Rule, facts: tuple[Any, ...]) -> list[Entry]:
        about = rule.about
        if rule.likeness is None:
            return [one for one in self._entries if about is None or about(one, *facts)]
        telling = [
            same
            for same in self._of(rule.likeness)
            if (any(rule.check(same[0], *facts)) if about is None else about(same[0], *facts))
        ]
        return [one for same in telling for one in same]

    def _of(self, likeness: Likeness) -> list[list[Entry]]:
        """The entries in groups, each of one likeness."""
        if likeness not in self._alike:
            groups: dict[Hashable, list[Entry]] = defaultdict(list)
            for entry in self._entries:
                groups[likeness(entry)].append(entry)
            self._alike[likeness] = list(groups.values())
        return self._alike[likeness]
