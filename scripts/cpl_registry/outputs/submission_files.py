"""The files of entries as the register keeps them, for the form and for whoever wants to read one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cpl_registry.outputs.api_envelope import FOLDER
from cpl_registry.outputs.artefact import Artefact
from cpl_registry.state.publication import PublishedState


def entry_texts(state: PublishedState, sources: Mapping[str, str]) -> Iterator[Artefact]:
    """`api/v1/devices/<entry id>.yaml`, where each entry has files of its own.

    `sources` are the texts of the entries' files by path, as far as they may be shown.
    """
    if not state.entry_pages:
        return
    for one in state.entries:
        if one.entry.path in sources:
            text = sources[one.entry.path]
            yield Artefact(path=f"{FOLDER}/devices/{one.entry_id}.yaml", content=text.encode())
