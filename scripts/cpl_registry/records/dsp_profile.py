"""What the DCC's Data Service Provider (DSP) recognises and does, by date, as data.

The founding paper (section 3): the DSP checks the GBCS version of each row against those it
recognises and rejects what it does not know. What it does with an unchanged or a changed row was
partly believed and never tested: `unknown` is a value of its own here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from cpl_registry.records.days import day


class Scope(StrEnum):
    """What one unknown value blocks: the whole upload, or its row."""

    FILE = "file"
    ROW = "row"


class Reaction(StrEnum):
    """What the DSP does with a row it has seen before."""

    ACCEPT = "accept"
    REJECT = "reject"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What the DSP recognises from a day on; it replaces the steps before it.

    `values` maps a field of an entry to the texts recognised in it. A field that is not in the map
    is not checked by the DSP. An `expected` step is announced and not yet seen. `known_from` is
    the day since which the step was known; None where it always was.
    """

    start: date
    values: Mapping[str, frozenset[str]]
    expected: bool = False
    known_from: date | None = None
    source: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class DspProfile:
    """The DSP as data: how it rejects, which artefact it loads, what it recognises by date."""

    rejects: Scope
    loads: str
    unchanged_row: Reaction
    changed_row: Reaction
    steps: tuple[Step, ...]

    def step_on(self, on: date) -> Step | None:
        """The step that governs a day: the latest that is not `expected`; None before the first.

        Of two that start on one day the later in the file counts: it was added to mend the other.
        """
        seen = [step for step in self.steps[::-1] if not step.expected and step.start <= on]
        return max(seen, key=lambda step: step.start) if seen else None

    def step_days(self, until: date) -> tuple[date, ...]:
        """The days on which what is recognised changes, up to and including a day."""
        days = {step.start for step in self.steps if not step.expected and step.start <= until}
        return tuple(sorted(days))


@dataclass(frozen=True, kw_only=True, slots=True)
class Substitution:
    """A value that a decision replaces on its way out, for one field."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyStep:
    """What is done with a row that the DSP does not recognise, from a day on: hold or substitute."""

    start: date
    end: date | None
    policy: str
    substitutions: tuple[Substitution, ...] = ()
    decision: str | None = None


def parse_dsp_profile(data: Mapping[str, Any]) -> DspProfile:
    """The profile of `dcc/dsp-profile.yaml`. An absent reaction is unknown."""
    return DspProfile(
        rejects=Scope(data["rejects"]),
        loads=data.get("loads", "full"),
        unchanged_row=Reaction(data.get("unchanged_row", "unknown")),
        changed_row=Reaction(data.get("changed_row", "unknown")),
        steps=tuple(_step(record) for record in data["recognises"]),
    )


def _step(record: Mapping[str, Any]) -> Step:
    values: dict[str, frozenset[str]] = {}
    if "gbcs_versions" in record:
        values["gbcs_version"] = frozenset(record["gbcs_versions"])
    if "device_types" in record:
        values["device_type"] = frozenset(record["device_types"])
    for family, versions in record.get("technical_specifications", {}).items():
        values[f"technical_specification.version of {family}"] = frozenset(versions)
    return Step(
        start=day(record["start"]) or date.max,
        values=values,
        expected=record.get("expected") == "true",
        known_from=day(record["known_from"]) if "known_from" in record else None,
        source=record.get("source", ""),
    )


def parse_delivery_policy(data: Sequence[Mapping[str, Any]]) -> tuple[PolicyStep, ...]:
    """The steps of `dcc/delivery-policy.yaml`, in the order of the file."""
    return tuple(
        PolicyStep(
            start=day(record["start"]) or date.max,
            end=day(record["end"]) if "end" in record else None,
            policy=record["policy"],
            substitutions=tuple(
                Substitution(field=one["field"], before=one["from"], after=one["to"])
                for one in record.get("substitutions", ())
            ),
            decision=record.get("decision"),
        )
        for record in data
    )
