"""What the columns of somebody's workbook mean: the file that `cpl import --mapping` takes.

A header is compared without regard to case and to how much space there is between its words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

ENTRY_ID = "entry_id"
EVIDENCE = "evidence"
SCHEMES = "assurance_certificates"
"""The fields of their own: the entry id, to be compared; kinds and references of evidence in one
cell; the order of the certificates where it is not the usual one."""
MADE = "history."
"""What leads the fields of which a history is made: `history.listed.date`."""
MADE_EVENTS = ("submitted", "listed", "removed", "closed")
MADE_PARTS = ("date", "by", "status", "cause", "replaced_by", "reason", "reference")


@dataclass(frozen=True, kw_only=True, slots=True)
class MappedColumn:
    """A column: the field that it holds, the headers it may have, whether dates are taken as days."""

    field: str
    headers: tuple[str, ...]
    takes_dates: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class MappedSheet:
    """A sheet: its name, None for the only one; the row of its headers; its columns."""

    name: str | None
    header_row: int
    columns: tuple[MappedColumn, ...]
    constants: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportMapping:
    """A whole mapping: the sheet of entries and, where there is one, that of their histories."""

    entries: MappedSheet
    history: MappedSheet | None


def parse_import_mapping(data: Mapping[str, Any]) -> ImportMapping:
    """The mapping of a file that has the shape of its schema."""
    history = data.get("history")
    return ImportMapping(
        entries=_sheet(data["entries"], "field"),
        history=_sheet(history, "part") if history is not None else None,
    )


def _sheet(data: Mapping[str, Any], name: str) -> MappedSheet:
    return MappedSheet(
        name=data.get("sheet"),
        header_row=int(data.get("header_row", "1")),
        columns=tuple(
            MappedColumn(
                field=one[name],
                headers=tuple(one["headers"]),
                takes_dates=one.get("date_cells") == "taken",
            )
            for one in data["columns"]
        ),
        constants=dict(data.get("constants", {})),
    )


def unknown_fields(mapping: ImportMapping, known: Iterable[str]) -> list[str]:
    """The fields that a mapping names and no entry has; `known` are those of the schema."""
    made = [f"{MADE}{event}.{part}" for event in MADE_EVENTS for part in MADE_PARTS]
    fields = {ENTRY_ID, EVIDENCE, SCHEMES, *known, *made}
    named = [*(one.field for one in mapping.entries.columns), *mapping.entries.constants]
    return [one for one in named if one not in fields and not one.startswith(f"{EVIDENCE}.")]


def folded(header: str) -> str:
    """A header as it is compared."""
    return " ".join(header.split()).casefold()
