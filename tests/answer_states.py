"""A register in which each answer of "Check my meter" is there once, for tests of its words."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from cpl_registry.outputs.verdicts import Kind
from cpl_registry.records.register import Register
from cpl_registry.records.specifications import parse_specifications

from tests.builders import entry, register
from tests.sendings import answered, delivered, noon

DAY = date(2026, 11, 22)
FIRST, LAST = date(2026, 11, 10), date(2026, 11, 20)


def cpa(expires: str) -> list[dict[str, str]]:
    return [
        {"scheme": "CPA", "number": "DEMO-CPA-7", "issued": "2020-02-01", "expires": expires},
    ]


def _history(listed: str | None, *more: dict[str, Any]) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = [
        {"date": "2026-06-01", "event": "submitted", "by": "albion-metering"}
    ]
    if listed:
        lines.append({"date": listed, "event": "listed"})
    return [*lines, *more]


HASHES = ("A" * 64, "B" * 64)


def _corrected(day: str) -> dict[str, Any]:
    """An entry that the DCC loaded in June, whose hash was corrected on a day."""
    before, after = HASHES
    return {
        "manufacturer_image": {"sha256": after, "upgrades_from": "not-applicable"},
        "history": _history(
            "2026-06-02",
            {
                "date": day,
                "event": "corrected",
                "changed": {"manufacturer_image.sha256": {"from": before, "to": after}},
            },
        ),
    }


_SPECIFICATIONS = {
    "GBCS": [
        {"version": "3.2", "start": "2019-11-07", "source": "a test"},
        {"version": "4.3", "start": "2020-01-01", "source": "a test"},
    ],
    "SMETS2": [
        {"version": "4.2", "start": "2019-11-07", "source": "a test"},
        {
            "version": "4.1",
            "start": "2019-06-27",
            "installation_end": "2026-09-30",
            "source": "a test",
        },
    ],
}
_LIVES: dict[Kind, dict[str, Any]] = {
    Kind.LOADED: {"history": _history("2026-06-02")},
    Kind.DELIVERED: {"history": _history("2026-11-19")},
    Kind.AWAITING: {"history": _history("2026-11-22")},
    Kind.REJECTED: {"history": _history("2026-11-18")},
    Kind.HELD: {"history": _history("2026-11-18"), "gbcs_version": "4.3"},
    Kind.AMENDMENT_HELD: {
        "gbcs_version": "4.3",
        "history": _history(
            "2026-06-02",
            {
                "date": "2026-11-15",
                "event": "amended",
                "changed": {"gbcs_version": {"from": "3.2", "to": "4.3"}},
            },
        ),
    },
    Kind.ENDING: {
        "history": _history("2026-06-02"),
        "assurance_certificates": cpa("2027-01-31"),
    },
    Kind.ENDED: {
        "history": _history("2026-06-02"),
        "assurance_certificates": cpa("2026-11-21"),
    },
    Kind.SUBMITTED: {"history": _history(None)},
    Kind.CLOSED: {"history": _history(None, {"date": "2026-07-01", "event": "closed"})},
    Kind.REMOVED: {
        "history": _history(
            "2026-06-02",
            {
                "date": "2026-09-01",
                "event": "removed",
                "status": "Withdrawn",
                "cause": "manufacturer-request",
                "reference": "DEC-2026-009",
            },
        )
    },
    Kind.CHANGED_DELIVERED: _corrected("2026-11-19"),
    Kind.CHANGED_AWAITING: _corrected("2026-11-22"),
    Kind.CHANGED_REJECTED: _corrected("2026-11-18"),
    Kind.SPECIFICATION_ENDED: {
        "history": _history("2026-06-02"),
        "technical_specification": {"name": "SMETS2", "version": "4.1"},
    },
}
KEYS = {kind: f"3804{number:04X}" for number, kind in enumerate(_LIVES, start=1)}
"""The firmware version of the entry in each state."""


def entry_id(kind: Kind) -> str:
    return f"esme-f0a1-0005-02-03-{KEYS[kind].lower()}"


def every_state() -> Register:
    """Two deliveries; the DCC answered for the first, and refused two rows of the second."""
    of = register(
        *(entry(firmware_version=KEYS[kind], **life) for kind, life in _LIVES.items()),
    )
    of = replace(of, specifications=parse_specifications(_SPECIFICATIONS))
    of = answered(delivered(of, FIRST), f"{FIRST}-01", noon(FIRST) + timedelta(hours=1))
    return answered(
        delivered(of, LAST),
        f"{LAST}-01",
        noon(LAST) + timedelta(hours=1),
        entry_id(Kind.REJECTED),
        entry_id(Kind.CHANGED_REJECTED),
        loaded=False,
        reason="unknown variant",
    )
