"""Reference numbers, given out by date over the whole register, and the decisions they name."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from demonstration.entries import Entry, Line
    from demonstration.plan import Plan, Ruling

LAST_PART = 99
"""Decisions that no history line cites are numbered after all that one cites."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """A ruling under its reference."""

    reference: str
    ruling: Ruling
    body: str
    label: str

    @property
    def path(self) -> str:
        """Where the decision lies, relative to the register's root."""
        return f"cpl/panel/decisions/{self.reference}.yaml"


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiver:
    """A waived finding with the file and the decision that it is about."""

    rule: str
    path: str
    reason: str
    reference: str
    last_day: date


def refer(plan: Plan, entries: Iterable[Entry]) -> tuple[Decision, ...]:
    """Number all submissions and decisions, write the numbers into the history lines.

    A first submission uses a number up as well, though its line does not show it. Each part of
    the plan gets its numbers after those of the parts before it.
    """
    told = [
        (entry.family.part, line.date, entry.entry_id, place, line)
        for entry in entries
        for place, line in enumerate(entry.history)
    ]
    told.sort(key=lambda row: row[:4])
    lines = [line for *_, line in told]
    _number_submissions(lines)
    part_of = {waiver.decision: LAST_PART for waiver in plan.waivers}
    for part, *_, line in reversed(told):
        if line.decision:
            part_of[line.decision] = part
    rulings = sorted(part_of, key=lambda r: (part_of[r], r.date, r.title, r.text))
    numbers: Counter[int] = Counter()
    decisions: dict[Ruling, Decision] = {}
    for ruling in rulings:
        year = ruling.date.year
        numbers[year] += 1
        decisions[ruling] = Decision(
            reference=f"DEC-{year}-{numbers[year]:03d}",
            ruling=ruling,
            body=plan.words["body"],
            label=plan.words["label"],
        )
    for line in lines:
        if line.decision:
            line.reference = decisions[line.decision].reference
    return tuple(decisions.values())


def waivers_of(
    plan: Plan, entries: Iterable[Entry], decisions: Iterable[Decision]
) -> tuple[Waiver, ...]:
    """The waivers of the plan, each under the reference of its decision."""
    by_label = {entry.label: entry for entry in entries}
    references = {one.ruling: one.reference for one in decisions}
    return tuple(
        Waiver(
            rule=one.rule,
            path=by_label[one.entry].path,
            reason=one.reason,
            reference=references[one.decision],
            last_day=one.last_day,
        )
        for one in plan.waivers
    )


def _number_submissions(lines: Iterable[Line]) -> None:
    """SUB numbers, from 1 each year: an amendment shows its own."""
    numbers: Counter[int] = Counter()
    for line in lines:
        if line.event in ("submitted", "amended"):
            numbers[line.date.year] += 1
        if line.event == "amended":
            line.reference = f"SUB-{line.date.year}-{numbers[line.date.year]:04d}"
