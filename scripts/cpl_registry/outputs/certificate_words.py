"""The words in which ends of certificates are told."""

from __future__ import annotations

from collections.abc import Mapping

from cpl_registry.outputs import wording
from cpl_registry.records.oversight import Calendar
from cpl_registry.state.certificates_ending import Bucket, Ending, EndKind

BUCKETS: Mapping[Bucket, str] = {
    Bucket.ENDED: "ended",
    Bucket.ONE: "within 1 month",
    Bucket.THREE: "in 1 to 3 months",
    Bucket.SIX: "in 3 to 6 months",
    Bucket.TWELVE: "in 6 to 12 months",
    Bucket.LATER: "later",
}
RECORDED = "cpl/reference/calendar.yaml"


def months_recorded(calendar: Calendar) -> str:
    """`12 and 6 months`; empty where the register records none."""
    months = calendar.certificate_notice_months
    return f"{wording.joined([str(one) for one in months])} months" if months else ""


def recalled(calendar: Calendar) -> bool:
    """Whether the months are recalled and not read in a source."""
    return "certificate_notice_months" in calendar.unconfirmed


def removal_command(one: Ending) -> str | None:
    """The command that an administrator would use once it is decided; None where nothing ended."""
    if not one.ended or one.proposal is None:
        return None
    return (
        f"cpl remove {one.entry_id} --status Expired --cause certificate-expired"
        " --reference DECISION"
    )


def end_words(one: Ending) -> str:
    """`expires on Friday 9 April 2027, in 138 days`."""
    day = wording.full_day(one.day)
    if one.kind is EndKind.EXPIRY:
        return f"expired on {day}" if one.ended else f"expires on {day}, {_ahead(one)}"
    if one.ended:
        return f"was due for renewal on {day}"
    return f"is due for renewal on {day}, {_ahead(one)}"


def _ahead(one: Ending) -> str:
    return "today" if one.days_left == 0 else f"in {wording.counted(one.days_left, 'day')}"
