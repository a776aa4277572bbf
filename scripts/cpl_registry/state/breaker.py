"""The circuit breaker: a mass change stops a delivery until a decision explains it.

A bad script that removes or alters many rows is a fleet-wide outage. More causes than the larger of
five and one in a hundred rows stop the delivery. Rows newly released from hold do not count, and
one cause counts once, however many rows it touches: a certificate that forty entries share, or a
campaign.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from cpl_registry.records.delivery import DeltaKind, DeltaRow, Row
from cpl_registry.records.device_model import Entry, EntryId
from cpl_registry.state.deltas import changed_cells, removal_line

FEWEST = 5
"""Causes that are always let through."""
SHARE = 100
"""One row in so many is let through as well, where that is more."""

_CERTIFICATE_COLUMNS = frozenset({"cpa_certificate", "cpa_expires", "cpa_renewal_due"})
_CERTIFICATE_CAUSES = frozenset(
    {"certificate-expired", "certificate-withdrawn", "certificate-cancelled"}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class MassChange:
    """How many causes of removal and change a delivery has, and how many it may have."""

    causes: tuple[str, ...]
    most: int

    @property
    def trips(self) -> bool:
        """Whether the delivery is stopped."""
        return len(self.causes) > self.most


def mass_change(
    delta: Collection[DeltaRow],
    before: Mapping[EntryId, Row],
    entries: Mapping[EntryId, Entry],
    released: Collection[EntryId],
    campaigns: Collection[str],
    header: tuple[str, ...],
) -> MassChange:
    """The causes of what a delivery removes and changes.

    `before` is the extract last sent, `released` are entries whose hold has ended, `campaigns` the
    references of campaigns.
    """
    causes: set[str] = set()
    for row in delta:
        if row.change is DeltaKind.ADDED or row.entry_id in released:
            continue
        entry = entries.get(row.entry_id)
        if entry is None:
            causes.add(f"{row.entry_id}: not in the register")
        elif row.change is DeltaKind.REMOVED:
            causes.add(_removal(entry, campaigns))
        else:
            columns = {
                cell.column for cell in changed_cells(header, before[row.entry_id], row.cells)
            }
            causes.add(_change(entry, columns, campaigns))
    return MassChange(causes=tuple(sorted(causes)), most=max(FEWEST, len(before) // SHARE))


def _removal(entry: Entry, campaigns: Collection[str]) -> str:
    line = removal_line(entry)
    if line is not None and line.reference in campaigns:
        return f"campaign {line.reference}"
    number = entry.get("assurance_certificates.CPA.number")
    if line is not None and line.cause in _CERTIFICATE_CAUSES and number:
        return f"certificate {number}"
    return f"{entry.entry_id}: removed"


def _change(entry: Entry, columns: set[str], campaigns: Collection[str]) -> str:
    references = {line.reference for line in entry.history if line.changed}
    campaign = next((one for one in sorted(campaigns) if one in references), None)
    if campaign is not None:
        return f"campaign {campaign}"
    number = entry.get("assurance_certificates.CPA.number")
    if number and columns <= _CERTIFICATE_COLUMNS:
        return f"certificate {number}"
    return f"{entry.entry_id}: changed"
