"""Atom feeds, read by a reader that is not ours."""

import re
import uuid
from datetime import date
from xml.etree import ElementTree as ET

import feedparser  # type: ignore[import-untyped]
from cpl_registry.outputs.feeds import Feed, Item, atom, urn

ODD = 'Entries <b>&amp;</b> "it\'s" ]]> {{ config }} \u00e9\u4e2d'
NEW = Item(name="2", day=date(2026, 3, 9), title=ODD, text=ODD, page="incidents/INC-1/")
OLD = Item(name="1", day=date(2026, 3, 2), title="First", text="It began", page="incidents/INC-1/")


def feed(*items: Item, path: str = "incidents.atom") -> Feed:
    return Feed(path=path, title=ODD, subtitle="What went wrong", page="incidents/", items=items)


def test_a_reader_finds_what_was_written() -> None:
    made = atom(feed(NEW, OLD), date(2026, 11, 22))
    assert made.path == "site/feeds/incidents.atom"
    read = feedparser.parse(made.content, sanitize_html=False)
    assert not read.bozo
    assert read.version == "atom10"
    assert read.feed.title == ODD
    assert read.feed.updated == "2026-03-09T00:00:00Z"
    assert [one.title for one in read.entries] == [ODD, "First"]
    assert [one.summary for one in read.entries] == [ODD, "It began"]
    assert [one.updated for one in read.entries] == ["2026-03-09T00:00:00Z", "2026-03-02T00:00:00Z"]
    assert {one.link for one in read.entries} == {"../incidents/INC-1/"}


def test_a_feed_has_what_atom_asks_of_it() -> None:
    root = ET.fromstring(atom(feed(NEW, OLD), date(2026, 11, 22)).content)
    space = "{http://www.w3.org/2005/Atom}"
    for name in ("id", "title", "updated"):
        assert [
            len(one.findall(f"{space}{name}")) for one in (root, *root.iter(f"{space}entry"))
        ] == [
            1,
            1,
            1,
        ]
    assert root.find(f"{space}author/{space}name") is not None
    assert {one.get("rel") for one in root.findall(f"{space}link")} == {"alternate", "self"}


def test_an_empty_feed_was_updated_on_its_day() -> None:
    read = feedparser.parse(atom(feed(), date(2026, 11, 22)).content)
    assert (read.feed.updated, read.entries) == ("2026-11-22T00:00:00Z", [])


def test_ids_are_name_based_and_stay() -> None:
    assert urn("feeds/incidents.atom") == "urn:uuid:d576d1d4-94b2-5143-b18d-1faa77ba7fb1"
    names = [urn(f"feeds/a.atom#{n}") for n in range(200)]
    assert len(set(names)) == 200
    for name in names:
        assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", name)
        assert uuid.UUID(name.removeprefix("urn:uuid:")).version == 5
        assert uuid.UUID(name.removeprefix("urn:uuid:")).variant == uuid.RFC_4122
    one, other = (
        feedparser.parse(atom(feed(OLD, path=path), date(2026, 4, 1)).content)
        for path in ("a.atom", "b.atom")
    )
    assert one.entries[0].id != other.entries[0].id
