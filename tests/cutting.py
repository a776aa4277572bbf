"""A register cut down to a few manufacturers: their entries, deliveries and answers of those alone.

What is asked of a register can be asked of the smaller one as well, in less time. The chain of its
deliveries holds: rows that went are taken out of each, and digests are made again.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from cpl_registry.edges import installation
from cpl_registry.records.canonical import canonical
from cpl_registry.records.csv_text import csv_bytes
from cpl_registry.records.delivery import WHOLE_FILE
from cpl_registry.records.device_model import id_of_path
from cpl_registry.records.documents import DEVICES, Kind

from tests.lives import Raw, Row, as_text

DELIVERIES = "cpl/dcc/deliveries/"
DECISIONS = "cpl/panel/decisions/"
ANSWERS = "cpl/dcc/acknowledgements/"
WAIVERS = "cpl/reference/waivers.yaml"
CAMPAIGNS = "cpl/panel/campaigns/"
NOTICES = "cpl/panel/notices/"
"""Left out: they name letters by their digest."""


def cut(files: Mapping[str, str], manufacturers: Collection[str]) -> dict[str, str]:
    """The files of a register with the entries of some manufacturers only."""
    gone = {
        path
        for path in files
        if path.startswith(DEVICES) and path.split("/")[3] not in manufacturers
    }
    ids = {str(id_of_path(path)) for path in gone}
    left = {
        path: text
        for path, text in files.items()
        if path not in gone and not path.startswith(NOTICES)
    }
    waivers = [one for one in as_text(files[WAIVERS]) if one["path"] not in gone]
    left[WAIVERS] = _written(files[WAIVERS], waivers, Kind.WAIVERS)
    left |= _deliveries({path: files[path] for path in left if path.startswith(DELIVERIES)}, ids)
    for path in (path for path in left if path.startswith(CAMPAIGNS)):
        campaign = as_text(files[path])
        campaign["targets"] = [one for one in campaign["targets"] if one not in ids]
        disputes = [one for one in campaign.pop("disputes", []) if one["entry_id"] not in ids]
        left[path] = _written(
            files[path],
            {**campaign, **({"disputes": disputes} if disputes else {})},
            Kind.CAMPAIGN,
        )
    cited = " ".join(text for path, text in left.items() if not path.startswith(DECISIONS))
    left = {
        path: text
        for path, text in left.items()
        if not path.startswith(DECISIONS) or PurePosixPath(path).stem in cited
    }
    for path in (path for path in left if path.startswith(ANSWERS)):
        answer = as_text(files[path])
        answer["results"] = [one for one in answer["results"] if one["entry_id"] not in ids]
        if not answer["results"]:
            raise ValueError(f"{path}: nothing of the answer is left, not even {WHOLE_FILE}")
        left[path] = _written(files[path], answer, Kind.ACKNOWLEDGEMENT)
    return dict(sorted(left.items()))


def _deliveries(files: Mapping[str, str], gone: Collection[str]) -> Iterator[tuple[str, str]]:
    """Each delivery without the rows of entries that are gone, linked to the one before it."""
    rows: dict[str, Row] = {}
    previous = ""
    for path in sorted(files):
        raw: Raw = as_text(files[path])
        for name in ("delta", "held"):
            raw[name] = [one for one in raw[name] if one["entry_id"] not in gone]
        for one in raw["delta"]:
            if one["change"] == "removed":
                del rows[one["entry_id"]]
            else:
                rows[one["entry_id"]] = tuple(one["cells"])
        extract = csv_bytes(tuple(raw["header"]), [rows[entry_id] for entry_id in sorted(rows)])
        raw["extract"] = {"sha256": hashlib.sha256(extract).hexdigest(), "rows": str(len(rows))}
        if previous:
            raw["previous"] = hashlib.sha256(previous.encode()).hexdigest()
        previous = _written(files[path], raw, Kind.DELIVERY)
        yield path, previous


def _written(before: str, raw: Any, kind: Kind) -> str:
    """The canonical text of a file's new content, under its first line."""
    return canonical(raw, installation.schemas()[kind].plan, before.partition("\n")[0])
