"""A workbook (.xlsx) to sheets of cells, each as it is stored. Nothing in it is ever run.

Macros are refused, links to other workbooks are not followed, and formulas stay formulas: what a
spreadsheet worked out once need not be what it would show today. Source: ECMA-376, parts 1 and 2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from cpl_registry.records.workbook_cells import Sheet, UnreadableWorkbook
from cpl_registry.records.workbook_package import Package
from cpl_registry.records.workbook_sheet import SheetReader, unescaped

_MOST_SHEETS = 100
_MOST_TEXTS = 2_000_000
# The numbers of the formats for dates that every spreadsheet has without saying so.
_DATE_FORMATS = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_NOT_FORMAT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)
_DATE_LETTERS = re.compile(r"[dmyhs]", re.IGNORECASE)


@dataclass(kw_only=True)
class Workbook:
    """The sheets of a workbook by name, read when asked for."""

    package: Package
    parts: Mapping[str, str]
    texts_part: str | None = None
    styles_part: str | None = None
    is_1904: bool = False
    _read: dict[str, Sheet] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the sheets, in order."""
        return tuple(self.parts)

    def sheet(self, name: str) -> Sheet:
        """A sheet.

        Raises:
            UnreadableWorkbook: it is broken or too large.
        """
        reader = SheetReader(self._texts, self._date_styles, is_1904=self.is_1904)
        return reader.read(self.package, self.parts[name], name)

    @cached_property
    def _texts(self) -> Sequence[str]:
        return _shared_texts(self.package, self.texts_part) if self.texts_part else ()

    @cached_property
    def _date_styles(self) -> frozenset[int]:
        return _date_styles(self.package, self.styles_part) if self.styles_part else frozenset()


def read_workbook(raw: bytes) -> Workbook:
    """A workbook from its bytes.

    Raises:
        UnreadableWorkbook: no workbook, or one that is broken, too large or holds macros.
    """
    package = Package(raw)
    main = next(
        (part for kind, part in _related(package, "").values() if kind == "officeDocument"), None
    )
    if main is None:
        raise UnreadableWorkbook("the file is no workbook; save it as an Excel workbook (.xlsx)")
    related = _related(package, main)
    sheets: dict[str, str] = {}
    settings: dict[str, str] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "workbookPr":
            settings.update(attributes)
        if tag != "sheet":
            return
        link = next((one for name, one in attributes.items() if name.endswith(" id")), "")
        kind, part = related.get(link, ("", ""))
        if kind == "worksheet":
            name = attributes.get("name", "")
            if name in sheets or len(sheets) == _MOST_SHEETS:
                raise UnreadableWorkbook(
                    f"the workbook has a sheet name twice, or more than {_MOST_SHEETS} sheets;"
                    " leave those that matter"
                )
            sheets[name] = part

    package.parse(main, start)
    if not sheets:
        raise UnreadableWorkbook("the workbook has no sheet with cells; save it again as .xlsx")
    parts = dict(related.values())
    return Workbook(
        package=package,
        parts=sheets,
        texts_part=parts.get("sharedStrings"),
        styles_part=parts.get("styles"),
        is_1904=settings.get("date1904") in {"1", "true"},
    )


def _related(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """The relationships of a part: id to the last word of the kind, and the part it leads to."""
    folder, slash, name = part.rpartition("/")
    links = f"{folder}{slash}_rels/{name}.rels"
    found: dict[str, tuple[str, str]] = {}
    if not package.has(links):
        return found

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            place = target[1:] if target.startswith("/") else f"{folder}{slash}{target}"
            kind = attributes.get("Type", "").rpartition("/")[2]
            found[attributes.get("Id", "")] = (kind, place)

    package.parse(links, start)
    return found


def _shared_texts(package: Package, part: str) -> Sequence[str]:
    """The texts that cells refer to by number. How a text is to be pronounced is no part of it."""
    texts: list[str] = []
    pieces: list[str] = []
    state = {"t": False, "rPh": False}

    def start(tag: str, _attributes: dict[str, str]) -> None:
        if tag == "si":
            pieces.clear()
        elif tag in state:
            state[tag] = True

    def end(tag: str) -> None:
        if tag in state:
            state[tag] = False
        elif tag == "si":
            if len(texts) == _MOST_TEXTS:
                raise UnreadableWorkbook("the workbook has too many texts; split it")
            texts.append(unescaped("".join(pieces)))

    def characters(text: str) -> None:
        if state["t"] and not state["rPh"]:
            pieces.append(text)

    package.parse(part, start, end, characters)
    return texts


def _date_styles(package: Package, part: str) -> frozenset[int]:
    """The styles under which a number is shown as a date or a time."""
    dates = {str(one) for one in _DATE_FORMATS}
    found: list[int] = []
    inside: list[str] = []
    count = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal count
        if tag == "numFmt":
            code = _NOT_FORMAT.sub("", attributes.get("formatCode", "")[:400])
            if _DATE_LETTERS.search(code):
                dates.add(attributes.get("numFmtId", ""))
        elif tag == "cellXfs":
            inside.append(tag)
        elif tag == "xf" and inside:
            if attributes.get("numFmtId", "0") in dates:
                found.append(count)
            count += 1

    def end(tag: str) -> None:
        if tag == "cellXfs":
            inside.clear()

    package.parse(part, start, end)
    return frozenset(found)
