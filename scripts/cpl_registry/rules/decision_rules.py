"""921 to 925: decisions, and what rests on them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from cpl_registry.records.findings import Problem, Severity
from cpl_registry.records.near_ids import near_reference
from cpl_registry.records.register import Register
from cpl_registry.records.yaml_text import shown
from cpl_registry.rules.change_rules import Submission
from cpl_registry.rules.rule import Scope, rule
from cpl_registry.state.citations import By, Citation, citations

_SOURCE = "Contract, section 2: panel/decisions"
_DAYS_TO_BE_CITED = 30
_ELSEWHERE = frozenset({By.HISTORY, By.WAIVER, By.NOTICE})
"""What other rules tell (CPL509, CPL926), and waivers, which may rest on other papers."""


@rule("CPL921", scope=Scope.REGISTER, severity=Severity.NOTICE, source=_SOURCE)
def decisions_are_cited(register: Register, on: date) -> Iterator[Problem]:
    """A published decision is cited by what rests on it, thirty days after it was taken.

    Why: a decision that nothing rests on was not carried out, or what was done does not say why.
    Fix: name its reference where it was carried out, or leave it where nothing was to be done.
    """
    known = {one.reference for one in citations(register)}
    for decision in register.oversight.decisions:
        late = decision.day + timedelta(days=_DAYS_TO_BE_CITED) < on
        if decision.published and late and decision.reference not in known:
            yield Problem(
                path=decision.path,
                at="/reference",
                message=f"nothing in the register cites {shown(decision.reference)}",
                fix="name it as reference where it was carried out",
            )


@rule("CPL922", scope=Scope.REGISTER, severity=Severity.WARNING, source=_SOURCE)
def nothing_rests_on_a_draft(register: Register) -> Iterator[Problem]:
    """What cites a decision cites a published one.

    Why: a draft is nobody's decision yet, and nobody outside can read it; an act that names it has
        no reason that can be looked up.
    Fix: publish the decision once it is taken, or take the act back.
    """
    drafts = {one.reference for one in register.oversight.decisions if not one.published}
    for one in citations(register):
        if one.reference not in drafts or _told_by_its_policy(one):
            continue
        if one.by is By.NOTICE and one.rests is None:
            continue  # written, and not sent
        yield Problem(
            path=one.path,
            at=one.at,
            message=f"{shown(one.reference)} is a draft: nothing may rest on it yet",
            fix=f"publish it once it is taken: cpl decide {shown(one.reference)}",
        )


@rule("CPL923", scope=Scope.REGISTER, severity=Severity.WARNING, source=_SOURCE)
def decisions_that_are_named_are_there(register: Register) -> Iterator[Problem]:
    """The decision that a campaign, an exemption, an incident, a policy or a delivery names is there.

    Why: what was decided over a fleet must be found by everybody whom it concerns.
    Fix: add the decision under cpl/panel/decisions/, or correct the reference.
    """
    told = register.oversight
    others = {
        *(one.reference for one in told.incidents),
        *(one.reference for one in told.campaigns),
        *(one.reference for one in told.notices),
    }
    for one in citations(register):
        if one.by in _ELSEWHERE or _told_by_its_policy(one):
            continue
        if one.reference not in register.panel or one.reference in others:
            yield Problem(
                path=one.path,
                at=one.at,
                message=f"{shown(one.reference)} names no decision",
                fix=f"add cpl/panel/decisions/{shown(one.reference)}.yaml:"
                f" cpl decide {shown(one.reference)}"
                + near_reference(one.reference, register.panel - others),
            )


def _told_by_its_policy(one: Citation) -> bool:
    """Whether CPL714 tells it: a substitution needs a published decision, which is an error."""
    return one.by is By.POLICY and one.name.startswith("substitute")


@rule("CPL924", scope=Scope.CHANGE, source=_SOURCE)
def published_decisions_stay(change: Submission) -> Iterator[Problem]:
    """A published decision is never edited, unpublished or deleted.

    Why: entries were removed and values replaced on the strength of its words; whoever reads them
        later must read the same.
    Fix: bring the file back as it was, and record a new decision that says what changes.
    """
    after = {one.path: one for one in change.head.oversight.decisions}
    for before in change.base.oversight.decisions:
        if not before.published:
            continue
        if before.path in change.deleted:
            message = "a published decision is never deleted or moved"
        elif before.path in after and after[before.path] != before:
            message = "a published decision is never edited"
        else:
            continue
        fix = "bring the file back as it was, and record a new decision"
        yield Problem(path=before.path, message=message, fix=fix)


@rule("CPL925", scope=Scope.REGISTER, severity=Severity.WARNING, source=_SOURCE)
def decisions_come_before_what_rests_on_them(register: Register) -> Iterator[Problem]:
    """A decision is taken no later than what rests on it takes effect.

    Why: an act that came before its decision was done without one, or one of the two dates is wrong.
    Fix: correct the date that is wrong; where both are right, the decision should say that it
        confirms what was done.
    """
    days = {one.reference: one.day for one in register.oversight.decisions if one.published}
    for one in citations(register):
        taken = days.get(one.reference)
        if taken is not None and one.rests is not None and one.rests < taken:
            yield Problem(
                path=one.path,
                at=one.at,
                message=f"{shown(one.reference)} was taken on {taken}, after {one.rests}",
                fix="correct the date that is wrong",
            )


RULES = (
    decisions_are_cited,
    nothing_rests_on_a_draft,
    decisions_that_are_named_are_there,
    published_decisions_stay,
    decisions_come_before_what_rests_on_them,
)
