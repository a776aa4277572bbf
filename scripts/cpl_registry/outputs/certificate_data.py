"""Ends of CPA certificates as data: records for JSON, and a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from cpl_registry.outputs.artefact import Artefact, json_bytes
from cpl_registry.outputs.json_api import FOLDER, envelope
from cpl_registry.records.csv_text import csv_bytes
from cpl_registry.state.certificates_ending import Ending, endings
from cpl_registry.state.publication import PublishedState

HEADER = (
    "entry_id",
    "manufacturer",
    "certificate",
    "kind",
    "last_day",
    "bucket",
)


def certificate_files(state: PublishedState) -> Iterator[Artefact]:
    """`api/v1/certificates.json`: every end, those that come later included."""
    data = certificates_data(endings(state), state)
    yield Artefact(path=f"{FOLDER}/certificates.json", content=json_bytes(data))


def certificates_data(found: Iterable[Ending], state: PublishedState) -> dict[str, Any]:
    """Some ends, with the months of notice that the register records and whether they are sure."""
    calendar = state.register.oversight.calendar
    return envelope(
        state,
        notice_months=list(calendar.certificate_notice_months),
        notice_months_unconfirmed="certificate_notice_months" in calendar.unconfirmed,
        certificates=[ending_data(one) for one in found],
    )


def ending_data(one: Ending) -> dict[str, Any]:
    """One end as a record."""
    return {
        "entry_id": one.entry_id,
        "manufacturer": str(one.entry.manufacturer),
        "certificate": one.certificate.number,
        "kind": one.kind.value,
        "last_day": one.day.isoformat(),
        "days_left": one.days_left,
        "bucket": one.bucket.value,
        "notices": [
            {"months": notice.months, "due": notice.day.isoformat()} for notice in one.notices
        ],
    }


def endings_csv(found: Iterable[Ending]) -> bytes:
    """The ends as a table, soonest first. No number of days: a negative one could start a formula."""
    rows = (ending_data(one) for one in found)
    return csv_bytes(HEADER, ([str(row[name] or "") for name in HEADER] for row in rows))
