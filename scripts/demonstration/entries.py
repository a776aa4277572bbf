"""An entry while it is being made: flat values under dotted paths, and its history."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from demonstration.plan import Family, PlanError, Ruling

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

Change = tuple[str, str]
"""A value before and after; empty text where it was not there."""

MISTYPED = "-mistyped"
"""Ends the label of an entry that was made under a wrong key for the release in front of it."""


@dataclass(slots=True)
class Line:
    """One history line; `reference` is filled in when all entries are there to be numbered."""

    date: date
    event: str
    by: str = ""
    status: str = ""
    cause: str = ""
    replaced_by: str = ""
    changed: Mapping[str, Change] = field(default_factory=dict)
    reason: str = ""
    decision: Ruling | None = None
    reference: str = ""


@dataclass(slots=True)
class Entry:
    """One Device Model of a family; `label` is `family/release`, the plan's name for it."""

    family: Family
    label: str
    firmware: str
    submitted: date
    listed: date | None
    upgrades_from: tuple[str, ...]
    values: dict[str, str]
    evidence: str = ""
    history: list[Line] = field(default_factory=list)

    @property
    def entry_id(self) -> str:
        """The key in lower case, joined by hyphens."""
        return entry_id(self.family, self.firmware)

    @property
    def path(self) -> str:
        """Where the entry lies, relative to the register's root."""
        family = self.family
        name = f"{family.code}-{family.model}-{family.hardware}-{self.firmware}.yaml".lower()
        return f"cpl/devices/{family.device_type.lower()}/{family.manufacturer}/{name}"

    @property
    def started(self) -> date:
        """The day of listing, or of submission where it is not listed."""
        return self.listed or self.submitted

    def is_listed(self) -> bool:
        """Whether the history so far leaves the entry on the list."""
        events = [line.event for line in self.history if line.event in _STANDING]
        return bool(events) and events[-1] != "removed"

    def apply(self, changes: Mapping[str, str]) -> dict[str, Change]:
        """Put new values in (empty text drops one) and say what changed, for the history."""
        told: dict[str, Change] = {}
        for path, new in changes.items():
            old = self.values.get(path, "")
            if old != new:
                told[path] = (old, new)
                self.values[path] = new
        if not told:
            raise PlanError(f"{self.label}: {dict(changes)} changes nothing")
        return told


_STANDING = ("listed", "removed", "reinstated")


def entry_id(family: Family, firmware: str) -> str:
    """The id of the entry for a firmware version of a family."""
    hardware = f"{family.hardware[:2]}-{family.hardware[2:]}"
    parts = (family.device_type, family.code, family.model, hardware, firmware)
    return "-".join(parts).lower()
