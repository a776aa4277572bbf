"""The words of a review, as Markdown: data stand in code spans, nothing else comes from the files.

Told by code and not by a template, because a review is asked for again and again, and the template
engine takes longer to start than the review itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from cpl_registry.outputs import wording
from cpl_registry.records.shown import shown

if TYPE_CHECKING:
    from cpl_registry.outputs.review import Due, Review
    from cpl_registry.records.device_model import Value
    from cpl_registry.records.findings import Finding
    from cpl_registry.state.changes import ExtractChange, FileChange
    from cpl_registry.state.delivery import Hold


def told(review: Review) -> str:
    """The whole review, with one final newline."""
    sections = [
        ("What changes", [line for file in review.files for line in _file(file)]),
        (
            "Findings of this submission",
            [line for one in review.findings for line in _finding(one)],
        ),
    ]
    lines = [f"## {review.verdict}", "", _judged(review)]
    for head, inside in sections:
        lines += _section(head, inside)
    if review.older:
        were, are = ("finding was", "is") if review.older == 1 else ("findings were", "are")
        lines += ["", f"{review.older} {were} there before and {are} not this submission's."]
    rows = [*_rows(review.extract, review)]
    lines += _section(
        "Rows that go to the DCC", rows or ["The extract and the held list stay as they are."]
    )
    lines += _section("The clock", [f"- {_clock(one)}" for one in review.clock])
    lines += _section(
        "Who decides, and what comes next", [f"- {sentence}" for sentence in review.approvals]
    )
    return "\n".join([*lines, "", ""])


def _section(head: str, lines: list[str]) -> list[str]:
    """A heading and its lines; nothing where there are none."""
    return ["", f"### {head}", "", *lines] if lines else []


def _judged(review: Review) -> str:
    who = "without judging authority: no account was given"
    if review.actor:
        who = f"for the account {span(review.actor)}"
    between = f"from {span(review.base[:12])} to {span(review.head[:12])}"
    return f"Judged for {day_words(review.on)}, {between}, {who}."


def _file(file: FileChange) -> Iterator[str]:
    yield f"- {file.nature}: {span(file.entry_id or file.path)}"
    for one in file.fields:
        yield f"  - {span(one.field)}: {said(one.before)} becomes {said(one.after)}"


def _finding(one: Finding) -> Iterator[str]:
    place = f"{one.path}:{one.line}:{one.column}" if one.line else one.path
    yield f"- **{one.severity} {one.rule}** at {span(place, 200)}: {span(one.message, 400)}"
    if one.fix:
        yield f"  - to mend it: {span(one.fix, 400)}"


def _rows(extract: ExtractChange, review: Review) -> Iterator[str]:
    for entry_id in extract.added:
        yield f"- added: {span(entry_id)}"
    for entry_id, column, before, after in extract.changed:
        cell = f"{span(entry_id)}, {span(column)}"
        yield f"- changed: {cell}: {said(before)} becomes {said(after)}"
    for entry_id in extract.removed:
        yield f"- removed: {span(entry_id)}; devices of this model will be suspended"
    for entry_id, why in extract.newly_held:
        yield f"- held: {span(entry_id)}, for {hold_words(why)}. {review.outlooks[entry_id]}"
    for entry_id in extract.newly_released:
        yield f"- released from hold: {span(entry_id)}"


def _clock(one: Due) -> str:
    what = (
        f"due one Working Day after {day_words(one.day)}, a day that the list of bank holidays"
        " does not reach"
    )
    if one.hold:
        what = (
            f"the clock is paused while the entry is held for {hold_words(one.hold)};"
            " one Working Day begins when the hold ends"
        )
    elif one.idle:
        what = "its row stays as it is, so that no clock runs"
    elif one.due:
        what = f"due at the DCC by the end of {day_words(one.due)}, one Working Day"
    return f"{span(one.entry_id)}, {one.event}: {what}"


def span(value: object, most: int = 120) -> str:
    """A text from the data as a code span."""
    return f"`{shown(str(value), most).replace('`', chr(39)) or ' '}`"


def said(value: Value | None) -> str:
    """A field's value as a code span."""
    if value is None:
        return "nothing"
    return span(value if isinstance(value, str) else ", ".join(value))


def day_words(day: date) -> str:
    """`Tuesday 8 May 2018`."""
    return f"{wording.WEEKDAYS[day.weekday()]} {wording.day(day)}"


def hold_words(hold: Hold) -> str:
    """Why an entry is held."""
    return ", ".join(f"{span(cause.field)} {span(cause.value)}" for cause in hold.causes)
