"""Where the parts of a chart lie: its key, the lines of its plot, its days, its marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from cpl_registry.outputs import wording

PATTERNS = 6
"""So many series are told apart; a seventh is drawn as the first."""
LETTER = 6.9
"""A generous width of a letter, in the chart's own units."""
_LINE = 20.0
_LEVELS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """What a chart is drawn on: how wide, between which edges its plot lies, how high that is.

    `ticks` is how many days at most are named below it. `suffix` tells its ids from those of the other
    sheets of the same chart, `shape` is its class.
    """

    width: float
    left: float
    right: float
    tall: float
    ticks: int
    suffix: str
    shape: str


WIDE = Sheet(width=720, left=44, right=708, tall=190, ticks=7, suffix="", shape="wide")
NARROW = Sheet(width=300, left=42, right=294, tall=170, ticks=4, suffix="-n", shape="narrow")


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """Where the drawing's parts lie: the key above, marks below it, then the plot.

    All lengths are in the units of the SVG's own view box, y downwards from its upper edge.
    """

    sheet: Sheet
    key: tuple[Mapping[str, Any], ...]
    top: float
    highest: int
    levels: tuple[int, ...]
    marks_at: float

    @property
    def bottom(self) -> float:
        """Where zero lies."""
        return self.top + self.sheet.tall

    @property
    def height(self) -> float:
        """Of the whole drawing, with the words below its plot."""
        return self.bottom + 28

    def y(self, value: int) -> float:
        """How high a number lies."""
        return rounded(self.bottom - self.sheet.tall * value / self.highest)


def frame_of(sheet: Sheet, names: Sequence[str], highest: int, *, rows_above: int) -> Frame:
    """The frame for series of these names, the highest number, and so many marks."""
    key: list[Mapping[str, Any]] = []
    x, y = 2.0, 4.0
    for number, name in enumerate(names):
        wide = 24 + LETTER * len(name) + 16
        if x + wide > sheet.width and x > 2:
            x, y = 2.0, y + _LINE
        key.append({"number": number % PATTERNS, "name": name, "x": rounded(x), "y": y})
        x += wide
    marks_at = y + _LINE + 8
    step = _step(highest)
    top_level = max(step, -(-highest // step) * step)
    return Frame(
        sheet=sheet,
        key=tuple(key),
        marks_at=marks_at,
        top=marks_at + _LINE * rows_above + 12,
        highest=top_level,
        levels=tuple(range(0, top_level + 1, step)),
    )


def _step(highest: int) -> int:
    """A round distance between the lines of the plot, of which there are at most `_LEVELS`."""
    power = 1
    while highest > 5 * power * _LEVELS:
        power *= 10
    return next(step for step in (power, 2 * power, 5 * power) if highest <= step * _LEVELS)


@dataclass(frozen=True, kw_only=True, slots=True)
class DayAxis:
    """Where days lie, from left to right in the units of the view box, and which are named."""

    sheet: Sheet
    first: date
    last: date

    def x(self, day: date) -> float:
        """Where the beginning of a day lies."""
        span = (self.last - self.first).days + 1
        sheet = self.sheet
        return rounded(sheet.left + (sheet.right - sheet.left) * (day - self.first).days / span)

    def ticks(self) -> list[tuple[date, str]]:
        """The days that are named, and how: years, the first days of months, or Mondays.

        One at the very edge, whose words would be cut, is not named.
        """
        return [
            (day, words)
            for day, words in self._named()
            if self.x(day) + len(words) * LETTER / 2 <= self.sheet.width
        ]

    def _named(self) -> list[tuple[date, str]]:
        days = [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]
        firsts = [day for day in days if day.day == 1]
        years = [day for day in firsts if day.month == 1]
        if len(years) > 2:
            # A year is short: more of them have room.
            return [(day, str(day.year)) for day in _thinned(years, self.sheet.ticks * 3 // 2)]
        chosen = firsts if len(days) > 62 else [day for day in days if day.weekday() == 0]
        kept = _thinned(chosen or [self.first], self.sheet.ticks)
        return [(day, wording.short_day(day)) for day in kept]


def _thinned(days: Sequence[date], most: int) -> Sequence[date]:
    return days[:: -(-len(days) // most)]


def area(frame: Frame, axis: DayAxis, steps: Sequence[tuple[date, date, int, int]]) -> str:
    """The outline of one series: along its upper steps, back along its lower ones."""
    upper = [(axis.x(day), frame.y(top)) for start, end, _, top in steps for day in (start, end)]
    lower = [(axis.x(day), frame.y(low)) for start, end, low, _ in steps for day in (start, end)]
    if all(low == top for _, _, low, top in steps):
        return ""
    points = [*upper, *reversed(lower)]
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "Z"


def marks_of(
    frame: Frame, axis: DayAxis, marks: Sequence[tuple[date, str]]
) -> list[Mapping[str, Any]]:
    """Each mark's line begins at its own row of words, so ordered that no line crosses other words."""
    sheet = frame.sheet
    told = wording.day if sheet is WIDE else wording.short_day
    placed = []
    for day, words in marks:
        text = f"{words}, {told(day)}"
        ends = axis.x(day) + 4 + len(text) * LETTER > sheet.right
        placed.append((ends, -day.toordinal() if ends else day.toordinal(), text, day))
    found: list[Mapping[str, Any]] = []
    for row, (ends, _, text, day) in enumerate(sorted(placed)):
        x = axis.x(day)
        found.append(
            {
                "x": x,
                "text": text,
                "text_x": rounded(x - 4 if ends else x + 4),
                "anchor": "end" if ends else "start",
                "y": rounded(frame.marks_at + _LINE * row + 10),
            }
        )
    return found


def rounded(value: float) -> float:
    """As exact as a drawing needs it."""
    return round(value, 1)
