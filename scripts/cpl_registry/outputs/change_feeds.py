"""What changed, as feeds: all of it, by manufacturer, and by GBCS version; the newest of each.

Every event of every history is one item. Its id rests on the entry id and the place of the line in
the history, which only grows, so that it is the same in every feed and every build.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from cpl_registry.outputs import wording
from cpl_registry.outputs.artefact import Artefact, json_bytes
from cpl_registry.outputs.entry_address import entry_address
from cpl_registry.outputs.entry_rows import manufacturer_name, model_name
from cpl_registry.outputs.feeds import Feed, Item, atom, moment
from cpl_registry.outputs.pages_specifications import version_slug
from cpl_registry.records.device_model import Change, HistoryLine, Slug
from cpl_registry.records.specifications import GBCS
from cpl_registry.state.publication import Published, PublishedState, events_until

MOST = 100
"""How many items a feed has: the newest."""
ALL = "changes.atom"
_WHAT = "Submissions, listings, amendments, corrections and removals"
Told = tuple[Published, HistoryLine, Item]


def change_feeds(state: PublishedState) -> Iterator[Artefact]:
    """`feeds/changes.atom`, `feeds/manufacturers/<slug>.atom`, `feeds/gbcs/<version>.atom`."""
    told = list(_told(state))
    yield atom(_all(state, told), state.on)
    for slug in sorted(
        {*state.register.manufacturers, *(one.entry.manufacturer for one, *_ in told)}
    ):
        own = [item for one, _, item in told if one.entry.manufacturer == slug]
        name = manufacturer_name(state, slug)
        yield _feed(f"manufacturers/{slug}", name, f"manufacturers/{slug}/", own, state)
    for version in _versions(state):
        touched = [item for one, line, item in told if _names(version, one, line)]
        page = f"specifications/{version_slug(GBCS, version)}/"
        yield _feed(f"gbcs/{version}", f"{GBCS} {version}", page, touched, state)


def json_feed(state: PublishedState, site: str | None) -> Artefact:
    """`feeds/changes.json` (JSON Feed 1.1): the items of `changes.atom` under the same ids.

    The form asks for whole addresses; without that of the site, items name their page in `_cpl`.
    """
    told = list(_told(state))[:MOST]
    feed = _all(state, told)
    data: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.subtitle,
        "language": "en-GB",
        "authors": [{"name": "The register"}],
        "items": [_json_item(feed, one, item, site) for one, _, item in told],
    }
    if site:
        data |= {"home_page_url": f"{site}{feed.page}", "feed_url": f"{site}feeds/changes.json"}
    return Artefact(path="site/feeds/changes.json", content=json_bytes(data))


def _json_item(feed: Feed, one: Published, item: Item, site: str | None) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": feed.id_of(item),
        "title": item.title,
        "content_text": item.text,
        "date_published": moment(item.day),
        "tags": [one.entry.device_type, one.entry.manufacturer, f"{GBCS} {one.entry.gbcs_version}"],
        "_cpl": {"entry_id": one.entry_id, "page": item.page},
    }
    if site:
        data["url"] = f"{site}{item.page}"
    return data


def _all(state: PublishedState, told: Sequence[Told]) -> Feed:
    return Feed(
        path=ALL,
        title=_title(state, "what changed"),
        subtitle=f"{_WHAT}: the newest {MOST}.",
        page="changes/",
        items=[item for _, _, item in told[:MOST]],
        family=ALL,
    )


def _feed(
    name: str, title: str, page: str, items: Sequence[Item], state: PublishedState
) -> Artefact:
    feed = Feed(
        path=f"{name}.atom",
        title=_title(state, title),
        subtitle=f"{_WHAT} of {title}: the newest {MOST}.",
        page=page,
        items=items[:MOST],
        family=ALL,
    )
    return atom(feed, state.on)


def _title(state: PublishedState, what: str) -> str:
    lead = "Demonstration: " if state.illustrative else ""
    return f"{lead}Certified Products List (CPL), {what}"


def _versions(state: PublishedState) -> list[str]:
    """The GBCS versions that were known on the day, whether an entry names one or not."""
    versions = state.register.specifications.families.get(GBCS, {}).values()
    return [one.version for one in versions if one.known_from is None or one.known_from <= state.on]


def _names(version: str, one: Published, line: HistoryLine) -> bool:
    """Whether an event is of an entry that names a GBCS version, or changed to it or from it."""
    changed = [change for change in line.changed if change.path == "gbcs_version"]
    values = {value for change in changed for value in (change.before, change.after)}
    return version in {one.entry.gbcs_version, *(one for one in values if isinstance(one, str))}


def _told(state: PublishedState) -> Iterator[Told]:
    """Every event up to the day with its item, newest first."""
    for day, one, index in events_until(state):
        line, entry = one.entry.history[index], one.entry
        maker = manufacturer_name(state, Slug(entry.manufacturer))
        name = f"{model_name(entry)}, {entry.text('firmware_version')}"
        item = Item(
            name=f"{one.entry_id}/{index:04}",
            day=day,
            title=f"{wording.EVENTS[line.event]}: {name} ({maker})",
            text=" ".join(_sentences(one, line)),
            page=entry_address(one.entry_id, state),
        )
        yield one, line, item


def _sentences(one: Published, line: HistoryLine) -> Iterator[str]:
    yield f"{one.entry_id}, {one.entry.device_type}, {GBCS} {one.entry.gbcs_version}."
    if line.status and line.cause:
        yield f"{line.status}, because {wording.CAUSES.get(line.cause, line.cause)}."
    if line.replaced_by:
        yield f"Replaced by {line.replaced_by}."
    for change in line.changed:
        yield _changed(change)
    if line.reason:
        yield wording.sentence(line.reason)
    if line.reference:
        yield f"Reference {line.reference}."


def _changed(change: Change) -> str:
    name = wording.field_name(change.path)
    before = wording.value_text(change.before) if change.before is not None else "nothing"
    after = wording.value_text(change.after) if change.after is not None else "nothing"
    return f"{name}: {after}, was {before}."
