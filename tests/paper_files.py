"""A paper for the Panel as tests read it: its tables, and what its appendix says is counted."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass(kw_only=True)
class PaperRead:
    """The tables by their captions, row by row; the figures of the appendix; each link to them.

    `anchors` maps the id of a figure to the count that it names and its items; a figure that sums
    others has no items. `links` are pairs of an anchor and the number that leads to it.
    """

    tables: dict[str, list[list[str]]] = field(default_factory=dict)
    anchors: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    links: list[tuple[str, int]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    text: str = ""

    def row(self, caption: str, head: str) -> dict[str, str]:
        """A row of a table by the names of its columns."""
        columns, *rows = self.tables[caption]
        (found,) = [row for row in rows if row[0] == head]
        return dict(zip(columns[1:], found[1:], strict=True))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.read = PaperRead()
        self._table: list[list[str]] = []
        self._caption: list[str] = []
        self._in: list[str] = []
        self._figure = ""
        self._told: list[str] = []
        self._items: list[str] = []
        self._link: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.read.tags.add(tag)
        self.read.ids += [given["id"]] if "id" in given else []
        if tag == "table":
            self._table, self._caption = [], []
        elif tag == "tr":
            self._table.append([])
        elif tag in {"th", "td"}:
            self._table[-1].append("")
        elif tag == "div" and given.get("class") == "counted":
            self._figure, self._told, self._items = given["id"], [], []
        elif tag == "span" and self._figure:
            self._items.append("") if given.get("class") != "ids" else None
        elif tag == "a" and given.get("href", "").startswith("#n-"):
            self._link = given["href"][1:]
        if tag in {"caption", "th", "td", "strong", "span", "style"}:
            self._in.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._in:
            while self._in.pop() != tag:
                pass
        if tag == "table":
            self.read.tables["".join(self._caption)] = self._table
            self._table = []
        elif tag == "div" and self._figure:
            (count,) = re.findall(r": ([\d,]+)\.$", "".join(self._told))
            self.read.anchors[self._figure] = (number(count), tuple(self._items))
            self._figure = ""
        elif tag == "a":
            self._link = None

    def handle_data(self, data: str) -> None:
        if "style" in self._in:
            return
        self.read.text += data
        if self._link:
            self.read.links.append((self._link, number(data)))
        if self._in and self._in[-1] == "caption":
            self._caption.append(data)
        elif self._table and self._in and {"th", "td"} & {*self._in}:
            self._table[-1][-1] += data
        elif self._figure and "strong" in self._in:
            self._told.append(data)
        elif self._figure and self._items and self._in and self._in[-1] == "span":
            self._items[-1] += data if data != "; " else ""


def number(text: str) -> int:
    """A number as the paper writes it."""
    return int(text.replace(",", ""))


def paper_read(html: str) -> PaperRead:
    """A paper, read."""
    reader = _Reader()
    reader.feed(html)
    return reader.read
