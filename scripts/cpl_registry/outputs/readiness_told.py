"""Readiness in words: for the terminal, for a page, and as JSON for machines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from cpl_registry.outputs import wording
from cpl_registry.outputs.entry_rows import manufacturer_name
from cpl_registry.records.dsp_profile import Step
from cpl_registry.records.yaml_text import shown
from cpl_registry.state.announced import DEVICE_TYPE, Named
from cpl_registry.state.dated_changes import Change, ChangeKind
from cpl_registry.state.gaps import WARN_DAYS, Gap, GapKind
from cpl_registry.state.publication import PublishedState
from cpl_registry.state.readiness import Readiness

_FIRST = 8
"""How many manufacturers are named before the rest is counted."""
_HEADINGS = {
    GapKind.MUST: "A new entry must name a version that the DSP cannot load",
    GapKind.MAY: "A new entry may name a version that the DSP cannot load",
    GapKind.NOTHING: "No version that a new entry could name is in force",
}
_INTERVALS = {GapKind.MUST: "gap", GapKind.MAY: "interval", GapKind.NOTHING: "interval"}


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
    lines.append(
        "Specification versions in force against what the DCC's Data Service Provider (DSP)"
    )
    lines.append("recognises, by the register's own files; what became known later is left out.")
    for kind in GapKind:
        told = [gap for gap in gaps if gap.kind is kind]
        if told or kind is GapKind.MUST:
            count = wording.counted(len(told), _INTERVALS[kind]) if told else "no gap is known"
            lines += ["", f"{_HEADINGS[kind]}: {count}"]
        for gap in told:
            lines += ["", f"  {gap.when}", *(f"    {line}" for line in _wrapped(gap.sentence))]
            for label, text in gap.facts:
                first, *rest = _wrapped(text, 76)
                lines += [f"    {label:<15}{first}", *(f"    {'':<15}{line}" for line in rest)]
    changes = [(change.day, change_told(change)) for change in answer.ahead]
    lines += _section("Dated changes ahead", changes)
    lines += _section(
        "Ended, and still named", [(one.day, change_told(one)) for one in answer.standing]
    )
    lines += _section(
        "Announced, and not confirmed", [(one.start, _OVERDUE) for one in answer.overdue]
    )
    if answer.unconfirmed:
        told_of = "; ".join(f"{one}: {', '.join(names)}" for one, names in answer.unconfirmed)
        note = f"Recalled and not read in a source (cpl/reference/specifications.yaml): {told_of}"
        lines += ["", *_wrapped(note)]
    return "\n".join(lines) + "\n"


_OVERDUE = "the DSP was expected to change from this day; that has not been confirmed and counts for nothing"


def _section(heading: str, told: list[tuple[date, str]]) -> Iterator[str]:
    if not told:
        return
    yield ""
    yield heading
    for day, text in told:
        first, *rest = _wrapped(text, 76)
        yield f"  {wording.day(day):<17}{first}"
        yield from (f"  {'':<17}{line}" for line in rest)


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
            f"A new {who} that names {_names(gap.values)} is listed and held: the DSP does not"
            " recognise it. Other versions in force it does recognise."
        )
    if len(kinds) > 1:
        return (
            f"Whatever a new {who} may name, the DSP does not recognise part of it:"
            f" {_names(gap.values, 'and')}. It is listed and held."
        )
    which = "which the DSP does not recognise"
    if len(gap.values) > 1:
        which = "and the DSP recognises none of them"
    return f"Every new {who} must name {_names(gap.values)}, {which}: it is listed and held."


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
    yield "End", _end(gap)
    length = wording.counted(gap.days, "day") if gap.days is not None else "open"
    yield "Length", f"{length}; {_begins(gap, answer.on)}"
    yield "Device types", wording.joined([*gap.device_types])
    yield "Entries", _entries(gap)
    makers = [shown(manufacturer_name(state, slug), 60) for slug in gap.size.manufacturers]
    named = makers[:_FIRST] + ([f"{len(makers) - _FIRST} more"] if len(makers) > _FIRST else [])
    yield "Manufacturers", f"{len(makers)}: {wording.joined(named)}" if makers else "none yet"


def _cause(gap: Gap, on: date) -> str:
    if gap.left:
        last = wording.day(gap.start.fromordinal(gap.start.toordinal() - 1))
        is_ = "was" if gap.start <= on else "is"
        return f"{last} {is_} the last day on which a new entry may name {_names(gap.left, 'and')}"
    if gap.begun_by is not None and gap.kind is not GapKind.MAY:
        return f"what the DSP recognises changes on {wording.day(gap.start)}"
    return ""


def _end(gap: Gap) -> str:
    if gap.kind is GapKind.NOTHING:
        return "no version is known to follow" if gap.end is None else "another version follows"
    if gap.ended_by is not None:
        return _step_told(gap.ended_by)
    if gap.end is not None:
        return "then other versions are in force"
    return f"no day is known on which the DSP will recognise {_names(gap.values)}"


def _step_told(step: Step) -> str:
    known = f", known since {wording.day(step.known_from)}" if step.known_from else ""
    return f"the DSP is to recognise more from {wording.day(step.start)}{known}"


def _begins(gap: Gap, on: date) -> str:
    ahead = (gap.start - on).days
    if ahead > 0:
        return f"begins in {wording.counted(ahead, 'day')}"
    return f"open since {wording.counted(-ahead, 'day')}" if ahead else "begins today"


def _entries(gap: Gap) -> str:
    size = gap.size
    told = [f"{len(size.held)} held", f"{wording.counted(len(size.waiting), 'submission')} waiting"]
    if gap.kind is GapKind.MAY:
        return ", ".join(told)
    active = wording.counted(len(size.leaving), "Active entry", "Active entries")
    on_ended = f"{active} on ended versions" if gap.left else active
    return ", ".join([f"{on_ended}, whose successors fall into the gap", *told])


def change_told(change: Change) -> str:
    """A dated change in one sentence without its day."""
    entries = wording.counted(len(change.entries), "Active entry", "Active entries")
    makers = wording.counted(len(change.manufacturers), "manufacturer")
    of_makers = f"{entries} of {makers}" if change.entries else "no Active entry"
    verb = "names" if len(change.entries) < 2 else "name"
    match change.kind:
        case ChangeKind.IN_FORCE:
            known = "recognises" if change.recognised else "does not recognise"
            return f"{change.subject} comes into force for new entries; the DSP {known} it"
        case ChangeKind.LAST_DAY:
            return f"last day on which a new entry may name {change.subject}; {of_makers} {verb} it"
        case ChangeKind.MAINTENANCE_END:
            return f"last day of maintenance of {change.subject}; {of_makers} {verb} it"
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


def _wrapped(text: str, width: int = 92) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def readiness_data(answer: Readiness) -> dict[str, Any]:
    """The same answer for machines."""
    return {
        "on": answer.on.isoformat(),
        "until": answer.until.isoformat(),
        "warn_days": WARN_DAYS,
        "alarm": bool(answer.alarms),
        "gaps": [_gap_data(gap, answer.on) for gap in answer.gaps],
        "ahead": [_change_data(change) for change in answer.ahead],
        "ended": [_change_data(change) for change in answer.standing],
        "overdue": [_step_data(step) for step in answer.overdue],
        "unconfirmed": [
            {"kind": one.kind, "version": one.value, "fields": list(names)}
            for one, names in answer.unconfirmed
        ],
    }


def _gap_data(gap: Gap, on: date) -> dict[str, Any]:
    return {
        "kind": gap.kind.value,
        "alarm": gap.alarms(on),
        "start": gap.start.isoformat(),
        "end": gap.end.isoformat() if gap.end else None,
        "days": gap.days,
        "device_types": list(gap.device_types),
        "not_recognised": [_named_data(one) for one in gap.values],
        "ended_versions": [_named_data(one) for one in gap.left],
        "ended_by": _step_data(gap.ended_by) if gap.ended_by else None,
        "entries": {
            "on_ended_versions": list(gap.size.leaving),
            "held": list(gap.size.held),
            "waiting": list(gap.size.waiting),
        },
        "manufacturers": list(gap.size.manufacturers),
    }


def _named_data(one: Named) -> dict[str, str]:
    return {"kind": one.kind, "version": one.value}


def _step_data(step: Step) -> dict[str, Any]:
    return {
        "start": step.start.isoformat(),
        "known_from": step.known_from.isoformat() if step.known_from else None,
        "expected": step.expected,
        "source": step.source,
    }


def _change_data(change: Change) -> dict[str, Any]:
    return {
        "day": change.day.isoformat(),
        "kind": change.kind.value,
        "subject": _named_data(change.subject) if change.subject else None,
        "values": [_named_data(one) for one in change.values],
        "entries": list(change.entries),
        "manufacturers": list(change.manufacturers),
        "recognised": change.recognised,
    }
