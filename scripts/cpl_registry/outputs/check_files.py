"""What is said of every entry, for the check, the form and the comparison: fetched once for a code.

A code with many entries has a file for each last digit of its models as well, or for its last two where
one digit has many, so that one answer stays one small request; where entries have no files of their
own, these parts take its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from cpl_registry.outputs.api_envelope import envelope
from cpl_registry.outputs.artefact import Artefact, compact_bytes
from cpl_registry.outputs.entry_rows import EntryRow, Listing
from cpl_registry.outputs.firmware_family import Products
from cpl_registry.outputs.incident_words import touches
from cpl_registry.state.publication import PublishedState

FOLDER = "site/api/v1/check"
MOST_IN_ONE = 200
"""So many answers take 5 kB on their way, compressed, and 7 kB where each has sentences of its own."""
# A code is part of a file's name: nothing else may become one. So are the last digits of a model.
_CODE = re.compile(r"[0-9A-F]{4}")
_DIGITS = "0123456789abcdef"
_MODEL_DIGITS = 4


def codes_of(listing: Listing) -> Mapping[str, list[EntryRow]]:
    """The manufacturer codes that have entries, in order, with the rows of each."""
    found = listing.by(lambda row: row.code)
    return {code: list(found[code]) for code in sorted(found) if _CODE.fullmatch(code)}


def parts_of(listing: Listing) -> dict[str, str]:
    """The codes that have entries, each with its parts, blanks between; none if one file has all."""
    return {
        code: " ".join(_split(rows)) if len(rows) > MOST_IN_ONE else ""
        for code, rows in codes_of(listing).items()
    }


def check_files(state: PublishedState) -> Iterator[Artefact]:
    """`site/api/v1/check/<code>.json`, the code in lower case; `<code>-<digits>.json` in parts."""
    listing = Listing(state=state)
    products = Products(listing=listing)
    parts = parts_of(listing)
    for code, rows in codes_of(listing).items():
        split = _split(rows) if parts[code] else {}
        entries = {row.entry_id: _entry(row, listing, products) for row in rows}
        complete = state.entry_pages or not split
        content = {"code": code, "parts": list(split), "complete": complete}
        whole = list(entries.values()) if complete else []
        yield _file(code.lower(), state, **content, entries=whole)
        for digits, some in split.items():
            part = [entries[row.entry_id] for row in some]
            content = {"code": code, "parts": [], "complete": True}
            yield _file(f"{code.lower()}-{digits}", state, **content, entries=part)


def _split(rows: Sequence[EntryRow], digits: str = "") -> dict[str, list[EntryRow]]:
    """The rows by the last digits of their models: as few digits as keep a part small.

    A model is in one part, however many entries it has. `digits` are those that the rows share.
    """
    length = len(digits) + 1
    found: dict[str, list[EntryRow]] = {f"{digit}{digits}": [] for digit in _DIGITS}
    for row in rows:
        found[row.model[-length:].lower()].append(row)
    parts: dict[str, list[EntryRow]] = {}
    for part, some in found.items():
        if len(some) > MOST_IN_ONE and length < _MODEL_DIGITS:
            parts |= _split(some, part)
        elif some:
            parts[part] = some
    return parts


def _file(name: str, state: PublishedState, **content: object) -> Artefact:
    return Artefact(path=f"{FOLDER}/{name}.json", content=compact_bytes(envelope(state, **content)))


def _entry(row: EntryRow, listing: Listing, products: Products) -> dict[str, object]:
    state, said = listing.state, listing.answers[row.entry_id]
    # A file that tells of a later day is not shown: nobody may learn from it what is to come.
    shown = state.register.by_id[row.entry_id].history[-1].day <= state.on
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
        "incidents": [
            {"reference": touch.reference, "title": touch.title, "words": touch.words}
            for touch in touches(row.entry_id, state)
            if touch.open
        ],
        "newest": products.newest(state.by_id[row.entry_id]) or "",
        "has_file": state.entry_pages and shown,
    }
