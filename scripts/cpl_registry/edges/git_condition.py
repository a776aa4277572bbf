"""In what condition a repository is: whole, reachable, with which settings and hooks."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from cpl_registry.edges.git_command import GitFailed, ask_text, is_repository

_ANY_FILE = "cpl/reference/manufacturers.yaml"
_ON = frozenset({"true", "input", "1", "yes", "on"})


def _asked(root: Path, *question: str) -> str:
    """What Git answers about the repository that a folder lies in; empty where it lies in none.

    Raises:
        GitFailed: it refuses.
    """
    return ask_text(root, *question).strip() if is_repository(root) else ""


def _told(root: Path, *question: str) -> str:
    """The same, empty where Git refuses: a setting that is not set, a branch without a commit."""
    try:
        return _asked(root, *question)
    except GitFailed:
        return ""


def damage(root: Path) -> str:
    """What Git finds broken among the objects of a repository; empty where it is whole."""
    try:
        _asked(root, "fsck", "--full", "--no-dangling", "--no-progress")
    except GitFailed as error:
        return " ".join(error.told.split())[:300] or "git fsck failed"
    return ""


def is_kept(root: Path, commit: str) -> bool:
    """Whether a branch or tag still leads to a commit."""
    return bool(_told(root, "for-each-ref", "--count=1", "--contains", commit))


def rewrites_line_ends(root: Path) -> bool:
    """Whether Git changes line ends: the setting, unless the attributes forbid it."""
    attribute = _told(root, "check-attr", "text", "--", _ANY_FILE)
    setting = _told(root, "config", "--get", "core.autocrlf").lower()
    return not attribute.endswith(": unset") and setting in _ON


def last_commit(root: Path) -> datetime | None:
    """When the commit that is checked out was made; None where there is none."""
    told = _told(root, "log", "-1", "--format=%ct")
    return datetime.fromtimestamp(int(told), UTC) if told.isdecimal() else None


def hooks(root: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The hooks that Git runs, and those that it leaves out because they are not executable."""
    told = _told(root, "rev-parse", "--git-path", "hooks")
    folder = root / told
    if not told or not folder.is_dir():
        return (), ()
    # What ends in .sample comes with Git and is never run.
    found = [path for path in sorted(folder.iterdir()) if path.is_file() and not path.suffix]
    runs = [path for path in found if path.stat().st_mode & 0o111]
    return tuple(one.name for one in runs), tuple(one.name for one in found if one not in runs)
