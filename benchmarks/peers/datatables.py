"""The finder's peer: the same rows and columns in a page of DataTables, as its manual has it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import jinja2
from cpl_registry.edges.publishing import published_state
from cpl_registry.outputs.entry_rows import Listing
from cpl_registry.outputs.finder_data import Found, found
from cpl_registry.outputs.pages_finder import COLUMNS

from benchmarks.lives import TODAY
from benchmarks.peers import package

_HERE = Path(__file__).parent
_FILES = (
    "datatables.net/js/dataTables.min.js",
    "datatables.net-dt/js/dataTables.dataTables.min.js",
    "datatables.net-dt/css/dataTables.dataTables.min.css",
)


def write_page(root: Path, folder: Path) -> Sequence[Sequence[str]]:
    """The page for a register, into a new folder; gives its rows."""
    rows = [cells(one) for one in found(Listing(state=published_state(root, TODAY)[1]))]
    folder.mkdir()
    for name in _FILES:
        shutil.copy(package(name), folder)
    shutil.copy(_HERE / "start.js", folder)
    given = json.dumps({"data": rows}, ensure_ascii=False, separators=(",", ":"))
    (folder / "rows.json").write_text(given, encoding="utf-8")
    loader = jinja2.FileSystemLoader(_HERE)
    template = jinja2.Environment(loader=loader, autoescape=True).get_template(
        "datatables.html.jinja"
    )
    text = template.render(heads=[head for _, head in COLUMNS])
    (folder / "index.html").write_text(text, encoding="utf-8")
    return rows


def cells(one: Found) -> Sequence[str]:
    """The texts of a row of the finder."""
    row = one.row
    end = f"{one.end.isoformat()}{' (renewal)' if one.renewal else ''}" if one.end else ""
    return (
        *(f"{row.name}, {row.firmware}", row.manufacturer_name, row.device_type, row.code),
        *(row.model, one.hardware, row.specification, row.gbcs, end, row.word),
    )
