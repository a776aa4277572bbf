"""Charts as SVG, drawn when the publication is made, each with its numbers as a table.

A chart has a title and a description for those who do not see it, no script and nothing from
elsewhere. It is drawn in the colour of the text around it, and its parts are told apart by pattern
and by their names in it, so that it reads in light, in dark and in black and white print. It is drawn
twice, wide and for a phone: words that shrink with their picture cannot be read there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup

from cpl_registry.outputs import wording
from cpl_registry.outputs.chart_frame import (
    LETTER,
    NARROW,
    PATTERNS,
    WIDE,
    DayAxis,
    Frame,
    Sheet,
    area,
    frame_of,
    marks_of,
    rounded,
)
from cpl_registry.outputs.templating import render


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

    `narrow` is the same for a screen that is less than 45 letters wide: a page has both, and its style
    sheet shows one. `chart_id` begins every id in the drawings: two charts of one page need two of them.
    """

    chart_id: str
    title: str
    svg: Markup
    narrow: Markup
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
    ends = [*days[1:], until + timedelta(days=1)]
    heights = [sum(one.values[place] for one in series) for place in range(len(days))]

    def drawn(sheet: Sheet) -> Markup:
        axis = DayAxis(sheet=sheet, first=days[0], last=max([until, *(one.day for one in kept)]))
        frame = frame_of(
            sheet, [one.name for one in series], max(heights, default=0), rows_above=len(kept)
        )
        floor = [0] * len(days)
        areas = []
        for one in series:
            top = [low + value for low, value in zip(floor, one.values, strict=True)]
            areas.append(area(frame, axis, list(zip(days, ends, floor, top, strict=True))))
            floor = top
        return _drawn(
            frame,
            chart_id=chart_id,
            title=title,
            description=description,
            shapes=areas,
            rects=[],
            totals=[],
            ticks=[(axis.x(day), words) for day, words in axis.ticks()],
            marks=marks_of(frame, axis, [(one.day, one.text) for one in kept]),
        )

    rows = [
        (wording.day(day), *(f"{one.values[place]:,}" for one in series))
        for place, day in enumerate(days)
    ]
    return Chart(
        chart_id=chart_id,
        title=title,
        svg=drawn(WIDE),
        narrow=drawn(NARROW),
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

    def drawn(sheet: Sheet) -> Markup:
        frame = frame_of(sheet, [one.name for one in series], max(heights, default=0), rows_above=0)
        step = (sheet.right - sheet.left) / max(len(labels), 1)
        middle = [rounded(sheet.left + step * (place + 0.5)) for place in range(len(labels))]
        above = [f"{high:,}" for high in heights]
        longest = max((len(one) for one in labels), default=0)
        every = max(1, -(-int((longest + 1) * LETTER) // max(int(step), 1)))
        # Numbers that would run into each other are left to the table.
        room = max(map(len, above), default=0) * LETTER <= step
        return _drawn(
            frame,
            chart_id=chart_id,
            title=title,
            description=description,
            shapes=[],
            rects=_bars(frame, series, step),
            totals=[
                (x, frame.y(high) - 4, words)
                for x, high, words in zip(middle, heights, above, strict=True)
                if room
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
    return Chart(
        chart_id=chart_id,
        title=title,
        svg=drawn(WIDE),
        narrow=drawn(NARROW),
        columns=columns,
        rows=tuple(rows),
    )


def _bars(frame: Frame, series: Sequence[Series], step: float) -> list[list[Mapping[str, float]]]:
    """The pieces of each series, each on those of the series before it."""
    wide = min(step * 0.7, 48.0)
    rects: list[list[Mapping[str, float]]] = [[] for _ in series]
    for place in range(len(series[0].values) if series else 0):
        low = 0
        for number, one in enumerate(series):
            high = low + one.values[place]
            if high > low:
                x = frame.sheet.left + step * (place + 0.5) - wide / 2
                y = frame.y(high)
                rects[number].append(
                    {
                        "x": rounded(x),
                        "y": y,
                        "width": rounded(wide),
                        "height": rounded(frame.y(low) - y),
                    }
                )
            low = high
    return rects


def _drawn(frame: Frame, *, chart_id: str, **context: Any) -> Markup:
    text = render(
        "chart.svg.jinja",
        frame=frame,
        chart_id=f"{chart_id}{frame.sheet.suffix}",
        levels=[(frame.y(level), f"{level:,}") for level in frame.levels],
        patterns=range(min(len(frame.key), PATTERNS)),
        all_patterns=PATTERNS,
        **context,
    )
    return Markup(text)  # noqa: S704  # the template escaped what came from the register
