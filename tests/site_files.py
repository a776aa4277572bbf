"""A built site as tests read it: its pages, what they load, where their links lead."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LOADING = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "embed": "src",
    "object": "data",
    "link": "href",
}
_CSS_URL = re.compile(r"""url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)""")


@dataclass(kw_only=True)
class Read:
    """What a page holds: title, texts of its paragraphs, links, what it loads, ids, handlers."""

    title: str = ""
    paragraphs: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    scripts: list[str] = field(default_factory=list)
    handlers: list[str] = field(default_factory=list)
    text: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.read = Read()
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.read.handlers += [name for name in given if name.startswith("on")]
        if "id" in given:
            self.read.ids.add(given["id"])
        if tag == "a" and "href" in given:
            self.read.links.append(given["href"])
        if address := given.get(_LOADING.get(tag, "")):
            self.read.loads.append(address)
        self.read.loads += [one[0] or one[1] for one in _CSS_URL.findall(given.get("style", ""))]
        if tag not in {"a", "code", "em", "span", "strong", "time", "ins", "del"}:
            self.read.text += " "
        if tag == "p":
            self.read.paragraphs.append("")
        if tag == "script":
            self.read.scripts.append("")
        if tag in {"title", "p", "script", "style"}:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            self._open.remove(tag)

    def handle_data(self, data: str) -> None:
        if "script" in self._open:
            self.read.scripts[-1] += data
        elif "style" in self._open:
            self.read.loads += [one[0] or one[1] for one in _CSS_URL.findall(data)]
        else:
            self.read.text += data
            if "title" in self._open:
                self.read.title += data
            elif "p" in self._open:
                self.read.paragraphs[-1] += data


def read_html(html: str) -> Read:
    """A page, read. Runs of white space in its paragraphs count as one space."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.read.paragraphs = [" ".join(text.split()) for text in reader.read.paragraphs]
    reader.read.text = " ".join(reader.read.text.split())
    return reader.read


@cache
def pages_of(site: Path) -> Mapping[str, Read]:
    """Every page of a site by its path below the site; read once, so it may not change after."""
    return {
        path.relative_to(site).as_posix(): read_html(path.read_text(encoding="utf-8"))
        for path in sorted(site.rglob("*.html"))
    }


def loaded_by(site: Path) -> Iterator[tuple[str, str]]:
    """Every file that loads something, and the address that it loads: pages and style sheets."""
    for name, page in pages_of(site).items():
        yield from ((name, address) for address in page.loads)
    for path in sorted(site.rglob("*.css")):
        for first, second in _CSS_URL.findall(path.read_text(encoding="utf-8")):
            yield path.relative_to(site).as_posix(), first or second


def broken_links(site: Path) -> list[str]:
    """Links and loaded files of a site that lead nowhere in it, as `page: address`."""
    pages = pages_of(site)
    found = []
    for name, page in pages.items():
        for address in {*page.links, *page.loads}:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            target = posixpath.normpath(posixpath.join("/", posixpath.dirname(name), parts.path))
            path = unquote(target.lstrip("/")) if parts.path else name
            if parts.path.endswith(("/", ".")) or path in {"", "."}:
                path = posixpath.join(path, "index.html").removeprefix("./")
            at = pages.get(path)
            nowhere = at is not None and parts.fragment and parts.fragment not in at.ids
            if nowhere or not (site / path).is_file():
                found.append(f"{name}: {address}")
    return sorted(found)
