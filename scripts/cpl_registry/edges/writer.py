"""Writing whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from cpl_registry.edges.folder import KEPT
from cpl_registry.outputs.artefact import Artefact

ASIDE = Path(KEPT)
"""Below a register's root: where what goes into the register is written first."""
_FILE_MODE, _FOLDER_MODE = 0o644, 0o755


def write_file(path: Path, content: bytes, *, aside_in: Path) -> None:
    """A file, replaced in one step: a reader sees the old bytes or the new ones.

    It is written in `aside_in` first. That is never the file's own folder: a crash must not leave
    there what the register or a release would be judged by.
    """
    write_files({path: content}, aside_in=aside_in)


def write_files(files: Mapping[Path, bytes], *, aside_in: Path) -> None:
    """Files, each replaced in one step, and none before all of them are on the disk beside.

    So a full disk stops it before anything is replaced.
    """
    asides: dict[Path, Path] = {}
    try:
        for number, (path, content) in enumerate(files.items()):
            path.parent.mkdir(parents=True, exist_ok=True)
            aside_in.mkdir(parents=True, exist_ok=True)
            # Only within one file system can a file be moved in one step.
            folder = path.parent if _lies_elsewhere(path.parent, aside_in) else aside_in
            asides[path] = folder / f".{path.name}.{os.getpid()}.{number}"
            with asides[path].open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            asides[path].chmod(_FILE_MODE)
        for path, aside in asides.items():
            aside.replace(path)
    finally:
        for aside in asides.values():
            aside.unlink(missing_ok=True)


def _lies_elsewhere(folder: Path, other: Path) -> bool:
    return folder.stat().st_dev != other.stat().st_dev


def write_artefacts(folder: Path, artefacts: Iterable[Artefact]) -> None:
    """Files into a folder that nobody reads yet."""
    made: set[Path] = set()
    for artefact in artefacts:
        path = folder / artefact.path
        if path.parent not in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            made.add(path.parent)
        path.write_bytes(artefact.content)


def move_files(source: Path, target: Path) -> None:
    """The files of a folder into another of the same file system, over those of the same name."""
    for here, _, files in os.walk(source):
        folder = target / Path(here).relative_to(source)
        folder.mkdir(parents=True, exist_ok=True)
        for name in files:
            (Path(here) / name).replace(folder / name)
    if source.is_dir():
        shutil.rmtree(source)


def settle_modes(folder: Path) -> None:
    """The same file modes whatever the umask."""
    for here, folders, files in os.walk(folder):
        Path(here).chmod(_FOLDER_MODE)
        for name in files:
            os.chmod(f"{here}/{name}", _FILE_MODE)  # noqa: PTH101  # a hundred thousand files
        folders.sort()


@contextmanager
def replaced_folder(target: Path, aside_in: Path | None = None) -> Iterator[Path]:
    """A folder to write into that takes the place of `target` when the block ends well.

    It is written beside `target`, or in `aside_in`, a folder of the same file system. While the
    block runs, `target` stays as it was; when it fails, nothing is left behind. A folder that an
    interrupted run left aside is brought back or cleared first.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = aside_in or target.parent
    beside.mkdir(parents=True, exist_ok=True)
    new = beside / f".{target.name}.new"
    old = beside / f".{target.name}.old"
    bring_back(target, beside)
    if new.exists():
        shutil.rmtree(new)
    new.mkdir()
    try:
        yield new
        settle_modes(new)
        if target.exists():
            target.rename(old)
        new.rename(target)
    finally:
        if new.exists():
            shutil.rmtree(new)
    if old.exists():
        shutil.rmtree(old)


def bring_back(target: Path, beside: Path) -> None:
    """Undoes what an interrupted `replaced_folder` left half done: the old folder is the one."""
    old = beside / f".{target.name}.old"
    if old.exists():
        if target.exists():
            shutil.rmtree(old)
        else:
            old.rename(target)
