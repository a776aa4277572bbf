"""Files as a command would leave them: judged before anything is written, then written as one."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from cpl_registry.edges import installation
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.reading import Reading
from cpl_registry.edges.writer import ASIDE, write_file, write_files
from cpl_registry.outputs.review import Review
from cpl_registry.outputs.review_between import Side, review_between
from cpl_registry.records.canonical import canonical, first_line
from cpl_registry.records.documents import Document, kind_of
from cpl_registry.records.findings import Finding, Severity
from cpl_registry.records.yaml_text import Data, shown
from cpl_registry.rules.authority_rules import account_is_given
from cpl_registry.rules.run import Report, validate


@dataclass(frozen=True, kw_only=True, slots=True)
class Edit:
    """A file before and after; before is None where there is none yet."""

    path: str
    before: bytes | None
    after: bytes


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """Files that a command would write, and what every rule and the review say of them."""

    root: Path
    edits: tuple[Edit, ...]
    report: Report
    documents: Mapping[str, Document]
    review: Review

    @property
    def refusals(self) -> tuple[Finding, ...]:
        """The errors that forbid it: new ones, and those of the touched files whoever made them."""
        paths = {edit.path for edit in self.edits}
        own = [one for one in self.report.findings if one.path in paths]
        found = dict.fromkeys([*own, *self.review.findings])
        return tuple(one for one in found if one.severity is Severity.ERROR)

    @property
    def errors_elsewhere(self) -> int:
        """The errors that stood before, in other files: nothing is delivered while they do."""
        return self.report.count(Severity.ERROR) - len(
            set(self.refusals) & set(self.report.findings)
        )


def propose(reading: Reading, files: Mapping[str, Mapping[str, Any]]) -> Proposed:
    """Files by their paths, as data of the right shape, laid over the register and judged.

    They are entries, or files under `cpl/panel/`.
    """
    schemas = installation.schemas()
    edits = []
    documents = dict(reading.tree.documents)
    for path, data in files.items():
        kind = kind_of(path)
        if kind is None:
            raise CannotJudge(f"{path} is no place for a file of the register")
        before = _bytes_of(reading.root / path)
        text = canonical(cast("Data", data), schemas[kind].plan, first_line(path, kind))
        after = text.encode()
        edits.append(Edit(path=path, before=before, after=after))
        documents[path] = Document(path, kind, after)
    tree = replace(reading.tree, documents=dict(sorted(documents.items())))
    report = validate(tree, schemas, reading.on)
    review = review_between(
        Side(name="the register", tree=reading.tree, report=reading.report),
        Side(name="this act", tree=tree, report=report),
        dict.fromkeys(files, True),
        None,
        reading.on,
        installation.working_days(reading.root),
    )
    # Who acts is judged when the change is submitted; to miss the account here is no finding.
    told = tuple(one for one in review.findings if one.rule != account_is_given.id)
    return Proposed(
        root=reading.root,
        edits=tuple(edits),
        report=report,
        documents=tree.documents,
        review=replace(review, findings=told),
    )


def _bytes_of(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def difference(edit: Edit) -> Iterator[str]:
    """The lines of a unified diff, safe to show on a terminal."""
    before = (edit.before or b"").decode("utf-8", "replace").splitlines()
    old = edit.path if edit.before is not None else "/dev/null"
    for line in difflib.unified_diff(
        before, edit.after.decode().splitlines(), old, edit.path, lineterm=""
    ):
        yield shown(line, 400)


def write(proposed: Proposed) -> None:
    """All files, or none: where one cannot be written, those before it are put back.

    Raises:
        CannotJudge: a file is no longer what was judged, or its folder lies outside the register.
    """
    write_edits(proposed.root, proposed.edits)


def write_edits(root: Path, edits: Sequence[Edit]) -> None:
    """As `write`, for files that were judged elsewhere."""
    for edit in edits:
        _unchanged(root, edit)
    try:
        write_files({root / edit.path: edit.after for edit in edits}, aside_in=root / ASIDE)
    except BaseException:  # an interrupt as well must leave nothing half done
        for edit in reversed(edits):
            _put_back(root, edit)
        raise


def _unchanged(root: Path, edit: Edit) -> None:
    path = root / edit.path
    within = root.resolve() / "/".join(edit.path.split("/")[:2])  # cpl/devices, cpl/panel
    if not path.parent.resolve().is_relative_to(within):
        raise CannotJudge(f"{edit.path} lies behind a link that leads out of the register")
    if _bytes_of(path) != edit.before or (edit.before is None and os.path.lexists(path)):
        raise CannotJudge(f"{edit.path} was changed meanwhile: nothing is written; run it again")


def _put_back(root: Path, edit: Edit) -> None:
    if edit.before is None:
        (root / edit.path).unlink(missing_ok=True)
    elif _bytes_of(root / edit.path) != edit.before:
        write_file(root / edit.path, edit.before, aside_in=root / ASIDE)
