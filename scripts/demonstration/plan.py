"""The plan of a demonstration register, read from TOML: what exists and what happens to it.

Everything that makes one register differ from another is here; the other modules only carry
it out. A mistake in the plan is a `PlanError` that names the table and the key.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Record = TypeVar("Record")


class PlanError(Exception):
    """The plan asks for something that cannot be."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Era:
    """What new firmware is built against from a day on: one GBCS version and its companions."""

    start: date
    gbcs: str
    installation_end: date = date.max
    versions: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """A product line on one hardware: its firmware releases follow one another.

    `listed` are the days of listing, `submitted` the days of submissions that are not listed.
    After the last of `listed` come `further` releases, about `months_apart` months from one to
    the next. `adoption_days` is how long after its start the makers take up an era.
    """

    key: str
    device_type: str
    manufacturer: str
    code: str
    model: str
    hardware: str
    name: str
    variant: str = ""
    firmware: str
    listed: tuple[date, ...]
    submitted: tuple[date, ...] = ()
    further: int = 0
    months_apart: int = 0
    adoption_days: int
    cpa_years: int
    lifetime: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruling:
    """A Panel decision, illustrative: reference numbers are given out later, by date."""

    date: date
    title: str
    text: str
    paper: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Story:
    """Something that happens to named entries (`family/release`, counted from 1) on a day.

    `set` and `drop` say what an amendment or correction changes. For a correction, `was` is the
    wrong value that stood there from the listing on; `was_hash_of` gives it as the SHA-256 of
    these words and the entry id.
    """

    on: date
    event: str
    entries: tuple[str, ...]
    status: str = ""
    cause: str = ""
    reason: str = ""
    set: Mapping[str, str] = field(default_factory=dict)
    drop: tuple[str, ...] = ()
    was: Mapping[str, str] = field(default_factory=dict)
    was_hash_of: str = ""
    decision: Ruling | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Mistake:
    """A release listed under a mistyped firmware version, then replaced by the right one."""

    of: str
    firmware: str
    listed: date
    reason: str
    decision: Ruling


@dataclass(frozen=True, kw_only=True, slots=True)
class Migration:
    """A value of all listed entries that is moved on, entry by entry, in a span of days."""

    field: str
    old: str
    new: str
    first: date
    last: date
    reason: str
    spared: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """Entries whose CPA Certificate is not renewed: `removed` after its end, or `left` listed."""

    entries: tuple[str, ...]
    then: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """A whole register on paper. `last_day` is the last day on which anything happens."""

    seed: str
    last_day: date
    lifetime_from: date
    superseded_by: int
    specification_of: Mapping[str, str]
    certificates_of: Mapping[str, tuple[str, ...]]
    words: Mapping[str, str]
    eras: tuple[Era, ...]
    families: tuple[Family, ...]
    stories: tuple[Story, ...]
    mistakes: tuple[Mistake, ...]
    migrations: tuple[Migration, ...]
    endings: tuple[Ending, ...]


def read_plan(path: Path) -> Plan:
    """The plan in a TOML file; a table or key that does not fit is a `PlanError`."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    register = tables["register"]
    codes = tables["manufacturers"]
    usual = tables["usual"]
    return Plan(
        **register,
        specification_of=tables["specification_of"],
        certificates_of=_tuples(tables["certificates_of"]),
        words=tables["words"],
        eras=tuple(_made(Era, row) for row in tables["era"]),
        families=tuple(
            _made(Family, {"code": codes[row["manufacturer"]], **usual, **row})
            for row in tables["family"]
        ),
        stories=tuple(_made(Story, row) for row in tables.get("story", [])),
        mistakes=tuple(_made(Mistake, row) for row in tables.get("mistake", [])),
        migrations=tuple(_made(Migration, row) for row in tables.get("migration", [])),
        endings=tuple(_made(Ending, row) for row in tables.get("ending", [])),
    )


def _tuples(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with its lists as tuples, so that a record cannot be changed through them."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


def _made(kind: type[Record], row: Mapping[str, Any]) -> Record:
    """A record of a kind from a table of the plan; a ruling inside becomes a record too."""
    values = _tuples(row)
    if "decision" in values:
        values["decision"] = _made(Ruling, values["decision"])
    try:
        return kind(**values)
    except TypeError as wrong:
        raise PlanError(f"{kind.__name__} {row}: {wrong}") from wrong
