"""Every entry as the finder shows it, and what can be chosen by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cpl_registry.outputs.entry_rows import EntryRow, Listing
from cpl_registry.records.device_model import Certificate, Event
from cpl_registry.state.journey import Stage, journey
from cpl_registry.state.publication import Published, PublishedState

FACETS: Mapping[str, str] = {
    "device_type": "Device type",
    "manufacturer": "Manufacturer",
    "status": "Status",
    "delivery": "Delivery to the DCC",
    "specification": "Specification",
    "gbcs": "GBCS version",
    "certificate": "Certificate",
}
"""The columns that can be chosen from, with their labels."""

_STAGES: Mapping[Stage, str] = {
    Stage.LOADED: "Loaded by the DCC",
    Stage.DELIVERED: "Delivered, not answered",
    Stage.DELIVERABLE: "Waits for a delivery",
    Stage.REJECTED: "Rejected by the DCC",
    Stage.HELD: "Held",
    Stage.AMENDMENT_HELD: "Amendment held",
    Stage.SUBMITTED: "Not for delivery",
    Stage.NOT_DELIVERABLE: "Not for delivery",
}
_WINDOWS = ((30, "within 30 days"), (90, "31 to 90 days ahead"), (365, "91 to 365 days ahead"))
_LATER, _NONE, _NOT_LISTED = "more than a year ahead", "No end recorded", "Not on the list"
_KINDS = (("Expired", "Expires"), ("Renewal overdue", "Renewal due"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """An entry as the finder shows it: its row, and what can be chosen by.

    `end` is the certificate's end that comes first, and `renewal` whether it is a renewal.
    """

    row: EntryRow
    hardware: str
    status: str
    delivery: str
    certificate: str
    end: date | None
    renewal: bool

    def word(self, facet: str) -> str:
        """The word of a facet."""
        words = {
            "device_type": self.row.device_type,
            "manufacturer": self.row.manufacturer_name,
            "specification": self.row.specification,
            "gbcs": self.row.gbcs,
        }
        return words[facet] if facet in words else str(getattr(self, facet))


def found(listing: Listing) -> list[Found]:
    """Every entry of a state, in entry id order."""
    state = listing.state
    return [_found(state.by_id[row.entry_id], row, state) for row in listing.rows.values()]


def _found(one: Published, row: EntryRow, state: PublishedState) -> Found:
    first = _first_end(one)
    renewal = first is not None and first.expires is None
    return Found(
        row=row,
        hardware=row.hardware.replace(" ", ""),
        status=_status(one),
        delivery=_STAGES[journey(one, state.sent).stage],
        certificate=_window(first, state.on) if one.standing.active else _NOT_LISTED,
        end=first.ends if first else None,
        renewal=renewal,
    )


def _status(one: Published) -> str:
    if one.standing.active:
        return "Active"
    if one.waiting_since is not None:
        return "Submitted"
    line = one.standing.line
    if line is not None and line.event is Event.REMOVED:
        return f"Removed: {one.status}"
    return "Closed"


def _first_end(one: Published) -> Certificate | None:
    ending = [certificate for certificate in one.entry.certificates() if certificate.ends]
    return min(ending, key=lambda certificate: certificate.ends or date.max, default=None)


def _window(first: Certificate | None, on: date) -> str:
    """In which stretch of days the first end of a certificate lies; an end is no renewal."""
    if first is None or first.ends is None:
        return _NONE
    over, ahead = _KINDS[first.expires is None]
    left = (first.ends - on).days
    if left < 0:
        return over
    return f"{ahead} {next((word for most, word in _WINDOWS if left <= most), _LATER)}"


def certificate_order() -> list[str]:
    """The stretches in the order in which they are offered."""
    words = [word for _, word in _WINDOWS] + [_LATER]
    return [
        one for over, ahead in _KINDS for one in (over, *(f"{ahead} {word}" for word in words))
    ] + [_NONE, _NOT_LISTED]


def options(entries: Sequence[Found]) -> dict[str, list[tuple[str, int]]]:
    """What can be chosen in each facet and how many entries have it, in the order of the lists."""
    return {facet: _counted(facet, entries) for facet in FACETS}


def _counted(facet: str, entries: Sequence[Found]) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for one in entries:
        counts[one.word(facet)] = counts.get(one.word(facet), 0) + 1
    if facet == "certificate":
        return [(word, counts[word]) for word in certificate_order() if word in counts]
    return sorted(counts.items(), key=lambda item: _natural(item[0]))


def _natural(word: str) -> list[tuple[int, int, str]]:
    """`SMETS2 10.0` after `SMETS2 9.1`."""
    parts = word.replace(".", " ").split()
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part.lower()) for part in parts]
