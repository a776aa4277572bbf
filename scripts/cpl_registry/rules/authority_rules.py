"""66x: who may do what. Authority is read from the revision that a submission started from."""

from __future__ import annotations

from collections.abc import Iterator

from cpl_registry.records.device_model import Event
from cpl_registry.records.findings import Problem, Severity
from cpl_registry.records.yaml_text import shown
from cpl_registry.rules.change_rules import Submission
from cpl_registry.rules.rule import Scope, rule

_AUTHORITY = "Contract, section 2: authority is read from the base revision"
_GOVERNED = ("cpl/reference/", "cpl/dcc/", "cpl/panel/")


@rule("CPL660", scope=Scope.CHANGE, severity=Severity.NOTICE, source=_AUTHORITY)
def account_is_given(change: Submission) -> Iterator[Problem]:
    """A review is told whose account submits.

    Why: without the account nobody can say whether it may do this; the rest is judged all the same.
    Fix: give the account with `--actor github:<numeric account id>`.
    """
    if change.actor is None:
        path, at = _submitted_at(change)
        message = "authority was not judged: no account was given"
        yield Problem(path=path, at=at, message=message, fix="give --actor")


def _submitted_at(change: Submission) -> tuple[str, str | None]:
    """Where a submission is looked at first: its first entry at its first new line, or a file."""
    for before, after in change.changed:
        old = len(before.history) if before else 0
        return after.path, f"/history/{old}" if old < len(after.history) else None
    touched = sorted(change.touched | change.deleted, key=lambda path: (path[:4] != "cpl/", path))
    return next(iter(touched), "cpl/reference/manufacturers.yaml"), None


@rule("CPL661", scope=Scope.CHANGE, source=_AUTHORITY)
def submitters_act_for_their_own(change: Submission) -> Iterator[Problem]:
    """Who submits for a manufacturer is one of its submitters, or an administrator.

    Why: anyone can open a pull request; only the maker may speak for its devices.
    Fix: have an account submit that cpl/reference/manufacturers.yaml names for the maker.
    """
    if change.actor is None or change.actor in change.base.administrators:
        return
    for _, after in change.changed:
        maker = change.base.manufacturers.get(after.manufacturer)
        if maker is None or change.actor not in maker.submitters:
            message = f"this account may not submit for {shown(after.manufacturer)}"
            yield Problem(
                path=after.path, at="manufacturer", message=message, fix="ask the maker to submit"
            )


@rule("CPL662", scope=Scope.CHANGE, source=_AUTHORITY)
def administrators_decide(change: Submission) -> Iterator[Problem]:
    """Only administrators list, correct, remove and reinstate.

    Why: a manufacturer submits; the code administrator lists on behalf of the Panel.
    Fix: end the submission with the line `submitted`; an administrator adds the next one.
    """
    if change.actor is None or change.actor in change.base.administrators:
        return
    for before, after in change.changed:
        old = len(before.history) if before else 0
        for index, line in enumerate(after.history[old:], old):
            if line.event in _ADMINISTRATORS_ACTS:
                verb = _ADMINISTRATORS_ACTS[line.event]
                yield Problem(
                    path=after.path,
                    at=f"/history/{index}/event",
                    message=f"only administrators {verb}",
                    fix="end with the line submitted and leave this one to an administrator",
                )


_ADMINISTRATORS_ACTS = {
    Event.LISTED: "list",
    Event.CORRECTED: "correct",
    Event.REMOVED: "remove",
    Event.REINSTATED: "reinstate",
}


@rule("CPL663", scope=Scope.CHANGE, source=_AUTHORITY)
def administrators_keep_the_reference_data(change: Submission) -> Iterator[Problem]:
    """Only administrators change reference, DCC and Panel data.

    Why: whoever changes who may submit, or what the DSP recognises, changes every verdict.
    Fix: leave these files as they are and ask an administrator.
    """
    if change.actor is None or change.actor in change.base.administrators:
        return
    for path in sorted(change.touched | change.deleted):
        if path.startswith(_GOVERNED):
            message = "only administrators change reference, DCC and Panel data"
            yield Problem(path=path, message=message, fix="ask an administrator")


RULES = (
    account_is_given,
    submitters_act_for_their_own,
    administrators_decide,
    administrators_keep_the_reference_data,
)
