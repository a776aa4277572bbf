"""The places of a record in canonical form, told from its lines.

In canonical form every scalar stands on a line of its own, in a known order. So a finding about a
good file, such as a notice, needs no second parse of it.
"""

from __future__ import annotations

from cpl_registry.records.findings import Span
from cpl_registry.records.yaml_places import Place
from cpl_registry.records.yaml_text import Data, pointer_part


def canonical_places(text: str, data: Data, wanted: str) -> dict[str, Place]:
    """The places of a pointer, as `examine` tells them; if it is absent, of all that it lies in.

    `text` is an entry in canonical form and `data` what it says.
    """
    walk = _Walk(text.split("\n"), f"{wanted}/")
    if isinstance(data, dict):
        name = wanted[1:].partition("/")[0]
        if name in data:  # only a key of the record itself begins a line: go there at once
            line = text.count("\n", 0, text.index(f"\n{name}:") + 1)
            walk.record({name: data[name]}, line)
        else:
            walk.record(data, 1)
    return walk.places


def field_place(text: str, pointer: str) -> Place | None:
    """The place of a text of the record itself; None where the pointer leads to something else.

    Most findings about good files are told of one, and the line alone says where it stands.
    """
    start = text.find(f"\n{pointer[1:]}: ") + 1
    first = start + len(pointer) + 1
    if not start or text[first] in "[{":
        return None
    line = text.count("\n", 0, start) + 1
    value = Span(
        line=line, column=first - start + 1, end_column=text.index("\n", start) - start + 1
    )
    key = Span(line=line, column=1, end_column=len(pointer))
    return Place(value=value, key=key, scalar=True, plain=text[first] != '"')


class _Walk:
    """One walk down the lines; the first line is the comment that names the schema."""

    def __init__(self, lines: list[str], wanted: str) -> None:
        self._lines = lines
        self._wanted = wanted
        self._line = 1
        self.places: dict[str, Place] = {}

    def record(self, data: dict[str, Data], line: int) -> None:
        """The whole record, or those of its fields that begin at a line."""
        self._open("", 0, None)
        self._line = line
        self._fields(data, "", 0)

    def _mapping(self, data: dict[str, Data], pointer: str, indent: int, key: Span | None) -> None:
        self._open(pointer, indent, key)
        self._fields(data, pointer, indent)

    def _fields(self, data: dict[str, Data], pointer: str, indent: int) -> None:
        for name, value in data.items():
            inner = f"{pointer}/{pointer_part(name)}"
            if not self._wanted.startswith(f"{inner}/"):
                self._line += _height(value)
                continue
            here = self._span(indent, indent + len(name))
            if isinstance(value, str):
                self._scalar(inner, indent + len(name) + 2, here)
            elif isinstance(value, dict):
                self._line += 1
                self._mapping(value, inner, indent + 2, here)
            else:
                self._line += 1
                self._sequence(value, inner, indent + 2, here)

    def _sequence(self, data: list[Data], pointer: str, indent: int, key: Span) -> None:
        self._open(pointer, indent, key)
        for index, value in enumerate(data):
            inner = f"{pointer}/{index}"
            if not self._wanted.startswith(f"{inner}/"):
                self._line += _height(value) - isinstance(value, dict)
            elif isinstance(value, dict):
                self._mapping(value, inner, indent + 2, None)
            else:
                self._scalar(inner, indent + 2, None)

    def _open(self, pointer: str, indent: int, key: Span | None) -> None:
        """A mapping or list begins where its first item does."""
        start = self._span(indent, indent + 1)
        self.places[pointer] = Place(value=start, key=key, scalar=False, plain=False)

    def _scalar(self, pointer: str, start: int, key: Span | None) -> None:
        written = self._lines[self._line]
        value = self._span(start, len(written))
        plain = not written.startswith('"', start)
        self.places[pointer] = Place(value=value, key=key, scalar=True, plain=plain)
        self._line += 1

    def _span(self, start: int, end: int) -> Span:
        return Span(line=self._line + 1, column=start + 1, end_column=end + 1)


def _height(value: Data) -> int:
    """How many lines a value takes under its key, the key's own line counted."""
    if isinstance(value, str):
        return 1
    if isinstance(value, dict):
        return 1 + sum(map(_height, value.values()))
    return 1 + sum(_height(item) - isinstance(item, dict) for item in value)
