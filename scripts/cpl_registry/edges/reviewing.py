"""A submission judged from Git's objects: base's tools and base's authority, head's files as data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    resolve_two,
)
from cpl_registry.edges.git_trees import files_of as read_listed
from cpl_registry.edges.judging import FEWEST
from cpl_registry.edges.kept_verdicts import IN_FOLDER, IN_GIT, Kept, before_of, find, keep
from cpl_registry.edges.partly import Known, Parts, marked, parts_of
from cpl_registry.edges.reading import judged
from cpl_registry.outputs.review import Review
from cpl_registry.outputs.review_between import Side, review_between
from cpl_registry.records.documents import TreeFile

_REGISTER = "cpl/"


def review(root: Path, base: str, head: str, actor: str | None, on: date) -> Review:
    """What a submission does, judged from the revision that it started from."""
    with without_collection():
        return _review(root, resolve_two(root, base, head), actor, on)


def _review(root: Path, commits: tuple[str, str], actor: str | None, on: date) -> Review:
    must_be_as_git_writes_it(root, commits[1])
    changes = changed_paths(root, *commits)
    if parts := _parts(root, commits, changes, on):
        base, head = (
            Side(name=commit, tree=part.tree, report=part.report)
            for commit, part in zip(commits, (parts.judged(0), parts.judged(1)), strict=True)
        )
        others = len(parts.elsewhere)
    else:
        base, head = (_whole(root, commit, on) for commit in commits)
        others = 0
    return review_between(
        base,
        head,
        {one.path: not one.deleted for one in changes},
        actor,
        on,
        installation.working_days(root),
        others=others,
    )


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
