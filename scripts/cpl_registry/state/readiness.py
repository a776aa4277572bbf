"""Ahead of time: when must a new entry carry a version that the DSP cannot load?

The check that was missing in 2017: GBCS 1.1 was in force and the last day of GBCS 1.0 was known,
six months before it showed that the DSP recognised nothing but GBCS 1.0. Everything is told as it
was known on the asked day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from cpl_registry.records.device_model import EntryId
from cpl_registry.records.dsp_profile import Step
from cpl_registry.state.announced import Calendars, Named, calendars, named, option_of
from cpl_registry.state.dated_changes import Change, changes_ahead, still_standing
from cpl_registry.state.gaps import Gap, GapKind, Size, gaps_of
from cpl_registry.state.publication import Published, PublishedState

YEARS_AHEAD = 2


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """The answer for a day: gaps not yet over that begin by `until`, dated changes, what stands.

    `unconfirmed` names the fields of the versions told of here that are recalled and were not read
    in a source.
    """

    on: date
    until: date
    gaps: tuple[Gap, ...]
    ahead: tuple[Change, ...]
    standing: tuple[Change, ...]
    overdue: tuple[Step, ...]
    unconfirmed: tuple[tuple[Named, tuple[str, ...]], ...]

    def of(self, kind: GapKind) -> tuple[Gap, ...]:
        """The gaps of a kind, in order of their days."""
        return tuple(gap for gap in self.gaps if gap.kind is kind)

    @property
    def alarms(self) -> tuple[Gap, ...]:
        """The gaps to be warned of on the asked day."""
        return tuple(gap for gap in self.gaps if gap.alarms(self.on))


def horizon(on: date) -> date:
    """Two years ahead of a day."""
    year = on.year + YEARS_AHEAD
    try:
        return on.replace(year=year)
    except ValueError:  # 29 February
        return on.replace(year=year, day=28)


def readiness(state: PublishedState, until: date) -> Readiness:
    """The calendar of specification versions against that of the DSP, as known on the day."""
    known = calendars(state.register, state.on)
    gaps = tuple(
        _sized(gap, known, state)
        for gap in gaps_of(known)
        if gap.start <= until and (gap.end is None or state.on <= gap.end)
    )
    ahead = tuple(changes_ahead(known, state, until))
    standing = tuple(still_standing(known, state))
    told = {one for gap in gaps for one in (*gap.values, *gap.left)}
    told |= {change.subject for change in (*ahead, *standing) if change.subject is not None}
    return Readiness(
        on=state.on,
        until=until,
        gaps=gaps,
        ahead=ahead,
        standing=standing,
        overdue=known.overdue,
        unconfirmed=tuple(_unconfirmed(known, told)),
    )


def _sized(gap: Gap, known: Calendars, state: PublishedState) -> Gap:
    """A gap with the entries and manufacturers that it touches on the asked day."""

    def names(one: Published) -> bool:
        return bool({*option_of(one.entry).names} & {*gap.values})

    ours = [one for one in state.entries if one.entry.device_type in gap.device_types]
    active = [one for one in ours if one.standing.active]
    leaving = [] if gap.kind is GapKind.MAY else _leaving(active, gap, known)
    held = [one for one in active if {*_causes(one)} & {*gap.values}]
    waiting = [one for one in ours if one.waiting_since is not None and names(one)]
    makers = {one.entry.manufacturer for one in (*leaving, *held, *waiting)}
    size = Size(
        leaving=_ids(leaving),
        held=_ids(held),
        waiting=_ids(waiting),
        manufacturers=tuple(sorted(makers)),
    )
    return replace(gap, size=size)


def _leaving(active: list[Published], gap: Gap, known: Calendars) -> list[Published]:
    """The entries of which a new one could not name what they name, once the gap has begun."""
    day = max(gap.start, known.on)
    options = {one for code in gap.device_types for one in known.options(code, day)}
    return [one for one in active if option_of(one.entry) not in options]


def _causes(one: Published) -> Iterator[Named]:
    if one.delivery is not None and one.delivery.hold is not None:
        family = one.entry.technical_specification.name
        for cause in one.delivery.hold.causes:
            yield named(cause, family)


def _ids(entries: Iterable[Published]) -> tuple[EntryId, ...]:
    return tuple(one.entry_id for one in entries)


def _unconfirmed(known: Calendars, told: set[Named]) -> Iterator[tuple[Named, tuple[str, ...]]]:
    for one in sorted(told):
        version = known.book.find(one.kind, one.value)
        if version is not None and version.unconfirmed:
            yield one, version.unconfirmed
