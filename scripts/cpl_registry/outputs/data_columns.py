"""What each column of `cpl.csv` holds, read from the schema that the same rows meet in the API.

The descriptions of the table (CSV on the Web, Data Package) are made from these, so that none of
them can say anything else than the schema.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cpl_registry.outputs.register_csv import COLUMNS

TITLE = "Certified Products List (CPL), also called the Central Products List"
NOT_OFFICIAL = "This is not the official Certified Products List (CPL)."
DEMONSTRATION = "Demonstration register: its manufacturers and Device Models are made up."


class Holds(StrEnum):
    """What kind of thing the cells of a column are; all of them are text in the file."""

    TEXT = "text"
    DAY = "day"
    MOMENT = "moment"
    TRUTH = "truth"
    IDS = "ids"


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column: name, what it tells, what its cells are, and whether one may be empty.

    `pattern` is the form of a cell that is not empty, without anchors; `words` are all that may
    stand there. Both are empty where any text may.
    """

    name: str
    description: str
    holds: Holds
    required: bool
    pattern: str = ""
    words: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The name in words."""
        return self.name.replace("_", " ")


def columns_of(devices: Mapping[str, Any]) -> tuple[Column, ...]:
    """The columns of `cpl.csv` by the published schema of `devices.json`."""
    properties = devices["properties"]
    rows = properties["devices"]["items"]["properties"]
    envelope = {"illustrative": properties["illustrative"]}
    return tuple(_column(name, rows.get(name) or envelope[name]) for name in COLUMNS)


def _column(name: str, schema: Mapping[str, Any]) -> Column:
    holds = _holds(schema)
    words = tuple(word for word in schema.get("enum", ()) if word)
    pattern = schema.get("pattern", "")
    empty = re.search(pattern, "") is not None if pattern else "" in schema.get("enum", ("",))
    return Column(
        name=name,
        description=schema["description"],
        holds=holds,
        required=holds is Holds.TEXT and (not empty or "minLength" in schema),
        pattern=_bare(pattern) if holds is Holds.TEXT else "",
        words=words,
    )


def _holds(schema: Mapping[str, Any]) -> Holds:
    if schema.get("type") == "boolean":
        return Holds.TRUTH
    if schema.get("type") == "array":
        return Holds.IDS
    pattern = schema.get("pattern", "")
    if "[0-9]{4}-" in pattern or "[0-9]{3}-[0-9]{2}" in pattern:
        return Holds.MOMENT if "T" in pattern else Holds.DAY
    return Holds.TEXT


def _bare(pattern: str) -> str:
    """A pattern without anchors, and without the word that lets a cell be empty."""
    inner = pattern.removeprefix("^").removesuffix("$")
    return inner[1:-2] if inner.startswith("(") and inner.endswith(")?") else inner
