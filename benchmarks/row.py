"""A line of the table: what is measured, what it should be, and whether it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.bench import Bench
from benchmarks.measuring import Figures


@dataclass(frozen=True, kw_only=True)
class Target:
    """A limit: at most so much, or at least. `aim` is what would be better still."""

    limit: float
    unit: str
    least: bool = False
    aim: float | None = None

    def met(self, value: float) -> bool:
        return value >= self.limit if self.least else value <= self.limit

    def __str__(self) -> str:
        aim = f" (aim {self.aim:g})" if self.aim is not None else ""
        return f"at {'least' if self.least else 'most'} {self.limit:g}{self.unit}{aim}"


@dataclass(frozen=True, kw_only=True)
class Row:
    """A measurement. `why` shows, where the target is missed, what the time or the bytes went to."""

    id: str
    name: str
    measure: Callable[[Bench], Figures]
    target: Target | None = None
    unit: str = "x"
    why: Callable[[Bench], str] | None = None


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a row gave: its figures, or why there are none; and what shows why it was missed."""

    row: Row
    figures: Figures | None = None
    problem: str = ""
    shown: str = ""

    @property
    def verdict(self) -> str:
        if self.figures is None:
            return "not measured"
        if self.row.target is None:
            return "no target"
        return "met" if self.row.target.met(self.figures.median) else "missed"

    @property
    def measured(self) -> str:
        """The median, in brackets the least and the most, and how many there were."""
        if self.figures is None:
            return "-"
        values, unit = self.figures.values, self.row.unit
        if len(values) == 1:
            return f"{_number(values[0])}{unit}, n 1"
        least, most = _number(min(values)), _number(max(values))
        return f"{_number(self.figures.median)}{unit} [{least}, {most}], n {len(values)}"


def _number(value: float) -> str:
    """Three digits that tell, and never more than two decimals."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def ratio(limit: float, aim: float | None = None) -> Target:
    return Target(limit=limit, unit="x", aim=aim)


def faster(limit: float) -> Target:
    return Target(limit=limit, unit="x", least=True)
