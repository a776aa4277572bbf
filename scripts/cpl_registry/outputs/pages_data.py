"""The page of the data files: what each is for, how large, its digest, and one example that works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cpl_registry.outputs import wording
from cpl_registry.outputs.artefact import Fingerprint
from cpl_registry.outputs.data_columns import NOT_OFFICIAL, TITLE, Column
from cpl_registry.outputs.delivery_data import extracts
from cpl_registry.outputs.page import Page
from cpl_registry.outputs.register_sqlite import TABLES
from cpl_registry.state.publication import PublishedState

_FOR = {
    "cpl.csv": "Spreadsheets and every program that reads tables: one row an entry.",
    "cpl.xlsx": "Excel and LibreOffice: every cell is text, so that no zero is lost.",
    "cpl.sqlite": "Questions in SQL, with certificates and histories as tables.",
    "cpl.jsonl": "Programs: one JSON object an entry, with certificates and history.",
    "cpl-finder.html": "A person without a network: the finder in one file, opened in a browser.",
    "cpl.csv-metadata.json": "What each column of cpl.csv holds (CSV on the Web).",
    "datapackage.json": "Every file with its size, digest and columns (Data Package 2).",
    "dataset.jsonld": "The same for search engines for data (schema.org).",
}
"""The files in the order of the page, with what each is for."""
_ONE_EACH = {"cpl.csv", "cpl.jsonl", "cpl.sqlite", "cpl.xlsx"}
_MOST_DELIVERIES = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class FileView:
    """A data file: name, what it is for, size in words and in bytes, SHA-256, rows if it has any."""

    name: str
    purpose: str
    size: str
    bytes: int
    sha256: str
    rows: int | None


def data_page(
    state: PublishedState, files: Sequence[Fingerprint], columns: Sequence[Column]
) -> Page:
    """`data/`, from the files that stand there."""
    by_name = {file.path.removeprefix("data/"): file for file in files}
    deliveries = [one.serial for one in reversed(state.sent.deliveries)]
    return Page(
        path="data/index",
        title="Take the list away",
        description=f"The whole list as CSV, workbook, database and JSON on {wording.day(state.on)}.",
        template="data.html.jinja",
        context={
            "on": state.on,
            "title": TITLE,
            "notice": NOT_OFFICIAL,
            "licence": state.register.licence,
            "total": len(state.entries),
            "files": [
                _view(name, by_name[name], len(state.entries)) for name in _FOR if name in by_name
            ],
            "columns": columns,
            "tables": TABLES,
            "deliveries": deliveries[:_MOST_DELIVERIES],
            "extracts": extracts(state),
            "more": len(deliveries) > _MOST_DELIVERIES,
        },
    )


def _view(name: str, file: Fingerprint, entries: int) -> FileView:
    return FileView(
        name=name,
        purpose=_FOR[name],
        size=size_words(file.size),
        bytes=file.size,
        sha256=file.sha256,
        rows=entries if name in _ONE_EACH else None,
    )


def size_words(size: int) -> str:
    """A size in kB or MB, to be read: `48 kB`, `1.5 MB`; never less than 1 kB."""
    if size < 999_500:
        return f"{max(1, round(size / 1000))} kB"
    return f"{size / 1_000_000:.1f} MB"
