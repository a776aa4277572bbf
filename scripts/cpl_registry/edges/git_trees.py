"""Trees of Git as files of a register: objects only, never a checkout.

Names come from `-z` listings, so that no name can be taken for two; sizes are known before a blob
is read, and one over its cap is not read at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.git_history import GitFailed, Repository, blob, git_output, repository
from cpl_registry.records.documents import TreeFile, most_bytes
from cpl_registry.records.yaml_text import shown

_REGISTER = "cpl/"
_BLOBS = frozenset({"100644", "100755", "120000"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """A path that differs between two trees: modes before and after, `000000` where it is absent."""

    path: str
    mode_before: str
    mode_after: str

    @property
    def deleted(self) -> bool:
        """Whether the path is gone."""
        return self.mode_after == "000000"

    @property
    def added(self) -> bool:
        """Whether the path is new."""
        return self.mode_before == "000000"


def resolve(root: Path, revision: str) -> str:
    """The commit that a revision names.

    Raises:
        CannotJudge: no repository, or no such commit in this clone.
    """
    repo = repository(root)
    if repo is None:
        raise CannotJudge(f"{root} is not in a Git repository: there is nothing to compare")
    if revision.startswith("-"):
        raise CannotJudge(f"{shown(revision)} is not a revision")
    with repo:
        try:
            return git_output(repo, "rev-parse", "--verify", f"{revision}^{{commit}}").strip()
        except GitFailed as error:
            if "error:" in error.told:  # an object on the way is damaged: to fetch mends nothing
                raise
            raise CannotJudge(
                f"no commit {shown(revision)} in this clone; fetch it first (git fetch --unshallow"
                " where the clone is shallow)"
            ) from error


def tree_files(root: Path, commit: str) -> list[TreeFile]:
    """The files under `cpl/` of a commit."""
    repo = _open(root)
    with repo:
        listed = git_output(
            repo, "ls-tree", "-r", "-l", "-z", "--full-tree", commit, "--", _REGISTER
        )
        return [_file(repo, line) for line in listed.split("\0") if line]


def _file(repo: Repository, line: str) -> TreeFile:
    facts, _, path = line.partition("\t")
    mode, _kind, object_id, size = facts.split()
    if mode not in _BLOBS:
        return TreeFile(path=path, raw=b"", mode=mode)
    if size == "BAD":  # Git's word for a blob that is missing or damaged
        raise GitFailed(repo.working_dir, f"object {object_id} of {shown(path)} cannot be read")
    cap = most_bytes(path)
    # A blob over its cap is judged by its size alone.
    raw = bytes(cap + 1) if int(size) > cap else blob(repo, object_id)
    return TreeFile(path=path, raw=raw, mode=mode)


def changed_paths(root: Path, base: str, head: str) -> list[Changed]:
    """Every path that differs between two commits, in the whole repository."""
    repo = _open(root)
    with repo:
        listed = git_output(
            repo, "diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-ext-diff", base, head
        )
    parts = [part for part in listed.split("\0") if part]
    return [
        Changed(path=path, mode_before=facts[1:7], mode_after=facts[8:14])
        for facts, path in zip(parts[::2], parts[1::2], strict=True)
    ]


def _open(root: Path) -> Repository:
    repo = repository(root)
    if repo is None:
        raise CannotJudge(f"{root} is not in a Git repository")
    return repo
