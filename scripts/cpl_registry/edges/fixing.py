"""Repairs that change no value: canonical form, quotes, line ends, the byte order mark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from cpl_registry.edges import installation
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.worktree import read_files
from cpl_registry.edges.writer import ASIDE, write_file
from cpl_registry.records.canonical import ENTRY_FIRST_LINE, canonical
from cpl_registry.records.documents import REGULAR, Document, Kind, TreeFile, kind_of
from cpl_registry.records.yaml_text import Data, quick_data


@dataclass(frozen=True, kw_only=True, slots=True)
class Repair:
    """A file that can be mended: its text before and after."""

    path: str
    before: str
    after: str


def repairs(root: Path, paths: Iterable[Path] = ()) -> Iterator[Repair]:
    """What can be mended in a register, or in the named files and folders of it."""
    wanted = [_relative(root, path) for path in paths]
    for file in read_files(root):
        if wanted and not any(
            file.path == one or file.path.startswith(f"{one}/") for one in wanted
        ):
            continue
        if file.mode == REGULAR and (repair := repaired(file)) is not None:
            yield repair


def _relative(root: Path, path: Path) -> str:
    for base in (Path.cwd(), root):
        absolute = (base / path).resolve()
        if absolute.exists() and absolute.is_relative_to(root):
            return absolute.relative_to(root).as_posix()
    raise CannotJudge(f"{path} is not a file of the register in {root}")


def repaired(file: TreeFile) -> Repair | None:
    """The repair of one file; None where there is nothing to mend, or only a person can."""
    kind = kind_of(file.path)
    if kind is not Kind.ENTRY or not file.path.endswith(".yaml"):
        return None
    document = Document(file.path, kind, file.raw)
    if not document.usable or not isinstance(document.data, dict):
        return None
    data = cast("Data", document.data)
    after = canonical(data, installation.schemas()[kind].plan, ENTRY_FIRST_LINE)
    # Only what reads back as the very same data may replace the file.
    if after.encode() == file.raw or quick_data(after) != data:
        return None
    return Repair(path=file.path, before=file.raw.decode("utf-8", "replace"), after=after)


def write(root: Path, repair: Repair) -> None:
    """A repair into its file."""
    write_file(root / repair.path, repair.after.encode(), aside_in=root / ASIDE)
