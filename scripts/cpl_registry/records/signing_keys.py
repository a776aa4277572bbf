"""The certificates whose signatures count: their days, what followed what, what was withdrawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cpl_registry.records.days import day_of


@dataclass(frozen=True, kw_only=True, slots=True)
class SigningKey:
    """One certificate: its fingerprint (SHA-256 of the DER form, lower-case hex) and its days.

    `start` and `end` are the first and the last day on which what it signed counts. From the day
    `withdrawn` on nothing that it signed counts. `replaces` is the fingerprint of the one before.
    """

    sha256: str
    name: str
    start: date
    end: date
    replaces: str | None = None
    withdrawn: date | None = None
    reason: str | None = None
    reference: str | None = None

    def refusal(self, on: date) -> str | None:
        """Why a signature made on a day does not count; None where it does."""
        if self.withdrawn is not None and on >= self.withdrawn:
            return f"{self.name} was withdrawn on {self.withdrawn}"
        if on < self.start:
            return f"{self.name} counts only from {self.start}"
        if on > self.end:
            return f"{self.name} counted until {self.end}"
        return None


def parse_signing_keys(data: Sequence[Mapping[str, Any]]) -> tuple[SigningKey, ...]:
    """The certificates of `dcc/keys.yaml`, in the order of the file."""
    return tuple(
        SigningKey(
            sha256=record["sha256"],
            name=record["name"],
            start=day_of(record, "start"),
            end=day_of(record, "end"),
            replaces=record.get("replaces"),
            withdrawn=day_of(record, "withdrawn") if "withdrawn" in record else None,
            reason=record.get("reason"),
            reference=record.get("reference"),
        )
        for record in data
    )
