"""What changed: every event of every entry, newest first, by month and by year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from cpl_registry.outputs import wording
from cpl_registry.outputs.charts import Chart
from cpl_registry.outputs.entry_rows import EntryRow, Listing
from cpl_registry.outputs.page import Page
from cpl_registry.outputs.paging import paged_lines
from cpl_registry.outputs.templating import MOST_ROWS
from cpl_registry.records.device_model import HistoryLine
from cpl_registry.state.publication import events_until

FRONT = 40
"""The front page of the changes shows whole months until it has at least so many events."""
MOST_IN_A_YEAR = 600
"""A year with more events has a page for each month: some 20 kB, compressed, are a page."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeView:
    """One event: its history line, in words, the row of its entry, the page of what it cites."""

    day: date
    word: str
    cause: str | None
    line: HistoryLine
    row: EntryRow
    page: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Month:
    """The events of a month, newest first, or the newest of them; `key` is `2018-05`.

    `total` is how many the month has; `page` is its own page, where it has one.
    """

    key: str
    title: str
    changes: tuple[ChangeView, ...]
    total: int
    page: str | None = None


def changes(listing: Listing) -> tuple[ChangeView, ...]:
    """Everything that happened up to the day, newest first."""
    return tuple(
        change_view(one.entry.history[index], listing.rows[one.entry_id], listing.reference_pages)
        for _, one, index in events_until(listing.state)
    )


def change_view(line: HistoryLine, row: EntryRow, pages: Mapping[str, str]) -> ChangeView:
    """A history line in words; `pages` are those of the references that have one."""
    return ChangeView(
        day=line.day,
        word=wording.EVENTS[line.event],
        cause=wording.CAUSES.get(line.cause, line.cause) if line.cause else None,
        line=line,
        row=row,
        page=pages.get(line.reference) if line.reference else None,
    )


def change_pages(
    told: Sequence[ChangeView], on: date, chart: Chart | None = None
) -> Iterator[Page]:
    """`changes/` with the newest months, a page for each year, and in long years one for each month."""
    months = list(_months(told))
    years = sorted({month.key[:4] for month in months}, reverse=True)
    yield Page(
        path="changes/index",
        title="What changed",
        description=f"Listings, amendments, corrections and removals up to {wording.day(on)}.",
        template="changes.html.jinja",
        context={"on": on, "months": _front(months), "years": years, "year": None, "chart": chart},
        searchable=True,
    )
    for year in years:
        own = [month for month in months if month.key[:4] == year]
        long = any(month.page for month in own)
        yield Page(
            path=f"changes/{year}",
            title=f"What changed in {year}",
            description=f"Listings, amendments, corrections and removals of {year}.",
            template="changes.html.jinja",
            context={
                "on": on,
                "months": [replace(month, changes=()) for month in own] if long else own,
                "years": years,
                "year": year,
                "chart": None,
            },
        )
        for month in own if long else ():
            yield from _month_pages(month)


def _months(told: Sequence[ChangeView]) -> Iterator[Month]:
    in_years = Counter(change.day.year for change in told)
    for key, group in groupby(told, key=lambda change: f"{change.day:%Y-%m}"):
        found = tuple(group)
        long = in_years[found[0].day.year] > MOST_IN_A_YEAR
        yield Month(
            key=key,
            title=wording.month(found[0].day),
            changes=found,
            total=len(found),
            page=f"changes/{key.replace('-', '/')}" if long else None,
        )


def _month_pages(month: Month) -> Iterator[Page]:
    """The page of a month; further ones below it where it is long."""
    page = Page(
        path=month.page or "",
        title=f"What changed in {month.title}",
        description=f"Listings, amendments, corrections and removals of {month.title}.",
        template="changes_month.html.jinja",
        context={"month": month, "year": month.key[:4]},
    )
    yield from paged_lines(page, month.changes)


def _front(months: Sequence[Month]) -> list[Month]:
    shown: list[Month] = []
    for month in months:
        if sum(len(one.changes) for one in shown) >= FRONT:
            break
        most = MOST_ROWS if month.page else month.total
        shown.append(replace(month, changes=month.changes[:most]))
    return shown
