"""Atom feeds (RFC 4287): what happened, newest first, in the same bytes for the same day.

No address of the site is known here, so links are relative to the feed, which readers resolve, and
ids are name-based UUIDs (RFC 4122, version 5) that rest on the register's own references alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from xml.etree import ElementTree as ET

from cpl_registry.outputs.artefact import Artefact

ATOM = "http://www.w3.org/2005/Atom"
_NAMESPACE = bytes.fromhex("8d6f2b5c1c5a5b0e9a3d6a1f0c7e4b21")
"""The namespace of this register's ids: chosen once; another would make every entry new."""
_AUTHOR = "The register"


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One thing that happened: its name within the feed, day, title, text, and where to read on.

    `name` never changes and is never used again. `page` is a path from the site's root.
    """

    name: str
    day: date
    title: str
    text: str
    page: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """A feed: its path below `feeds/`, title, what it tells, its page, and its items newest first.

    `family` is the path of the feed that its items are from, where several feeds share them: a thing
    has one id wherever it is told.
    """

    path: str
    title: str
    subtitle: str
    page: str
    items: Sequence[Item]
    family: str = ""

    @property
    def root(self) -> str:
        """The way from the feed to the site's root."""
        return "../" * (self.path.count("/") + 1)

    def id_of(self, item: Item) -> str:
        """The id of an item."""
        return urn(f"feeds/{self.family or self.path}#{item.name}")


def atom(feed: Feed, on: date) -> Artefact:
    """A feed of a day, as a file of the site. Where nothing has happened it was updated that day."""
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": "en-GB"})
    newest = max((item.day for item in feed.items), default=on)
    _text(root, "id", urn(f"feeds/{feed.path}"))
    _text(root, "title", feed.title)
    _text(root, "subtitle", feed.subtitle)
    _text(root, "updated", moment(newest))
    _text(ET.SubElement(root, "author"), "name", _AUTHOR)
    _link(root, "alternate", f"{feed.root}{feed.page}", "text/html")
    _link(root, "self", feed.path.rpartition("/")[2], "application/atom+xml")
    for item in feed.items:
        entry = ET.SubElement(root, "entry")
        _text(entry, "id", feed.id_of(item))
        _text(entry, "title", item.title)
        _text(entry, "updated", moment(item.day))
        _link(entry, "alternate", f"{feed.root}{item.page}", "text/html")
        _text(entry, "summary", item.text)
    ET.indent(root)
    body = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return Artefact(path=f"site/feeds/{feed.path}", content=body + b"\n")


def urn(name: str) -> str:
    """The id of a name: `urn:uuid:` and a version 5 UUID, always the same."""
    digest = bytearray(hashlib.sha1(_NAMESPACE + name.encode(), usedforsecurity=False).digest())
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    text = digest[:16].hex()
    parts = (text[:8], text[8:12], text[12:16], text[16:20], text[20:])
    return f"urn:uuid:{'-'.join(parts)}"


def moment(day: date) -> str:
    """A day as the start of it: a feed's moments are full ones."""
    return f"{day.isoformat()}T00:00:00Z"


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def _link(parent: ET.Element, rel: str, address: str, kind: str) -> None:
    ET.SubElement(parent, "link", {"rel": rel, "href": address, "type": kind})
