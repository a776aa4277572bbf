"""A submission judged from Git's objects: base's tools and base's authority, head's files as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from cpl_registry.edges import installation
from cpl_registry.edges.collection import without_collection
from cpl_registry.edges.git_shape import must_be_as_git_writes_it
from cpl_registry.edges.git_trees import (
    ABSENT,
    Changed,
    Listed,
    changed_paths,
    listed,
    register_trees,
    resolve,
)
from cpl_registry.edges.git_trees import files_of as read_listed
from cpl_registry.edges.judging import FEWEST
from cpl_registry.edges.kept_verdicts import IN_FOLDER, IN_GIT, Kept, before_of, find, keep
from cpl_registry.edges.partly import Known, Parts, marked, parts_of
from cpl_registry.edges.reading import judged
from cpl_registry.outputs.answers import outlook
from cpl_registry.outputs.review import Due, Review
from cpl_registry.outputs.wording import hold_cause
from cpl_registry.records.device_model import Entry, Event
from cpl_registry.records.documents import TreeFile
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
from cpl_registry.state.delivery_case import CLOCKED
from cpl_registry.state.event_rows import rows_by_line
from cpl_registry.state.publication import PublishedState, publish
from cpl_registry.state.queue import hold_if_listed

_REGISTER = "cpl/"


@dataclass(frozen=True, kw_only=True)
class Side:
    """One state of the register: what it is called, its files, and what the gates found."""

    name: str
    tree: Tree
    report: Report


def review(root: Path, base: str, head: str, actor: str | None, on: date) -> Review:
    """What a submission does, judged from the revision that it started from."""
    with without_collection():
        return _review(root, (resolve(root, base), resolve(root, head)), actor, on)


def _review(root: Path, commits: tuple[str, str], actor: str | None, on: date) -> Review:
    must_be_as_git_writes_it(root, commits[1])
    changes = changed_paths(root, *commits)
    calendar = installation.working_days(root)
    if parts := _parts(root, commits, changes, on):
        sides = [
            Side(name=commit, tree=part.tree, report=part.report)
            for commit, part in zip(commits, (parts.judged(0), parts.judged(1)), strict=True)
        ]
        others = len(parts.elsewhere)
        return review_between(sides[0], sides[1], changes, actor, on, calendar, others=others)
    sides = [_whole(root, commit, on) for commit in commits]
    return review_between(sides[0], sides[1], changes, actor, on, calendar)


def _parts(
    root: Path, commits: tuple[str, str], changes: Sequence[Changed], on: date
) -> Parts | None:
    """The entries between two commits and their families, where one of the two was judged before."""
    trees = register_trees(root, commits)
    for where in (IN_FOLDER, IN_GIT):
        kept = find(root, where, on)
        if kept is None or kept.tree not in trees or (before := before_of(root, kept)) is None:
            continue
        ours = [one for one in changes if one.path.startswith(_REGISTER)]
        base = [Listed(path=x.path, mode=x.mode_before, blob=x.blob_before) for x in ours]
        head = [Listed(path=x.path, mode=x.mode_after, blob=x.blob_after) for x in ours]
        states = _states(root, base, head)
        unchanged = trees.index(kept.tree)
        return parts_of(before, kept.verdict, states, partial(_same, root), on, unchanged)
    return None


def _states(root: Path, *states: Sequence[Listed]) -> tuple[dict[str, TreeFile | None], ...]:
    """Files as they are in each state, None where they are not there, read in one stream."""
    there = [one for files in states for one in files if one.mode != ABSENT]
    read = dict(zip(there, read_listed(root, there), strict=True))
    return tuple({one.path: read.get(one) for one in files} for files in states)


def _same(root: Path, files: Iterable[Known]) -> list[TreeFile]:
    listing = [Listed(path=x.path, mode=x.mode, blob=x.blob) for x in files]
    return read_listed(root, listing, small=True)


def _whole(root: Path, commit: str, on: date) -> Side:
    """A commit judged as a whole, and kept: the next submission will start from the same one."""
    files = listed(root, commit)
    tree, report = judged(read_listed(root, files), on)
    if len(files) >= FEWEST and not report.failed:
        tree_id = register_trees(root, [commit])[0]
        kept = Kept(where=IN_GIT, tree=tree_id, seen="", verdict=report)
        known = (Known(one.path, one.mode, one.blob, "") for one in files)
        keep(root, kept, on, marked(known, report.register), report.concerned)
    return Side(name=commit, tree=tree, report=report)


def review_between(
    base: Side,
    head: Side,
    changes: Sequence[Changed],
    actor: str | None,
    on: date,
    calendar: WorkingDays,
    *,
    others: int = 0,
) -> Review:
    """What lies between two states of the register, wherever they come from.

    `others` counts findings of files that are in neither side, because they are the same in both.
    """
    before, after = base.report, head.report
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
    changes: Sequence[Changed], submission: Submission, base: PublishedState
) -> Iterator[FileChange]:
    entries = {after.path: (before, after) for before, after in submission.changed}
    for one in changes:
        if one.path in entries:
            before, after = entries[one.path]
            yield entry_change(before, after, base)
        else:
            yield FileChange(path=one.path, nature=nature_of_path(one.path))


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
        yield "Reference, DCC and Panel data: two administrators approve."
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
