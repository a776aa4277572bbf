"""What was sent to the DCC and what it answered: one file a delivery, one file an answer.

A delivery file keeps the rows that differ from the delivery before, so that the extract of any
delivery is worked out from the chain, and the digest of the file before, so that no link can be
taken out or exchanged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, NewType, TypeAlias

from cpl_registry.records.days import day, day_of
from cpl_registry.records.device_model import EntryId

Serial = NewType("Serial", str)
"""Day and two digits, `2026-11-20-01`: later deliveries have greater serials, none is used twice."""
Row: TypeAlias = tuple[str, ...]
"""The cells of an extract's row, in the order of the header."""

HUB = "CH"
HUB_DEVICES = ("CHF", "GPF")
"""The two devices that a Communications Hub (`HUB`) is to the DCC, each of which it answers for."""
WHOLE_FILE = "*"
"""Stands in an answer for every row of the delivery."""


class DeltaKind(StrEnum):
    """What happened to a row since the delivery before."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, kw_only=True, slots=True)
class DeltaRow:
    """One row of a delta: the new cells, or the last sent of a removed row."""

    change: DeltaKind
    entry_id: EntryId
    cells: Row


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldRow:
    """One row of a held list: entry, first day, reason, field, true value, what stands instead."""

    entry_id: EntryId
    since: date
    reason: str
    field: str
    value: str
    standing_row: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryFile:
    """One delivery, as its file under `cpl/dcc/deliveries/` tells it.

    `sent_at` is in UTC. `previous` is the SHA-256 of the file of the delivery before, `own_digest`
    that of this file; both lower-case hex.
    """

    serial: Serial
    kind: str
    sent_at: datetime
    on: date
    commit: str | None
    based_on: Serial | None
    previous: str | None
    extract_sha256: str
    extract_rows: int
    manifest_sha256: str | None
    decision: str | None
    header: tuple[str, ...]
    delta: tuple[DeltaRow, ...]
    held: tuple[HeldRow, ...]
    own_digest: str

    @property
    def is_baseline(self) -> bool:
        """Whether this is a list that the DCC already held when the register began."""
        return self.kind == "baseline"


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What the DCC did with one row: entry (or `*`), logical device of a hub, answer, moment."""

    entry_id: str
    logical_device: str | None
    loaded: bool
    reason: str | None
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Acknowledgement:
    """One answer of the DCC to a delivery, its results in the order of the file that it sent."""

    serial: Serial
    answer: int
    sha256: str
    results: tuple[Result, ...]


def moment(text: str) -> datetime:
    """A moment written `2026-11-20T12:00:00Z`.

    Raises:
        ValueError: its day is none; the schema or `is_moment` is asked first.
    """
    when = day(text[:10])
    if when is None:
        raise ValueError(f"not a moment: {text}")
    hour, minute, second = int(text[11:13]), int(text[14:16]), int(text[17:19])
    return datetime(when.year, when.month, when.day, hour, minute, second, tzinfo=UTC)


def moment_text(at: datetime) -> str:
    """A moment as the register writes it: UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_delivery(data: Mapping[str, Any], own_digest: str) -> DeliveryFile:
    """A delivery from the data of its file and the SHA-256 of its bytes."""
    return DeliveryFile(
        serial=Serial(data["serial"]),
        kind=data["kind"],
        sent_at=moment(data["sent_at"]),
        on=day_of(data, "on"),
        commit=data.get("commit"),
        based_on=Serial(data["based_on"]) if "based_on" in data else None,
        previous=data.get("previous"),
        extract_sha256=data["extract"]["sha256"],
        extract_rows=int(data["extract"]["rows"]),
        manifest_sha256=data.get("manifest"),
        decision=data.get("decision"),
        header=tuple(data["header"]),
        delta=tuple(
            DeltaRow(
                change=DeltaKind(one["change"]),
                entry_id=EntryId(one["entry_id"]),
                cells=tuple(one["cells"]),
            )
            for one in data["delta"]
        ),
        held=tuple(
            HeldRow(
                entry_id=EntryId(one["entry_id"]),
                since=day_of(one, "since"),
                reason=one["reason"],
                field=one["field"],
                value=one["value"],
                standing_row=one["standing_row"],
            )
            for one in data["held"]
        ),
        own_digest=own_digest,
    )


def parse_acknowledgement(data: Mapping[str, Any]) -> Acknowledgement:
    """An answer from the data of its file."""
    return Acknowledgement(
        serial=Serial(data["serial"]),
        answer=int(data["answer"]),
        sha256=data["sha256"],
        results=tuple(
            Result(
                entry_id=one["entry_id"],
                logical_device=one.get("logical_device"),
                loaded=one["result"] == "loaded",
                reason=one.get("reason"),
                at=moment(one["at"]),
            )
            for one in data["results"]
        ),
    )
