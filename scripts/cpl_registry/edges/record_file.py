"""One YAML file that stands for one of the register's own, read and held against its schema."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.given import given
from cpl_registry.edges.installation import schemas
from cpl_registry.records.documents import Document, Kind, most_bytes
from cpl_registry.records.findings import Span
from cpl_registry.records.yaml_text import shown


def read_record(path: Path, kind: Kind) -> Any:
    """The data of a file of a kind, wherever it lies.

    Raises:
        CannotJudge: it cannot be read, or is no such file.
    """
    document = Document(path.name, kind, given(path, most_bytes(path.name)))
    if document.refused:
        problem = document.refused[0].problem
        raise _unusable(path, problem.span, problem.message, problem.fix)
    faults = schemas()[kind].faults(document.data or "")
    if faults:
        span = document.span(faults[0].pointer)
        raise _unusable(path, span, faults[0].message, faults[0].fix)
    return cast("Any", document.data)


def _unusable(path: Path, span: Span | None, message: str, fix: str) -> CannotJudge:
    place = f":{span.line}:{span.column}" if span else ""
    return CannotJudge(f"{path}{place}: {shown(message, 300)}; {shown(fix, 200)}")
