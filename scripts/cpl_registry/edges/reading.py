"""From a folder to a judged register: the one way in of all commands that need its records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cpl_registry.edges import installation
from cpl_registry.edges.collection import without_collection
from cpl_registry.edges.worktree import read_files
from cpl_registry.records.documents import TreeFile
from cpl_registry.records.register import Tree, sort_files
from cpl_registry.rules.run import Report, validate


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A register on disk, read and judged for a day."""

    root: Path
    on: date
    tree: Tree
    report: Report


def read(root: Path, on: date) -> Reading:
    """Reads and judges the register of a folder."""
    tree, report = judged(read_files(root), on)
    return Reading(root=root, on=on, tree=tree, report=report)


def judged(files: Iterable[TreeFile], on: date) -> tuple[Tree, Report]:
    """The files of a register, read and judged."""
    with without_collection():
        tree = sort_files(files)
        return tree, validate(tree, installation.schemas(), on)
