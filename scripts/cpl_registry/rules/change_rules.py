"""64x to 66x: what a submission does to the register it started from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from cpl_registry.records.device_model import KEY_FIELDS, Entry, Value
from cpl_registry.records.documents import DEVICES
from cpl_registry.records.findings import Problem, Severity
from cpl_registry.records.manufacturers import AccountId
from cpl_registry.records.register import Register
from cpl_registry.records.yaml_text import shown
from cpl_registry.rules.rule import Scope, rule
from cpl_registry.state.history import CLOCKED

_LIFE = "Contract, section 2: rules of life"


@dataclass(frozen=True, kw_only=True)
class Submission:
    """Two states of the register and what lies between: base, head, touched paths, who acts.

    `deleted` are paths under `cpl/` that head lacks, `touched` those added or changed. `actor` is
    None where authority is not judged.
    """

    base: Register
    head: Register
    touched: frozenset[str]
    deleted: frozenset[str]
    actor: AccountId | None
    on: date

    @cached_property
    def before(self) -> Mapping[str, Entry]:
        """The entries of base by path."""
        return {entry.path: entry for entry in self.base.entries}

    @cached_property
    def changed(self) -> tuple[tuple[Entry | None, Entry], ...]:
        """The entries that the submission adds (None before) or changes."""
        return tuple(
            (self.before.get(entry.path), entry)
            for entry in self.head.entries
            if entry.path in self.touched
        )


@rule("CPL641", scope=Scope.CHANGE, source=_LIFE)
def entries_are_never_deleted(change: Submission) -> Iterator[Problem]:
    """An entry's file is never deleted, moved or renamed.

    Why: a removed entry keeps its page and its history for ever; a missing file suspends a fleet.
    Fix: bring the file back; remove the entry with a history line of event removed.
    """
    for path in sorted(change.deleted):
        if path.startswith(DEVICES):
            message = "an entry is never deleted or moved"
            yield Problem(path=path, message=message, fix="bring the file back where it was")


@rule("CPL642", scope=Scope.CHANGE, source=_LIFE)
def history_is_append_only(change: Submission) -> Iterator[Problem]:
    """The history lines that stood before still stand, and new ones come after them.

    Why: the history is the record of what was published; rewriting it rewrites the past.
    Fix: leave the old lines as they were and add a new one at the end.
    """
    for before, after in change.changed:
        if before is None or after.history[: len(before.history)] == before.history:
            continue
        index = next(
            (
                n
                for n, (old, new) in enumerate(zip(before.history, after.history, strict=False))
                if old != new
            ),
            len(after.history) - 1,
        )
        yield Problem(
            path=after.path,
            at=f"/history/{index}",
            message="history is append-only: new lines go to the end",
            fix="bring the old lines back and add a new one at the end",
        )


@rule("CPL643", scope=Scope.CHANGE, source=_LIFE)
def key_is_never_edited(change: Submission) -> Iterator[Problem]:
    """The key and the manufacturer of an entry stay as they were.

    Why: suppliers, the DCC and other entries point at the key.
    Fix: bring the old value back; add the other Device Model as an entry of its own.
    """
    for before, after in change.changed:
        if before is None:
            continue
        for field in (*KEY_FIELDS, "manufacturer"):
            if before.fields[field] != after.fields[field]:
                message = f"the key of an entry never changes: {field}"
                yield Problem(path=after.path, at=field, message=message, fix="bring it back")


@rule("CPL644", scope=Scope.CHANGE, source=_LIFE)
def every_change_is_told(change: Submission) -> Iterator[Problem]:
    """Every changed field is told by a new history line, and every told change is there.

    Why: readers follow the history; an untold change would be published in silence.
    Fix: add an amended line with the field, its value before and after.
    """
    for before, after in change.changed:
        if before is None or after.history[: len(before.history)] != before.history:
            continue
        told: dict[str, tuple[Value | None, Value | None]] = {}
        for line in after.history[len(before.history) :]:
            for one in line.changed:
                start = told[one.path][0] if one.path in told else one.before
                told[one.path] = (start, one.after)
        yield from _untold(before, after, told)
        yield from _untrue(before, after, told)


def _untold(
    before: Entry, after: Entry, told: Mapping[str, tuple[Value | None, Value | None]]
) -> Iterator[Problem]:
    for path in dict.fromkeys((*before.fields, *after.fields)):
        if path in _IDENTITY or path in told:
            continue
        if before.fields.get(path) != after.fields.get(path):
            other = f"; it tells of {', '.join(told)}" if told else ""
            yield Problem(
                path=after.path,
                at=path,
                message=f"{shown(path, 60)} changed and the history does not say so{other}",
                fix="add a history line that tells the change, or bring the value back",
            )


def _untrue(
    before: Entry, after: Entry, told: Mapping[str, tuple[Value | None, Value | None]]
) -> Iterator[Problem]:
    for path, (start, _) in told.items():
        was = before.fields.get(path)
        if path in _IDENTITY or start == was:
            continue
        if was == after.fields.get(path):
            message = f"the history tells of a change of {shown(path, 60)} that is not there"
        else:
            message = f"{shown(path, 60)} was {_said(was)}, the line says {_said(start)}"
        index = _telling(after, path)
        at = f"/history/{index}/changed/{path}"
        yield Problem(path=after.path, at=at, message=message, fix="tell the change as it is")


_IDENTITY = frozenset({*KEY_FIELDS, "manufacturer"})


def _telling(entry: Entry, path: str) -> int:
    lines = range(len(entry.history) - 1, -1, -1)
    return next(n for n in lines if any(one.path == path for one in entry.history[n].changed))


def _said(value: Value | None) -> str:
    return (
        "nothing" if value is None else shown(value if isinstance(value, str) else ", ".join(value))
    )


@rule("CPL645", scope=Scope.CHANGE, severity=Severity.WARNING, source=_LIFE)
def new_lines_are_not_ahead(change: Submission) -> Iterator[Problem]:
    """A new history line is dated no later than the day of the review.

    Why: a line dated ahead has not happened yet and will take effect by itself.
    Fix: check that the day is meant.
    """
    for before, after in change.changed:
        old = len(before.history) if before else 0
        for index, line in enumerate(after.history[old:], old):
            if line.day > change.on:
                message = f"the new line is dated ahead: {line.day}"
                yield Problem(
                    path=after.path,
                    at=f"/history/{index}/date",
                    message=message,
                    fix="check the day",
                )


@rule("CPL646", scope=Scope.CHANGE, severity=Severity.WARNING, source=_LIFE)
def new_lines_are_in_time(change: Submission) -> Iterator[Problem]:
    """A new history line that changes what the DCC gets is dated after the last delivery.

    Why: the last delivery was sent without it, and its clock has run since its date; what is told
        of that day is no longer what was sent. A line `submitted` changes nothing that is sent.
    Fix: give the line the day of the act. Where the act is of that day, let the line stand: it goes
        with the next delivery, and its clock tells that it was late.
    """
    if not change.base.deliveries:
        return
    last = change.base.deliveries[-1]
    for before, after in change.changed:
        old = len(before.history) if before else 0
        for index, line in enumerate(after.history[old:], old):
            if line.event in CLOCKED and line.day <= last.on:
                yield Problem(
                    path=after.path,
                    at=f"/history/{index}/date",
                    message=f"late: the delivery {last.serial} of {last.on} was sent without it",
                    fix="give the line the day of the act, or let it stand as late",
                )


@rule("CPL651", scope=Scope.CHANGE, source=_LIFE)
def manufacturers_with_entries_stay(change: Submission) -> Iterator[Problem]:
    """A manufacturer with entries stays in the reference data, and keeps the codes they use.

    Why: entries of a maker that nobody knows can neither be submitted for nor looked up.
    Fix: bring the manufacturer or the code back.
    """
    path = "cpl/reference/manufacturers.yaml"
    codes: dict[tuple[str, str], str] = {}
    for entry in change.base.entries:
        codes.setdefault(
            (entry.manufacturer, entry.text("manufacturer_identifier")), entry.entry_id
        )
    for (slug, code), example in codes.items():
        if change.base.by_code.get(code) != slug:
            continue
        if slug not in change.head.manufacturers and change.head.manufacturers:
            message = f"{slug} has entries and cannot leave the register: {example}"
        elif (owner := change.head.by_code.get(code)) != slug and change.head.manufacturers:
            whose = f"belongs to {owner} now" if owner else "is gone"
            message = f"code {code} of {slug} {whose}, and entries use it: {example}"
        else:
            continue
        yield Problem(path=path, at="", message=message, fix="bring it back")


RULES = (
    entries_are_never_deleted,
    history_is_append_only,
    key_is_never_edited,
    every_change_is_told,
    new_lines_are_not_ahead,
    new_lines_are_in_time,
    manufacturers_with_entries_stay,
)
