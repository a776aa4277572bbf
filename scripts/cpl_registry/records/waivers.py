"""Waivers: known offenders, each with a reason, a reference and a last day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cpl_registry.records.days import day


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiver:
    """One rule is not applied to one file, up to and including `last_day`."""

    rule: str
    path: str
    reason: str
    reference: str
    last_day: date


def parse_waivers(data: Sequence[Any]) -> tuple[Waiver, ...]:
    """The waivers of `reference/waivers.yaml`, in the order of the file."""
    return tuple(
        Waiver(
            rule=record["rule"],
            path=record["path"],
            reason=record["reason"],
            reference=record["reference"],
            last_day=day(record["last_day"]) or date.min,
        )
        for record in data
    )
