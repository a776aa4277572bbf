"""What the scripts of the form and of the comparison fetch: the keys on the list, and entries' files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from cpl_registry.outputs.artefact import Artefact, json_bytes
from cpl_registry.outputs.entry_rows import Listing
from cpl_registry.outputs.json_api import FOLDER, envelope
from cpl_registry.state.publication import PublishedState

KEYS = "site/submit/keys"


def key_files(state: PublishedState, sources: Mapping[str, str]) -> Iterator[Artefact]:
    """`submit/keys/<code>.json`: the entries of a manufacturer code, and which have a file to edit.

    There is one for each code of the register, with or without entries. `sources` are the texts of
    the entries' files by path, as far as they may be shown.
    """
    codes: dict[str, list[dict[str, Any]]] = defaultdict(list)
    listing = Listing(state=state)
    for maker in state.register.manufacturers.values():
        for code in maker.zigbee_codes:
            codes[code] = []
    for one in state.entries:
        row = listing.rows[one.entry_id]
        codes[row.code].append(
            {
                "entry_id": one.entry_id,
                "name": row.name,
                "word": row.word,
                "has_file": one.entry.path in sources,
            }
        )
    for code, entries in sorted(codes.items()):
        content = envelope(state, manufacturer_identifier=code, entries=entries)
        yield Artefact(path=f"{KEYS}/{code.lower()}.json", content=json_bytes(content))


def entry_texts(state: PublishedState, sources: Mapping[str, str]) -> Iterator[Artefact]:
    """`api/v1/devices/<entry id>.yaml`: each entry's file as it stands in the register."""
    for one in state.entries:
        if one.entry.path in sources:
            text = sources[one.entry.path]
            yield Artefact(path=f"{FOLDER}/devices/{one.entry_id}.yaml", content=text.encode())
