"""Repairs that change no value: canonical form, quotes, line ends, the byte order mark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cpl_registry.edges import installation
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.worktree import read_files
from cpl_registry.edges.writer import ASIDE, write_files
from cpl_registry.records.canonical import ENTRY_FIRST_LINE, canonical
from cpl_registry.records.documents import REGULAR, Document, Kind, TreeFile, kind_of
from cpl_registry.records.findings import Problem
from cpl_registry.records.form import shape_of


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
    """The repair of one file; None where there is nothing to mend, or only a person can.

    An entry is written in canonical form. In another file, where comments and order are free, only
    missing quotes, line ends and the byte order mark are mended. A field that the schema does not
    know is left where it stands, and the file with it.
    """
    kind = kind_of(file.path)
    if kind is None or not file.path.endswith(".yaml"):
        return None
    document = Document(file.path, kind, file.raw)
    data, schema = document.data, installation.schemas()[kind]
    if not document.usable or data is None:
        return None
    if kind is Kind.ENTRY:
        if any(fault.on_key for fault in schema.faults(data)):
            return None
        after = canonical(data, schema.plan, ENTRY_FIRST_LINE)
    else:
        after = _with_quotes(document, shape_of(document, schema).unquoted)
    # Only what reads back as the very same data may replace the file.
    if after.encode() == file.raw or Document(file.path, kind, after.encode()).data != data:
        return None
    return Repair(path=file.path, before=file.raw.decode("utf-8", "replace"), after=after)


def _with_quotes(document: Document, unquoted: tuple[Problem, ...]) -> str:
    """The text of a file with quotes round the values that need them."""
    lines = document.text.split("\n")
    spans = [span for problem in unquoted if (span := document.span(problem.at))]
    for span in sorted(spans, key=lambda one: (one.line, one.column), reverse=True):
        line, start, end = lines[span.line - 1], span.column - 1, span.end_column - 1
        lines[span.line - 1] = f'{line[:start]}"{line[start:end]}"{line[end:]}'
    return "\n".join(lines)


def write(root: Path, made: Iterable[Repair]) -> None:
    """Repairs into their files; where the disk is full, into none."""
    write_files({root / one.path: one.after.encode() for one in made}, aside_in=root / ASIDE)
