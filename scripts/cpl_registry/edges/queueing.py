"""Submissions on branches of Git, judged from their objects as a review judges them."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from cpl_registry.edges import installation
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.git_command import GitFailed, ask_text
from cpl_registry.edges.git_trees import resolve
from cpl_registry.edges.reviewing import review
from cpl_registry.outputs.queue_told import Branch
from cpl_registry.records.days import london_day
from cpl_registry.records.findings import Severity
from cpl_registry.records.yaml_text import shown
from cpl_registry.state.queue import QueueStage, working_age


def branch_of(root: Path, name: str, on: date) -> Branch:
    """What a branch brings, against the point where it left the commit that is checked out.

    Raises:
        CannotJudge: no repository, no such revision, or nothing in common with it.
    """
    head, base = resolve(root, name), resolve(root, "HEAD")
    fork, committed = _facts(root, name, base, head)
    made = review(root, fork, head, None, on)
    since = london_day(datetime.fromisoformat(committed))
    errors = sum(one.severity is Severity.ERROR for one in made.findings)
    return Branch(
        name=name,
        since=since,
        age=working_age(since, on, installation.working_days(root)),
        stage=QueueStage.TO_MEND if errors else QueueStage.TO_MERGE,
        errors=errors,
        changes=tuple(f"{one.nature}: {one.entry_id or one.path}" for one in made.files),
        clock=tuple(sorted(one.due for one in made.clock if one.due)),
    )


def _facts(root: Path, name: str, base: str, head: str) -> tuple[str, str]:
    """Where a commit left another, and when it was made (ISO 8601)."""
    try:
        fork = ask_text(root, "merge-base", base, head).strip()
        return fork, ask_text(root, "show", "--no-patch", "--format=%cI", head).strip()
    except GitFailed as error:
        raise CannotJudge(
            f"{shown(name)} has nothing in common with the commit that is checked out; fetch"
            " the whole history (git fetch --unshallow where the clone is shallow)"
        ) from error
