"""Readiness for the terminal, and as workflow commands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from textwrap import wrap

from cpl_registry.outputs import wording
from cpl_registry.outputs.readiness_words import change_told, readiness_table
from cpl_registry.state.gaps import GapKind
from cpl_registry.state.publication import PublishedState
from cpl_registry.state.readiness import Readiness

_WIDTH, _LABEL = 92, 16
_HEADINGS = {
    GapKind.MUST: "A new entry must name a version that the DSP cannot load",
    GapKind.MAY: "A new entry may name a version that the DSP cannot load",
    GapKind.NOTHING: "No version that a new entry could name is in force",
}
_INTERVALS = {GapKind.MUST: "gap", GapKind.MAY: "interval", GapKind.NOTHING: "interval"}


_INTRODUCTION = (
    "What a new entry may name, against what the DCC's Data Service Provider (DSP) recognises",
    "by cpl/dcc/dsp-profile.yaml. Only what was known on that day is counted.",
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
                *(f"    {line}" for line in _wrapped(gap.sentence, _WIDTH)),
            ]
            for label, text in gap.facts:
                first, *rest = _wrapped(text, _WIDTH - _LABEL)
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
        lines += ["", *_wrapped(note, _WIDTH)]
    return "\n".join(lines) + "\n"


_OVERDUE = "the DSP was expected to change from this day; that has not been confirmed and counts for nothing"


def _section(heading: str, told: list[tuple[date, str]]) -> Iterator[str]:
    if not told:
        return
    yield ""
    yield heading
    for day, text in told:
        first, *rest = _wrapped(text, _WIDTH - _LABEL)
        yield f"  {wording.day(day):<{_LABEL + 2}}{first}"
        yield from (f"  {'':<{_LABEL + 2}}{line}" for line in rest)


def github_warnings(answer: Readiness, state: PublishedState) -> str:
    """A workflow command for each gap that is open or begins soon."""
    return "".join(
        f"::warning title=DSP readiness::{gap.when}: {gap.sentence}\n".replace("%", "%25")
        for gap in readiness_table(answer, state)
        if gap.alarm
    )


def _wrapped(text: str, width: int) -> list[str]:
    return wrap(text, width, break_on_hyphens=False)
