"""What was found before, kept under `.cache/cpl/` of a register: a help, safe to delete.

A branch of a stranger may hold files at that place, so nothing there is believed that this user's
tools did not write: each file carries a code made with a key that lies outside the register
(docs/decisions/0011). What is missing, spoilt, foreign or of other tools is as if it were not there.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from cpl_registry.edges.folder import KEPT

_HOME = Path(__file__).resolve().parents[1]
_FLOORS = ("records", "state", "rules", "edges")
_SCHEMAS = _HOME.parents[1] / "schema"
_KEY_BYTES = 32
_MOST_BYTES = 256 * 1024 * 1024
_OWN_ONLY = 0o600


@cache
def tools() -> str:
    """A digest of everything that a verdict follows from besides the register and the day."""
    digest = hashlib.sha256(f"{sys.version} {_libraries()}".encode())
    for folder in (*(_HOME / floor for floor in _FLOORS), _SCHEMAS):
        for name in sorted(os.listdir(folder)):  # noqa: PTH208  # names are all that is wanted
            if name.endswith((".py", ".json")):
                with open(f"{folder}/{name}", "rb", buffering=0) as file:  # noqa: PTH123  # as fast
                    content = file.read()
                digest.update(f"{folder.name}/{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _libraries() -> str:
    """What changes when a library is exchanged: the folder in which they are installed."""
    import click

    folder = Path(click.__file__).parents[1]
    said = folder.stat()
    return f"{said.st_ino} {said.st_mtime_ns}"


def get(root: Path, name: str) -> tuple[Any, str] | None:
    """What was kept under a name: facts, and lines of text; None where there is nothing to believe."""
    key = _key(root)
    if key is None:
        return None
    try:
        with _folder(root, make=False) as folder:
            raw = _read(name, folder)
    except OSError:
        return None
    code, _, content = raw.partition(b"\n")
    if not hmac.compare_digest(code, _code(key, name, content)):
        return None
    facts, _, lines = content.partition(b"\n")
    return json.loads(facts), lines.decode()


def put(root: Path, name: str, facts: Any, lines: str) -> None:
    """Keeps facts and lines, whole or not at all. Where they cannot be kept, they are not."""
    key = _key(root)
    if key is None:
        return
    content = json.dumps(facts, separators=(",", ":")).encode() + b"\n" + lines.encode()
    aside = f".{name}.{os.urandom(8).hex()}"
    with suppress(OSError), _folder(root, make=True) as folder:
        try:
            _write(aside, folder, _code(key, name, content) + b"\n" + content)
            os.replace(aside, name, src_dir_fd=folder, dst_dir_fd=folder)
        except OSError:
            os.unlink(aside, dir_fd=folder)


def _code(key: bytes, name: str, content: bytes) -> bytes:
    return hmac.digest(key, name.encode() + b"\n" + content, "sha256").hex().encode()


def _write(name: str, folder: int, content: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with os.fdopen(os.open(name, flags, _OWN_ONLY, dir_fd=folder), "wb") as file:
        file.write(content)


def _read(name: str | Path, folder: int | None) -> bytes:
    """The bytes of an ordinary file of this user; a link, a pipe or a stranger's file is refused."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
    with os.fdopen(os.open(name, flags, dir_fd=folder), "rb") as file:
        said = os.fstat(file.fileno())
        own = stat.S_ISREG(said.st_mode) and said.st_uid == os.geteuid()
        if not own or said.st_mode & 0o077 or said.st_size > _MOST_BYTES:
            raise PermissionError(name)
        return file.read()


@contextmanager
def _folder(root: Path, *, make: bool) -> Iterator[int]:
    """The folder of what is kept, opened step by step, so that no link leads out of the register."""
    here = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in KEPT.split("/"):
            if make:
                with suppress(FileExistsError):
                    os.mkdir(part, dir_fd=here)
            inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=here)
            os.close(here)
            here = inner
        if make:
            with suppress(FileExistsError):
                _write(".gitignore", here, b"*\n")
        yield here
    finally:
        os.close(here)


def _key(root: Path) -> bytes | None:
    """The key of this user, made when it is first needed; None where there is no place for one.

    It never lies in the register: what is there may come from anybody.
    """
    home = os.environ.get("HOME", "")
    state = Path(os.environ.get("XDG_STATE_HOME") or f"{home}/.local/state")
    folder = state / "cpl"
    if not state.is_absolute() or not home or _inside(folder, root):
        return None
    path = folder / "cache.key"
    try:
        if not path.exists():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _make_key(path)
        key = _read(path, None)
    except OSError:
        return None
    return key if len(key) == _KEY_BYTES else None


def _inside(folder: Path, root: Path) -> bool:
    return folder.resolve().is_relative_to(root.resolve())


def _make_key(path: Path) -> None:
    """A new key, there whole or not at all; of two that are made at once the first one counts."""
    aside = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWN_ONLY)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(os.urandom(_KEY_BYTES))
        with suppress(FileExistsError):
            os.link(aside, path)
    finally:
        aside.unlink()
