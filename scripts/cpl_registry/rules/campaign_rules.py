"""91x: campaigns: targets that stay, days that follow each other, an end that leaves nothing open."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from cpl_registry.records.campaign import Campaign
from cpl_registry.records.documents import Kind
from cpl_registry.records.findings import Problem, Severity
from cpl_registry.records.register import Register
from cpl_registry.rules.change_rules import Submission
from cpl_registry.rules.rule import Concerned, Scope, rule
from cpl_registry.state.campaigning import Campaigning
from cpl_registry.state.campaigns import Position, deadline_of

_SECTION = "Contract, section 2: panel/campaigns/"
_PAPER = "SECP_56x_2205_01, section 8"
_NAMED = 3
"""So many entries a finding names; of the others it says how many there are."""


def _meant_on_the_day_of_notice(register: Register) -> Concerned:
    asked = Campaigning(register)
    return {
        one.path: frozenset([entry.entry_id for entry in asked.meant(one, one.notice)])
        for one in register.oversight.campaigns
        if one.notice is not None and one.targets
    }


@rule(
    "CPL911",
    scope=Scope.REGISTER,
    severity=Severity.WARNING,
    source=_SECTION,
    needs=(Kind.DSP_PROFILE,),
    concerned=_meant_on_the_day_of_notice,
)
def targets_are_what_was_meant(register: Register, meant: Concerned) -> Iterator[Problem]:
    """The targets of a campaign are the entries that its selector meant on the day of notice.

    Why: somebody who was meant and is no target was never told; somebody who is a target and was
        not meant is asked to correct what is right.
    Fix: look at each entry that is named; where a late history line moved it, say so in the
        campaign's outcome, and open another campaign for what was left out.
    """
    for one in register.oversight.campaigns:
        if one.path not in meant:
            continue
        for what, ids in (
            ("meant on the day of notice and no target", meant[one.path] - {*one.targets}),
            ("targets that were not meant on the day of notice", {*one.targets} - meant[one.path]),
        ):
            if ids:
                yield Problem(
                    path=one.path,
                    at="/targets",
                    message=f"{what}: {_named(ids)}",
                    fix="check the entries that are named; the list itself stays as it was",
                    follows_from=("/notice",),
                )


@rule("CPL912", scope=Scope.CHANGE, source=_PAPER)
def notice_is_final(change: Submission) -> Iterator[Problem]:
    """Once notice was given, its day, the targets, the selector and the notice period stay.

    Why: manufacturers were told which entries they have to correct, how and by when; whoever edits
        that afterwards asks them for something that they were never told.
    Fix: bring the old values back; spare an entry with `cpl campaign exempt`, and open another
        campaign for what was left out.
    """
    after = {one.path: one for one in change.head.oversight.campaigns}
    for before in change.base.oversight.campaigns:
        if before.notice is None:
            continue
        if before.path in change.deleted:
            message = "a campaign stays in the register once notice was given"
            yield Problem(path=before.path, message=message, fix="bring the file back")
        elif before.path in after:
            now = after[before.path]
            for name, words in _FINAL.items():
                if getattr(before, name) != getattr(now, name):
                    told = "edited" if getattr(now, name) else "taken out"
                    yield Problem(
                        path=before.path,
                        at=f"/{name}",
                        message=f"{words} {told} after notice was given on {before.notice}",
                        fix=f"bring {name} back as it was",
                    )


_FINAL = {
    "selector": "the selector was",
    "corrected_by": "what counts as corrected was",
    "opened": "the day of opening was",
    "notice": "the day of notice was",
    "notice_months": "the notice period was",
    "targets": "the targets were",
}


@rule("CPL913", scope=Scope.REGISTER, source=_SECTION)
def notice_freezes_targets(register: Register) -> Iterator[Problem]:
    """A campaign has a day of notice and targets, or neither.

    Why: without targets nobody knows who was told; with targets and no notice there is no deadline.
    Fix: let `cpl campaign notices` write both.
    """
    for one in register.oversight.campaigns:
        if one.notice is not None and not one.targets:
            message, at = "notice was given, and there are no targets", "/notice"
        elif one.notice is None and one.targets:
            message, at = "there are targets, and no day of notice", "/targets"
        else:
            continue
        fix = f"take {at[1:]} out and run: cpl campaign notices {one.reference}"
        yield Problem(path=one.path, at=at, message=message, fix=fix)


@rule("CPL914", scope=Scope.REGISTER, source=_SECTION)
def exemptions_and_disputes_are_of_targets(register: Register) -> Iterator[Problem]:
    """What a campaign spares, and what is disputed, are targets; before notice, entries.

    Why: sparing an entry that is no target spares nothing, and the one that was meant is removed.
    Fix: correct the entry id, or take the line out.
    """
    for one in register.oversight.campaigns:
        spared = [(f"/exemptions/{n}", line.entry_id) for n, line in enumerate(one.exemptions)]
        disputed = [(f"/disputes/{n}", line.entry_id) for n, line in enumerate(one.disputes)]
        for at, entry_id in (*spared, *disputed):
            if entry_id in one.targets or (not one.targets and register.has(entry_id)):
                continue
            yield Problem(
                path=one.path,
                at=f"{at}/entry_id",
                message=f"no such {'target' if one.targets else 'entry'}: {entry_id}",
                fix="correct the entry id, or take the line out",
            )


@rule("CPL915", scope=Scope.REGISTER, source=_SECTION)
def campaign_days_are_in_order(register: Register) -> Iterator[Problem]:
    """The days of a campaign follow each other: opened, notice, closed; a dispute lies in between.

    Why: a deadline is counted from the notice, and every position is told as of a day.
    Fix: correct the day that is wrong.
    """
    for one in register.oversight.campaigns:
        for at, name, day, since in _days(one):
            if day < since:
                yield Problem(
                    path=one.path,
                    at=at,
                    message=f"{day} lies before {name}, {since}",
                    fix="correct the day that is wrong",
                )


def _days(one: Campaign) -> Iterator[tuple[str, str, date, date]]:
    """Each day with what it may not lie before: pointer, the other's name, day, other day."""
    if one.notice is not None:
        yield "/notice", "the opening", one.notice, one.opened
    if one.closed is not None:
        yield "/closed", "the opening", one.closed, one.opened
        if one.notice is not None:
            yield "/closed", "the notice", one.closed, one.notice
    for index, spared in enumerate(one.exemptions):
        if spared.since is not None:
            yield f"/exemptions/{index}/since", "the opening", spared.since, one.opened
    for index, line in enumerate(one.disputes):
        yield f"/disputes/{index}/since", "the opening", line.since, one.opened
        if line.settled is not None:
            yield f"/disputes/{index}/settled", "its first day", line.settled, line.since


@rule("CPL916", scope=Scope.REGISTER, severity=Severity.WARNING, source=_PAPER)
def meeting_comes_after_the_deadline(register: Register) -> Iterator[Problem]:
    """The meeting that decides on what is left comes after the deadline.

    Why: before the deadline nobody knows what is left, and a decision on it would take away days
        that manufacturers were promised.
    Fix: correct the day of the meeting, or name the next one.
    """
    for one in register.oversight.campaigns:
        end = deadline_of(one, None)
        if one.meeting is not None and end is not None and one.meeting <= end[0]:
            yield Problem(
                path=one.path,
                at="/meeting",
                message=f"the meeting is on {one.meeting}, the deadline ends with {end[0]}",
                fix="name the first meeting after the deadline",
                follows_from=("/notice",),
            )


@rule("CPL917", scope=Scope.REGISTER, severity=Severity.WARNING, source=_PAPER)
def campaign_is_closed_after_its_deadline(register: Register) -> Iterator[Problem]:
    """A campaign is closed after notice was given and its deadline is over.

    Why: whoever was still in time is told that nothing is asked any more.
    Fix: nothing where every target was corrected before; else take closed out until the deadline.
    """
    for one in register.oversight.campaigns:
        end = deadline_of(one, None)
        if one.closed is None:
            continue
        if end is None:
            message = "closed, and notice was never given"
        elif one.closed <= end[0]:
            message = f"closed on {one.closed}, the deadline ends with {end[0]}"
        else:
            continue
        yield Problem(
            path=one.path, at="/closed", message=message, fix="check that it is really over"
        )


def _overdue_on_the_day_of_closing(register: Register) -> Concerned:
    asked = Campaigning(register)
    return {
        one.path: frozenset(
            [
                each.entry_id
                for each in asked.standing(one, one.closed).targets
                if each.position is Position.OVERDUE
            ]
        )
        for one in register.oversight.campaigns
        if one.closed is not None and one.notice is not None
    }


@rule(
    "CPL918",
    scope=Scope.REGISTER,
    severity=Severity.WARNING,
    source=_PAPER,
    needs=(Kind.DSP_PROFILE,),
    concerned=_overdue_on_the_day_of_closing,
)
def closed_campaign_leaves_nothing_overdue(
    register: Register, overdue: Concerned
) -> Iterator[Problem]:
    """On the day of closing every target was corrected, removed or spared, disputed or submitted.

    Why: a campaign that is closed while entries are overdue tells everybody that it was not meant.
    Fix: have the entries removed or spared under a decision, and close it with
        `cpl campaign close`, which asks for this.
    """
    for one in register.oversight.campaigns:
        if left := overdue.get(one.path):
            yield Problem(
                path=one.path,
                at="/closed",
                message=f"overdue on the day of closing: {_named(left)}",
                fix=f"take closed out, then: cpl campaign propose-removal {one.reference}",
            )


def _named(ids: Collection[str]) -> str:
    more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
    return f"{', '.join(sorted(ids)[:_NAMED])}{more}"


RULES = (
    targets_are_what_was_meant,
    notice_is_final,
    notice_freezes_targets,
    exemptions_and_disputes_are_of_targets,
    campaign_days_are_in_order,
    meeting_comes_after_the_deadline,
    campaign_is_closed_after_its_deadline,
    closed_campaign_leaves_nothing_overdue,
)
