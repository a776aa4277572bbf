"""YAML as text: parser events to plain data in which every scalar is the text that was written.

YAML tools disagree on what `1.10`, `04000007` or `10E0` mean; here they mean themselves. Two ways
lead to the same data: `quick_data` here, for the file that has nothing unusual in it, and
`yaml_places.examine`, which says of every key and value where it stands and of everything refused
what and where. Both work on parser events and stop at the depth cap: loaders that compose a tree
die on 25,000 opening brackets. A file of the simplest lines needs no parser (`plain_lines`).
"""

from __future__ import annotations

from collections.abc import Callable
from sys import intern
from typing import Any, TypeAlias

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]

from cpl_registry.records.plain_lines import plain_lines
from cpl_registry.records.shown import shown

__all__ = ["DEPTH", "Data", "pointer_part", "quick_data", "shown"]

Data: TypeAlias = "str | list[Data] | dict[str, Data]"

_SHORT = 10
DEPTH = 6
"""Most levels of nesting (contract, section 2)."""


class _Unusual(Exception):
    """The quick reader met something that the careful one must look at."""


def pointer_part(key: str) -> str:
    """A key as part of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def quick_data(text: str) -> Data | None:
    """The data of a file with nothing unusual in it; None where `examine` must look."""
    record = plain_lines(text, DEPTH)
    return parsed_data(text) if record is None else record


def parsed_data(text: str) -> Data | None:
    """The same by the parser's events, whatever the lines look like."""
    if "\\" in text:  # an escape may hide a character that the text check did not see
        return None
    parser: Any = CParser(text)
    try:
        event = parser.get_event
        event()
        if event().explicit:
            return None
        data = _quick(event(), event, 1)
        if event().explicit or not isinstance(event(), yaml.StreamEndEvent):
            return None
    except (_Unusual, yaml.YAMLError, ValueError, AttributeError):
        return None
    finally:
        parser.dispose()
    return data


def _quick(event: Any, following: Callable[[], Any], depth: int) -> Data:
    kind = type(event)
    if kind is yaml.ScalarEvent:
        if event.anchor is not None or event.tag is not None:
            raise _Unusual
        value: str = event.value
        if "\n" in value:
            raise _Unusual
        # Short texts are days, versions and words of closed lists: each is held once.
        return intern(value) if len(value) <= _SHORT else value
    if (
        depth > DEPTH
        or kind is yaml.AliasEvent
        or event.anchor is not None
        or event.tag is not None
    ):
        raise _Unusual
    if kind is yaml.MappingStartEvent:
        mapping: dict[str, Data] = {}
        while type(event := following()) is yaml.ScalarEvent:
            key = event.value
            if key in mapping or key == "<<" or event.anchor is not None or event.tag is not None:
                raise _Unusual
            # The same few keys stand in every file: each is held once.
            mapping[intern(key)] = _quick(following(), following, depth + 1)
        if type(event) is not yaml.MappingEndEvent:
            raise _Unusual
        return mapping
    items: list[Data] = []
    while type(event := following()) is not yaml.SequenceEndEvent:
        items.append(_quick(event, following, depth + 1))
    return items
