"""What a submission does: two published states, and what lies between them in the words of the field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from cpl_registry.records.device_model import Entry, EntryId, Event, Value
from cpl_registry.state.delivery import Hold
from cpl_registry.state.deltas import changed_cells, delta_between
from cpl_registry.state.publication import PublishedState


class Nature(StrEnum):
    """What a changed file is, in one of these words."""

    NEW_MODEL = "new Device Model"
    NEW_FIRMWARE = "new firmware of a listed Device Model"
    CORRECTION = "correction"
    RENEWAL = "certificate renewal"
    AMENDMENT = "amendment"
    STATUS = "status change"
    LISTING = "listing of a submission"
    CLOSING = "submission closed"
    EDIT = "edit that the history does not tell"
    BROKEN = "entry that cannot be read"
    REFERENCE = "reference data"
    DCC = "DCC data"
    PANEL = "Panel data"
    DELIVERY = "delivery or answer"
    TOOLING = "tools, documents and settings"


_FOLDERS = (
    ("cpl/reference/", Nature.REFERENCE),
    ("cpl/dcc/deliveries/", Nature.DELIVERY),
    ("cpl/dcc/acknowledgements/", Nature.DELIVERY),
    ("cpl/dcc/", Nature.DCC),
    ("cpl/panel/", Nature.PANEL),
    ("cpl/", Nature.BROKEN),
)
_BY_EVENT = {  # the gravest event of a change names it
    Event.REMOVED: Nature.STATUS,
    Event.REINSTATED: Nature.STATUS,
    Event.CORRECTED: Nature.CORRECTION,
    Event.LISTED: Nature.LISTING,
    Event.CLOSED: Nature.CLOSING,
    Event.AMENDED: Nature.AMENDMENT,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldChange:
    """One field of an entry before and after; None where it is absent."""

    field: str
    before: Value | None
    after: Value | None


@dataclass(frozen=True, kw_only=True, slots=True)
class FileChange:
    """A changed file: what it is, which entry, and which fields differ."""

    path: str
    nature: Nature
    entry_id: EntryId | None = None
    fields: tuple[FieldChange, ...] = ()


def nature_of_path(path: str) -> Nature:
    """What a path holds where it is no readable entry."""
    return next((nature for lead, nature in _FOLDERS if path.startswith(lead)), Nature.TOOLING)


def entry_change(before: Entry | None, after: Entry, base: PublishedState) -> FileChange:
    """What the change of one entry is."""
    fields = tuple(_fields(before, after)) if before else ()
    return FileChange(
        path=after.path,
        nature=_nature(before, after, base),
        entry_id=after.entry_id,
        fields=fields,
    )


def _nature(before: Entry | None, after: Entry, base: PublishedState) -> Nature:
    if before is None:
        return Nature.NEW_FIRMWARE if _kin(after, base) else Nature.NEW_MODEL
    lines = after.history[len(before.history) :]
    events = {line.event for line in lines}
    paths = {change.path for line in lines for change in line.changed}
    for event, nature in _BY_EVENT.items():
        if event in events:
            renewal = all(path.startswith("assurance_certificates.") for path in paths)
            return Nature.RENEWAL if event is Event.AMENDED and renewal else nature
    return Nature.EDIT


def _kin(entry: Entry, base: PublishedState) -> bool:
    """Whether the register has the same hardware of the same product with another firmware."""
    fields = ("device_type", "manufacturer_identifier", "model_identifier", "hardware_version")
    return any(
        one.standing.active and all(one.entry.text(f) == entry.text(f) for f in fields)
        for one in base.entries
    )


def _fields(before: Entry, after: Entry) -> Iterator[FieldChange]:
    for path in dict.fromkeys((*before.fields, *after.fields)):
        old, new = before.fields.get(path), after.fields.get(path)
        if old != new:
            yield FieldChange(field=path, before=old, after=new)


@dataclass(frozen=True, kw_only=True, slots=True)
class ExtractChange:
    """What a submission does to the rows that go to the DCC.

    `changed` are cells: entry, column, before, after. `newly_held` are entries with their hold.
    """

    added: tuple[EntryId, ...]
    changed: tuple[tuple[EntryId, str, str, str], ...]
    removed: tuple[EntryId, ...]
    newly_held: tuple[tuple[EntryId, Hold], ...]
    newly_released: tuple[EntryId, ...]

    @property
    def nothing(self) -> bool:
        """Whether the extract and the held list stay as they are."""
        return not (
            self.added or self.changed or self.removed or self.newly_held or self.newly_released
        )


def extract_change(base: PublishedState, head: PublishedState) -> ExtractChange:
    """The difference between two extracts and held lists of one day."""
    delta = delta_between(base.rows, head.rows)
    header = head.register.extract_profile.header
    were = {one.entry_id for one in base.held}
    are = {one.entry_id: one for one in head.held}
    same_layout = header == base.register.extract_profile.header
    return ExtractChange(
        added=tuple(row.entry_id for row in delta if row.change == "added"),
        changed=tuple(
            (row.entry_id, cell.column, cell.before, cell.after)
            for row in delta
            if row.change == "changed" and same_layout
            for cell in changed_cells(header, base.rows[row.entry_id], row.cells)
        ),
        removed=tuple(row.entry_id for row in delta if row.change == "removed"),
        newly_held=tuple(
            (entry_id, one.delivery.hold)
            for entry_id, one in are.items()
            if entry_id not in were and one.delivery and one.delivery.hold
        ),
        newly_released=tuple(
            entry_id for entry_id in sorted(were - are.keys()) if entry_id in head.rows
        ),
    )
