"""A manufacturer's page, "my company": what is listed, held, ending, waiting, and still asked of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from cpl_registry.outputs import wording
from cpl_registry.outputs.artefact import Artefact
from cpl_registry.outputs.certificate_words import BUCKETS, end_words
from cpl_registry.outputs.entry_rows import EntryRow, Listing, tally
from cpl_registry.outputs.page import Page
from cpl_registry.outputs.pages_campaigns import lines_of_manufacturer
from cpl_registry.outputs.pages_dcc import HeldView, held_views
from cpl_registry.outputs.paging import paged
from cpl_registry.outputs.queue_told import age_words, clock_words
from cpl_registry.outputs.register_csv import COLUMNS, record
from cpl_registry.outputs.verdicts import Tone
from cpl_registry.records.csv_text import csv_bytes
from cpl_registry.records.device_model import Slug
from cpl_registry.records.manufacturers import Manufacturer
from cpl_registry.state.campaigns import Stage
from cpl_registry.state.certificates_ending import Bucket, Ending, EndKind, endings
from cpl_registry.state.outlook import outlook
from cpl_registry.state.publication import PublishedState
from cpl_registry.state.queue import Waiting, waiting
from cpl_registry.state.readiness import horizon

MOST = 40
"""A table of ends has at most so many rows; the rest is one link away."""
_SOON = tuple(bucket for bucket in Bucket if bucket is not Bucket.LATER)


@dataclass(frozen=True, kw_only=True)
class _Company:
    """What the pages of all manufacturers are made from, grouped once."""

    listing: Listing

    @cached_property
    def rows(self) -> Mapping[str, Sequence[EntryRow]]:
        return self.listing.by(lambda row: row.manufacturer)

    @cached_property
    def held(self) -> Mapping[str, Sequence[HeldView]]:
        found: dict[str, list[HeldView]] = {}
        for view in held_views(self.listing):
            found.setdefault(view.row.manufacturer, []).append(view)
        return found

    @cached_property
    def ends(self) -> Mapping[str, Sequence[Ending]]:
        found: dict[str, list[Ending]] = {}
        for one in endings(self.listing.state):
            found.setdefault(one.entry.manufacturer, []).append(one)
        return found

    @cached_property
    def queue(self) -> Mapping[str, Sequence[Waiting]]:
        found: dict[str, list[Waiting]] = {}
        for one in waiting(self.listing.state):
            found.setdefault(one.manufacturer, []).append(one)
        return found

    @cached_property
    def left(self) -> Mapping[str, Sequence[tuple[str, EntryRow]]]:
        """The targets that campaigns which run have left, with the campaign's reference."""
        found: dict[str, list[tuple[str, EntryRow]]] = {}
        for stand in self.listing.state.campaigns:
            if stand.stage is Stage.CLOSED:
                continue
            for target in stand.left:
                row = self.listing.rows[target.entry_id]
                found.setdefault(row.manufacturer, []).append((stand.campaign.reference, row))
        return found

    @cached_property
    def calendars(self) -> frozenset[str]:
        """The manufacturers that have a calendar file: something of theirs is dated ahead."""
        state = self.listing.state
        return frozenset(
            slug for one in outlook(state, horizon(state.on)) for slug in one.manufacturers
        )


def manufacturer_pages(listing: Listing) -> Iterator[Page]:
    """`manufacturers/`, and a page for each that the register names or an entry does."""
    on = wording.day(listing.state.on)
    company = _Company(listing=listing)
    slugs = sorted({*listing.state.register.manufacturers, *company.rows})
    yield Page(
        path="manufacturers/index",
        title="Manufacturers",
        description=f"The manufacturers of the register on {on}, with their numbers of entries.",
        template="manufacturers.html.jinja",
        context={
            "makers": [
                {"maker": _maker(listing, slug), "tally": tally(company.rows[slug])}
                for slug in slugs
            ]
        },
        searchable=True,
    )
    for slug in slugs:
        page = _page(slug, company, on)
        shards = not listing.state.entry_pages
        caption = f"Device Models of {page.title}"
        yield from paged(page, company.rows[slug], caption, shards=shards)


def _page(slug: str, company: _Company, on: str) -> Page:
    listing, maker = company.listing, _maker(company.listing, slug)
    codes, rows = listing.state.register.zigbee_codes, company.rows[slug]
    ends = company.ends.get(slug, ())
    return Page(
        path=f"manufacturers/{slug}/index",
        title=maker.name,
        description=f"The Device Models of {maker.name} on {on}, with their status.",
        template="manufacturer.html.jinja",
        context={
            "on": listing.state.on,
            "maker": maker,
            "codes": [(code, codes.get(code)) for code in sorted(maker.zigbee_codes)],
            "white_label_of": [
                (one, listing.manufacturer_name(one)) for one in maker.white_label_of
            ],
            "campaigns": lines_of_manufacturer(slug, listing),
            "left": company.left.get(slug, ()),
            "states": _states(rows),
            "held": company.held.get(slug, ()),
            "buckets": [_bucket(bucket, ends) for bucket in _SOON],
            "ends": [
                (listing.rows[one.entry_id], one, end_words(one))
                for one in ends
                if one.bucket in _SOON
            ],
            "most": MOST,
            "queue": [
                (listing.rows[one.entry_id], one, age_words(one.age), clock_words(one))
                for one in company.queue.get(slug, ())
            ],
            "calendar": slug in company.calendars,
            "tally": tally(rows),
        },
    )


def _states(rows: Sequence[EntryRow]) -> list[tuple[Tone, str, int]]:
    """Colour, word and number of entries of each state, the most frequent first."""
    counts = Counter((row.tone, row.word) for row in rows)
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return [(tone, word, count) for (tone, word), count in ordered]


def _bucket(bucket: Bucket, ends: Sequence[Ending]) -> tuple[str, int, int]:
    kinds = [one.kind for one in ends if one.bucket is bucket]
    return BUCKETS[bucket], kinds.count(EndKind.EXPIRY), kinds.count(EndKind.RENEWAL)


def _maker(listing: Listing, slug: str) -> Manufacturer:
    known = listing.state.register.manufacturers.get(Slug(slug))
    return known or Manufacturer(slug=Slug(slug), name=slug, zigbee_codes=())


def manufacturer_files(state: PublishedState) -> Iterator[Artefact]:
    """`data/manufacturers/<slug>.csv`: the rows of cpl.csv that are of one manufacturer."""
    found: dict[str, list[tuple[str, ...]]] = {slug: [] for slug in state.register.manufacturers}
    for one in state.entries:
        row = record(one, state)
        rows = found.setdefault(one.entry.manufacturer, [])
        rows.append(tuple(row[name] for name in COLUMNS))
    for slug in sorted(found):
        content = csv_bytes(COLUMNS, found[slug])
        yield Artefact(path=f"site/data/manufacturers/{slug}.csv", content=content)
