"""Why the DSP cannot take rows of a delivery, whatever it holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from cpl_registry.records.answer_row import is_reason
from cpl_registry.records.delivery import Row
from cpl_registry.records.device_model import KEY_FIELDS, EntryId
from cpl_registry.records.dsp_profile import Step
from cpl_registry.records.extract_profile import ExtractProfile
from cpl_registry.state.dsp import Unrecognised, unrecognised_row

Incoming: TypeAlias = "Sequence[tuple[EntryId, Row | None]]"
"""What a file says of each entry: its row, or None for a row to take out."""

_NAMES = {
    "gbcs_version": "GBCS version",
    "device_type": "device type",
    "technical_specification.version": "technical specification version",
}


def row_faults(incoming: Incoming, step: Step | None, layout: ExtractProfile) -> dict[EntryId, str]:
    """The reason for each entry that cannot be taken: unknown values, or one model told twice.

    A removal names what is held and brings no value: it is not checked for values.
    """
    found = dict.fromkeys(_told_twice(incoming, layout), "the file has this model twice")
    for entry_id, row in incoming:
        if row is not None and (causes := unrecognised_row(row, layout, step)):
            found.setdefault(entry_id, _unknown(causes))
    return dict(sorted(found.items()))


def file_reason(faults: dict[EntryId, str], rows: int) -> str:
    """Why a whole file is refused, in one reason: how many rows, and the first."""
    entry_id, why = next(iter(faults.items()))
    reason = f"{len(faults)} of {rows} rows block the file, the first {entry_id}"
    whole = f"{reason}, {why}"
    return whole if is_reason(whole) else reason


def _told_twice(incoming: Incoming, layout: ExtractProfile) -> Iterator[EntryId]:
    """Entries whose id, or whose key, stands in the file more than once."""
    sources = [column.source for column in layout.columns]
    places = [sources.index(name) for name in KEY_FIELDS if name in sources]
    # A layout without the whole key cannot tell two models apart by it.
    whole = len(places) == len(KEY_FIELDS)
    ids = Counter(entry_id for entry_id, _ in incoming)
    keys = [tuple(row[at] for at in places) if row and whole else None for _, row in incoming]
    models = Counter(keys)
    for (entry_id, _), key in zip(incoming, keys, strict=True):
        if ids[entry_id] > 1 or (key is not None and models[key] > 1):
            yield entry_id


def _unknown(causes: Iterable[Unrecognised]) -> str:
    """The reason in words that an answer can carry, whatever the row holds."""
    parts = [f"{_NAMES.get(one.field, 'a value')} {one.value} is not recognised" for one in causes]
    reason = "; ".join(parts)
    return reason if is_reason(reason) else "a value is not recognised"
