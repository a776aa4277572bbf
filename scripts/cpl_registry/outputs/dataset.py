"""The list as a schema.org `Dataset`: what search engines for data read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cpl_registry.outputs.artefact import Artefact, Fingerprint, json_bytes
from cpl_registry.outputs.data_columns import DEMONSTRATION, NOT_OFFICIAL, TITLE, Column
from cpl_registry.state.publication import PublishedState

PATH = "data/dataset.jsonld"
_FORMATS = {
    "csv": "text/csv",
    "jsonl": "application/jsonl",
    "sqlite": "application/vnd.sqlite3",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def dataset(
    state: PublishedState, files: Iterable[Fingerprint], columns: Iterable[Column]
) -> Artefact:
    """`data/dataset.jsonld`. Addresses are relative to the file: where it will stand is not known."""
    told = [NOT_OFFICIAL, *([DEMONSTRATION] if state.illustrative else [])]
    data: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": TITLE,
        "alternateName": ["Certified Products List", "Central Products List", "CPL"],
        "description": f"{' '.join(told)} Device Models, their certificates and their history.",
        "inLanguage": "en-GB",
        "isAccessibleForFree": True,
        "url": "./",
        "version": state.on.isoformat(),
        "dateModified": state.on.isoformat(),
        "spatialCoverage": "Great Britain",
        "variableMeasured": [
            {"@type": "PropertyValue", "name": one.name, "description": one.description}
            for one in columns
        ],
        "distribution": [
            {
                "@type": "DataDownload",
                "name": name,
                "contentUrl": name,
                "contentSize": f"{file.size} B",
                "encodingFormat": _FORMATS[ending],
                "sha256": file.sha256,
            }
            for file in files
            if (name := file.path.rpartition("/")[2])
            and (ending := name.rpartition(".")[2]) in _FORMATS
        ],
    }
    if licence := state.register.licence:
        data["license"] = licence.address
        if licence.holder:
            data["copyrightHolder"] = {"@type": "Organization", "name": licence.holder}
    if state.commit:
        data["identifier"] = state.commit
    return Artefact(path=PATH, content=json_bytes(data))
