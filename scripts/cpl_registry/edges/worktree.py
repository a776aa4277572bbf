"""The register as it lies on disk."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from cpl_registry.edges.failure import CannotJudge
from cpl_registry.records.documents import REGULAR, TreeFile, most_bytes

REGISTER = "cpl"
_EXECUTABLE, _LINK, _SPECIAL = "100755", "120000", "010000"


def read_files(root: Path) -> list[TreeFile]:
    """Every file under `cpl/`, links as links. A file over its cap is read only up to the cap.

    Raises:
        CannotJudge: there is no register here.
    """
    if not (root / REGISTER).is_dir():
        raise CannotJudge(
            f"no register in {root}: there is no folder cpl/ here; name one with --root,"
            " or make one with: cpl init DIR"
        )
    return sorted(_walk(root, REGISTER), key=lambda file: file.path)


def _walk(root: Path, folder: str) -> Iterator[TreeFile]:
    with os.scandir(root / folder) as found:
        items = list(found)
    for item in items:
        path = f"{folder}/{os.fsencode(item.name).decode('utf-8', 'backslashreplace')}"
        if item.is_symlink():
            yield TreeFile(path=path, raw=os.fsencode(Path(item.path).readlink()), mode=_LINK)
        elif item.is_dir():
            yield from _walk(root, path)
        elif not item.is_file():
            # A pipe or a device would never end being read.
            yield TreeFile(path=path, raw=b"", mode=_SPECIAL)
        else:
            executable = item.stat().st_mode & stat.S_IXUSR
            yield TreeFile(
                path=path,
                raw=_read(item.path, most_bytes(path)),
                mode=_EXECUTABLE if executable else REGULAR,
            )


def _read(path: str, most: int) -> bytes:
    """The bytes of a file, but of one that is too large only enough to see that it is."""
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123  # one call fewer in the hot path
        return file.read(most + 1)


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
