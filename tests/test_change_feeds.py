"""Feeds of what changed: read by a reader that is not ours, the same ids everywhere and for ever."""

import json
import re
from datetime import date
from typing import Any

import feedparser  # type: ignore[import-untyped]
import pytest
from cpl_registry.outputs.artefact import Artefact
from cpl_registry.outputs.change_feeds import MOST, change_feeds, json_feed
from cpl_registry.state.publication import events_until, publish

from tests.builders import LISTED, entry, register
from tests.published_files import HOSTILE, NAMES, files, state_of

ALL = "site/feeds/changes.atom"
SITE = "https://cpl.example/list/"
AMENDED = {
    "date": "2021-03-02",
    "event": "amended",
    "changed": {"gbcs_version": {"from": "3.2", "to": "4.3"}},
    "reason": "Certified against GBCS 4.3",
    "reference": "SUB-2021-0107",
}
each_register = pytest.mark.parametrize("name", NAMES)


def atoms(name: str) -> dict[str, Any]:
    return {
        path: feedparser.parse(content, sanitize_html=False)
        for path, content in files(name).items()
        if path.endswith(".atom") and "incidents" not in path
    }


def read(made: Artefact) -> Any:
    return feedparser.parse(made.content, sanitize_html=False)


@each_register
def test_a_reader_takes_every_feed(name: str) -> None:
    found = atoms(name)
    makers = {
        f"site/feeds/manufacturers/{one}.atom" for one in state_of(name).register.manufacturers
    }
    assert {ALL} | makers <= found.keys()
    for path, feed in found.items():
        assert not feed.bozo, path
        assert feed.version == "atom10"
        assert feed.feed.id
        assert feed.feed.title
        assert feed.feed.updated
        assert len(feed.entries) <= MOST
        ids = [one.id for one in feed.entries]
        assert len(ids) == len(set(ids))
        days = [one.updated for one in feed.entries]
        assert days == sorted(days, reverse=True)
        assert feed.feed.updated == (days[0] if days else "2026-11-22T00:00:00Z")
    assert len({feed.feed.id for feed in found.values()}) == len(found)


@each_register
def test_what_changed_last_is_there_and_nothing_else(name: str) -> None:
    events = events_until(state_of(name))[:MOST]
    entries = atoms(name)[ALL].entries
    assert [one.updated[:10] for one in entries] == [str(day) for day, _, _ in events]
    assert [one.link for one in entries] == [f"../devices/{one.entry_id}/" for _, one, _ in events]


def test_every_link_leads_to_a_page_from_where_the_feed_stands() -> None:
    state = state_of("shipped")
    known = {f"devices/{one.entry_id}/" for one in state.entries} | {"changes/"}
    known |= {f"manufacturers/{slug}/" for slug in state.register.manufacturers}
    for path, feed in atoms("shipped").items():
        up = "../" * (path.count("/") - 1)
        for link in [feed.feed.link, *(one.link for one in feed.entries)]:
            page = link.removeprefix(up)
            assert link.startswith(up)
            assert page in known or page.startswith("specifications/gbcs-")


def test_a_change_has_one_id_in_every_feed() -> None:
    titles: dict[str, set[str]] = {}
    for feed in atoms("shipped").values():
        for one in feed.entries:
            titles.setdefault(one.id, set()).add(f"{one.title} {one.updated} {one.summary}")
    assert len(titles) > MOST
    assert [told for told in titles.values() if len(told) > 1] == []
    told = json.loads(files("shipped")["site/feeds/changes.json"])
    assert [one["id"] for one in told["items"]] == [one.id for one in atoms("shipped")[ALL].entries]


def test_an_id_outlives_what_happens_later() -> None:
    before = register(entry())
    after = register(entry(gbcs_version="4.3", history=[*LISTED, AMENDED]))
    ids = []
    for of, on in (
        (before, date(2021, 1, 1)),
        (before, date(2022, 1, 1)),
        (after, date(2022, 1, 1)),
    ):
        feed = next(iter(change_feeds(publish(of, on, None))))
        ids.append([one.id for one in read(feed).entries])
    assert ids[0] == ids[1] == ids[2][1:]
    assert len(ids[2]) == 3


def test_an_amendment_is_told_in_words_and_to_both_versions() -> None:
    state = publish(
        register(entry(gbcs_version="4.3", history=[*LISTED, AMENDED])), date(2022, 1, 1)
    )
    found = {one.path: read(one).entries for one in change_feeds(state)}
    (newest, *_) = found[ALL]
    assert newest.title == "Amended: AM-100 single phase, 38040404 (Albion Metering Ltd)"
    assert newest.summary == (
        "esme-f0a1-0005-02-03-38040404, ESME, GBCS 4.3. GBCS version: 4.3, was 3.2. Certified"
        " against GBCS 4.3. Reference SUB-2021-0107."
    )
    assert len(found["site/feeds/gbcs/4.3.atom"]) == 3
    assert [one.id for one in found["site/feeds/gbcs/3.2.atom"]] == [newest.id]


def test_a_version_that_was_not_known_yet_has_no_feed() -> None:
    names = {path for path in files("shipped") if path.startswith("site/feeds/gbcs/")}
    versions = state_of("shipped").register.specifications.families["GBCS"]
    known = {one for one, told in versions.items() if not told.known_from}
    assert {f"site/feeds/gbcs/{one}.atom" for one in known} <= names


@each_register
@pytest.mark.parametrize("site", [None, SITE])
def test_json_feed_is_of_the_form(name: str, site: str | None) -> None:
    """https://www.jsonfeed.org/version/1.1/: what must be there, and of which type."""
    told = json.loads(json_feed(state_of(name), site).content)
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert isinstance(told["title"], str)
    assert all(set(author) <= {"name", "url", "avatar"} for author in told["authors"])
    assert re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", told["language"])
    known = {"version", "title", "description", "language", "authors", "items"}
    assert set(told) - known == ({"home_page_url", "feed_url"} if site else set())
    for item in told["items"]:
        assert all(isinstance(item[key], str) for key in ("id", "title", "content_text"))
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", item["date_published"])
        assert all(isinstance(tag, str) for tag in item["tags"])
        assert item.get("url") == (f"{SITE}{item['_cpl']['page']}" if site else None)
        assert set(item) - {"url"} == {
            *("id", "title", "content_text", "date_published", "tags"),
            "_cpl",  # a name of one's own begins with an underscore
        }


def test_hostile_texts_stay_texts() -> None:
    for path, feed in atoms("hostile").items():
        assert all(HOSTILE in one.title for one in feed.entries), path
        assert not any(one.get("content") for one in feed.entries)
    assert any(HOSTILE in one.summary for one in atoms("hostile")[ALL].entries)
    assert b"<script" not in files("hostile")[ALL]
