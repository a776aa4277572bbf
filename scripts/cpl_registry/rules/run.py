"""The gates: text, shape, entry, register. A file that fails one is not judged by the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from cpl_registry.records.documents import Document, Kind
from cpl_registry.records.entry_file import pointer_of
from cpl_registry.records.findings import Finding, Problem, Severity, Verdict, finding, in_order
from cpl_registry.records.form import shape_of
from cpl_registry.records.register import Register, Tree, assemble
from cpl_registry.records.schemas import Schema
from cpl_registry.records.yaml_text import Data
from cpl_registry.rules import (
    authority_rules,
    calendar_rules,
    campaign_rules,
    certificate_rules,
    chain_rules,
    change_rules,
    decision_rules,
    delivery_rules,
    disclosure_rules,
    firmware_rules,
    history_rules,
    identity_rules,
    incident_rules,
    notice_rules,
    reference_rules,
    register_rules,
    shape_rules,
    specification_rules,
    text_rules,
    waiver_rules,
)
from cpl_registry.rules.askings import Askings
from cpl_registry.rules.change_rules import Submission
from cpl_registry.rules.families import Elsewhere
from cpl_registry.rules.rule import Concerned, Rule, Scope

RULES: tuple[Rule, ...] = (
    *text_rules.RULES,
    *shape_rules.RULES,
    *identity_rules.RULES,
    *certificate_rules.RULES,
    *specification_rules.RULES,
    *register_rules.RULES,
    *reference_rules.RULES,
    *firmware_rules.RULES,
    *history_rules.RULES,
    *change_rules.RULES,
    *authority_rules.RULES,
    *delivery_rules.RULES,
    *chain_rules.RULES,
    *waiver_rules.RULES,
    *incident_rules.RULES,
    *campaign_rules.RULES,
    *decision_rules.RULES,
    *notice_rules.RULES,
    *calendar_rules.RULES,
    *disclosure_rules.RULES,
)
"""Every rule, in the order of the ids."""

# Rules that compare a life with the asked day get that day as well.
_DATED = frozenset(
    {
        calendar_rules.outages_are_announced_in_time.id,
        calendar_rules.outages_stay_within_their_hours.id,
        certificate_rules.certificate_has_not_ended.id,
        certificate_rules.certificate_has_a_year_left.id,
        decision_rules.decisions_are_cited.id,
        delivery_rules.dsp_recognises_the_values.id,
        delivery_rules.expected_steps_are_still_ahead.id,
        incident_rules.ended_incident_leaves_nothing_held.id,
        incident_rules.incident_touches_an_entry.id,
    }
)


@dataclass(frozen=True, kw_only=True)
class Report(Verdict):
    """What the gates found, and the register that passed them.

    `concerned` are the entries that the papers of a rule concern, by the rule's id.
    """

    register: Register
    concerned: Mapping[str, Concerned] = field(default_factory=dict)


class _Findings:
    """Problems on their way to findings: rule and place are stamped on here, and only here."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self.all: list[Finding] = []

    def add(self, rule: Rule, path: str, problems: Iterable[Problem]) -> None:
        for problem in problems:
            at_path = problem.path or path
            document = self._tree.documents.get(at_path)
            pointer = _pointer(problem.at, document)
            span = document.span(pointer, on_key=problem.on_key) if document else None
            causes = tuple(_pointer(one, document) or "" for one in problem.follows_from)
            self.all.append(
                finding(
                    rule.id,
                    rule.severity,
                    path,
                    problem,
                    pointer=pointer,
                    span=span,
                    follows_from=causes,
                )
            )


def _pointer(at: str | None, document: Document | None) -> str | None:
    if not at or at.startswith("/") or document is None or not document.is_record:
        return at
    # A field at the top stands where its name says: the file need not be read again for it.
    return pointer_of(at, cast("Data", document.data) if "." in at else {})


def validate(
    tree: Tree, schemas: Mapping[str, Schema], on: date, elsewhere: Elsewhere | None = None
) -> Report:
    """Every gate over a whole register, as of a day.

    Of a part of one `elsewhere` says what was found of the entries that are not judged again.
    """
    findings = _Findings(tree)
    for rule in _of(Scope.TREE):
        findings.add(rule, "", rule(tree))
    shaped = [
        document.path
        for document in tree.documents.values()
        if _shaped(document, schemas[document.kind], findings)
    ]
    register = assemble(tree, frozenset(shaped))
    _judge_entries(register, on, findings)
    concerned: dict[str, Concerned] = {}
    for rule in _of(Scope.REGISTER):
        if rule in waiver_rules.RULES or rule.needs & register.unread:
            continue
        facts: tuple[Any, ...] = (register, on) if rule.id in _DATED else (register,)
        if rule.concerned:
            found = rule.concerned(*facts)
            concerned[rule.id] = (
                elsewhere.and_here(rule.id, found, register) if elsewhere else found
            )
            facts = (*facts, concerned[rule.id])
        findings.add(rule, "", rule.check(*facts))
    kept, used = _waived(_one_a_cause(findings.all, tree), register, on)
    waiving = _Findings(tree)
    for rule in waiver_rules.RULES:
        waiving.add(rule, "", rule(register.waivers, used, on))
    entries = sum(document.kind is Kind.ENTRY for document in tree.documents.values())
    return Report(
        findings=in_order([*kept, *waiving.all]),
        register=register,
        concerned=concerned,
        entries=entries,
        halted=tuple(sorted(set(tree.documents) - set(shaped))),
    )


def _shaped(document: Document, schema: Schema, findings: _Findings) -> bool:
    """The text and shape gates; whether the document goes on to the next."""
    if document.refused or not document.text.isascii():
        for rule in _of(Scope.TEXT):
            findings.add(rule, document.path, rule(document))
    if not document.usable:
        return False
    shape = shape_of(document, schema)
    if not (shape.faults or shape.unquoted or shape.other):
        return True
    for rule in _of(Scope.SHAPE):
        findings.add(rule, document.path, rule(shape))
    return not shape.faults


def _judge_entries(register: Register, on: date, findings: _Findings) -> None:
    rules = [rule for rule in _of(Scope.ENTRY) if not rule.needs & register.unread]
    oldest = min((entry.history[-1].day for entry in register.entries), default=on)
    askings = Askings(register.entries)
    for rule in rules:
        check = rule.check
        facts = (register, on) if rule.id in _DATED else (register,)
        entries = askings.of(rule, facts)
        if rule.since > oldest:
            entries = [one for one in entries if one.history[-1].day >= rule.since]
        for entry in entries:
            for problem in check(entry, *facts):
                findings.add(rule, entry.path, (problem,))


def judge_change(submission: Submission, tree: Tree) -> tuple[Finding, ...]:
    """The change gate: what a submission does, judged from the register it started from.

    `tree` is the tree of head, where the findings are shown.
    """
    findings = _Findings(tree)
    for rule in _of(Scope.CHANGE):
        findings.add(rule, "", rule(submission))
    return in_order(findings.all)


def _waived(
    findings: Sequence[Finding], register: Register, on: date
) -> tuple[list[Finding], frozenset[int]]:
    """The findings that no waiver takes away, and which waivers took one."""
    waivers = {
        (waiver.rule, waiver.path): index
        for index, waiver in enumerate(register.waivers)
        if on <= waiver.last_day
    }
    kept = [one for one in findings if (one.rule, one.path) not in waivers]
    used = {waivers[one.rule, one.path] for one in findings if (one.rule, one.path) in waivers}
    return kept, frozenset(used)


def _one_a_cause(findings: Sequence[Finding], tree: Tree) -> list[Finding]:
    """One cause, one finding: what follows from an error is not told beside it.

    Of several errors at one value, the last gate's knows most; lesser findings wait until it is
    mended. What a mapping or list lacks is told at the mapping or list, each for itself.
    """
    errors = [one for one in findings if one.severity is Severity.ERROR and one.pointer is not None]
    places = {(one.path, one.pointer) for one in errors}
    last: dict[tuple[str, str | None], str] = {}
    for one in errors:
        document = tree.documents.get(one.path)
        if document is not None and document.is_text(one.pointer or ""):
            place = (one.path, one.pointer)
            last[place] = max(one.rule, last.get(place, ""))
    return [
        one
        for one in findings
        if last.get((one.path, one.pointer), one.rule) == one.rule
        and not any((one.path, cause) in places for cause in one.follows_from)
    ]


def _of(scope: Scope) -> tuple[Rule, ...]:
    return _BY_SCOPE[scope]


_BY_SCOPE = {scope: tuple(rule for rule in RULES if rule.scope is scope) for scope in Scope}
