"""The answers of "Check my meter": a small file for each manufacturer code, fetched once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from cpl_registry.outputs.api_envelope import envelope
from cpl_registry.outputs.artefact import Artefact, compact_bytes
from cpl_registry.outputs.entry_rows import EntryRow, Listing
from cpl_registry.outputs.firmware_family import Products
from cpl_registry.state.publication import PublishedState

FOLDER = "site/api/v1/check"
# A code is the name of a file: nothing else may become one.
_CODE = re.compile(r"[0-9A-F]{4}")


def codes_of(listing: Listing) -> Mapping[str, list[EntryRow]]:
    """The manufacturer codes that have entries, in order, with the rows of each."""
    found = listing.by(lambda row: row.code)
    return {code: list(found[code]) for code in sorted(found) if _CODE.fullmatch(code)}


def check_files(state: PublishedState) -> Iterator[Artefact]:
    """`site/api/v1/check/<code>.json`, the code in lower case."""
    listing = Listing(state=state)
    products = Products(listing=listing)
    for code, rows in codes_of(listing).items():
        entries = [_entry(row, listing, products) for row in rows]
        content = compact_bytes(envelope(state, code=code, entries=entries))
        yield Artefact(path=f"{FOLDER}/{code.lower()}.json", content=content)


def _entry(row: EntryRow, listing: Listing, products: Products) -> dict[str, object]:
    said = listing.answers[row.entry_id]
    return {
        "entry_id": row.entry_id,
        "name": row.name,
        "manufacturer": row.manufacturer_name,
        "state": said.kind.value,
        "install": said.install.value,
        "tone": said.tone.value,
        "word": said.word,
        "sentence": said.sentence,
        "installing": said.installing,
        "notes": [*said.lines, *said.notes],
        "newest": products.newest(listing.state.by_id[row.entry_id]) or "",
    }
