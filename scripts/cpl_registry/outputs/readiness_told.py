"""Readiness in words: for the terminal and for a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from textwrap import wrap

from cpl_registry.outputs import wording
from cpl_registry.outputs.entry_rows import manufacturer_name
from cpl_registry.records.dsp_profile import Step
from cpl_registry.records.yaml_text import shown
from cpl_registry.state.announced import DEVICE_TYPE, Named
from cpl_registry.state.dated_changes import Change, ChangeKind
from cpl_registry.state.gaps import Gap, GapKind
from cpl_registry.state.publication import PublishedState
from cpl_registry.state.readiness import Readiness

_DAY = timedelta(days=1)
_FIRST = 8
"""How many manufacturers are named before the rest is counted."""
_WIDTH, _LABEL = 92, 16
_HEADINGS = {
    GapKind.MUST: "A new entry must name a version that the DSP cannot load",
    GapKind.MAY: "A new entry may name a version that the DSP cannot load",
    GapKind.NOTHING: "No version that a new entry could name is in force",
}
_INTERVALS = {GapKind.MUST: "gap", GapKind.MAY: "interval", GapKind.NOTHING: "interval"}


_INTRODUCTION = (
    "What a new entry may name, against what the DCC's Data Service Provider (DSP) recognises.",
    "Only what was known on that day is counted.",
)


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


def readiness_told(answer: Readiness, state: PublishedState) -> str:
    """The whole answer for the terminal."""
    gaps = readiness_table(answer, state)
    lines = [f"Readiness as known on {wording.day(answer.on)}, up to {wording.day(answer.until)}"]
    lines += _INTRODUCTION
    for kind in GapKind:
        told = [gap for gap in gaps if gap.kind is kind]
        if told or kind is GapKind.MUST:
            count = wording.counted(len(told), _INTERVALS[kind]) if told else "no gap is known"
            lines += ["", f"{_HEADINGS[kind]}: {count}"]
        for gap in told:
            lines += [
                "",
                f"  {gap.when}",
                *(f"    {line}" for line in wrap(gap.sentence, _WIDTH, break_on_hyphens=False)),
            ]
            for label, text in gap.facts:
                first, *rest = wrap(text, _WIDTH - _LABEL, break_on_hyphens=False)
                lines += [
                    f"    {label:<{_LABEL}}{first}",
                    *(f"    {'':<{_LABEL}}{line}" for line in rest),
                ]
    changes = [(change.day, change_told(change, answer.on)) for change in answer.ahead]
    lines += _section("Dated changes, from that day on", changes)
    lines += _section(
        "Ended, and still named",
        [(one.day, change_told(one, answer.on)) for one in answer.standing],
    )
    lines += _section(
        "Announced, and not confirmed", [(one.start, _OVERDUE) for one in answer.overdue]
    )
    if answer.unconfirmed:
        told_of = "; ".join(f"{one}: {', '.join(names)}" for one, names in answer.unconfirmed)
        note = f"Recalled and not read in a source (cpl/reference/specifications.yaml): {told_of}"
        lines += ["", *wrap(note, _WIDTH, break_on_hyphens=False)]
    return "\n".join(lines) + "\n"


_OVERDUE = "the DSP was expected to change from this day; that has not been confirmed and counts for nothing"


def _section(heading: str, told: list[tuple[date, str]]) -> Iterator[str]:
    if not told:
        return
    yield ""
    yield heading
    for day, text in told:
        first, *rest = wrap(text, _WIDTH - _LABEL, break_on_hyphens=False)
        yield f"  {wording.day(day):<{_LABEL + 2}}{first}"
        yield from (f"  {'':<{_LABEL + 2}}{line}" for line in rest)


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
    length = wording.counted(gap.days, "day") if gap.days is not None else "open"
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
    what = _names(values) if len(values) == 1 else "more"
    known = f" (known since {wording.day(step.known_from)})" if step.known_from else ""
    return f"the DSP is due to recognise {what} from {wording.day(step.start)}{known}"


def _begins(gap: Gap, on: date) -> str:
    ahead = (gap.start - on).days
    if ahead > 0:
        return f"begins in {wording.counted(ahead, 'day')}"
    return f"open for {wording.counted(-ahead, 'day')}" if ahead else "begins today"


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


def github_warnings(answer: Readiness, state: PublishedState) -> str:
    """A workflow command for each gap that is open or begins soon."""
    return "".join(
        f"::warning title=DSP readiness::{gap.when}: {gap.sentence}\n".replace("%", "%25")
        for gap in readiness_table(answer, state)
        if gap.alarm
    )
