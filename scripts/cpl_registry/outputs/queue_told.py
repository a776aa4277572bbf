"""The queue for a terminal: what waits in the register, and what comes with branches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cpl_registry.outputs import wording
from cpl_registry.records.yaml_text import shown
from cpl_registry.state.queue import QueueStage, Waiting

_STAGES = {
    QueueStage.TO_MEND: "has errors: its submitter mends them",
    QueueStage.TO_MERGE: "has no error: an administrator decides on the merge",
    QueueStage.SUBMITTED: "waits to be listed",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Branch:
    """A submission that is not in the register yet: a revision of Git, and what its review said.

    `since` is the day of its last commit, `age` the Working Days since then (None: not known),
    `changes` what its files are, `clock` the days by which rows are due once it is merged.
    """

    name: str
    since: date
    age: int | None
    stage: QueueStage
    errors: int
    changes: tuple[str, ...]
    clock: tuple[date, ...]


def queue_told(waiting: Sequence[Waiting], branches: Sequence[Branch], on: date) -> str:
    """The queue: one submission a line, what would follow below it, then their numbers."""
    width = max((len(one.entry_id) for one in waiting), default=0)
    lines = []
    for one in waiting:
        lines.append(
            f"{one.entry_id:<{width}}  {_STAGES[one.stage]} since {one.since}, {age_words(one.age)}"
        )
        lines.append(f"    clock: {clock_words(one)}")
    for branch in branches:
        lines.append(
            f"{shown(branch.name, 80)}  {_STAGES[branch.stage]}; last changed {branch.since},"
            f" {age_words(branch.age)}"
        )
        if branch.errors:
            lines.append(f"    errors: {branch.errors}; see: cpl review")
        lines += [f"    {shown(change, 160)}" for change in branch.changes]
        if branch.clock:
            lines.append(
                f"    clock: runs as soon as it is merged, to the end of {branch.clock[0]}"
            )
    total = f"On {on}: {len(waiting)} waiting to be listed"
    if branches:
        total += f", {len(branches)} on branches"
    return "\n".join([*lines, *([""] if lines else []), total]) + "\n"


def age_words(age: int | None) -> str:
    """`3 Working Days`, `1 Working Day`."""
    if age is None:
        return "how many Working Days is not known: the list of bank holidays ends before"
    return f"{age} Working {'Day' if age == 1 else 'Days'}"


def clock_words(one: Waiting) -> str:
    """What starts with the listing: the Working Day, or the hold."""
    if one.unknown_to_dsp:
        causes = wording.joined(
            [f"{wording.short_name(cause.field)} {cause.value}" for cause in one.unknown_to_dsp]
        )
        return f"starts with the listing, and would be paused: the DSP does not know {causes}"
    if one.due_if_listed is None:
        return "starts with the listing: one Working Day"
    return (
        f"starts with the listing: listed today, due at the DCC by the end of {one.due_if_listed}"
    )
