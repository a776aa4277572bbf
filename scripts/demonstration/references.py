"""Reference numbers, given out by date over the whole register, and the decisions they name."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from demonstration.entries import Entry, Line
    from demonstration.plan import Plan, Ruling


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


def refer(plan: Plan, entries: Iterable[Entry]) -> tuple[Decision, ...]:
    """Number all submissions and decisions, write the numbers into the history lines.

    A first submission uses a number up as well, though its line does not show it.
    """
    told = [
        (line.date, entry.entry_id, place, line)
        for entry in entries
        for place, line in enumerate(entry.history)
    ]
    lines = [line for *_, line in sorted(told, key=lambda row: row[:3])]
    _number_submissions(lines)
    rulings = sorted(
        {line.decision for line in lines if line.decision}, key=lambda r: (r.date, r.title, r.text)
    )
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


def _number_submissions(lines: Iterable[Line]) -> None:
    """SUB numbers, from 1 each year: an amendment shows its own."""
    numbers: Counter[int] = Counter()
    for line in lines:
        if line.event in ("submitted", "amended"):
            numbers[line.date.year] += 1
        if line.event == "amended":
            line.reference = f"SUB-{line.date.year}-{numbers[line.date.year]:04d}"
