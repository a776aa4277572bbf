"""What is made from other outputs and from the published schemas: descriptions, digests, addresses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cpl_registry.outputs.artefact import Artefact, Fingerprint
from cpl_registry.outputs.change_feeds import json_feed
from cpl_registry.outputs.csv_metadata import csv_metadata
from cpl_registry.outputs.data_columns import columns_of
from cpl_registry.outputs.data_package import data_package
from cpl_registry.outputs.dataset import dataset
from cpl_registry.outputs.openapi import description
from cpl_registry.outputs.pages_data import data_page
from cpl_registry.state.publication import PublishedState

Schemas = Mapping[str, Mapping[str, Any]]
"""The published schemas by name."""
SUMS = "data/SHA256SUMS"


def descriptions(
    state: PublishedState, data: Sequence[Fingerprint], schemas: Schemas
) -> tuple[Artefact, Artefact]:
    """What tells of the data files what they are: the metadata of `cpl.csv`, `datapackage.json`."""
    columns = columns_of(schemas["devices"])
    return csv_metadata(state, columns), data_package(state, data, columns)


def described(
    state: PublishedState, data: Sequence[Fingerprint], schemas: Schemas, site: str | None
) -> Iterator[Artefact]:
    """Descriptions of the data files, their digests and their page, JSON Feed and OpenAPI.

    `data` are those below `data/`; `site` is the address at which the site will stand, with `/`
    at its end, None where it is not known.
    """
    columns = columns_of(schemas["devices"])
    made = [*descriptions(state, data, schemas), dataset(state, data, columns)]
    yield from made
    files = [*data, *(one.fingerprint() for one in made)]
    yield _sums(files)
    yield data_page(state, files, columns).artefact()
    yield json_feed(state, site)
    yield description(state, schemas)


def _sums(files: Sequence[Fingerprint]) -> Artefact:
    """`SHA256SUMS` of the data files, as `sha256sum -c` reads it."""
    digests = {file.path.removeprefix("data/"): file.sha256 for file in files}
    lines = (f"{digests[name]}  {name}\n" for name in sorted(digests))
    return Artefact(path=SUMS, content="".join(lines).encode())
