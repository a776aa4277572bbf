"""926 to 929: the records of notices, which are the evidence that somebody was told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from cpl_registry.records.findings import Problem, Severity
from cpl_registry.records.notice import Audience, Notice
from cpl_registry.records.register import Register
from cpl_registry.records.yaml_text import shown
from cpl_registry.rules.change_rules import Submission
from cpl_registry.rules.rule import Scope, rule

_SOURCE = "SECP_56x_2205_01, sections 8 and 9"


@rule("CPL926", scope=Scope.REGISTER, source=_SOURCE)
def notices_are_about_something(register: Register) -> Iterator[Problem]:
    """A notice is about a campaign, an incident or a decision that is in the register.

    Why: the record is the evidence that somebody was told of it; evidence of nothing is none.
    Fix: correct the reference in about.
    """
    notices = {one.reference for one in register.oversight.notices}
    for notice in register.oversight.notices:
        if notice.about not in register.panel or notice.about in notices:
            message = f"{shown(notice.about)} names no campaign, incident or decision"
            yield Problem(path=notice.path, at="/about", message=message, fix="correct about")


_RECORD = "let cpl campaign notices write the record"
_ENTRY = "bring the file of the entry back: it is never deleted, and what was sent stays as it is"


@rule("CPL927", scope=Scope.REGISTER, source=_SOURCE)
def notices_name_entries_that_are_there(register: Register) -> Iterator[Problem]:
    """A notice names entries of the register, and a manufacturer's notice only that maker's own.

    Why: nobody was told of an entry that is not there, and a maker must not be told of another's.
    Fix: bring the file of the entry back, or let cpl campaign notices write the record.
    """
    for notice in register.oversight.notices:
        yield from _audience(notice, register)
        for index, entry_id in enumerate(notice.entries):
            entry = register.by_id.get(entry_id)
            if entry is not None and notice.manufacturer in (None, entry.manufacturer):
                continue
            if entry is None and register.has(entry_id):
                continue  # its file has to be mended first
            whose = f"is not of {notice.manufacturer}" if entry else "is not in the register"
            yield Problem(
                path=notice.path,
                at=f"/entries/{index}",
                message=f"{shown(entry_id)} {whose}",
                fix=_RECORD if entry or notice.sent is None else _ENTRY,
            )


def _audience(notice: Notice, register: Register) -> Iterator[Problem]:
    if (notice.audience is Audience.MANUFACTURER) != (notice.manufacturer is not None):
        lacking = notice.manufacturer is None
        yield Problem(
            path=notice.path,
            at="/audience",
            message="a manufacturer's notice names no manufacturer"
            if lacking
            else f"a notice for {notice.audience} names a manufacturer",
            fix="add manufacturer" if lacking else "leave manufacturer out",
        )
    elif notice.manufacturer and notice.manufacturer not in register.manufacturers:
        yield Problem(
            path=notice.path,
            at="/manufacturer",
            message=f"{shown(notice.manufacturer)} is not in manufacturers.yaml",
            fix="correct the slug",
        )


@rule("CPL928", scope=Scope.REGISTER, severity=Severity.WARNING, source=_SOURCE)
def notices_are_sent_after_their_cause(register: Register) -> Iterator[Problem]:
    """A notice was sent no earlier than what it is about began.

    Why: a notice period counts from the day of sending; a date before the campaign was opened, or
        before the incident began, is a slip that makes the evidence worthless.
    Fix: correct the day in sent, or the day on which the campaign or incident began.
    """
    told = register.oversight
    began: dict[str, date] = {
        **{one.reference: one.start for one in told.incidents},
        **{one.reference: one.opened for one in told.campaigns},
    }
    for notice in told.notices:
        start = began.get(notice.about)
        if notice.sent is not None and start is not None and notice.sent < start:
            yield Problem(
                path=notice.path,
                at="/sent",
                message=f"sent on {notice.sent}, before {shown(notice.about)} began on {start}",
                fix="correct the day",
            )


@rule("CPL929", scope=Scope.CHANGE, source=_SOURCE)
def sent_notices_stay(change: Submission) -> Iterator[Problem]:
    """The record of a notice that was sent is never edited or deleted.

    Why: it is the evidence of who was told what on which day, and what follows for an entry that was
        not corrected rests on it.
    Fix: bring the file back as it was; what is to be told now is a new notice.
    """
    after = {one.path: one for one in change.head.oversight.notices}
    for before in change.base.oversight.notices:
        if before.sent is None:
            continue
        if before.path in change.deleted:
            message = "the record of a notice that was sent is never deleted or moved"
        elif before.path in after and after[before.path] != before:
            message = "the record of a notice that was sent is never edited"
        else:
            continue
        yield Problem(path=before.path, message=message, fix="bring the file back as it was")


RULES = (
    notices_are_about_something,
    notices_name_entries_that_are_there,
    notices_are_sent_after_their_cause,
    sent_notices_stay,
)
