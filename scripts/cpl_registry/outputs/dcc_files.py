"""The DCC's files: extract, delta, held list, list of changes, manifest and SHA256SUMS."""

from __future__ import annotations

from collections.abc import Mapping

from cpl_registry.outputs.artefact import Artefact, json_bytes
from cpl_registry.outputs.extract import tables
from cpl_registry.outputs.manifest import manifest_file, sums
from cpl_registry.records.delivery import DeliveryFile, DeltaKind, HeldRow, Row
from cpl_registry.records.device_model import EntryId
from cpl_registry.state.deltas import changed_cells, delta_between, removal_line
from cpl_registry.state.publication import PublishedState

CHANGES = "dcc/cpl-dcc-changes.json"


def dcc_artefacts(state: PublishedState) -> list[Artefact]:
    """The files of a build: the delta leads from the last delivery."""
    return dcc_artefacts_since(state, state.sent.last, state.sent.rows)


def dcc_artefacts_since(
    state: PublishedState, base: DeliveryFile | None, before: Mapping[EntryId, Row]
) -> list[Artefact]:
    """The files with a delta that leads from some delivery and the extract that it sent."""
    files = [*tables(state, before), changes(state, base, before)]
    files.append(manifest_file(state, files, base))
    files.append(sums(files))
    return files


def changes(
    state: PublishedState, base: DeliveryFile | None, before: Mapping[EntryId, Row]
) -> Artefact:
    """What a delivery changes, for machines: rows, cells before and after, causes, holds."""
    rows = state.rows
    delta = delta_between(before, rows)
    header = state.register.extract_profile.header
    held_before: tuple[HeldRow, ...] = base.held if base else ()
    were = {held.entry_id for held in held_before}
    held_now = {one.entry_id for one in state.held}
    data = {
        "on": state.on.isoformat(),
        "based_on": base.serial if base else None,
        "illustrative": state.illustrative,
        "added": [row.entry_id for row in delta if row.change is DeltaKind.ADDED],
        "changed": [
            {"entry_id": row.entry_id, "field": cell.column, "from": cell.before, "to": cell.after}
            for row in delta
            if row.change is DeltaKind.CHANGED
            for cell in changed_cells(header, before[row.entry_id], row.cells)
        ],
        "removed": [
            _removed(row.entry_id, state) for row in delta if row.change is DeltaKind.REMOVED
        ],
        "newly_held": sorted(held_now - were),
        "newly_released": sorted(entry_id for entry_id in were - held_now if entry_id in rows),
    }
    return Artefact(path=CHANGES, content=json_bytes(data))


def _removed(entry_id: EntryId, state: PublishedState) -> dict[str, str]:
    published = state.by_id.get(entry_id)
    line = removal_line(published.entry) if published else None
    return {
        "entry_id": entry_id,
        "status": (line.status or "") if line else "",
        "cause": (line.cause or "") if line else "",
        "reference": (line.reference or "") if line else "",
    }
