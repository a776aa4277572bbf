"""The words in which the site tells days, numbers, fields, events and causes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from cpl_registry.records.device_model import Certificate, Event, Value
from cpl_registry.state.delivery import Delivery, Hold, Reason, StandingRow

# Own names: those of the standard library follow the machine's locale.
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EVENTS: Mapping[Event, str] = {
    Event.SUBMITTED: "Submitted",
    Event.LISTED: "Listed",
    Event.AMENDED: "Amended",
    Event.CORRECTED: "Corrected",
    Event.REMOVED: "Removed",
    Event.REINSTATED: "Reinstated",
    Event.CLOSED: "Submission closed",
}
CAUSES: Mapping[str, str] = {
    "certificate-expired": "its certificate expired",
    "certificate-withdrawn": "its certificate was withdrawn",
    "certificate-cancelled": "its certificate was cancelled",
    "specification-ended": "its specification version ended",
    "manufacturer-request": "the manufacturer asked for it",
    "entered-in-error": "it had been entered in error",
    "panel-decision": "the Panel decided so",
}
_FIELDS: Mapping[str, str] = {
    "device_type": "Device type",
    "manufacturer": "Manufacturer",
    "manufacturer_identifier": "Manufacturer identifier",
    "model_identifier": "Model identifier",
    "model_name": "Model name",
    "hardware_version": "Hardware version",
    "hardware_revision": "Hardware revision",
    "firmware_version": "Firmware version",
    "esme_variant": "ESME variant",
    "technical_specification.name": "Technical specification",
    "technical_specification.version": "Technical specification version",
    "gbcs_version": "GBCS version",
    "manufacturer_image.sha256": "Manufacturer Image hash (SHA-256)",
    "manufacturer_image.upgrades_from": "Can be upgraded from",
}
_HOLD_REASONS: Mapping[str, str] = {
    Reason.NOT_RECOGNISED: "the DSP did not recognise it",
    Reason.REFUSES_AMENDMENT: "the DSP refused a changed row",
    Reason.SUBSTITUTED: "another value was sent, by a decision",
}
_STANDING_ROWS: Mapping[str, str] = {
    StandingRow.NONE: "none",
    StandingRow.PREVIOUS: "the earlier row",
    StandingRow.MISSTATED: "the row with another value",
}
_CERTIFICATE_PARTS: Mapping[str, str] = {
    "number": "number",
    "issued": "issued",
    "expires": "expiry date",
    "renewal_due": "renewal due date",
}


def day(when: date) -> str:
    """`9 May 2018`."""
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def full_day(when: date) -> str:
    """`Wednesday 9 May 2018`."""
    return f"{WEEKDAYS[when.weekday()]} {day(when)}"


def short_day(when: date) -> str:
    """`9 May 18`, where there is little room."""
    return f"{when.day} {MONTHS[when.month - 1][:3]} {when.year % 100:02d}"


def month(when: date) -> str:
    """`May 2018`."""
    return f"{MONTHS[when.month - 1]} {when.year}"


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 entry`, `1,204 entries`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def joined(words: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def sentence(text: str) -> str:
    """A text of the register with one full stop at its end."""
    return f"{text.rstrip('.')}."


def field_name(path: str) -> str:
    """A dotted path in words; one that is not known here stands as it is."""
    lead, _, rest = path.partition(".")
    if lead == "assurance_certificates":
        scheme, _, part = rest.partition(".")
        return f"{scheme} Certificate, {_CERTIFICATE_PARTS.get(part, part)}"
    if lead == "evidence":
        return f"Evidence, {rest}"
    return _FIELDS.get(path, path)


def value_text(value: Value) -> str:
    """A value of a field on one line."""
    return value if isinstance(value, str) else ", ".join(value)


DSP = "the DCC's Data Service Provider (DSP)"


def hold_cause(hold: Hold, dsp: str = DSP) -> str:
    """Why a row is held, as a clause: `the DSP does not recognise GBCS 1.1`."""
    values = joined([f"{short_name(cause.field)} {cause.value}" for cause in hold.causes])
    if hold.reason is Reason.REFUSES_AMENDMENT:
        return f"{dsp} refuses a changed row: {values}"
    if hold.reason is Reason.SUBSTITUTED:
        return f"{dsp} does not recognise {values}, and a decision has another value sent"
    return f"{dsp} does not recognise {values}"


def hold_reason(reason: str) -> str:
    """A reason of the held list, in words; one that is not known here stands as it is."""
    return _HOLD_REASONS.get(reason, reason)


def standing_row(word: str) -> str:
    """What the extract had in place of a held row, in words."""
    return _STANDING_ROWS.get(word, word)


def capital(text: str) -> str:
    """A text with a capital at its beginning: a paragraph of its own."""
    return text[:1].upper() + text[1:]


def misstatement(delivery: Delivery) -> str:
    """What the DCC is sent in place of the truth: `GBCS 1.0 in place of 1.1 under DEC-2018-001`."""
    return joined(
        [
            f"{short_name(cell.field)} {cell.sent} in place of {cell.value}"
            + (f" under {cell.decision}" if cell.decision else "")
            for cell in delivery.misstated
        ]
    )


def short_name(path: str) -> str:
    """The name of a field before its value: `GBCS`."""
    return "GBCS" if path == "gbcs_version" else field_name(path)


def certificate_end(certificate: Certificate, on: date) -> str | None:
    """When a certificate ends, seen from a day; None where it has no end. An end is inclusive.

    A renewal is not an expiry: a lifetime CPA Certificate has a day on which its renewal is due
    and goes on (SEC modification MP209, in force since 1 August 2022).
    """
    end = certificate.ends
    if end is None:
        return None
    left = (end - on).days
    ahead = "today" if left == 0 else f"in {counted(left, 'day')}"
    if certificate.expires is not None:
        return f"expired on {day(end)}" if left < 0 else f"expires on {day(end)}, {ahead}"
    if left < 0:
        return f"was due for renewal on {day(end)}"
    return f"is due for renewal on {day(end)}, {ahead}"
