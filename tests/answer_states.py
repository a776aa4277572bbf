"""A register in which each answer of "Check my meter" is there once, for tests of its words."""

from datetime import date, timedelta
from typing import Any

from cpl_registry.outputs.check_answers import Kind
from cpl_registry.records.register import Register

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
}
KEYS = {kind: f"3804{number:04X}" for number, kind in enumerate(_LIVES, start=1)}
"""The firmware version of the entry in each state."""


def entry_id(kind: Kind) -> str:
    return f"esme-f0a1-0005-02-03-{KEYS[kind].lower()}"


def every_state() -> Register:
    """Two deliveries; the DCC answered for the first, and refused one row of the second."""
    of = register(
        *(entry(firmware_version=KEYS[kind], **life) for kind, life in _LIVES.items()),
    )
    of = answered(delivered(of, FIRST), f"{FIRST}-01", noon(FIRST) + timedelta(hours=1))
    return answered(
        delivered(of, LAST),
        f"{LAST}-01",
        noon(LAST) + timedelta(hours=1),
        entry_id(Kind.REJECTED),
        loaded=False,
        reason="unknown variant",
    )
