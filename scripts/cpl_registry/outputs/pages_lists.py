"""The lists: all entries, and those of each manufacturer and each device type."""

from __future__ import annotations

from collections.abc import Iterator

from cpl_registry.outputs import wording
from cpl_registry.outputs.entry_rows import Listing, tally
from cpl_registry.outputs.page import Page
from cpl_registry.outputs.pages_campaigns import lines_of_manufacturer
from cpl_registry.outputs.pages_finder import finder_page
from cpl_registry.records.device_model import Scheme, Slug
from cpl_registry.records.manufacturers import Manufacturer
from cpl_registry.records.specifications import DeviceType

_UNCONFIRMED = {
    "specifications": "the technical specifications",
    "certificates": "the Assurance Certificates",
}


def list_pages(listing: Listing) -> Iterator[Page]:
    """`devices/`, `manufacturers/` with a page each, `types/` with a page each."""
    on = wording.day(listing.state.on)
    yield finder_page(listing)
    yield from _manufacturers(listing, on)
    yield from _types(listing, on)


def _manufacturers(listing: Listing, on: str) -> Iterator[Page]:
    register = listing.state.register
    found = listing.by(lambda row: row.manufacturer)
    groups = {slug: found[slug] for slug in sorted({*register.manufacturers, *found})}
    yield Page(
        path="manufacturers/index",
        title="Manufacturers",
        description=f"The manufacturers of the register on {on}, with their numbers of entries.",
        template="manufacturers.html.jinja",
        context={
            "makers": [
                {"maker": _maker(listing, slug), "tally": tally(rows)}
                for slug, rows in groups.items()
            ]
        },
        searchable=True,
    )
    for slug, rows in groups.items():
        maker = _maker(listing, slug)
        yield Page(
            path=f"manufacturers/{slug}/index",
            title=maker.name,
            description=f"The Device Models of {maker.name} on {on}, with their status.",
            template="manufacturer.html.jinja",
            context={
                "on": listing.state.on,
                "maker": maker,
                "codes": [
                    (code, register.zigbee_codes.get(code)) for code in sorted(maker.zigbee_codes)
                ],
                "white_label_of": [
                    (one, listing.manufacturer_name(one)) for one in maker.white_label_of
                ],
                "campaigns": lines_of_manufacturer(slug, listing),
                "rows": rows,
                "tally": tally(rows),
            },
        )


def _maker(listing: Listing, slug: str) -> Manufacturer:
    known = listing.state.register.manufacturers.get(Slug(slug))
    return known or Manufacturer(slug=Slug(slug), name=slug, zigbee_codes=())


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
        yield _type(listing, types[code], on, {"rows": rows, "tally": tally(rows)})


def _type(listing: Listing, kind: DeviceType, on: str, rows: dict[str, object]) -> Page:
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
            **rows,
        },
    )
