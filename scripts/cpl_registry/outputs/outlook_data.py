"""`api/v1/outlook.json`: what is dated ahead, as data."""

from __future__ import annotations

from collections.abc import Iterator

from cpl_registry.outputs.artefact import Artefact, json_bytes
from cpl_registry.outputs.outlook_told import outlook_told
from cpl_registry.state.outlook import outlook
from cpl_registry.state.publication import PublishedState
from cpl_registry.state.readiness import horizon


def outlook_files(state: PublishedState) -> Iterator[Artefact]:
    """The one file: the lines of the forward look, two years ahead."""
    until = horizon(state.on)
    data = {
        "schema_version": "1",
        "on": state.on.isoformat(),
        "commit": state.commit,
        "illustrative": state.illustrative,
        "until": until.isoformat(),
        "dated": [
            {
                "day": one.day.isoformat(),
                "kind": one.kind.value,
                "key": one.key,
                "title": one.title,
                "text": one.text,
                "entries": list(one.entries),
                "manufacturers": list(one.manufacturers),
                "illustrative": one.illustrative,
            }
            for one in outlook_told(outlook(state, until), state)
        ],
    }
    yield Artefact(path="site/api/v1/outlook.json", content=json_bytes(data))
