"""Readiness in words: each gap and each dated change, as a page or the terminal shows them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from cpl_registry.outputs import wording
from cpl_registry.outputs.entry_rows import manufacturer_name
from cpl_registry.records.dsp_profile import Step
from cpl_registry.records.yaml_text import shown
from cpl_registry.state.announced import DEVICE_TYPE, Named, recognises
from cpl_registry.state.dated_changes import Change, ChangeKind
from cpl_registry.state.gaps import Gap, GapKind
from cpl_registry.state.publication import PublishedState
from cpl_registry.state.readiness import Readiness

_DAY = timedelta(days=1)
_FIRST = 8
"""How many manufacturers are named before the rest is counted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GapTold:
    """A gap as a table or a page shows it: when, what it means, and its facts with their labels."""

    kind: GapKind
    alarm: bool
    when: str
    sentence: str
    facts: tuple[tuple[str, str], ...]


def readiness_table(answer: Readiness, state: PublishedState) -> tuple[GapTold, ...]:
    """The gaps in words, in order of kind and day."""
    return tuple(
        GapTold(
            kind=gap.kind,
            alarm=gap.alarms(answer.on),
            when=_when(gap),
            sentence=_sentence(gap, state),
            facts=tuple(_facts(gap, answer, state)),
        )
        for gap in answer.gaps
    )


def _when(gap: Gap) -> str:
    start = wording.day(gap.start)
    if gap.end is None:
        return f"From {start}, with no end known"
    return f"From {start} to {wording.day(gap.end)}"


def _sentence(gap: Gap, state: PublishedState) -> str:
    """What the gap means, in one sentence."""
    who = _who(gap, state)
    kinds = {value.kind for value in gap.values}
    if gap.kind is GapKind.NOTHING:
        return f"Nothing can be listed: no version is in force that a new {who} could name."
    if kinds == {DEVICE_TYPE}:
        return f"The DSP does not recognise the device type: a new {who} is listed and held."
    if gap.kind is GapKind.MAY:
        return (
            f"A new {who} that names {_names(gap.values)} is listed and held, because the DSP does not"
            " recognise it; there are other versions in force that it does recognise."
        )
    if len(kinds) > 1:
        return (
            f"Whatever a new {who} may name, the DSP does not recognise part of it:"
            f" {_names(gap.values, 'and')}. It is listed and held."
        )
    which = "which the DSP does not recognise"
    if len(gap.values) > 1:
        which = "and the DSP recognises none of them"
    return f"Every new {who} must name {_names(gap.values)}, {which}: it would be listed and held."


def _who(gap: Gap, state: PublishedState) -> str:
    if set(gap.device_types) == set(state.register.device_types):
        return "entry"
    return _either([*gap.device_types], "or")


def _names(values: tuple[Named, ...], word: str = "or") -> str:
    """`GBCS 1.1`, `GBCS 1.1 or 1.2`, `GBCS 1.1 and SMETS2 5.0`."""
    kinds: dict[str, list[str]] = {}
    for one in values:
        kinds.setdefault(one.kind, []).append(one.value)
    return _either([f"{kind} {_either(texts, word)}" for kind, texts in kinds.items()], word)


def _either(words: list[str], word: str) -> str:
    return f" {word} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _facts(gap: Gap, answer: Readiness, state: PublishedState) -> Iterator[tuple[str, str]]:
    if cause := _cause(gap, answer.on):
        yield "Cause", cause
    yield "End", _end(gap, answer)
    length = wording.counted(gap.days, "day") if gap.days is not None else "open-ended"
    yield "Length", f"{length}; {_begins(gap, answer.on)}"
    yield "Device types", wording.joined([*gap.device_types])
    if gap.kind is not GapKind.MAY:
        yield "Listed", _leaving(gap)
    yield "Held now", wording.counted(len(gap.size.held), "entry", "entries")
    yield "Submitted", wording.counted(len(gap.size.waiting), "entry", "entries")
    makers = [shown(manufacturer_name(state, slug), 60) for slug in gap.size.manufacturers]
    named = makers[:_FIRST] + ([f"{len(makers) - _FIRST} more"] if len(makers) > _FIRST else [])
    yield "Manufacturers", f"{len(makers)}: {wording.joined(named)}" if makers else "none yet"


def _cause(gap: Gap, on: date) -> str:
    if gap.left:
        last = wording.day(gap.start - _DAY)
        told = "was the last day on which a new entry could name"
        if gap.start > on:
            told = "is the last day on which a new entry may name"
        return f"{last} {told} {_names(gap.left, 'and')}"
    if gap.begun_by is not None and gap.kind is not GapKind.MAY:
        return f"what the DSP recognises changes on {wording.day(gap.start)}"
    return ""


def _end(gap: Gap, answer: Readiness) -> str:
    if gap.kind is GapKind.NOTHING:
        return "no version is known to follow" if gap.end is None else "another version follows"
    if gap.ended_by is not None:
        return _step_told(gap.ended_by, gap.values)
    if gap.end is not None and any(
        one.start == gap.end + _DAY and {*gap.values} & {*one.values}
        for one in answer.of(GapKind.MUST)
    ):
        return "then there is no other version left, and the gap above begins"
    if gap.end is not None:
        return "then other versions are in force"
    return f"no day is known on which the DSP will recognise {_names(gap.values)}"


def _step_told(step: Step, values: tuple[Named, ...]) -> str:
    what = _names(tuple(one for one in values if recognises(step, one)), "and")
    known = f" (known since {wording.day(step.known_from)})" if step.known_from else ""
    return f"the DSP is due to recognise {what} from {wording.day(step.start)}{known}"


def _begins(gap: Gap, on: date) -> str:
    ahead = (gap.start - on).days
    if ahead > 0:
        return f"begins in {wording.counted(ahead, 'day')}"
    return f"begun {wording.counted(-ahead, 'day')} ago" if ahead else "begins today"


def _leaving(gap: Gap) -> str:
    count = len(gap.size.leaving)
    active = wording.counted(count, "Active entry", "Active entries")
    if not count:
        return active
    names = "names" if count == 1 else "name"
    what = _names(gap.left, "and") if gap.left else "a version that has ended"
    return f"{active} {names} {what}: what takes their place falls into the gap"


def change_told(change: Change, on: date) -> str:
    """A dated change in one sentence without its day, seen from a day."""
    entries = wording.counted(len(change.entries), "Active entry", "Active entries")
    makers = wording.counted(len(change.manufacturers), "manufacturer")
    of_makers = f"{entries} of {makers}" if change.entries else "no Active entry"
    passed = change.day < on
    verb = ("still " if passed else "") + ("name" if len(change.entries) > 1 else "names")
    last = "was the last day" if passed else "last day"
    match change.kind:
        case ChangeKind.IN_FORCE:
            known = "recognises" if change.recognised else "does not recognise"
            return f"{change.subject} comes into force for new entries; the DSP {known} it"
        case ChangeKind.LAST_DAY:
            may = "could" if passed else "may"
            what = f"{last} on which a new entry {may} name {change.subject}"
            return f"{what}; {of_makers} {verb} it"
        case ChangeKind.MAINTENANCE_END:
            return f"{last} of maintenance of {change.subject}; {of_makers} {verb} it"
        case ChangeKind.LEARNS:
            what = (
                f"the DSP recognises {_names(change.values, 'and')}"
                if change.values
                else ("the DSP checks less")
            )
            goes = "goes" if len(change.entries) == 1 else "go"
            return f"{what}; {of_makers} {goes} out with it" if change.entries else what
        case ChangeKind.FORGETS:
            what = f" {_names(change.values, 'and')}" if change.values else " what it did"
            then = f"; {of_makers} can then be neither sent nor left out without a decision"
            return f"the DSP no longer recognises{what}{then if change.entries else ''}"
