"""Git, and the only importer of GitPython. Only reads, by object id or fixed arguments."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import git

_MADE = ("cpl/dcc/deliveries", "cpl/dcc/acknowledgements")
_UNIT, _RECORD = "\x1f", "\x1e"


@dataclass(frozen=True, kw_only=True, slots=True)
class Commit:
    """A commit that touched a file: id, day of the commit (UTC, ISO 8601) and first line."""

    commit: str
    at: str
    subject: str


def repository(root: Path) -> git.Repo | None:
    """The repository of which a folder is the top; None where it is none."""
    try:
        found = git.Repo(root, search_parent_directories=True)
    except (git.InvalidGitRepositoryError, git.NoSuchPathError):
        return None
    # A question takes no lock: somebody may be committing.
    found.git.update_environment(GIT_OPTIONAL_LOCKS="0")
    return found


def commit_of(root: Path) -> str | None:
    """The commit that the register's files stand at; None where there is none or they differ."""
    repo = repository(root)
    if repo is None:
        return None
    with repo:
        try:
            # Deliveries and answers follow from the commit before; they are not what is sent.
            inputs = (str(root / "cpl"), *(f":(exclude){root / made}" for made in _MADE))
            if repo.git.status("--porcelain", "--untracked-files=all", "--", *inputs):
                return None
            return str(repo.head.commit.hexsha)
        except (git.GitCommandError, ValueError):
            return None


def commits_of(root: Path, path: str) -> list[Commit] | None:
    """The commits that touched one file, newest first; None where there is no repository."""
    repo = repository(root)
    if repo is None:
        return None
    with repo:
        form = f"--format=%H{_UNIT}%cI{_UNIT}%s{_RECORD}"
        try:
            log = repo.git.log(form, "--no-renames", "--", str(root / path))
        except git.GitCommandError:
            return []
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
        return str(repo.git.rev_parse("--is-shallow-repository")) == "true"


def delivery_files(root: Path) -> dict[str, bytes]:
    """Every delivery file that any branch, remote branch or tag holds, by its name."""
    repo = repository(root)
    if repo is None:
        return {}
    found: dict[str, bytes] = {}
    with repo:
        folder = _MADE[0]
        if not repo.bare:
            top = Path(str(repo.working_tree_dir))
            folder = (root / folder).relative_to(top).as_posix()
        for tip in repo.git.for_each_ref("--format=%(objectname)").split():
            try:
                listed = repo.git.ls_tree("-z", tip, "--", f"{folder}/")
            except git.GitCommandError:  # a tag of something that is not a tree
                continue
            for line in filter(None, listed.split("\0")):
                facts, _, path = line.partition("\t")
                blob = repo.odb.stream(bytes.fromhex(facts.split()[2]))
                found.setdefault(path.rpartition("/")[2], blob.read())
    return found
