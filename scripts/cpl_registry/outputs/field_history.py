"""Each field of an entry through its life: since when, by whom, under which reference, what before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cpl_registry.outputs.entry_rows import Listing
from cpl_registry.records.device_model import Entry, Event, Value


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldValue:
    """A value that a field took: None where it was dropped.

    `by` is empty where the history does not say who; `corrected` marks a value that replaced one
    which had been wrong from its beginning. `page` is that of the reference, where it has one.
    """

    value: Value | None
    day: date
    by: str
    corrected: bool = False
    reference: str | None = None
    page: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldLife:
    """A field whose value has changed, with all its values, the present one first."""

    path: str
    values: tuple[FieldValue, ...]


def field_lives(entry: Entry, listing: Listing) -> tuple[FieldLife, ...]:
    """The fields that were ever amended or corrected, in the order of their first change.

    Every other field is as it was when the entry began.
    """
    first = entry.history[0]
    lives: dict[str, list[FieldValue]] = {}
    for line in entry.history:
        for change in line.changed:
            if change.path not in lives:
                began = FieldValue(
                    value=change.before,
                    day=first.day,
                    by=_name(first.by, listing),
                    reference=first.reference,
                    page=listing.reference_pages.get(first.reference or ""),
                )
                lives[change.path] = [began] if change.before is not None else []
            lives[change.path].append(
                FieldValue(
                    value=change.after,
                    day=line.day,
                    by=_name(line.by, listing),
                    corrected=line.event is Event.CORRECTED,
                    reference=line.reference,
                    page=listing.reference_pages.get(line.reference or ""),
                )
            )
    return tuple(
        FieldLife(path=path, values=tuple(reversed(values))) for path, values in lives.items()
    )


def _name(slug: str | None, listing: Listing) -> str:
    return listing.manufacturer_name(slug) if slug else ""
