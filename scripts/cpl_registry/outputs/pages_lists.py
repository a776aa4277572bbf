"""The lists: all entries, and those of each manufacturer and each device type."""

from __future__ import annotations

from collections.abc import Iterator

from cpl_registry.outputs import wording
from cpl_registry.outputs.entry_rows import Listing, Tally, tally
from cpl_registry.outputs.page import Page
from cpl_registry.outputs.pages_finder import finder_page
from cpl_registry.outputs.pages_manufacturers import manufacturer_pages
from cpl_registry.outputs.paging import paged
from cpl_registry.records.device_model import Scheme
from cpl_registry.records.specifications import DeviceType

_UNCONFIRMED = {
    "specifications": "the technical specifications",
    "certificates": "the Assurance Certificates",
}


def list_pages(listing: Listing) -> Iterator[Page]:
    """`devices/`, `manufacturers/` with a page each, `types/` with a page each."""
    on = wording.day(listing.state.on)
    yield finder_page(listing)
    yield from manufacturer_pages(listing)
    yield from _types(listing, on)


def _types(listing: Listing, on: str) -> Iterator[Page]:
    types = listing.state.register.device_types
    found = listing.by(lambda row: row.device_type)
    groups = {code: found[code] for code in types}
    yield Page(
        path="types/index",
        title="Device types",
        description=f"The Physical Device Types of the register on {on}, and what each needs.",
        template="types.html.jinja",
        context={"types": [(types[code], tally(rows)) for code, rows in groups.items()]},
        searchable=True,
    )
    for code, rows in groups.items():
        page = _type(listing, types[code], on, tally(rows))
        shown = rows if listing.state.entry_pages else ()
        yield from paged(page, shown, f"Device Models of type {code}")


def _type(listing: Listing, kind: DeviceType, on: str, numbers: Tally) -> Page:
    return Page(
        path=f"types/{kind.code.lower()}/index",
        title=f"{kind.code}: {kind.name}",
        description=f"The Device Models of type {kind.code} ({kind.name}) on {on}, with their status.",
        template="type.html.jinja",
        context={
            "on": listing.state.on,
            "kind": kind,
            "unconfirmed": [_UNCONFIRMED.get(one, one) for one in kind.unconfirmed],
            "certificates": [scheme for scheme in Scheme if scheme in kind.certificates],
            "tally": numbers,
            "total": numbers.active + numbers.waiting + numbers.removed,
        },
    )
