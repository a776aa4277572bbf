"""Trees of Git as files of a register: objects only, never a checkout.

Names come from `-z` listings, so that no name can be taken for two; sizes are known before a blob
is read, and one over its cap is not read at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.git_command import GitFailed, ask_text, blobs, is_repository, sizes
from cpl_registry.records.documents import TreeFile, most_bytes
from cpl_registry.records.shown import shown

ABSENT = "000000"
"""Git's mode of what is not there."""
_REGISTER = "cpl/"
_OBJECT_ID = re.compile("[0-9a-f]{40}|[0-9a-f]{64}", re.ASCII)
_BLOBS = frozenset({"100644", "100755", "120000"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """A path that differs between two trees: modes before and after, `000000` where it is absent.

    `blob_before` and `blob_after` are the object ids, empty where nobody asked Git for them.
    """

    path: str
    mode_before: str
    mode_after: str
    blob_before: str = ""
    blob_after: str = ""

    @property
    def deleted(self) -> bool:
        """Whether the path is gone."""
        return self.mode_after == ABSENT


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A file as a tree lists it: path, Git's mode, object id."""

    path: str
    mode: str
    blob: str


def resolve(root: Path, revision: str) -> str:
    """The commit that a revision names.

    Raises:
        CannotJudge: no repository, or no such commit in this clone.
    """
    if revision.startswith("-"):
        raise CannotJudge(f"{shown(revision)} is not a revision")
    try:
        named = f"{revision}^{{commit}}"
        return ask_text(root, "rev-parse", "--verify", "--quiet", named).strip()
    except GitFailed as error:
        if "error:" in error.told:  # an object on the way is damaged: to fetch mends nothing
            raise
        if not is_repository(root):
            raise CannotJudge(
                f"{root} is not in a Git repository: there is nothing to compare"
            ) from error
        raise CannotJudge(
            f"no commit {shown(revision)} in this clone; fetch it first (git fetch --unshallow"
            " where the clone is shallow)"
        ) from error


def resolve_two(root: Path, first: str, second: str) -> tuple[str, str]:
    """The commits that two revisions name, asked for in one go where nothing is wrong with them.

    Raises:
        CannotJudge: as above.
    """
    if not (first.startswith("-") or second.startswith("-")):
        try:
            named = (f"{one}^{{commit}}" for one in (first, second))
            found = ask_text(root, "rev-parse", *named).split()
        except GitFailed:
            found = []
        if len(found) == 2 and all(map(_OBJECT_ID.fullmatch, found)):
            return found[0], found[1]
    return resolve(root, first), resolve(root, second)


def register_trees(root: Path, commits: Sequence[str]) -> list[str]:
    """The object id of the folder `cpl/` of each commit; none at all where one of them has none."""
    try:
        return ask_text(root, "rev-parse", *(f"{commit}:cpl" for commit in commits)).split()
    except GitFailed:
        return []


def listed(root: Path, commit: str) -> list[Listed]:
    """The files under `cpl/` of a commit, unread."""
    words = ("ls-tree", "-r", "-z", "--full-tree", commit, "--", _REGISTER)
    found = []
    for line in filter(None, ask_text(root, *words).split("\0")):
        facts, _, path = line.partition("\t")
        mode, _kind, object_id = facts.split()
        found.append(Listed(path=path, mode=mode, blob=object_id))
    return found


def tree_files(root: Path, commit: str) -> list[TreeFile]:
    """The files under `cpl/` of a commit, read."""
    return files_of(root, listed(root, commit))


def files_of(root: Path, wanted: Sequence[Listed], *, small: bool = False) -> list[TreeFile]:
    """Files of a tree, read. `small` are those that are known to be within their caps."""
    asked = [one for one in wanted if one.mode in _BLOBS]
    found = {} if small else sizes(root, (one.blob for one in asked))
    within = (one.blob for one in asked if found.get(one.blob, 0) <= most_bytes(one.path))
    read = blobs(root, within)
    return [_file(one, read) for one in wanted]


def _file(one: Listed, read: dict[str, bytes]) -> TreeFile:
    if one.mode not in _BLOBS:
        return TreeFile(path=one.path, raw=b"", mode=one.mode)
    raw, cap = read.get(one.blob), most_bytes(one.path)
    # A blob over its cap is judged by its size alone.
    return TreeFile(
        path=one.path,
        raw=bytes(cap + 1) if raw is None or len(raw) > cap else raw,
        mode=one.mode,
    )


def changed_paths(root: Path, base: str, head: str) -> list[Changed]:
    """Every path that differs between two commits, in the whole repository."""
    words = ("diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", "--no-ext-diff")
    parts = [part for part in ask_text(root, *words, base, head).split("\0") if part]
    found = []
    for facts, path in zip(parts[::2], parts[1::2], strict=True):
        mode_before, mode_after, blob_before, blob_after, _ = facts[1:].split()
        found.append(
            Changed(
                path=path,
                mode_before=mode_before,
                mode_after=mode_after,
                blob_before=blob_before,
                blob_after=blob_after,
            )
        )
    return found


def uncommitted(root: Path) -> int:
    """How many files under `cpl/` differ from the commit that is checked out, new ones included.

    None differ where there is no repository, no commit or no working tree.
    """
    words = ("--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", str(root / "cpl"))
    try:
        return ask_text(root, "status", *words).count("\0")
    except GitFailed:
        return 0
