"""The places of a record in canonical form, told from its lines.

In canonical form every scalar stands on a line of its own, in a known order. So a finding about a
good file, such as a notice, needs no second parse of it.
"""

from __future__ import annotations

from cpl_registry.records.findings import Span
from cpl_registry.records.yaml_places import Place
from cpl_registry.records.yaml_text import Data, pointer_part


def canonical_places(text: str, data: Data) -> dict[str, Place]:
    """The place of every key and value of an entry in canonical form, as `examine` tells them."""
    walk = _Walk(text.split("\n"))
    if isinstance(data, dict):
        walk.mapping(data, "", 0, None)
    return walk.places


class _Walk:
    """One walk down the lines; the first line is the comment that names the schema."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._line = 1
        self.places: dict[str, Place] = {}

    def mapping(self, data: dict[str, Data], pointer: str, indent: int, key: Span | None) -> None:
        self._open(pointer, indent, key)
        for name, value in data.items():
            inner = f"{pointer}/{pointer_part(name)}"
            here = self._span(indent, indent + len(name))
            if isinstance(value, str):
                self._scalar(inner, indent + len(name) + 2, here)
            elif isinstance(value, dict):
                self._line += 1
                self.mapping(value, inner, indent + 2, here)
            else:
                self._line += 1
                self._sequence(value, inner, indent + 2, here)

    def _sequence(self, data: list[Data], pointer: str, indent: int, key: Span) -> None:
        self._open(pointer, indent, key)
        for index, value in enumerate(data):
            inner = f"{pointer}/{index}"
            if isinstance(value, dict):
                self.mapping(value, inner, indent + 2, None)
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
