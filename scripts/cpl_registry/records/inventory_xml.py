"""A Read Inventory answer as XML.

A document type declaration is refused where it begins: entities cannot grow or reach for files,
because none can be declared. Namespace prefixes mean nothing; the local names decide.
"""

from __future__ import annotations

from xml.parsers import expat

from cpl_registry.records.findings import Problem, Span
from cpl_registry.records.inventory_device import (
    DUIS_NAMES,
    MOST_DEVICES,
    MOST_VALUES,
    InventoryDevice,
    Unreadable,
    put,
    too_many,
)
from cpl_registry.records.yaml_text import shown

MOST_DEPTH = 32
INVENTORY, DEVICE = "DSPInventory", "Device"

_FIELDS = {name.lower(): field for name, field in DUIS_NAMES.items()}
_READABLE = {"utf-8", "utf8", "us-ascii", "ascii"}


def read_xml(raw: bytes) -> list[InventoryDevice]:
    """The devices of every inventory in a document, in its order. The bytes are UTF-8.

    Raises:
        Unreadable: not well-formed, a document type declaration, too deep, or a value told twice.
    """
    reader = _Reader()
    try:
        reader.parser.Parse(raw, True)
    except expat.ExpatError as error:
        raise Unreadable(
            Problem(
                message=f"the XML cannot be read: {expat.ErrorString(error.code)}",
                fix="save the answer again as it came from the DCC",
                span=_span(error.lineno, error.offset),
            )
        ) from None
    return reader.devices


def _span(line: int, offset: int) -> Span:
    return Span(line=line, column=offset + 1, end_column=offset + 2)


class _Reader:
    """What a parser met so far: open elements, the device that is being read, those read before."""

    def __init__(self) -> None:
        self.devices: list[InventoryDevice] = []
        # The encoding is given, so that none that the document declares can change what it says.
        self.parser = expat.ParserCreate("UTF-8", " ")
        self.parser.buffer_text = True
        self.parser.XmlDeclHandler = self._declaration
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self._open: list[str] = []
        self._elements = 0
        self._device_depth: int | None = None
        self._place = ""
        self._values: dict[str, str] = {}
        self._text: list[str] = []

    def _problem(self, message: str, fix: str) -> Problem:
        span = _span(self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber)
        return Problem(message=message, fix=fix, span=span)

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in _READABLE:
            raise Unreadable(
                self._problem(
                    f"the XML declares the encoding {shown(encoding)}", "save the file as UTF-8"
                )
            )

    def _doctype(self, *_: object) -> None:
        raise Unreadable(
            self._problem(
                "a document type declaration (DOCTYPE), which no DUIS answer has, and which can"
                " make a small file grow without end",
                "take it out, or save the answer again as it came from the DCC",
            )
        )

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        depth = len(self._open)
        self._elements += 1
        if depth >= MOST_DEPTH:
            raise Unreadable(
                self._problem(f"more than {MOST_DEPTH} elements inside each other", "unnest them")
            )
        if self._elements > MOST_VALUES:
            raise Unreadable(
                self._problem(f"more than {MOST_VALUES:,} elements in one file", "split the file")
            )
        if self._in_value() and self._open[-1].lower() in _FIELDS:
            raise Unreadable(
                self._problem(
                    f"the element {shown(local)} stands inside {self._open[-1]}, where a text goes",
                    "save the answer again as it came from the DCC",
                )
            )
        if self._device_depth is None and local == DEVICE and self._open[-1:] == [INVENTORY]:
            if len(self.devices) == MOST_DEVICES:
                raise too_many(self._problem)
            self._device_depth = depth
            self._place = f"line {self.parser.CurrentLineNumber}"
            self._values = {}
        self._text.clear()
        self._open.append(local)

    def _in_value(self) -> bool:
        """Whether the innermost open element is a direct part of a device."""
        return self._device_depth is not None and len(self._open) == self._device_depth + 2

    def _characters(self, text: str) -> None:
        if self._in_value():
            self._text.append(text)

    def _end(self, _name: str) -> None:
        local = self._open.pop()
        depth = len(self._open)
        if self._device_depth is None:
            return
        if depth == self._device_depth:
            self.devices.append(InventoryDevice(place=self._place, **self._values))
            self._device_depth = None
        elif depth == self._device_depth + 1 and (field := _FIELDS.get(local.lower())):
            put(self._values, field, local, "".join(self._text), self._problem)
        self._text.clear()
