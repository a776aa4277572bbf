"""The list in pictures: what a reader would rather look at than read, each with its numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from cpl_registry.outputs import wording
from cpl_registry.outputs.chart_frame import PATTERNS
from cpl_registry.outputs.charts import Chart, Series, bar_chart, step_chart
from cpl_registry.outputs.entry_rows import Listing
from cpl_registry.outputs.page import Page
from cpl_registry.outputs.pages_dcc import ordered
from cpl_registry.outputs.pages_deliveries import clock_months
from cpl_registry.records.device_model import Event
from cpl_registry.state.clocks import Month, Verdict
from cpl_registry.state.over_time import Moment, days_of_holds, days_over_time, over_time

_MONTHS = 24
"""What is counted by month is drawn for so many months at most."""
_OTHERS = "other versions"
_DRAWN = (
    ("met", (Verdict.MET,)),
    ("missed", (Verdict.MISSED,)),
    ("running or paused", (Verdict.RUNNING, Verdict.PAUSED)),
)

_HAPPENED = (
    ("Submitted", (Event.SUBMITTED,)),
    ("Listed or reinstated", (Event.LISTED, Event.REINSTATED)),
    ("Amended or corrected", (Event.AMENDED, Event.CORRECTED)),
    ("Removed or closed", (Event.REMOVED, Event.CLOSED)),
)


@dataclass(frozen=True, kw_only=True)
class Pictures:
    """The charts of the register, drawn once for the pages that show them; None where empty."""

    listing: Listing

    @cached_property
    def moments(self) -> tuple[Moment, ...]:
        """What all charts over time are drawn from."""
        return over_time(self.listing.state, days_over_time(self.listing.state))

    @cached_property
    def by_status(self) -> Chart | None:
        """The entries by status."""
        return _over_time(
            "list",
            "The list over time, by status",
            [
                Series(name="Active", values=tuple(one.going for one in self.moments)),
                Series(name="Active, held", values=tuple(one.held for one in self.moments)),
                Series(name="Submitted", values=tuple(one.waiting for one in self.moments)),
                Series(name="Removed or closed", values=tuple(one.gone for one in self.moments)),
            ],
            self.moments,
        )

    @cached_property
    def held(self) -> Chart | None:
        """The entries that were held back from the DCC."""
        state = self.listing.state
        moments = over_time(state, days_of_holds(state))
        series = [Series(name="Held", values=tuple(one.held for one in moments))]
        return _over_time("held", "Held back from the DCC, over time", series, moments)

    @cached_property
    def by_gbcs(self) -> Chart | None:
        """The Active entries by GBCS version; what has no pattern of its own is drawn together."""
        peaks: dict[str, int] = {}
        for one in self.moments:
            for version, count in one.gbcs.items():
                peaks[version] = max(peaks.get(version, 0), count)
        room = PATTERNS if len(peaks) <= PATTERNS else PATTERNS - 1
        drawn = sorted(peaks, key=lambda version: (-peaks[version], version))[:room]
        series = [
            Series(
                name=f"GBCS {version}",
                values=tuple(one.gbcs[version] for one in self.moments),
            )
            for version in ordered(frozenset(drawn))
        ]
        if len(peaks) > len(drawn):
            rest = tuple(
                sum(count for version, count in one.gbcs.items() if version not in drawn)
                for one in self.moments
            )
            series.append(Series(name=_OTHERS, values=rest))
        title = "Active entries over time, by GBCS version"
        return _over_time("gbcs", title, series, self.moments)

    @cached_property
    def events(self) -> Chart | None:
        """What happened by month, the newest months; None where nothing did."""
        counts: dict[date, Counter[Event]] = {}
        for one in self.listing.state.entries:
            for line in one.entry.history:
                counts.setdefault(line.day.replace(day=1), Counter())[line.event] += 1
        months = _months_before(self.listing.state.on)
        series = [
            Series(
                name=name,
                values=tuple(
                    sum(counts[month][event] for event in events) if month in counts else 0
                    for month in months
                ),
            )
            for name, events in _HAPPENED
        ]
        seen = [one for one in series if any(one.values)]
        if not seen:
            return None
        totals = [f"{one.name} {sum(one.values):,}" for one in seen]
        return bar_chart(
            "events",
            "What happened, by month",
            f"Stacked bars, one a month up to {wording.month(months[-1])}. In all:"
            f" {', '.join(totals)}.",
            labels=[_label(month) for month in months],
            series=seen,
        )

    @cached_property
    def clocks(self) -> tuple[Chart, ...]:
        """The two clocks by the month of the event, the newest months."""
        months = clock_months(self.listing)[:_MONTHS][::-1]
        if not months:
            return ()
        return (
            _clock("delivered", "Delivered within one Working Day, by month", months),
            _clock("loaded", "Loaded within 24 hours, by month", months),
        )


def _over_time(
    chart_id: str, title: str, series: Sequence[Series], moments: Sequence[Moment]
) -> Chart | None:
    seen = [one for one in series if any(one.values)]
    if not seen:
        return None
    last = [f"{one.name} {one.values[-1]:,}" for one in seen]
    return step_chart(
        f"over-time-{chart_id}",
        title,
        f"Stacked steps. On {wording.day(moments[-1].day)}: {', '.join(last)}. The table has every"
        " number.",
        days=[one.day for one in moments],
        series=seen,
        what="On",
    )


def _clock(kind: str, title: str, months: Sequence[Month]) -> Chart:
    series = [
        Series(
            name=name,
            values=tuple(
                sum(getattr(month, kind).get(verdict, 0) for verdict in verdicts)
                for month in months
            ),
        )
        for name, verdicts in _DRAWN
    ]
    seen = [one for one in series if any(one.values)] or series[:1]
    totals = [f"{one.name} {sum(one.values):,}" for one in seen]
    return bar_chart(
        f"clock-{kind}",
        title,
        f"Stacked bars, one a month from {wording.month(months[0].first)} to"
        f" {wording.month(months[-1].first)}. In all: {', '.join(totals)}.",
        labels=[_label(one.first) for one in months],
        series=seen,
    )


def _months_before(on: date) -> list[date]:
    """The first days of the last months, that of the day included, oldest first."""
    last = on.year * 12 + on.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(last - _MONTHS + 1, last + 1)]


def _label(month: date) -> str:
    """`May 18`."""
    return f"{wording.MONTHS[month.month - 1][:3]} {month.year % 100:02d}"


def charts_page(pictures: Pictures) -> Page:
    """`charts/`."""
    on = pictures.listing.state.on
    return Page(
        path="charts/index",
        title="The list in pictures",
        description=f"The list over time up to {wording.day(on)}, as charts with their numbers.",
        template="pictures.html.jinja",
        context={"on": on, "pictures": pictures, "days": len(pictures.moments)},
        searchable=True,
    )
