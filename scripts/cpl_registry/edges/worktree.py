"""The register as it lies on disk."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from cpl_registry.edges.folder import LINK, SPECIAL, Seen, look
from cpl_registry.records.documents import TreeFile, most_bytes


def read_files(root: Path) -> list[TreeFile]:
    """Every file under `cpl/`, links as links. A file over its cap is read only up to the cap.

    Raises:
        CannotJudge: there is no register here.
    """
    return list(each_file(root))


def each_file(root: Path) -> Iterator[TreeFile]:
    """The same, one after the other.

    Raises:
        CannotJudge: as above.
    """
    return (_read_one(root, one) for one in look(root))


def read_seen(root: Path, seen: Iterable[Seen]) -> list[TreeFile]:
    """The files that were seen in a folder, read."""
    return [_read_one(root, one) for one in seen]


def _read_one(root: Path, one: Seen) -> TreeFile:
    return TreeFile(path=one.path, raw=_read(root, one), mode=one.mode)


def _read(root: Path, one: Seen) -> bytes:
    """The bytes of a file, but of one that is too large only enough to see that it is."""
    if one.mode == SPECIAL:
        return b""
    where = one.where or f"{root}/{one.path}"
    if one.mode == LINK:
        return os.fsencode(os.readlink(where))  # noqa: PTH115  # bytes that are no name stay bytes
    with open(where, "rb", buffering=0) as file:  # noqa: PTH123  # one call fewer in the hot path
        return file.read(most_bytes(one.path) + 1)
