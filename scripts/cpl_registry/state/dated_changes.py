"""What changes on which day in either calendar, and how many entries each change touches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cpl_registry.records.device_model import EntryId, Slug
from cpl_registry.records.dsp_profile import Step
from cpl_registry.records.specifications import GBCS
from cpl_registry.state.announced import (
    DEVICE_TYPE,
    SPECIFICATION,
    Calendars,
    Named,
    option_of,
    recognises,
)
from cpl_registry.state.dsp import unrecognised
from cpl_registry.state.publication import Published, PublishedState


class ChangeKind(StrEnum):
    """What happens on the day."""

    IN_FORCE = "in-force"
    """A version can be named by new entries from this day on."""
    LAST_DAY = "last-day"
    """The last day on which a new entry may name a version."""
    MAINTENANCE_END = "maintenance-end"
    """The last day of a version's maintenance."""
    LEARNS = "dsp-recognises"
    """The DSP recognises more: held entries go out."""
    FORGETS = "dsp-stops-recognising"
    """The DSP recognises less: rows that it holds can be neither sent nor left out undecided."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A dated change, with the entries that it touches as of the asked day.

    `subject` is the version that it is about, `step` the step of the DSP, `values` what the DSP
    learns or forgets. `recognised` says of a version whether the DSP knows it when it comes into
    force, or on the asked day where that is later.
    """

    day: date
    kind: ChangeKind
    entries: tuple[EntryId, ...]
    manufacturers: tuple[Slug, ...]
    subject: Named | None = None
    step: Step | None = None
    values: tuple[Named, ...] = ()
    recognised: bool = True


def changes_ahead(known: Calendars, state: PublishedState, until: date) -> Iterator[Change]:
    """The changes from the asked day until another, in order of their days."""
    steps = [step for step in known.steps if state.on <= step.start <= until]
    versions = [one for one in _versions(known, state) if state.on <= one.day <= until]
    found = [*versions, *_steps(steps, known, state)]
    return iter(sorted(found, key=lambda one: (one.day, one.kind, str(one.subject))))


def still_standing(known: Calendars, state: PublishedState) -> Iterator[Change]:
    """What has ended already and still has entries: they are listed, and stay so until removed."""
    ended = {ChangeKind.LAST_DAY, ChangeKind.MAINTENANCE_END}
    for change in _versions(known, state):
        if change.kind in ended and change.day < state.on and change.entries:
            yield change
    step = state.register.dsp.step_on(state.on)
    stopped = [one for one in state.extract if one.delivery and one.delivery.stopped]
    if step is not None and stopped:
        yield _change(step.start, ChangeKind.FORGETS, stopped, step=step)


def _versions(known: Calendars, state: PublishedState) -> Iterator[Change]:
    """What the book of specifications says: versions come into force and end."""
    wanted = {name for one in known.device_types.values() for name in one.specifications}
    naming: dict[Named, list[Published]] = {}
    for one in state.active:
        for name in option_of(one.entry).names:
            naming.setdefault(name, []).append(one)
    for family, versions in known.book.families.items():
        if family not in wanted and versions is not known.book.gbcs:
            continue
        for version in versions.values():
            subject = Named(kind=family, value=version.version)
            recognised = recognises(known.dsp.step_on(max(version.start, known.on)), subject)
            days = (
                (version.start, ChangeKind.IN_FORCE),
                (version.installation_end, ChangeKind.LAST_DAY),
                (version.maintenance_end, ChangeKind.MAINTENANCE_END),
            )
            for day, kind in days:
                if day is not None:
                    entries = naming.get(subject, [])
                    yield _change(day, kind, entries, subject=subject, recognised=recognised)


def _steps(steps: Iterable[Step], known: Calendars, state: PublishedState) -> Iterator[Change]:
    """What the DSP's calendar says: it learns and forgets."""
    for step in steps:
        before = known.dsp.step_on(step.start - timedelta(days=1))
        gained, lost = _difference(step, before), _difference(before, step)
        freed = [one for one in state.active if _turns(one, before, step)]
        stopped = [one for one in state.active if _turns(one, step, before)]
        if gained or freed:
            yield _change(step.start, ChangeKind.LEARNS, freed, step=step, values=gained)
        if lost or stopped:
            yield _change(step.start, ChangeKind.FORGETS, stopped, step=step, values=lost)


def _turns(one: Published, refusing: Step | None, taking: Step | None) -> bool:
    """Whether one step refuses what an entry names today and the other takes it."""
    return bool(unrecognised(one.entry, refusing)) and not unrecognised(one.entry, taking)


def _difference(more: Step | None, less: Step | None) -> tuple[Named, ...]:
    """What one step names and the other does not, for the kinds of value that both check."""
    if more is None:
        return ()
    return tuple(
        Named(kind=_kind(name), value=text)
        for name, texts in more.values.items()
        for text in sorted(texts - (less.values.get(name, texts) if less else frozenset()))
    )


def _kind(name: str) -> str:
    if name == "gbcs_version":
        return GBCS
    return name.removeprefix(SPECIFICATION) if name.startswith(SPECIFICATION) else DEVICE_TYPE


def _change(
    day: date,
    kind: ChangeKind,
    entries: list[Published],
    *,
    subject: Named | None = None,
    step: Step | None = None,
    values: tuple[Named, ...] = (),
    recognised: bool = True,
) -> Change:
    return Change(
        day=day,
        kind=kind,
        entries=tuple(one.entry_id for one in entries),
        manufacturers=tuple(sorted({one.entry.manufacturer for one in entries})),
        subject=subject,
        step=step,
        values=values,
        recognised=recognised,
    )
