"""A submission judged from Git's objects: base's tools and base's authority, head's files as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from cpl_registry.edges import installation
from cpl_registry.edges.git_trees import Changed, changed_paths, resolve, tree_files
from cpl_registry.outputs.answers import outlook
from cpl_registry.outputs.review_document import Due, Review
from cpl_registry.records.device_model import Entry, Event
from cpl_registry.records.findings import Finding, in_order
from cpl_registry.records.manufacturers import AccountId
from cpl_registry.records.register import sort_files
from cpl_registry.records.working_days import HolidaysUnknown, WorkingDays
from cpl_registry.rules.change_rules import Submission
from cpl_registry.rules.run import judge_change, validate
from cpl_registry.state.changes import (
    FileChange,
    Nature,
    entry_change,
    extract_change,
    nature_of_path,
)
from cpl_registry.state.publication import PublishedState, publish

_REGISTER = "cpl/"
_TIMED = frozenset({Event.LISTED, Event.AMENDED, Event.CORRECTED, Event.REMOVED, Event.REINSTATED})


def review(root: Path, base: str, head: str, actor: str | None, on: date) -> Review:
    """What a submission does, judged from the revision that it started from."""
    base_commit, head_commit = resolve(root, base), resolve(root, head)
    changes = changed_paths(root, base_commit, head_commit)
    before_tree = sort_files(tree_files(root, base_commit))
    after_tree = sort_files(tree_files(root, head_commit))
    before = validate(before_tree, installation.schemas(), on)
    after = validate(after_tree, installation.schemas(), on)
    submission = Submission(
        base=before.register,
        head=after.register,
        touched=frozenset(one.path for one in changes if not one.deleted),
        deleted=frozenset(one.path for one in changes if one.deleted),
        actor=AccountId(actor) if actor else None,
        on=on,
    )
    old = {_sense(one) for one in before.findings}
    new = [one for one in after.findings if _sense(one) not in old]
    base_state = publish(before.register, on, base_commit)
    head_state = publish(after.register, on, head_commit)
    findings = in_order([*new, *judge_change(submission, after_tree)])
    extract = extract_change(base_state, head_state)
    files = tuple(_files(changes, submission, base_state))
    return Review(
        base=base_commit,
        head=head_commit,
        on=on,
        actor=actor,
        files=files,
        findings=findings,
        older=len(after.findings) - len(new),
        extract=extract,
        outlooks={
            entry_id: outlook(head_state.by_id[entry_id], hold, head_state)
            for entry_id, hold in extract.newly_held
        },
        clock=tuple(_clock(submission, installation.working_days(root))),
        approvals=tuple(_approvals(files, submission)),
    )


def _sense(one: Finding) -> tuple[str, str, str]:
    """What makes two findings the same complaint, wherever the lines have moved."""
    return (one.rule, one.path, one.message)


def _files(
    changes: Sequence[Changed], submission: Submission, base: PublishedState
) -> Iterator[FileChange]:
    entries = {after.path: (before, after) for before, after in submission.changed}
    for one in changes:
        if one.path in entries:
            before, after = entries[one.path]
            yield entry_change(before, after, base)
        else:
            yield FileChange(path=one.path, nature=nature_of_path(one.path))


def _clock(submission: Submission, calendar: WorkingDays) -> Iterator[Due]:
    """Each new line that changes what the DCC must get, with the end of its Working Day."""
    for before, after in submission.changed:
        for line in after.history[len(before.history) if before else 0 :]:
            if line.event in _TIMED:
                yield Due(
                    entry_id=after.entry_id,
                    event=line.event,
                    day=line.day,
                    due=_due(calendar, line.day),
                )


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
        yield "Reference, DCC and Panel data: two administrators approve."
    if Nature.TOOLING in natures:
        yield "Tools, documents and settings: their maintainers approve; this review did not run them."


def _waits(entry: Entry) -> bool:
    return entry.history[-1].event is Event.SUBMITTED
