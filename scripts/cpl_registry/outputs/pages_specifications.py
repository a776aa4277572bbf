"""The specification versions: when each is in force, what the DSP makes of it, who names it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cpl_registry.outputs import wording
from cpl_registry.outputs.entry_rows import EntryRow, Listing, Tally, tally
from cpl_registry.outputs.page import Page
from cpl_registry.records.specifications import GBCS, SpecificationVersion
from cpl_registry.state.dsp import known_steps
from cpl_registry.state.publication import PublishedState


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
        context={"on": state.on, "families": families, "gbcs": GBCS},
        searchable=True,
    )
    for views in families.values():
        for view in views:
            name = f"{view.version.family} {view.version.version}"
            yield Page(
                path=f"specifications/{view.slug}",
                title=name,
                description=f"{name}: {view.window}. The Device Models that name it on {on}.",
                template="specification.html.jinja",
                context={
                    "on": state.on,
                    "view": view,
                    "gbcs": [
                        (one, slug if (slug := version_slug(GBCS, one)) in known else None)
                        for one in view.version.gbcs_versions
                    ],
                    "unconfirmed": [UNCONFIRMED.get(one, one) for one in view.version.unconfirmed],
                },
            )


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
