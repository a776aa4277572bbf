"""A register judged for its findings, by what was found before as far as that still holds.

Three ways lead to the same verdict: everything is as it was; a few entries changed; the whole. What
fails is never kept. Whoever needs the register itself, to publish it or to add to it, reads it.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from cpl_registry.edges.collection import without_collection
from cpl_registry.edges.folder import EXECUTABLE, REGULAR, Seen, look
from cpl_registry.edges.kept_verdicts import IN_FOLDER, Kept, before_of, find, keep
from cpl_registry.edges.object_ids import blob_id, tree_id
from cpl_registry.records.findings import Verdict

if TYPE_CHECKING:
    from cpl_registry.edges.partly import Before, Known, Part
    from cpl_registry.edges.reporters import Sources
    from cpl_registry.records.documents import TreeFile
    from cpl_registry.rules.rule import Concerned

FEWEST = 100
"""A register with fewer files is judged anew each time: that takes no longer than the start."""
_YOUNG_NS = 3_000_000_000
"""So long a file may be written again within the grain of its clock, and its times not show it."""
_DEVICES = "cpl/devices/"


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A register on disk, what was found in it, its texts, and the paths of its entry files."""

    root: Path
    verdict: Verdict
    sources: Sources
    entry_paths: tuple[str, ...]


def judge(root: Path, on: date) -> Judged:
    """Every rule on the register of a folder, for a day."""
    with without_collection():
        return _judged(root, on)


def _judged(root: Path, on: date) -> Judged:
    started = time.time_ns()
    seen = look(root)
    verdict: Verdict | None = None
    if len(seen) >= FEWEST and (before := find(root, IN_FOLDER, on)) is not None:
        verdict = _as_before(root, on, before, seen, started)
    sources: Sources = _OnDisk(root, seen)
    if verdict is None:
        verdict, sources = _whole(root, on, seen, started)
    entry_paths = tuple([one.path for one in seen if _is_entry(one)])
    return Judged(root=root, verdict=verdict, sources=sources, entry_paths=entry_paths)


def _is_entry(one: Seen) -> bool:
    ordinary = one.mode in {REGULAR, EXECUTABLE}
    return ordinary and one.path.startswith(_DEVICES) and one.path.endswith(".yaml")


class _OnDisk(Mapping[str, Any]):
    """The texts of files, each read when it is asked for."""

    def __init__(self, root: Path, seen: Sequence[Seen]) -> None:
        self._root = root
        self._seen = {one.path: one for one in seen}

    def __getitem__(self, path: str) -> _Text:
        from cpl_registry.edges.worktree import read_seen
        from cpl_registry.records.documents import most_bytes
        from cpl_registry.records.file_text import decode

        (file,) = read_seen(self._root, [self._seen[path]])
        return _Text(decode(file.raw, most_bytes(path))[0])

    def __iter__(self) -> Iterator[str]:
        return iter(self._seen)

    def __len__(self) -> int:
        return len(self._seen)


class _Text(NamedTuple):
    text: str


# --------------------------------------------------------------------------------- the three ways


def _as_before(
    root: Path, on: date, kept: Kept, seen: Sequence[Seen], started: int
) -> Verdict | None:
    """The verdict of before, or what becomes of it; None where the whole must be judged."""
    if kept.seen and kept.seen == _signature(seen):
        return kept.verdict
    before = before_of(root, kept)
    if before is None:
        return None
    now, changed = _looked_at_again(root, before.files, seen, started)
    verdict, concerned = kept.verdict, before.concerned
    if changed:
        part = _part(root, before, verdict, changed, seen, on)
        if part is None:
            return None
        verdict, concerned = part.verdict, part.report.concerned
        from cpl_registry.edges.partly import marked

        now = marked(now, part.report.register)
    _keep(root, on, verdict, seen, now, concerned)
    return verdict


def _looked_at_again(
    root: Path, known: Mapping[str, Known], seen: Sequence[Seen], started: int
) -> tuple[list[Known], dict[str, TreeFile | None]]:
    """The files as they are now, of which only those are read that were written; what changed."""
    from cpl_registry.edges.partly import Known
    from cpl_registry.edges.worktree import read_seen

    now: list[Known] = []
    changed: dict[str, TreeFile | None] = {}
    for one in seen:
        old, stamp = known.get(one.path), _stamp(one, started)
        if old is not None and stamp and (old.mode, old.stamp) == (one.mode, stamp):
            now.append(old)
            continue
        (file,) = read_seen(root, [one])
        blob = blob_id(file.raw)
        if old is not None and (old.mode, old.blob) == (one.mode, blob):
            now.append(old._replace(stamp=stamp))
        else:
            now.append(Known(one.path, one.mode, blob, stamp))
            changed[one.path] = file
    here = {one.path for one in seen}
    return now, changed | {path: None for path in known if path not in here}


def _part(
    root: Path,
    before: Before,
    verdict: Verdict,
    changed: Mapping[str, TreeFile | None],
    seen: Sequence[Seen],
    on: date,
) -> Part | None:
    """What a few changed entries do; None where they change more, or files change meanwhile."""
    from cpl_registry.edges.partly import parts_of
    from cpl_registry.edges.worktree import read_seen

    places = {one.path: one for one in seen}

    def read(files: Iterable[Known]) -> list[TreeFile]:
        asked = list(files)
        found = read_seen(root, [places[one.path] for one in asked])
        if any(blob_id(file.raw) != one.blob for file, one in zip(found, asked, strict=True)):
            raise _ChangedMeanwhileError
        return found

    try:
        parts = parts_of(before, verdict, (changed,), read, on)
    except _ChangedMeanwhileError:
        return None
    return None if parts is None else parts.judged(0)


class _ChangedMeanwhileError(Exception):
    """A file was written after it had been looked at."""


def _whole(root: Path, on: date, seen: Sequence[Seen], started: int) -> tuple[Verdict, Sources]:
    from cpl_registry.edges.reading import judged
    from cpl_registry.edges.worktree import read_seen

    keeping = len(seen) >= FEWEST
    blobs: list[str] = []

    def files() -> Iterator[TreeFile]:
        for file in read_seen(root, seen):
            blobs.append(blob_id(file.raw) if keeping else "")
            yield file

    tree, report = judged(files(), on)
    if keeping and not report.failed:
        from cpl_registry.edges.partly import Known, marked

        now = (
            Known(one.path, one.mode, blob, _stamp(one, started))
            for one, blob in zip(seen, blobs, strict=True)
        )
        _keep(root, on, report, seen, marked(now, report.register), report.concerned)
    return report, tree.documents


def _keep(
    root: Path,
    on: date,
    verdict: Verdict,
    seen: Sequence[Seen],
    files: list[Known],
    concerned: Mapping[str, Concerned],
) -> None:
    if verdict.failed:
        return
    young = any(not one.stamp for one in files)
    kept = Kept(
        where=IN_FOLDER,
        tree=tree_id([(one.path, one.mode, one.blob) for one in files]),
        seen="" if young else _signature(seen),
        verdict=verdict,
    )
    keep(root, kept, on, files, concerned)


def _stamp(one: Seen, started: int) -> str:
    """When a file was written, in a form to compare; empty where it is too young to tell."""
    size, content, inode_changed, inode = one.stamp
    if max(content, inode_changed) > started - _YOUNG_NS:
        return ""
    return f"{size} {content} {inode_changed} {inode}"


def _signature(seen: Sequence[Seen]) -> str:
    """A digest of everything that was seen of a folder."""
    lines = [f"{path} {mode} {stamp}" for path, mode, stamp, _ in seen]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
