"""The forward look: everything dated ahead, month by month, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from cpl_registry.outputs import wording
from cpl_registry.outputs.entry_rows import Listing
from cpl_registry.outputs.outlook_told import DatedTold, notice_told, outlook_told
from cpl_registry.outputs.page import Page
from cpl_registry.outputs.paging import paged_lines
from cpl_registry.state.outlook import outage_notices, outlook
from cpl_registry.state.readiness import horizon

MOST = 60
"""A line with more entries than this only says how many."""
MOST_NAMED = 1500
"""From the month on with which the page would name more lines and entries, months have their own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MonthAhead:
    """What is dated in a month; `page` is its own page, where it has one."""

    first: date
    lines: Sequence[DatedTold]
    page: str | None


def outlook_pages(listing: Listing) -> Iterator[Page]:
    """`outlook/`, and where that would be long a page for each later month."""
    state = listing.state
    until = horizon(state.on)
    told = outlook_told(outlook(state, until), state)
    makers = sorted({slug for one in told for slug in one.manufacturers})
    late = [one for one in outage_notices(state) if not one.in_time and one.last < state.on]
    months = list(_months(told))
    yield Page(
        path="outlook/index",
        title="Forward look",
        description=(
            f"What is dated ahead of {wording.day(state.on)}: specifications, the DSP, certificates,"
            " campaigns, meetings and outages."
        ),
        template="outlook.html.jinja",
        context={
            "on": state.on,
            "until": until,
            "total": len(told),
            "months": months,
            "late": [(one.outage, notice_told(one, state.on)) for one in late],
            "known": listing.rows,
            "most": MOST,
            "makers": [(slug, listing.manufacturer_name(slug)) for slug in makers],
            "illustrative": state.illustrative,
        },
        searchable=True,
    )
    for month in months:
        if month.page is None:
            continue
        page = Page(
            path=month.page,
            title=f"Forward look, {wording.month(month.first)}",
            description=f"What is dated in {wording.month(month.first)}, as known on {wording.day(state.on)}.",
            template="outlook_month.html.jinja",
            context={
                "on": state.on,
                "first": month.first,
                "known": listing.rows,
                "most": MOST,
                "illustrative": state.illustrative,
            },
        )
        yield from paged_lines(page, month.lines)


def _months(told: Sequence[DatedTold]) -> Iterator[MonthAhead]:
    named = 0
    for first, found in groupby(told, key=lambda one: one.day.replace(day=1)):
        lines = tuple(found)
        named += sum(1 + len(one.entries) for one in lines if len(one.entries) <= MOST)
        page = f"outlook/{first:%Y-%m}" if named > MOST_NAMED else None
        yield MonthAhead(first=first, lines=lines, page=page)
