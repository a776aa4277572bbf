"""The folder of a register: where it is, and what lies in it, looked at and not read.

Light on purpose: what was found before may be told again without reading a file.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import NamedTuple

from cpl_registry.edges.failure import CannotJudge

REGISTER = "cpl"
KEPT = ".cache/cpl"
"""Below a register's root: where the tools put what is no part of the register."""
REGULAR, EXECUTABLE, LINK, SPECIAL = "100644", "100755", "120000", "010000"


class Seen(NamedTuple):
    """A file as the folder shows it: path with `/`, Git's mode, and what changes when it is written.

    `stamp` are size, times of content and of inode in nanoseconds, and inode. `where` is the name
    by which the system knows the file, where it is not the path: it may hold bytes that are no text.
    """

    path: str
    mode: str
    stamp: tuple[int, int, int, int]
    where: str


def look(root: Path) -> list[Seen]:
    """Every file under `cpl/` in the order of the paths, links as links.

    Raises:
        CannotJudge: there is no register here.
    """
    if not (root / REGISTER).is_dir():
        raise CannotJudge(
            f"no register in {root}: there is no folder cpl/ here; name one with --root,"
            " or make one with: cpl init DIR"
        )
    found: list[Seen] = []
    _walk(f"{root}/{REGISTER}", REGISTER, found)
    found.sort()
    return found


def _walk(here: str, folder: str, found: list[Seen]) -> None:
    with os.scandir(here) as items:
        for item in items:
            name = item.name
            if not name.isascii():
                name = os.fsencode(name).decode("utf-8", "backslashreplace")
            path = f"{folder}/{name}"
            if item.is_dir(follow_symlinks=False):
                _walk(item.path, path, found)
                continue
            said = item.stat(follow_symlinks=False)
            stamp = (said.st_size, said.st_mtime_ns, said.st_ctime_ns, said.st_ino)
            where = "" if path.isascii() and "\\" not in path else item.path
            found.append(Seen(path, _mode(said.st_mode), stamp, where))


def _mode(said: int) -> str:
    if stat.S_ISREG(said):
        return EXECUTABLE if said & stat.S_IXUSR else REGULAR
    # A pipe or a device would never end being read.
    return LINK if stat.S_ISLNK(said) else SPECIAL


def root_of(given: Path | None) -> Path:
    """The register's root: as given, else the repository of the working directory."""
    if given is not None:
        if not given.is_dir():
            raise CannotJudge(f"{given} is not a folder")
        return given.resolve()
    here = Path.cwd().resolve()
    for folder in (here, *here.parents):
        if (folder / ".git").exists() or (folder / REGISTER / "reference").is_dir():
            return folder
    return here
