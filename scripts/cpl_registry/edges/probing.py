"""What a machine and a clone are like: asked here, judged elsewhere. Nothing is changed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from cpl_registry.edges.clock import now
from cpl_registry.edges.git_history import (
    GitFailed,
    delivery_files,
    git_output,
    is_shallow,
    repository,
    uncommitted,
)
from cpl_registry.edges.installation import HOME
from cpl_registry.edges.releasing import DELIVERIES
from cpl_registry.edges.writer import ASIDE
from cpl_registry.state.checkup import Clone, Machine

_LOCK = HOME / "requirements.lock"
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_ANY_FILE = "cpl/reference/manufacturers.yaml"


def machine(root: Path) -> Machine:
    """The machine, as it is for work on the register in `root`."""
    return Machine(
        python=sys.version_info[:2],
        git=_version("git", "--version"),
        openssl=_version("openssl", "version"),
        differing=tuple(_differing()),
        missing=tuple(_missing()),
        encoding=sys.stdout.encoding or "ascii",
        free=shutil.disk_usage(root).free,
        unwritable=_unwritable(root / ASIDE),
        now=now(),
    )


def _version(*command: str) -> str | None:
    """The first number that a program prints about itself; None where it cannot be run."""
    try:
        ran = subprocess.run(command, capture_output=True, check=True, timeout=30)
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(rb"[0-9]+(\.[0-9A-Za-z]+)+", ran.stdout)
    return found[0].decode() if found else "of an unknown version"


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _differing() -> Iterator[str]:
    if not _LOCK.is_file():
        return
    pins: dict[str, set[str]] = {}
    for name, version in _PIN.findall(_LOCK.read_text(encoding="utf-8")):
        pins.setdefault(name, set()).add(version)  # one a platform or a Python version
    for name, versions in pins.items():
        found = _installed(name)
        if found is not None and found not in versions:
            yield f"{name} {found} (locked: {', '.join(sorted(versions))})"


def _missing() -> Iterator[str]:
    """What the tools themselves ask for, by their own metadata."""
    if _installed("cpl-registry") is None:
        return
    for line in metadata.requires("cpl-registry") or ():
        name = _NAME.match(line)
        if name is not None and _installed(name[0]) is None:
            yield name[0]


def _unwritable(folder: Path) -> str | None:
    there = next(one for one in (folder, *folder.parents) if one.exists())
    try:
        with tempfile.TemporaryFile(dir=there):
            return None
    except OSError as error:
        return f"{there}: {error.strerror}"


def clone(root: Path) -> Clone | None:
    """The clone that a register lies in; None where it lies in none."""
    repo = repository(root)
    if repo is None or repo.working_tree_dir is None:
        return None
    with repo:
        active, asleep = _hooks(root, _asked(root, "rev-parse", "--git-path", "hooks"))
        kept = {path.name for path in (root / DELIVERIES).glob("*.yaml")}
        waiting = sorted(name for name in delivery_files(root) if name not in kept)
        return Clone(
            shallow=is_shallow(root),
            rewrites=_rewrites(root),
            uncommitted=uncommitted(root),
            last_commit=_last_commit(root),
            hooks=active,
            asleep=asleep,
            waiting=tuple(name.removesuffix(".yaml") for name in waiting),
        )


def _asked(root: Path, *question: str) -> str:
    """What Git answers; empty where it refuses."""
    repo = repository(root)
    if repo is None:
        return ""
    with repo:
        try:
            return git_output(repo, *question).strip()
        except GitFailed:
            return ""


def _rewrites(root: Path) -> bool:
    """Whether Git changes line ends: the setting, unless the attributes forbid it."""
    attribute = _asked(root, "check-attr", "text", "--", _ANY_FILE)
    setting = _asked(root, "config", "--get", "core.autocrlf").lower()
    return not attribute.endswith(": unset") and setting in {"true", "input", "1", "yes", "on"}


def _last_commit(root: Path) -> datetime | None:
    told = _asked(root, "log", "-1", "--format=%ct")
    return datetime.fromtimestamp(int(told), UTC) if told.isdecimal() else None


def _hooks(root: Path, told: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The hooks that Git runs, and those that it does not because they are not executable."""
    folder = root / told
    if not told or not folder.is_dir():
        return (), ()
    found = [path for path in sorted(folder.iterdir()) if path.is_file() and not path.suffix]
    runs = [path for path in found if path.stat().st_mode & 0o111]
    return tuple(one.name for one in runs), tuple(one.name for one in found if one not in runs)
