"""Intervals in which a new entry must, or may, carry a version that the DSP cannot load."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from cpl_registry.records.device_model import EntryId, Slug
from cpl_registry.records.dsp_profile import Step
from cpl_registry.records.specifications import GBCS
from cpl_registry.state.announced import Calendars, Named, recognises

WARN_DAYS = 180
"""A gap that begins within so many days of the asked day is warned of."""
_DAY = timedelta(days=1)


class GapKind(StrEnum):
    """What is wrong between two days."""

    MUST = "must"
    """Every version that a new entry may name is one that the DSP does not recognise."""
    MAY = "may"
    """A new entry may name a version that the DSP does not recognise, and another that it does."""
    NOTHING = "nothing-in-force"
    """No version that a new entry could name is in force."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """Who is affected, as of the asked day.

    `leaving` are Active entries on versions that a new entry can no longer name when the gap
    begins: what takes their place falls into the gap. `held` are Active entries kept out of the
    extract for the gap's versions, `waiting` submissions that name one.
    """

    leaving: tuple[EntryId, ...] = ()
    held: tuple[EntryId, ...] = ()
    waiting: tuple[EntryId, ...] = ()
    manufacturers: tuple[Slug, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """An interval, both days inclusive; `end` is None where no end is known.

    `values` are what the DSP does not recognise, `left` the versions that end the day before it
    begins. `begun_by` is the step of the DSP that starts with it, `ended_by` the one after it
    that recognises any of them.
    """

    kind: GapKind
    start: date
    end: date | None
    device_types: tuple[str, ...]
    values: tuple[Named, ...] = ()
    left: tuple[Named, ...] = ()
    begun_by: Step | None = None
    ended_by: Step | None = None
    size: Size = field(default_factory=Size)

    @property
    def days(self) -> int | None:
        """How many days it lasts; None while no end is known."""
        return (self.end - self.start).days + 1 if self.end is not None else None

    def alarms(self, on: date) -> bool:
        """Whether it is open on a day or begins soon after it, and leaves no way round it."""
        soon = self.start <= on + timedelta(days=WARN_DAYS)
        return self.kind is GapKind.MUST and soon and (self.end is None or on <= self.end)


@dataclass
class _Runs:
    """Stretches joined to unbroken intervals, by what they are about."""

    found: dict[Hashable, list[Gap]] = field(default_factory=dict)

    def add(self, key: Hashable, gap: Gap) -> None:
        runs = self.found.setdefault(key, [])
        last = runs[-1] if runs else None
        if last is None or (last.end is not None and last.end + _DAY < gap.start):
            runs.append(gap)
            return
        runs[-1] = _both(last, gap)


def gaps_of(known: Calendars) -> list[Gap]:
    """Every gap that both calendars make, in order of kind and day."""
    runs = {kind: _Runs() for kind in GapKind}
    begun: set[str] = set()
    for start, end in known.stretches:
        step = known.dsp.step_on(start)
        for code in known.device_types:
            options = known.options(code, start)
            lacking = [option.lacks(step) for option in options]
            gap = Gap(kind=GapKind.MUST, start=start, end=end, device_types=(code,))
            if not options:
                if code in begun:
                    runs[GapKind.NOTHING].add(code, replace(gap, kind=GapKind.NOTHING))
                continue
            begun.add(code)
            values = tuple(dict.fromkeys(one for lacks in lacking for one in lacks))
            if all(lacking):
                runs[GapKind.MUST].add(code, replace(gap, values=values))
                continue
            for value in values:
                runs[GapKind.MAY].add(value, replace(gap, kind=GapKind.MAY, values=(value,)))
    found = [gap for kind in GapKind for gap in _together(runs[kind])]
    return [_explained(gap, known) for gap in found]


def _together(runs: _Runs) -> list[Gap]:
    """Gaps that are alike but for the device types, or but for the values, as one."""
    gaps = [gap for gaps in runs.found.values() for gap in gaps]
    by_values = _joined((gap, (gap.start, gap.end, gap.values)) for gap in gaps)
    by_types = _joined((gap, (gap.start, gap.end, gap.device_types)) for gap in by_values)
    return sorted(by_types, key=lambda gap: (gap.start, gap.end or date.max))


def _joined(gaps: Iterable[tuple[Gap, Hashable]]) -> list[Gap]:
    found: dict[Hashable, Gap] = {}
    for gap, key in gaps:
        found[key] = _both(found[key], gap) if key in found else gap
    return list(found.values())


def _both(one: Gap, other: Gap) -> Gap:
    """A gap with the device types and values of two, and the end of the second."""
    return replace(
        one,
        end=other.end,
        values=tuple(dict.fromkeys((*one.values, *other.values))),
        device_types=tuple(dict.fromkeys((*one.device_types, *other.device_types))),
    )


def _explained(gap: Gap, known: Calendars) -> Gap:
    """What begins and ends a gap: versions that end the day before, steps of the DSP."""
    families = {name for code in gap.device_types for name in _families(code, known)}
    left = tuple(
        Named(kind=version.family, value=version.version)
        for family, versions in known.book.families.items()
        if family in families
        for version in versions.values()
        if version.installation_end == gap.start - _DAY
    )
    steps = {step.start: step for step in known.steps}
    ended_by = steps.get(gap.end + _DAY) if gap.end is not None else None
    if not any(recognises(ended_by, value) for value in gap.values):
        ended_by = None
    return replace(gap, left=left, begun_by=steps.get(gap.start), ended_by=ended_by)


def _families(code: str, known: Calendars) -> tuple[str, ...]:
    return (GBCS, *known.device_types[code].specifications)
