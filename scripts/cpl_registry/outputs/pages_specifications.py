"""The specification versions: when each is in force, what the DSP makes of it, who names it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cpl_registry.outputs import wording
from cpl_registry.outputs.campaign_words import stage_words
from cpl_registry.outputs.entry_rows import EntryRow, Listing, Tally, tally
from cpl_registry.outputs.page import Page
from cpl_registry.outputs.pages_campaigns import CampaignLine
from cpl_registry.outputs.paging import paged
from cpl_registry.outputs.windows import windows_picture
from cpl_registry.records.specifications import GBCS, SpecificationVersion
from cpl_registry.state.campaigns import CampaignStanding
from cpl_registry.state.dsp import known_steps
from cpl_registry.state.history import taken
from cpl_registry.state.publication import PublishedState
from cpl_registry.state.readiness import horizon


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionView:
    """A version of a family with what a page says of it. `recognised` is None outside GBCS."""

    version: SpecificationVersion
    slug: str
    window: str
    open: bool
    recognised: str | None
    rows: Sequence[EntryRow]
    tally: Tally


def specification_pages(listing: Listing) -> Iterator[Page]:
    """`specifications/` and a page for each version that was known on the day."""
    state = listing.state
    by_gbcs, by_name = listing.by(lambda row: row.gbcs), listing.by(lambda row: row.specification)
    families = {
        family: [
            _view(state, version, by_gbcs if family == GBCS else by_name)
            for version in versions.values()
            if version.known_from is None or version.known_from <= state.on
        ]
        for family, versions in state.register.specifications.families.items()
    }
    on = wording.day(state.on)
    known = {view.slug for views in families.values() for view in views}
    yield Page(
        path="specifications/index",
        title="Specification versions",
        description=f"The versions of SMETS2, CHTS and GBCS on {on}: when each is in force.",
        template="specifications.html.jinja",
        context={
            "on": state.on,
            "families": families,
            "gbcs": GBCS,
            "pictures": {
                family: windows_picture(state, horizon(state.on), family) for family in families
            },
        },
        searchable=True,
    )
    for views in families.values():
        for view in views:
            page = _page(view, listing, known)
            shown = view.rows if state.entry_pages else ()
            yield from paged(page, shown, f"Entries that name {page.title}")


def _page(view: VersionView, listing: Listing, known: set[str]) -> Page:
    state, version = listing.state, view.version
    name = f"{version.family} {version.version}"
    last = version.installation_end
    ended = last is not None and last < state.on
    return Page(
        path=f"specifications/{view.slug}",
        title=name,
        description=(
            f"{name}: {view.window}. The Device Models that name it on {wording.day(state.on)}."
        ),
        template="specification.html.jinja",
        context={
            "on": state.on,
            "view": view,
            "gbcs": [
                (one, slug if (slug := version_slug(GBCS, one)) in known else None)
                for one in version.gbcs_versions
            ],
            "unconfirmed": [UNCONFIRMED.get(one, one) for one in version.unconfirmed],
            "picture": windows_picture(
                state, horizon(state.on), version.family, only=version.version
            ),
            "ended": ended,
            "late": _late(view, listing) if last is not None else [],
            "campaigns": [
                CampaignLine(
                    reference=stand.campaign.reference,
                    title=stand.campaign.title,
                    told=stage_words(stand),
                )
                for stand in state.campaigns
                if version.version in _meant(stand, version.family)
            ],
        },
    )


def _late(view: VersionView, listing: Listing) -> list[tuple[EntryRow, date]]:
    """The entries that took the version after its last day for new listings, and on which day."""
    version, found = view.version, []
    lead = "technical_specification"
    paths = ("gbcs_version",) if version.family == GBCS else (f"{lead}.version", f"{lead}.name")
    for row in view.rows:
        day = taken(listing.state.by_id[row.entry_id].entry, *paths)[-1].day
        if day and version.installation_end and day > version.installation_end:
            found.append((row, day))
    return found


def _meant(stand: CampaignStanding, family: str) -> Collection[str]:
    selector = stand.campaign.selector
    if family == GBCS:
        return selector.gbcs_versions
    return selector.technical_specifications.get(family, ())


UNCONFIRMED = {
    "version": "the version number",
    "start": "the first day in force",
    "installation_end": "the last day for new listings",
    "maintenance_end": "the last day of maintenance",
    "gbcs_versions": "which GBCS versions go with it",
}
"""The fields of a version in words."""


def version_slug(family: str, version: str) -> str:
    """The page of a version: `gbcs-3-2`."""
    return "-".join((family.lower(), *version.split(".")))


def _view(
    state: PublishedState,
    version: SpecificationVersion,
    found: Mapping[str, Sequence[EntryRow]],
) -> VersionView:
    is_gbcs = version.family == GBCS
    rows = found[version.version if is_gbcs else f"{version.family} {version.version}"]
    return VersionView(
        version=version,
        slug=version_slug(version.family, version.version),
        window=window(version, state.on),
        open=version.in_force(state.on),
        recognised=recognised(version.version, state) if is_gbcs else None,
        rows=rows,
        tally=tally(rows),
    )


def window(version: SpecificationVersion, on: date) -> str:
    """The days on which a new listing may name a version, with their number, in words."""
    start, end = version.start, version.installation_end
    if start > on:
        return f"in force from {wording.day(start)}, in {wording.counted((start - on).days, 'day')}"
    if end is None:
        days = (on - start).days + 1
        return f"in force since {wording.day(start)} ({wording.counted(days, 'day')} so far)"
    days = (end - start + timedelta(days=1)).days
    was = "was in force" if end < on else "in force"
    return f"{was} from {wording.day(start)} to {wording.day(end)} ({wording.counted(days, 'day')})"


def recognised(gbcs: str, state: PublishedState) -> str:
    """Since when the DSP recognises a GBCS version, or from when it is announced to."""
    dsp, on = state.register.dsp, state.on
    since: date | None = None
    for step in known_steps(dsp, on):
        if step.expected or step.start > on:
            continue
        known = _knows(step.values.get("gbcs_version"), gbcs)
        since = (since or step.start) if known else None
    if since is not None:
        return f"recognised since {wording.day(since)}"
    for step in known_steps(dsp, on):
        if (step.expected or step.start > on) and _knows(step.values.get("gbcs_version"), gbcs):
            if step.start < on:
                return f"not recognised; announced for {wording.day(step.start)} and not seen yet"
            return f"not recognised; announced from {wording.day(step.start)}"
    return "not recognised; no day announced"


def _knows(versions: frozenset[str] | None, version: str) -> bool:
    return versions is None or version in versions
