"""The DCC's files of a build: extract, delta, held list, manifest and SHA256SUMS."""

from __future__ import annotations

from cpl_registry.outputs.artefact import Artefact
from cpl_registry.outputs.extract import tables
from cpl_registry.outputs.manifest import manifest_file, sums
from cpl_registry.state.publication import PublishedState


def dcc_files(state: PublishedState) -> list[Artefact]:
    """The tables, the manifest over them, and the sums over all."""
    files = tables(state)
    files.append(manifest_file(state, files))
    files.append(sums(files))
    return files
