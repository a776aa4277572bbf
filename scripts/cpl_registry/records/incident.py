"""Incidents: what went wrong with the list or at the DSP, since when, and what was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cpl_registry.records.days import day, day_of
from cpl_registry.records.selector import Selector, parse_selector


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """One line of an incident's timeline."""

    day: date
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Incident:
    """One incident. `end` is its last day, None while it is open; days are inclusive.

    `expected_end` is the day by which its end is expected, `expected_known_from` since when that is
    known: None where it was known from the start.

    `severity` is a level of the scale in `reference/incident-severities.yaml`. `selector` asks for
    the entries that it touches, on each of its days.
    """

    path: str
    reference: str
    title: str
    severity: str
    start: date
    end: date | None
    expected_end: date | None
    fact: str
    selector: Selector
    timeline: tuple[Moment, ...]
    expected_known_from: date | None = None
    decision: str | None = None
    source: str = ""
    illustrative: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Severity:
    """One step of the scale: its level, what it is called, what it means, where that was read."""

    level: str
    name: str
    meaning: str
    source: str
    unconfirmed: tuple[str, ...] = ()


def parse_incident(path: str, data: Mapping[str, Any]) -> Incident:
    """The incident of `panel/incidents/<reference>.yaml`."""
    return Incident(
        path=path,
        reference=data["reference"],
        title=data["title"],
        severity=data["severity"],
        start=day_of(data, "start"),
        end=day(data.get("end", "")),
        expected_end=day(data.get("expected_end", "")),
        expected_known_from=day(data.get("expected_known_from", "")),
        fact=data["fact"],
        selector=parse_selector(data["selector"]),
        timeline=tuple(
            Moment(day=day_of(line, "date"), text=line["text"]) for line in data["timeline"]
        ),
        decision=data.get("decision"),
        source=data.get("source", ""),
        illustrative=data.get("illustrative") == "true",
    )


def parse_severities(data: Sequence[Mapping[str, Any]]) -> tuple[Severity, ...]:
    """The scale of `reference/incident-severities.yaml`, gravest first."""
    return tuple(
        Severity(
            level=line["level"],
            name=line["name"],
            meaning=line["meaning"],
            source=line["source"],
            unconfirmed=tuple(line.get("unconfirmed", ())),
        )
        for line in data
    )
