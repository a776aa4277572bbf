"""From a folder to a judged register: the one way in that all commands share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cpl_registry.edges import installation
from cpl_registry.edges.worktree import read_files
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
    tree = sort_files(read_files(root))
    return Reading(root=root, on=on, tree=tree, report=validate(tree, installation.schemas(), on))
