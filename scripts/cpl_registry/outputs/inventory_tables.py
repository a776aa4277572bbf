"""Verdicts on an inventory as data: JSON and CSV.

JSON shows what the inventory gives as it is, with every character outside ASCII escaped. In CSV a
cell that could start a formula, or that holds characters which are not printed, is replaced by a
word that says so, and the notes of its row name the column.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from cpl_registry.outputs.inventory_told import certificate_told, difference_told, told
from cpl_registry.records.characters import first_refusal
from cpl_registry.records.csv_text import csv_bytes
from cpl_registry.records.delivery import moment_text
from cpl_registry.state.history import listed_on
from cpl_registry.state.inventory_check import Verdict
from cpl_registry.state.inventory_key import ReadModel
from cpl_registry.state.inventory_listing import Listing
from cpl_registry.state.inventory_state import State
from cpl_registry.state.publication import PublishedState

UNPRINTABLE = "(unprintable)"
FORMULA = ("=", "+", "-", "@", "|", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Spreadsheets take a cell that begins with one of these for a formula; the last four are wide."""

GIVEN = (
    "device_id",
    "device_type",
    "manufacturer",
    "device_model",
    "firmware_version",
    "specification_version",
    "gbcs_version",
    "cpl_status",
    "firmware_status",
    "esme_variant",
)
"""The fields of a device that are shown as the inventory gives them."""
COLUMNS = (
    "place",
    *GIVEN,
    "read_as",
    "state",
    "on_the_list",
    "entry_id",
    "status",
    "status_since",
    "listed",
    "held_since",
    "delivered",
    "loaded",
    "certificates",
    "upgrades",
    "listed_later",
    "differences",
    "told",
    "notes",
)


def report_json(verdicts: Sequence[Verdict], state: PublishedState) -> bytes:
    """An object with the day, the devices in the order of the inventory, and a summary.

    A device a line: a long inventory is never held in memory as a tree.
    """
    states = Counter(one.state for one in verdicts)
    summary = {
        "devices": len(verdicts),
        "active": sum(one.active for one in verdicts),
        "not_active": sum(not one.active for one in verdicts),
        "status_differs": sum(one.status_differs for one in verdicts),
        "states": {one: states[one] for one in State if states[one]},
    }
    lead = {"on": state.on.isoformat(), "illustrative": state.illustrative}
    devices = ",\n".join(json.dumps(_record(one, state.on)) for one in verdicts)
    text = (
        f'{json.dumps(lead)[:-1]}, "devices": [\n{devices}\n], "summary": {json.dumps(summary)}}}\n'
    )
    return text.encode("ascii")


def _record(verdict: Verdict, on: date) -> dict[str, Any]:
    listing, model = verdict.listing, verdict.model
    return {
        "place": verdict.device.place,
        "given": {name: getattr(verdict.device, name) for name in GIVEN},
        "read_as": _parts(model) if model else None,
        "state": verdict.state,
        "on_the_list": verdict.active,
        "entry": _entry(listing) if listing else None,
        "certificates": [
            {
                "scheme": one.scheme,
                "number": one.number,
                "expires": _day(one.expires),
                "renewal_due": _day(one.renewal_due),
            }
            for one in (listing.ending if listing else ())
        ],
        "newer_firmware": [
            {
                "entry_id": one.entry.entry_id,
                "firmware_version": one.entry.entry.text("firmware_version"),
                "listed": _day(listed_on(one.entry.entry)),
                "state": one.state,
                "upgrade_recorded": one.recorded,
                "through_absent": one.through_absent,
            }
            for one in (listing.newer if listing else ())
        ],
        "differences": [
            {"field": one.field, "inventory": one.inventory, "list": one.listed or None}
            for one in verdict.differences
        ],
        "told": told(verdict, on),
        "notes": list(verdict.notes),
    }


def _entry(listing: Listing) -> dict[str, Any]:
    one = listing.entry
    sent, loaded, rejection = listing.sent_with, listing.loaded, listing.rejection
    line = one.standing.line
    return {
        "entry_id": one.entry_id,
        "status": one.status,
        "status_since": _day(one.standing.since),
        "cause": line.cause if line else None,
        "reference": line.reference if line else None,
        "submitted": _day(one.waiting_since),
        "listed": _day(listing.listed),
        "held_since": _held_since(listing) or None,
        "delivered": {"serial": sent.serial, "on": _day(sent.on)} if sent else None,
        "loaded": (
            {
                "serial": loaded.serial,
                "at": moment_text(loaded.at),
                "row_of_the_day": listing.holds_row,
            }
            if loaded
            else None
        ),
        "rejected": (
            {
                "serial": rejection.serial,
                "at": moment_text(rejection.at),
                "reason": rejection.reason,
            }
            if rejection
            else None
        ),
    }


def _parts(model: ReadModel) -> dict[str, str]:
    return {
        "device_type": model.device_type,
        "manufacturer_identifier": model.manufacturer_identifier,
        "model_identifier": model.model_identifier,
        "hardware_version": model.hardware_version,
        "hardware_revision": model.hardware_revision,
        "firmware_version": model.firmware_version,
    }


def _day(when: date | None) -> str | None:
    return when.isoformat() if when else None


def _held_since(listing: Listing) -> str:
    hold = listing.entry.delivery.hold if listing.entry.delivery else None
    return hold.since.isoformat() if hold else ""


def report_csv(verdicts: Sequence[Verdict], state: PublishedState) -> bytes:
    """A row a device in the order of the inventory. RFC 4180."""
    return csv_bytes(COLUMNS, (_row(one, state.on) for one in verdicts))


def _row(verdict: Verdict, on: date) -> tuple[str, ...]:
    listing, model = verdict.listing, verdict.model
    cells = {name: getattr(verdict.device, name) for name in GIVEN}
    cells |= {
        "place": verdict.device.place,
        "read_as": " ".join(_parts(model).values()) if model else "",
        "state": verdict.state,
        "on_the_list": "yes" if verdict.active else "no",
        "differences": "; ".join(map(difference_told, verdict.differences)),
        "told": told(verdict, on),
    }
    if listing is not None:
        one, sent, loaded = listing.entry, listing.sent_with, listing.loaded
        cells |= {
            "entry_id": one.entry_id,
            "status": one.status or "",
            "status_since": _day(one.standing.since) or "",
            "listed": _day(listing.listed) or "",
            "held_since": _held_since(listing),
            "delivered": sent.serial if sent else "",
            "loaded": moment_text(loaded.at) if loaded and listing.holds_row else "",
            "certificates": "; ".join(certificate_told(each, on) for each in listing.ending),
            "upgrades": " ".join(each.entry.entry_id for each in listing.newer if each.recorded),
            "listed_later": " ".join(
                each.entry.entry_id for each in listing.newer if not each.recorded
            ),
        }
    hidden = [name for name, text in cells.items() if not printable(text)]
    cells |= dict.fromkeys(hidden, UNPRINTABLE)
    why = "could start a formula, or has characters that are not printed"
    notes = [*verdict.notes, *(f"{name} is not shown: it {why}" for name in hidden)]
    cells["notes"] = "; ".join(notes)
    return tuple(cells.get(name, "") for name in COLUMNS)


def printable(text: str) -> bool:
    """Whether a text may stand in a cell: no spreadsheet takes it for a formula, nothing hides."""
    return not text.startswith(FORMULA) and "\n" not in text and first_refusal(text) is None
