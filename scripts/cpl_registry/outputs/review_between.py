"""What a submission does: what lies between two states of the register, both of them judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cpl_registry.outputs.answers import outlook
from cpl_registry.outputs.review import Due, Review
from cpl_registry.outputs.wording import hold_cause
from cpl_registry.records.device_model import Entry, Event
from cpl_registry.records.findings import Finding, in_order
from cpl_registry.records.manufacturers import AccountId
from cpl_registry.records.register import Tree
from cpl_registry.records.working_days import HolidaysUnknown, WorkingDays
from cpl_registry.rules.change_rules import Submission
from cpl_registry.rules.run import Report, judge_change
from cpl_registry.state.changes import (
    FileChange,
    Nature,
    entry_change,
    extract_change,
    nature_of_path,
)
from cpl_registry.state.delivery import Hold
from cpl_registry.state.event_rows import rows_by_line
from cpl_registry.state.history import CLOCKED
from cpl_registry.state.publication import PublishedState, publish
from cpl_registry.state.queue import hold_if_listed


@dataclass(frozen=True, kw_only=True)
class Side:
    """One state of the register: what it is called, its files, and what the gates found."""

    name: str
    tree: Tree
    report: Report


def review_between(
    base: Side,
    head: Side,
    changes: Mapping[str, bool],
    actor: str | None,
    on: date,
    calendar: WorkingDays,
    *,
    others: int = 0,
) -> Review:
    """What lies between two states of the register, wherever they come from.

    `changes` are the paths that differ, each with whether it is there in the head. `actor` is
    `github:` with the number of an account, None where nobody said who acts. `others` counts
    findings of files that are in neither side, because they are the same in both.
    """
    before, after = base.report, head.report
    submission = Submission(
        base=before.register,
        head=after.register,
        touched=frozenset(path for path, there in changes.items() if there),
        deleted=frozenset(path for path, there in changes.items() if not there),
        actor=AccountId(actor) if actor else None,
        on=on,
    )
    old = {_sense(one) for one in before.findings}
    new = [one for one in after.findings if _sense(one) not in old]
    base_state = publish(before.register, on, base.name)
    head_state = publish(after.register, on, head.name)
    findings = in_order([*new, *judge_change(submission, head.tree)])
    extract = extract_change(base_state, head_state)
    files = tuple(_files(changes, submission, base_state))
    return Review(
        base=base.name,
        head=head.name,
        on=on,
        actor=actor,
        files=files,
        findings=findings,
        older=len(after.findings) - len(new) + others,
        extract=extract,
        outlooks={
            entry_id: outlook(head_state.by_id[entry_id], hold, head_state)
            for entry_id, hold in extract.newly_held
        },
        clock=tuple(_clock(submission, head_state, calendar)),
        approvals=(*_approvals(files, submission), *_foreseen(submission, head_state)),
    )


def _sense(one: Finding) -> tuple[str, str, str]:
    """What makes two findings the same complaint, wherever the lines have moved."""
    return (one.rule, one.path, one.message)


def _files(
    changes: Iterable[str], submission: Submission, base: PublishedState
) -> Iterator[FileChange]:
    entries = {after.path: (before, after) for before, after in submission.changed}
    for path in changes:
        if path in entries:
            before, after = entries[path]
            yield entry_change(before, after, base)
        else:
            yield FileChange(path=path, nature=nature_of_path(path))


def _clock(submission: Submission, head: PublishedState, calendar: WorkingDays) -> Iterator[Due]:
    """Each new line that can change what the DCC must get, with the end of its Working Day.

    As state/clocks.py judges it later: a hold pauses it, and where the row stays nothing runs.
    """
    for before, after in submission.changed:
        old = len(before.history) if before else 0
        lines = [(n, line) for n, line in enumerate(after.history) if n >= old]
        rows = rows_by_line(after, head.register.extract_profile)
        for index, line in lines:
            if line.event not in CLOCKED:
                continue
            hold = _hold_of(after, head) if line.day <= head.on else None
            idle = rows[index] == (rows[index - 1] if index else None)
            yield Due(
                entry_id=after.entry_id,
                event=line.event,
                day=line.day,
                due=None if hold or idle else _due(calendar, line.day),
                hold=None if idle else hold,
                idle=idle,
            )


def _hold_of(entry: Entry, head: PublishedState) -> Hold | None:
    one = head.by_id.get(entry.entry_id)
    if one is None or one.delivery is None or one.entry.path != entry.path:
        return None
    return one.delivery.hold


def _due(calendar: WorkingDays, day: date) -> date | None:
    try:
        return calendar.after(day)
    except HolidaysUnknown:
        return None


def _approvals(files: Sequence[FileChange], submission: Submission) -> Iterator[str]:
    natures = {one.nature for one in files}
    makers = sorted({str(after.manufacturer) for _, after in submission.changed})
    if makers:
        waiting = [after for _, after in submission.changed if _waits(after)]
        named = ", ".join(makers)
        yield f"Entries of {named}: an administrator approves; the maker's own account may submit."
        if waiting:
            yield "A submission is listed when an administrator adds the line `listed`; its clock starts then."
    if natures & {Nature.REFERENCE, Nature.DCC, Nature.PANEL, Nature.DELIVERY}:
        yield "Reference, DCC and Panel data: one administrator proposes, another approves."
    if Nature.TOOLING in natures:
        yield "Tools, documents and settings: their maintainers approve; this review did not run them."


def _waits(entry: Entry) -> bool:
    return entry.history[-1].event is Event.SUBMITTED


def _foreseen(submission: Submission, head: PublishedState) -> Iterator[str]:
    """Submissions that the DSP could not take if they were listed today, and until when."""
    for _, after in submission.changed:
        one = head.by_id.get(after.entry_id)
        if one is None or one.waiting_since is None or one.entry.path != after.path:
            continue
        if hold := hold_if_listed(one, head):
            told = f"{hold_cause(hold)}. {outlook(one, hold, head)}"
            yield (
                f"Once listed, {one.entry_id} will be held: {told} Its clock is paused while it"
                " is held: one Working Day begins when the hold ends."
            )
