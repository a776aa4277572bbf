"""The two clocks in a paper for the Panel: met and missed, month by month."""

from __future__ import annotations

from datetime import date
from typing import TypeAlias

from cpl_registry.outputs import wording
from cpl_registry.outputs.charts import Chart, Series, bar_chart
from cpl_registry.outputs.paper_parts import Block, PaperTable, Told, counted_rows
from cpl_registry.state.campaigns import months_after
from cpl_registry.state.clocks import EventClocks, Verdict
from cpl_registry.state.publication import PublishedState

MONTHS = 12
Months: TypeAlias = list[tuple[date, dict[str, tuple[str, ...]]]]
_VERDICTS = (Verdict.MET, Verdict.MISSED, Verdict.RUNNING, Verdict.PAUSED)


def clock_block(state: PublishedState) -> Block:
    """A table of the last months, and a chart for each clock."""
    heading = "The two clocks"
    about = Told(
        text=(
            "A listing, amendment or removal is to be delivered within one Working Day, and what was"
            " delivered is to be loaded within 24 hours. While the DSP cannot take a row, the first"
            " clock is paused. Months are those of the events."
        )
    )
    months = clock_rows(state.clocks, state.on)
    if not months:
        text = "No clock can be told: nothing was delivered."
        return Block(heading=heading, told=(about, Told(text=text)))
    rows = [(wording.month(first), columns) for first, columns in months]
    table = PaperTable(
        caption=f"Clocks of the last {MONTHS} months, by the month of the event",
        columns=("Month", *rows[0][1]),
        rows=tuple(counted_rows("clock", rows, total="These months")),
    )
    charts = tuple(_chart(which, months) for which in ("Delivered", "Loaded"))
    return Block(heading=heading, told=(about,), tables=(table,), charts=charts, numbered=True)


def _chart(which: str, months: Months) -> Chart:
    return bar_chart(
        f"clock-{which.lower()}",
        f"{which} in time and late, by month",
        f"Bars of the last {MONTHS} months: how many clocks were met and missed.",
        labels=[f"{wording.MONTHS[first.month - 1][:3]} {first.year}" for first, _ in months],
        series=[
            Series(
                name=f"{which}: {verdict}",
                values=tuple(len(columns[f"{which}: {verdict}"]) for _, columns in months),
            )
            for verdict in (Verdict.MET.value, Verdict.MISSED.value)
        ],
    )


def clock_rows(clocks: tuple[EventClocks, ...], on: date) -> Months:
    """The months up to a day's own, oldest first: for each verdict the events, entry and day.

    Nothing where no clock runs or has run.
    """
    found: dict[tuple[date, str], list[str]] = {}
    for one in clocks:
        for which, clock in (("Delivered", one.delivered), ("Loaded", one.loaded)):
            item = f"{one.entry_id}, {one.event.value} on {one.day}"
            column = f"{which}: {clock.verdict.value}"
            found.setdefault((one.day.replace(day=1), column), []).append(item)
    columns = [
        f"{which}: {verdict.value}"
        for which in ("Delivered", "Loaded")
        for verdict in (_VERDICTS if which == "Delivered" else _VERDICTS[:3])
    ]
    if not any(column in columns for _, column in found):
        return []
    last = on.replace(day=1)
    months = [months_after(last, count) for count in range(1 - MONTHS, 1)]
    return [
        (first, {column: tuple(found.get((first, column), ())) for column in columns})
        for first in months
    ]
