"""The finder: every entry in one table, to be searched, chosen from and sorted."""

from __future__ import annotations

from collections.abc import Sequence

from cpl_registry.outputs import wording
from cpl_registry.outputs.check_answers import SMETS1_NOTE
from cpl_registry.outputs.entry_rows import Listing, tally
from cpl_registry.outputs.finder_data import FACETS, Found, found, options
from cpl_registry.outputs.page import Page

WHOLE = 1000
"""Up to so many entries stand in the page itself; above, the lists of each manufacturer have the rest."""
SHOWN = 100
"""So many rows the script shows at a time."""

COLUMNS: Sequence[tuple[str, str]] = (
    ("name", "Device Model, firmware"),
    ("answer", "Status"),
    ("manufacturer", "Manufacturer"),
    ("device_type", "Type"),
    ("code", "Code"),
    ("model", "Model"),
    ("hardware", "Hardware"),
    ("specification", "Specification"),
    ("gbcs", "GBCS"),
    ("end", "Certificate end"),
)
"""The columns of the table: what the script calls them, and their heads."""


def finder_page(listing: Listing) -> Page:
    """`devices/`."""
    return Page(
        path="devices/index",
        title="All entries",
        description=(
            "Every Device Model of the register on"
            f" {wording.day(listing.state.on)}, with its status."
        ),
        template="devices.html.jinja",
        context={**finder_context(listing), "smets1": SMETS1_NOTE},
    )


def finder_context(listing: Listing) -> dict[str, object]:
    """What the finder is made of, on its page and in its file for offline use."""
    entries = found(listing)
    whole = len(entries) <= WHOLE
    return {
        "on": listing.state.on,
        "total": len(entries),
        "tally": tally(listing.rows.values()),
        "rows": entries if whole else entries[:SHOWN],
        "whole": whole,
        "columns": COLUMNS,
        "facets": _facets(entries),
        "makers": sorted({(one.row.manufacturer_name, one.row.manufacturer) for one in entries}),
    }


def _facets(entries: Sequence[Found]) -> list[tuple[str, str, list[tuple[str, int]]]]:
    given = options(entries)
    return [(facet, label, given[facet]) for facet, label in FACETS.items()]
