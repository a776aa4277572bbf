"""Charts as SVG, drawn when the publication is made, each with its numbers as a table.

A chart has a title and a description for those who do not see it, no script and nothing from
elsewhere. It is drawn in the colour of the text around it, and its parts are told apart by pattern
and by their names in it, so that it reads in light, in dark and in black and white print.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup

from cpl_registry.outputs import wording
from cpl_registry.outputs.templating import render

PATTERNS = 6
"""So many series are told apart; a seventh is drawn as the first."""

_WIDTH, _LEFT, _RIGHT, _TALL = 720.0, 44.0, 708.0, 190.0
_LETTER = 6.9  # a generous width of a letter at this size, in the chart's own units
_LINE = 20.0
_TICKS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """One named series: a number for each day, or each label, of its chart; none is negative."""

    name: str
    values: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A day that is marked by an upright line, with a word or two: `Deadline`."""

    day: date
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """A chart and its numbers: `svg` is the drawing, `rows` are the cells below `columns`.

    `chart_id` begins every id in the drawing: two charts of one page need two of them.
    """

    chart_id: str
    title: str
    svg: Markup
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def step_chart(
    chart_id: str,
    title: str,
    description: str,
    *,
    days: Sequence[date],
    series: Sequence[Series],
    until: date | None = None,
    marks: Iterable[Mark] = (),
    what: str = "From",
) -> Chart:
    """Stacked steps over days: each number holds from its day to the next. The first series is lowest.

    `days` rise; the last number holds through `until` (the last day, where not given). The axis of
    days reaches as far as the marks do. At least one day is needed. `what` heads the days.
    """
    until = max(until or days[-1], days[-1])
    kept = [one for one in marks if one.day >= days[0]]
    axis = _DayAxis(first=days[0], last=max([until, *(one.day for one in kept)]))
    ends = [*days[1:], until + timedelta(days=1)]
    heights = [sum(one.values[place] for one in series) for place in range(len(days))]
    frame = _frame(series, max(heights, default=0), rows_above=len(kept))
    floor = [0] * len(days)
    areas = []
    for one in series:
        top = [low + value for low, value in zip(floor, one.values, strict=True)]
        areas.append(_area(frame, axis, list(zip(days, ends, floor, top, strict=True))))
        floor = top
    svg = _drawn(
        frame,
        chart_id=chart_id,
        title=title,
        description=description,
        shapes=areas,
        rects=[],
        totals=[],
        ticks=[(axis.x(day), wording.short_day(day)) for day in axis.ticks()],
        marks=_marks(frame, axis, kept),
    )
    rows = [
        (wording.day(day), *(f"{one.values[place]:,}" for one in series))
        for place, day in enumerate(days)
    ]
    return Chart(
        chart_id=chart_id,
        title=title,
        svg=svg,
        columns=(what, *(one.name for one in series)),
        rows=tuple(rows),
    )


def bar_chart(
    chart_id: str,
    title: str,
    description: str,
    *,
    labels: Sequence[str],
    series: Sequence[Series],
    what: str = "Month",
) -> Chart:
    """Stacked bars, one a label (a month), with each bar's total above it; `what` heads the labels."""
    heights = [sum(one.values[place] for one in series) for place in range(len(labels))]
    frame = _frame(series, max(heights, default=0), rows_above=0)
    step = (_RIGHT - _LEFT) / max(len(labels), 1)
    wide = min(step * 0.7, 48.0)
    rects: list[list[Mapping[str, float]]] = [[] for _ in series]
    for place in range(len(labels)):
        low = 0
        for number, one in enumerate(series):
            high = low + one.values[place]
            if high > low:
                x = _LEFT + step * (place + 0.5) - wide / 2
                y = frame.y(high)
                rects[number].append(
                    {"x": _r(x), "y": y, "width": _r(wide), "height": _r(frame.y(low) - y)}
                )
            low = high
    middle = [_r(_LEFT + step * (place + 0.5)) for place in range(len(labels))]
    longest = max((len(one) for one in labels), default=0)
    every = max(1, -(-int((longest + 1) * _LETTER) // max(int(step), 1)))
    svg = _drawn(
        frame,
        chart_id=chart_id,
        title=title,
        description=description,
        shapes=[],
        rects=rects,
        totals=[
            (x, frame.y(high) - 4, f"{high:,}") for x, high in zip(middle, heights, strict=True)
        ],
        ticks=list(zip(middle, labels, strict=True))[::every],
        marks=[],
    )
    totals = [f"{high:,}" for high in heights] if len(series) > 1 else []
    rows = [
        (label, *(f"{one.values[place]:,}" for one in series), *totals[place : place + 1])
        for place, label in enumerate(labels)
    ]
    columns = (what, *(one.name for one in series), *(("Total",) if totals else ()))
    return Chart(chart_id=chart_id, title=title, svg=svg, columns=columns, rows=tuple(rows))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Frame:
    """Where the drawing's parts lie: the key above, marks below it, then the plot."""

    key: tuple[Mapping[str, Any], ...]
    top: float
    highest: int
    levels: tuple[int, ...]
    marks_at: float

    @property
    def bottom(self) -> float:
        return self.top + _TALL

    @property
    def height(self) -> float:
        return self.bottom + 28

    def y(self, value: int) -> float:
        return _r(self.bottom - _TALL * value / self.highest)


def _frame(series: Sequence[Series], highest: int, *, rows_above: int) -> _Frame:
    key: list[Mapping[str, Any]] = []
    x, y = 2.0, 4.0
    for number, one in enumerate(series):
        wide = 24 + _LETTER * len(one.name) + 16
        if x + wide > _WIDTH and x > 2:
            x, y = 2.0, y + _LINE
        key.append({"number": number % PATTERNS, "name": one.name, "x": _r(x), "y": y})
        x += wide
    marks_at = y + _LINE + 8
    step = _step(highest)
    top_level = max(step, -(-highest // step) * step)
    return _Frame(
        key=tuple(key),
        marks_at=marks_at,
        top=marks_at + _LINE * rows_above + 12,
        highest=top_level,
        levels=tuple(range(0, top_level + 1, step)),
    )


def _step(highest: int) -> int:
    """A round distance between the lines of the plot, of which there are at most `_TICKS`."""
    power = 1
    while highest > 5 * power * _TICKS:
        power *= 10
    return next(step for step in (power, 2 * power, 5 * power) if highest <= step * _TICKS)


@dataclass(frozen=True, kw_only=True, slots=True)
class _DayAxis:
    first: date
    last: date

    def x(self, day: date) -> float:
        span = (self.last - self.first).days + 1
        return _r(_LEFT + (_RIGHT - _LEFT) * (day - self.first).days / span)

    def ticks(self) -> list[date]:
        """The first days of months, or the Mondays of a short stretch, thinned to what has room."""
        days = [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]
        firsts = [day for day in days if day.day == 1]
        chosen = firsts if len(days) > 62 else [day for day in days if day.weekday() == 0]
        chosen = chosen or [self.first]
        return chosen[:: -(-len(chosen) // 7)]


def _area(frame: _Frame, axis: _DayAxis, steps: Sequence[tuple[date, date, int, int]]) -> str:
    """The outline of one series: along its upper steps, back along its lower ones."""
    upper = [(axis.x(day), frame.y(top)) for start, end, _, top in steps for day in (start, end)]
    lower = [(axis.x(day), frame.y(low)) for start, end, low, _ in steps for day in (start, end)]
    if all(low == top for _, _, low, top in steps):
        return ""
    points = [*upper, *reversed(lower)]
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "Z"


def _marks(frame: _Frame, axis: _DayAxis, marks: Sequence[Mark]) -> list[Mapping[str, Any]]:
    """Each mark's line begins at its own row of words, so ordered that no line crosses other words."""
    placed = []
    for one in marks:
        text = f"{one.text}, {wording.day(one.day)}"
        ends = axis.x(one.day) + 4 + len(text) * _LETTER > _RIGHT
        placed.append((ends, -one.day.toordinal() if ends else one.day.toordinal(), text, one.day))
    found: list[Mapping[str, Any]] = []
    for row, (ends, _, text, day) in enumerate(sorted(placed)):
        x = axis.x(day)
        found.append(
            {
                "x": x,
                "text": text,
                "text_x": _r(x - 4 if ends else x + 4),
                "anchor": "end" if ends else "start",
                "y": _r(frame.marks_at + _LINE * row + 10),
            }
        )
    return found


def _drawn(frame: _Frame, **context: Any) -> Markup:
    levels = [(frame.y(level), f"{level:,}") for level in frame.levels]
    text = render(
        "chart.svg.jinja",
        frame=frame,
        levels=levels,
        patterns=range(min(len(frame.key), PATTERNS)),
        all_patterns=PATTERNS,
        left=_LEFT,
        right=_RIGHT,
        **context,
    )
    return Markup(text)  # noqa: S704  # the template escaped what came from the register


def _r(value: float) -> float:
    return round(value, 1)
