"""941: what may stand in a register that everybody can read."""

from __future__ import annotations

from collections.abc import Iterator

from cpl_registry.records.findings import Problem, Severity
from cpl_registry.records.register import Register
from cpl_registry.records.yaml_text import shown
from cpl_registry.rules.rule import Scope, rule

_SOURCE = "Contract, section 2: panel/decisions"
_FOR_EVERYBODY = "white"
"""The classification of the founding paper: it may be shared with the public."""


@rule("CPL941", scope=Scope.REGISTER, severity=Severity.WARNING, source=_SOURCE)
def decisions_are_for_everybody(register: Register) -> Iterator[Problem]:
    """A decision is classified white, which everybody may read.

    Why: whoever can read the register can read its decisions, and a published one has a page; a
        classification cannot be kept here.
    Fix: take out of the register what not everybody may read, or correct the classification.
    """
    for one in register.oversight.decisions:
        if one.classification != _FOR_EVERYBODY:
            word = shown(one.classification)
            yield Problem(
                path=one.path,
                at="/classification",
                message=f"{shown(one.reference)} is classified {word}, and everybody can read it",
                fix="file only what everybody may read, and classify it white",
            )


RULES = (decisions_are_for_everybody,)
