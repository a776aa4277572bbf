"""CSV on the Web: what each column of `cpl.csv` is, for programs that read tables by their metadata.

The vocabulary is https://www.w3.org/TR/tabular-metadata/, the name of the file that of its
section 5.2: the table's own with `-metadata.json` behind it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cpl_registry.outputs.artefact import Artefact, json_bytes
from cpl_registry.outputs.data_columns import (
    DEMONSTRATION,
    NOT_OFFICIAL,
    TITLE,
    Column,
    Holds,
)
from cpl_registry.state.publication import PublishedState

PATH = "data/cpl.csv-metadata.json"


def csv_metadata(state: PublishedState, columns: Iterable[Column]) -> Artefact:
    """`data/cpl.csv-metadata.json`."""
    told = [NOT_OFFICIAL, *([DEMONSTRATION] if state.illustrative else [])]
    data = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": "cpl.csv",
        "dc:title": TITLE,
        "dc:description": " ".join([*told, "One row an entry, whatever its status."]),
        "dc:date": {"@value": state.on.isoformat(), "@type": "xsd:date"},
        **_licence(state),
        "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\r\n"]},
        "tableSchema": {
            "columns": [_column(one) for one in columns],
            "primaryKey": "entry_id",
        },
    }
    return Artefact(path=PATH, content=json_bytes(data))


def _licence(state: PublishedState) -> dict[str, Any]:
    licence = state.register.licence
    return {"dc:license": {"@id": licence.address}} if licence else {}


def _column(column: Column) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": column.name,
        "titles": column.name,
        "dc:description": column.description,
        "datatype": _datatype(column),
        "required": column.required,
    }
    if column.holds is Holds.IDS:
        told["separator"] = " "
    return told


def _datatype(column: Column) -> Any:
    match column.holds:
        case Holds.DAY:
            return {"base": "date", "format": "yyyy-MM-dd"}
        case Holds.MOMENT:
            return {"base": "dateTime", "format": "yyyy-MM-ddTHH:mm:ssX"}
        case Holds.TRUTH:
            return {"base": "boolean", "format": "true|false"}
        case _:
            pattern = column.pattern or "|".join(column.words)
            return {"base": "string", "format": pattern} if pattern else "string"
