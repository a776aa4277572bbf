"""The page "Check my meter": what it asks, the words of every answer, and the lists without a script."""

from __future__ import annotations

from cpl_registry.outputs.check_answers import SMETS1_NOTE, WITHOUT_ENTRY
from cpl_registry.outputs.check_files import codes_of, parts_of
from cpl_registry.outputs.entry_rows import Listing
from cpl_registry.outputs.page import Page


def check_page(listing: Listing) -> Page:
    """`check/`."""
    state = listing.state
    codes = {
        code: sorted({(row.manufacturer, row.manufacturer_name) for row in rows})
        for code, rows in codes_of(listing).items()
    }
    example = next((listing.rows[one.entry_id] for one in state.active), None)
    return Page(
        path="check/index",
        title="Check my meter",
        description="Is a Device Model on the list, and does the DCC have it? One meter, or many.",
        template="check.html.jinja",
        context={
            "on": state.on,
            "types": tuple(state.register.device_types),
            "codes": codes,
            "files": parts_of(listing),
            "example": example,
            "words": WITHOUT_ENTRY,
            "smets1": SMETS1_NOTE,
        },
        searchable=True,
    )
