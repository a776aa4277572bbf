"""The pages on which scripts tell of entries from their JSON: two side by side, and any one."""

from __future__ import annotations

import json
from collections.abc import Mapping

from cpl_registry.outputs import wording
from cpl_registry.outputs.check_files import parts_of
from cpl_registry.outputs.entry_rows import Listing
from cpl_registry.outputs.page import Page
from cpl_registry.outputs.register_csv import COLUMN_SOURCES
from cpl_registry.records.device_model import Scheme

# What the register works out of an entry, and what it is called; the fields have their own names.
_WORKED_OUT: Mapping[str, str] = {
    "status": "Status",
    "status_since": "Status since",
    "listed_on": "Listed on",
    "delivery": "Delivery to the DCC",
    "delivered_with": "Delivered with",
    "loaded_at": "Loaded by the DCC at (UTC)",
    "held_since": "Held since",
}
_CERTIFICATES = ("number", "issued", "expires", "renewal_due")
_OF_CERTIFICATES = ("cpa_", "zigbee_", "dlms_")


def compare_page(listing: Listing) -> Page:
    """`compare/`: any two entries, field by field."""
    return Page(
        path="compare/index",
        title="Compare two entries",
        description="Any two entries of the register side by side, field by field.",
        template="compare.html.jinja",
        context={
            **_words(listing),
            "example": next((one.entry_id for one in listing.state.active), None),
        },
    )


def any_entry_page(listing: Listing) -> Page:
    """`devices/entry/`: any entry, where they are too many for a page each."""
    return Page(
        path="devices/entry",
        title="An entry",
        description="Any entry of the register, by its entry id.",
        template="any_entry.html.jinja",
        context=_words(listing),
    )


def _words(listing: Listing) -> Mapping[str, str]:
    """What the scripts tell an entry with."""
    makers = listing.state.register.manufacturers
    return {
        "rows": json.dumps(_rows()),
        "events": json.dumps({event.value: word for event, word in wording.EVENTS.items()}),
        "months": json.dumps(wording.MONTHS),
        "files": json.dumps(parts_of(listing)),
        "makers": json.dumps({slug: maker.name for slug, maker in makers.items()}),
        "fields": json.dumps({path: wording.field_name(path) for path in _changeable()}),
    }


def _changeable() -> list[str]:
    """The paths that a history can name, as far as they have names of their own."""
    paths = [f"assurance_certificates.{one}.{part}" for one in Scheme for part in _CERTIFICATES]
    upgrades = "manufacturer_image.upgrades_from"
    return [*(path for _, path in COLUMN_SOURCES), *paths, upgrades]


def _rows() -> list[list[str]]:
    """Each thing that is compared: where it stands in the entry's JSON, and its name."""
    fields = [
        [column, wording.field_name(path)]
        for column, path in COLUMN_SOURCES
        if not column.startswith(_OF_CERTIFICATES)
    ]
    certificates = [
        [
            f"certificates.{scheme}.{part}",
            wording.field_name(f"assurance_certificates.{scheme}.{part}"),
        ]
        for scheme in Scheme
        for part in _CERTIFICATES
        if scheme is Scheme.CPA or part in {"number", "issued"}
    ]
    upgrades = ["upgrades_from", wording.field_name("manufacturer_image.upgrades_from")]
    return [
        *fields,
        upgrades,
        *certificates,
        *([name, label] for name, label in _WORKED_OUT.items()),
    ]
