"""Data Package, version 2 (https://datapackage.org): every data file with its digest and its columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from cpl_registry.outputs.artefact import Artefact, Fingerprint, json_bytes
from cpl_registry.outputs.data_columns import (
    DEMONSTRATION,
    NOT_OFFICIAL,
    TITLE,
    Column,
    Holds,
)
from cpl_registry.state.publication import PublishedState

PATH = "data/datapackage.json"
_VERSION = "https://datapackage.org/profiles/2.0/"
_MEDIA = {
    "cpl.csv": ("cpl", "csv", "text/csv", "One row an entry, whatever its status."),
    "cpl.jsonl": (
        "cpl-lines",
        "jsonl",
        "application/jsonl",
        "One JSON object an entry, with its certificates and its history.",
    ),
    "cpl.sqlite": (
        "cpl-database",
        "sqlite",
        "application/vnd.sqlite3",
        "Tables devices, certificates, upgrades, history, changes and about.",
    ),
    "cpl.xlsx": (
        "cpl-workbook",
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "Sheets Entries and History; every cell is text.",
    ),
}
_TYPES: dict[Holds, dict[str, Any]] = {
    Holds.DAY: {"type": "date", "format": "%Y-%m-%d"},
    Holds.MOMENT: {"type": "datetime", "format": "%Y-%m-%dT%H:%M:%SZ"},
    Holds.TRUTH: {"type": "boolean", "trueValues": ["true"], "falseValues": ["false"]},
}


def data_package(
    state: PublishedState, files: Iterable[Fingerprint], columns: Sequence[Column]
) -> Artefact:
    """`data/datapackage.json` of the data files that are told in `_MEDIA`."""
    told = [NOT_OFFICIAL, *([DEMONSTRATION] if state.illustrative else [])]
    by_name = {file.path.rpartition("/")[2]: file for file in files}
    data = {
        "$schema": f"{_VERSION}datapackage.json",
        "name": "cpl",
        "title": TITLE,
        "description": " ".join(told),
        "version": state.on.isoformat(),
        "created": f"{state.on.isoformat()}T00:00:00Z",
        **_licences(state),
        "resources": [
            _resource(name, by_name[name], columns) for name in _MEDIA if name in by_name
        ],
    }
    return Artefact(path=PATH, content=json_bytes(data))


def _licences(state: PublishedState) -> dict[str, Any]:
    licence = state.register.licence
    return {"licenses": [{"path": licence.address, "title": licence.name}]} if licence else {}


def _resource(path: str, file: Fingerprint, columns: Sequence[Column]) -> dict[str, Any]:
    name, form, media, description = _MEDIA[path]
    told: dict[str, Any] = {
        "name": name,
        "path": path,
        "title": path,
        "description": description,
        "format": form,
        "mediatype": media,
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
    }
    if form in {"csv", "jsonl"}:
        told["encoding"] = "utf-8"
    if form == "csv":
        told |= {
            "type": "table",
            "dialect": {
                "$schema": f"{_VERSION}tabledialect.json",
                "delimiter": ",",
                "lineTerminator": "\r\n",
                "quoteChar": '"',
                "doubleQuote": True,
                "header": True,
            },
            "schema": {
                "$schema": f"{_VERSION}tableschema.json",
                "fields": [_field(one) for one in columns],
                "fieldsMatch": "exact",
                "missingValues": [""],
                "primaryKey": ["entry_id"],
            },
        }
    return told


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": True} if column.required else {}
    if column.pattern:
        constraints["pattern"] = column.pattern
    if column.words:
        constraints["enum"] = list(column.words)
    return {
        "name": column.name,
        "title": column.title,
        "description": column.description,
        **_TYPES.get(column.holds, {"type": "string"}),
        **({"constraints": constraints} if constraints else {}),
    }
