"""What a rule looks at in an entry, where many entries share it.

A rule names such a likeness where it finds something in all entries of one likeness, or in none: it
is asked once for all of them, and for each of them only if it found something.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeAlias

from cpl_registry.records.device_model import Entry

Likeness: TypeAlias = Callable[[Entry], Hashable]

VERSIONS = ("technical_specification.name", "technical_specification.version", "gbcs_version")
_VERSIONS = frozenset(VERSIONS)


def whose(entry: Entry) -> Hashable:
    """Whose entry it is: device type, manufacturer and code, and whether it has a variant."""
    fields = entry.fields
    return (
        fields["device_type"],
        fields["manufacturer"],
        fields["manufacturer_identifier"],
        "esme_variant" in fields,
    )


def form(entry: Entry) -> Hashable:
    """Which fields an entry of its type has, and the schemes of its certificates."""
    return (entry.fields["device_type"], entry.schemes, *entry.fields)


def versions(entry: Entry) -> Hashable:
    """To which versions an entry of its type was made; one that had others is like none."""
    fields, alone = entry.fields, ""
    for line in entry.history:
        if line.changed and not _VERSIONS.isdisjoint([one.path for one in line.changed]):
            alone = entry.path
    return (fields["device_type"], *[fields[one] for one in VERSIONS], alone)


def course(entry: Entry) -> Hashable:
    """Its manufacturer, and the events of its history with who did them, whatever their days."""
    return (entry.fields["manufacturer"], *[(one.event, one.by) for one in entry.history])
