"""The plan of a demonstration register: what exists and what happens to it.

Everything that makes one register differ from another is here; the other modules only carry
it out. `plan_file` reads it from TOML.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


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
    the next. With a day in `start`, the first release is listed in the round on or after it, the
    `further` ones in the rounds that follow, and `listed` are the days of releases after those.
    `adoption_days` is how long after its start the makers take up an era.

    `step` is how far apart firmware versions are, `branches` whether releases fork and join again.
    `image_of` is the family whose images these are too, release by release. `lacks` are schemes
    that the device type asks for and these entries have no certificate of. `part` is the file of
    the plan that the family stands in, from 1: numbers are given out part by part.
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
    start: date | None = None
    listed: tuple[date, ...] = ()
    submitted: tuple[date, ...] = ()
    further: int = 0
    months_apart: int = 0
    adoption_days: int
    cpa_years: int
    lifetime: bool = False
    step: int = 1
    branches: bool = False
    image_of: str = ""
    lacks: tuple[str, ...] = ()
    part: int = 1


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
class Waived:
    """A finding of a rule that is accepted for one entry (`family/release`) up to a last day."""

    rule: str
    entry: str
    reason: str
    last_day: date
    decision: Ruling


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """Days, both included, in which there is no round."""

    first: date
    last: date


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
    waivers: tuple[Waived, ...] = ()
    pauses: tuple[Pause, ...] = ()
