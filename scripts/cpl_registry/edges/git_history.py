"""Git, and the only importer of GitPython. Only reads, by object id or fixed arguments.

A clone that Git cannot read is no clone without history: it is refused, with what Git said.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import git

from cpl_registry.edges.git_command import GitFailed
from cpl_registry.edges.object_ids import blob_id

MADE = ("cpl/dcc/deliveries", "cpl/dcc/acknowledgements")
"""Folders whose files follow from the commit before."""
_UNIT, _RECORD = "\x1f", "\x1e"


Repository = git.Repo
"""A repository, for modules that hand it on without knowing the library."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Commit:
    """A commit that touched a file: id, day of the commit (UTC, ISO 8601) and first line."""

    commit: str
    at: str
    subject: str


def repository(root: Path) -> git.Repo | None:
    """The repository that a folder lies in; None where it lies in none.

    Raises:
        GitFailed: there is one, and Git cannot read it.
    """
    start = root.resolve()
    top = next((one for one in (start, *start.parents) if _is_repository(one)), None)
    if top is None:
        return None
    try:
        found = git.Repo(top)
    except (git.InvalidGitRepositoryError, git.NoSuchPathError, ValueError, OSError) as error:
        raise GitFailed(top, f".git is no repository ({type(error).__name__})") from error
    # A question takes no lock: somebody may be committing.
    found.git.update_environment(GIT_OPTIONAL_LOCKS="0")
    return found


def _is_repository(folder: Path) -> bool:
    """Whether a folder is meant to be a repository, whole or damaged, or a bare one."""
    return (folder / ".git").exists() or (
        (folder / "HEAD").is_file() and (folder / "objects").is_dir()
    )


def _within(repo: git.Repo, root: Path) -> str:
    """What leads from the top of a repository to a folder: empty, or a path with `/` at the end."""
    if repo.bare:
        return ""
    path = root.resolve().relative_to(Path(str(repo.working_tree_dir)).resolve()).as_posix()
    return "" if path == "." else f"{path}/"


def commit_of(root: Path) -> str | None:
    """The commit that the register's files stand at; None where there is none or they differ.

    Raises:
        GitFailed: the repository is damaged.
    """
    repo = repository(root)
    if repo is None:
        return None
    with repo:
        if _without_commits(repo):
            return None
        # Deliveries and answers follow from the commit before; they are not what is sent.
        inputs = (str(root / "cpl"), *(f":(exclude){root / made}" for made in MADE))
        if git_output(repo, "status", "--porcelain", "--untracked-files=all", "--", *inputs):
            return None
        return git_output(repo, "rev-parse", "--verify", "HEAD^{commit}").strip()


def _without_commits(repo: git.Repo) -> bool:
    """Whether nothing was committed yet, which is no damage."""
    try:
        git_output(repo, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    except GitFailed:
        try:
            git_output(repo, "log", "--max-count=1", "--format=%H")
        except GitFailed as error:
            if "does not have any commits yet" in error.told:
                return True
            raise
    return False


def blob_ids(root: Path, commit: str) -> dict[str, str]:
    """Git's id of each file of the register in a commit, by its path from the register's root."""
    repo = repository(root)
    if repo is None:
        return {}
    with repo:
        prefix = _within(repo, root)
        asked = ("-r", "-z", "--full-tree", commit, "--", f"{prefix}cpl/")
        lines = filter(None, git_output(repo, "ls-tree", *asked).split("\0"))
    parts = (line.partition("\t") for line in lines)
    return {path.removeprefix(prefix): facts.split()[2] for facts, _, path in parts}


def blob(repo: git.Repo, object_id: str) -> bytes:
    """The bytes of a blob, which are those that its id was made of.

    Raises:
        GitFailed: it is missing or damaged.
    """
    try:
        raw: bytes = repo.odb.stream(bytes.fromhex(object_id)).read()
    # The library answers damage with whatever its reading of Git's answer came upon.
    except (ValueError, AssertionError, OSError, git.GitError, LookupError) as error:
        raise GitFailed(repo.working_dir, f"object {object_id} cannot be read") from error
    if blob_id(raw, object_id) != object_id:
        raise GitFailed(repo.working_dir, f"object {object_id} is damaged: it has another content")
    return raw


def commits_of(root: Path, path: str) -> list[Commit] | None:
    """The commits that touched one file, newest first; None where there is no repository."""
    repo = repository(root)
    if repo is None:
        return None
    with repo:
        if _without_commits(repo):
            return []
        form = f"--format=%H{_UNIT}%cI{_UNIT}%s{_RECORD}"
        log = git_output(repo, "log", form, "--no-renames", "--", str(root / path))
    return [
        Commit(commit=parts[0], at=parts[1], subject=parts[2])
        for line in log.split(_RECORD)
        if len(parts := line.strip("\n").split(_UNIT)) == 3
    ]


def is_shallow(root: Path) -> bool:
    """Whether the clone lacks part of its history."""
    repo = repository(root)
    if repo is None:
        return False
    with repo:
        return git_output(repo, "rev-parse", "--is-shallow-repository").strip() == "true"


def delivery_files(root: Path) -> dict[str, bytes]:
    """Every delivery file that any branch, remote branch or tag holds, by its name."""
    repo = repository(root)
    if repo is None:
        return {}
    found: dict[str, bytes] = {}
    with repo:
        folder = f"{_within(repo, root)}{MADE[0]}"
        # A tag may be of something that is no tree; a tree that is damaged is another matter.
        kinds = git_output(
            repo, "for-each-ref", "--format=%(objectname) %(objecttype) %(*objecttype)"
        )
        for line in kinds.splitlines():
            tip, *kind = line.split()
            if kind[-1] not in {"commit", "tree"}:
                continue
            for one in filter(
                None, git_output(repo, "ls-tree", "-z", tip, "--", f"{folder}/").split("\0")
            ):
                facts, _, path = one.partition("\t")
                name = path.rpartition("/")[2]
                if name not in found:
                    found[name] = blob(repo, facts.split()[2])
    return found


def git_bytes(repo: git.Repo, *arguments: str) -> bytes:
    """What a Git command prints.

    Raises:
        GitFailed: the command failed.
    """
    try:
        raw: bytes = repo.git.execute(
            ["git", *arguments], stdout_as_string=False, strip_newline_in_stdout=False
        )
    except git.GitCommandError as error:
        raise GitFailed(repo.working_dir, str(error.stderr)) from error
    return raw


def git_output(repo: git.Repo, *arguments: str) -> str:
    """The same as text, undecodable bytes kept apart as backslash escapes."""
    return git_bytes(repo, *arguments).decode("utf-8", "backslashreplace")
