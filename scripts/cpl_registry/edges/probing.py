"""What a machine and a clone are like: asked here, judged elsewhere. Nothing is changed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from cpl_registry.edges.clock import now
from cpl_registry.edges.git_condition import hooks, last_commit, rewrites_line_ends
from cpl_registry.edges.git_history import delivery_files, is_shallow, repository
from cpl_registry.edges.git_trees import uncommitted
from cpl_registry.edges.installation import HOME
from cpl_registry.edges.releasing import DELIVERIES
from cpl_registry.edges.writer import ASIDE
from cpl_registry.outputs.checkup import Clone, Machine

_LOCK = HOME / "requirements.lock"
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
_NAME = re.compile(r"[A-Za-z0-9._-]+")


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
    """The clone that a register lies in; None where it lies in none, or in a bare one.

    Raises:
        CannotJudge: Git cannot read it.
    """
    repo = repository(root)
    if repo is None or repo.bare:
        return None
    active, asleep = hooks(root)
    kept = {path.name for path in (root / DELIVERIES).glob("*.yaml")}
    waiting = sorted(name for name in delivery_files(root) if name not in kept)
    return Clone(
        shallow=is_shallow(root),
        rewrites=rewrites_line_ends(root),
        uncommitted=uncommitted(root),
        last_commit=last_commit(root),
        hooks=active,
        asleep=asleep,
        waiting=tuple(name.removesuffix(".yaml") for name in waiting),
    )
