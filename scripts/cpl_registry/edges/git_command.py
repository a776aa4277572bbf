"""Git as a command: one process a question, its objects in one stream. GitPython is dear to import.

Questions are fixed words and object ids; none takes a lock, since somebody may be committing.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.object_ids import blob_id


class GitFailed(CannotJudge):
    """Git refused a question; `told` is what it said."""

    def __init__(self, folder: object, told: str) -> None:
        self.told = told
        said = " ".join(told.strip().removeprefix("stderr:").strip(" '").split())[:300]
        super().__init__(
            f"{folder}: Git cannot be asked: {said or 'no reason given'};"
            " `git fsck` tells what is broken, and a fresh clone is whole again"
        )


def ask(root: Path, *words: str, told: bytes = b"") -> bytes:
    """What a Git command prints in the repository of a folder.

    Raises:
        GitFailed: the command failed.
        CannotJudge: there is no Git on this machine.
    """
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *words],
            input=told,
            capture_output=True,
            check=False,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"},
        )
    except FileNotFoundError as error:
        raise CannotJudge("there is no command git here: install Git") from error
    if done.returncode:
        # Of an object that is missing `git fsck` tells on standard output alone.
        raise GitFailed(root, (done.stderr or done.stdout).decode("utf-8", "backslashreplace"))
    return done.stdout


def ask_text(root: Path, *words: str) -> str:
    """As `ask`, as text; bytes that are none are kept apart as backslash escapes."""
    return ask(root, *words).decode("utf-8", "backslashreplace")


def is_repository(root: Path) -> bool:
    """Whether a folder lies in a Git repository."""
    try:
        ask(root, "rev-parse", "--git-dir")
    except GitFailed:
        return False
    return True


def blobs(root: Path, ids: Iterable[str]) -> dict[str, bytes]:
    """The bytes of blobs by their object ids, read in one stream.

    Raises:
        GitFailed: this clone lacks one of them, or it is damaged: it has another content.
    """
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    stream = _told_of(root, "--batch", wanted)
    found: dict[str, bytes] = {}
    start = 0
    for one in wanted:
        end = stream.find(b"\n", start)
        facts = stream[start:end].split()
        if len(facts) != 3 or facts[1] != b"blob":
            raise GitFailed(root, f"object {one} cannot be read")
        start = end + 1 + int(facts[2]) + 1
        found[one] = stream[end + 1 : start - 1]
        if blob_id(found[one], like=one) != one:
            raise GitFailed(root, f"object {one} is damaged: it has another content")
    return found


def sizes(root: Path, ids: Iterable[str]) -> dict[str, int]:
    """The sizes of blobs by their object ids; one that this clone lacks is not among them."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    lines = _told_of(root, "--batch-check", wanted).decode().splitlines()
    facts = [line.split() for line in lines]
    return {one[0]: int(one[2]) for one in facts if len(one) == 3}


def _told_of(root: Path, how: str, wanted: Iterable[str]) -> bytes:
    return ask(root, "cat-file", how, told="".join(f"{one}\n" for one in wanted).encode())
