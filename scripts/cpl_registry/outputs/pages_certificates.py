"""CPA certificates that end: per month and manufacturer, and what happens on the day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from cpl_registry.outputs import wording
from cpl_registry.outputs.certificate_words import (
    BUCKETS,
    months_recorded,
    recalled,
    removal_command,
)
from cpl_registry.outputs.entry_rows import EntryRow, Listing
from cpl_registry.outputs.page import Page
from cpl_registry.outputs.paging import paged_lines
from cpl_registry.state.certificates_ending import (
    Bucket,
    DueNotice,
    Ending,
    EndKind,
    endings,
    within,
)

_AHEAD = 12
MOST_SHOWN = 600
"""With more ends ahead, each month has a page of its own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EndingView:
    """An end with its entry's row; `next` is the next notice that is due, `command` the proposal."""

    row: EntryRow
    ending: Ending
    next: DueNotice | None
    command: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class EndMonth:
    """The ends of a month, soonest first; `page` is its own page, where it has one."""

    key: str
    title: str
    views: tuple[EndingView, ...]
    page: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class MakerEnds:
    """How many ends of a manufacturer fall into each bucket."""

    slug: str
    name: str
    counts: tuple[int, ...]


def certificate_pages(listing: Listing) -> Iterator[Page]:
    """`certificates/`, and where that would be long a page for each month."""
    state = listing.state
    found = endings(state)
    near = within(found, _AHEAD, state.on)
    calendar = state.register.oversight.calendar
    months = _months(listing, [one for one in near if not one.ended])
    yield Page(
        path="certificates/index",
        title="Certificates ending",
        description=f"CPA Certificates that have ended or end within {_AHEAD} months of"
        f" {wording.day(state.on)}.",
        template="certificates.html.jinja",
        context={
            "on": state.on,
            "ended": [_view(one, listing) for one in found if one.ended],
            "ahead": sum(not one.ended for one in near),
            "buckets": [_bucket_row(found, bucket) for bucket in Bucket],
            "months": months,
            "makers": _makers(listing, near),
            "columns": [BUCKETS[bucket] for bucket in _SHOWN],
            "notice_months": months_recorded(calendar),
            "recalled": recalled(calendar),
        },
        searchable=True,
    )
    for month in months:
        if month.page is not None:
            page = Page(
                path=month.page,
                title=f"Certificates ending in {month.title}",
                description=f"CPA Certificates of Active entries that end in {month.title}.",
                template="certificates_month.html.jinja",
                context={"month": month},
            )
            yield from paged_lines(page, month.views)


_SHOWN = tuple(bucket for bucket in Bucket if bucket is not Bucket.LATER)


def _bucket_row(found: Iterable[Ending], bucket: Bucket) -> tuple[str, int, int]:
    kinds = [one.kind for one in found if one.bucket is bucket]
    return BUCKETS[bucket], kinds.count(EndKind.EXPIRY), kinds.count(EndKind.RENEWAL)


def _view(one: Ending, listing: Listing) -> EndingView:
    ahead = (notice for notice in one.notices if notice.day >= listing.state.on)
    return EndingView(
        row=listing.rows[one.entry_id],
        ending=one,
        next=min(ahead, key=lambda notice: notice.day, default=None),
        command=removal_command(one),
    )


def _months(listing: Listing, found: list[Ending]) -> list[EndMonth]:
    return [
        EndMonth(
            key=f"{group[0].day:%Y-%m}",
            title=wording.month(group[0].day),
            views=tuple(_view(one, listing) for one in group),
            page=f"certificates/{group[0].day:%Y-%m}" if len(found) > MOST_SHOWN else None,
        )
        for _, ends in groupby(found, key=lambda one: (one.day.year, one.day.month))
        if (group := list(ends))
    ]


def _makers(listing: Listing, found: tuple[Ending, ...]) -> list[MakerEnds]:
    slugs = sorted({one.entry.manufacturer for one in found})
    return [
        MakerEnds(
            slug=slug,
            name=listing.manufacturer_name(slug),
            counts=tuple(
                sum(one.bucket is bucket for one in found if one.entry.manufacturer == slug)
                for bucket in _SHOWN
            ),
        )
        for slug in slugs
    ]
