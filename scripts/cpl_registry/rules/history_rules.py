"""60x to 63x: what an entry's history may say, and that it leads to the values of the file."""

from __future__ import annotations

from collections.abc import Iterator

from cpl_registry.records.device_model import KEY_FIELDS, Entry, Event, Status, Value
from cpl_registry.records.findings import Problem, Severity
from cpl_registry.records.register import Register
from cpl_registry.records.yaml_text import shown
from cpl_registry.rules.likeness import course
from cpl_registry.rules.rule import Scope, rule

_LIFE = "Contract, section 2: rules of life"
_CHANGING = (Event.AMENDED, Event.CORRECTED)
_CITING = (Event.CORRECTED, Event.REMOVED, Event.REINSTATED)
_FIXED = frozenset({*KEY_FIELDS, "manufacturer"})
_IN_ERROR = "entered-in-error"

# Which events may follow which; None stands before the first line. An amendment or correction
# leaves the entry where it was.
_NEXT = {
    None: {Event.SUBMITTED: "waiting", Event.LISTED: "active"},
    "waiting": {
        Event.SUBMITTED: "waiting",
        Event.LISTED: "active",
        Event.AMENDED: "waiting",
        Event.CLOSED: "closed",
    },
    "active": {Event.AMENDED: "active", Event.CORRECTED: "active", Event.REMOVED: "removed"},
    "removed": {
        Event.REINSTATED: "active",
        Event.AMENDED: "removed",
        Event.CORRECTED: "removed",
    },
    "closed": {Event.SUBMITTED: "waiting"},
}
_WORDS = {
    None: "a history starts with submitted or listed",
    "waiting": "the entry waits to be listed",
    "active": "the entry is already listed",
    "removed": "the entry is already removed",
    "closed": "the submission is closed",
}


def _tells_changes(entry: Entry, register: Register) -> bool:
    for line in entry.history:  # noqa: SIM110  # every entry is asked, and `any` costs twice as much
        if line.changed or line.event in _CHANGING:
            return True
    return False


def _leaves_the_list(entry: Entry, register: Register) -> bool:
    """Whether any line is a grave act, or says what only those say."""
    for line in entry.history:
        if line.event in _CITING or line.status or line.cause or line.replaced_by:
            return True
    return False


@rule("CPL601", scope=Scope.ENTRY, source=_LIFE)
def dates_never_go_back(entry: Entry, register: Register) -> Iterator[Problem]:
    """The dates of a history never go back.

    Why: the history is the record of what was true when; out of order it can be read in two ways.
    Fix: give the new line the day of the act, on or after the day of the line before.
    """
    lines = entry.history
    for index in range(1, len(lines)):
        if lines[index].day < lines[index - 1].day:
            yield Problem(
                message=f"history dates never go back: {lines[index].day} after {lines[index - 1].day}",
                at=f"/history/{index}/date",
                fix="give the line the day of the act",
            )


@rule("CPL602", scope=Scope.ENTRY, source=_LIFE, likeness=course)
def events_follow_each_other(entry: Entry, register: Register) -> Iterator[Problem]:
    """The events of a history come in an order in which they can happen.

    Why: whether a Device Model is on the list follows from its events. Of one that was listed
        twice, or removed before it was listed, nobody could say.
    Fix: a submission is listed or closed; what is listed can be amended, corrected or removed; what
        was removed can be reinstated. Take the line out, or add the missing one before it.
    """
    state: str | None = None
    for index, line in enumerate(entry.history):
        after = _NEXT[state].get(line.event)
        if after is None:
            yield Problem(
                message=f"{line.event} cannot stand here: {_WORDS[state]}",
                at=f"/history/{index}/event",
                fix=f"here can stand {' or '.join(_NEXT[state])}; or a line before it is missing",
            )
            return
        state = after


@rule("CPL603", scope=Scope.ENTRY, source=_LIFE, about=_leaves_the_list)
def removal_says_status_and_cause(entry: Entry, register: Register) -> Iterator[Problem]:
    """A removal says the status it gives and its cause; no other event does.

    Why: Cancelled, Expired and Withdrawn are the DCC's own words for why a device is suspended.
    Fix: give status and cause with a removal, and with nothing else.
    """
    for index, line in enumerate(entry.history):
        if line.event is Event.REMOVED:
            for part, value in (("status", line.status), ("cause", line.cause)):
                if value is None:
                    message = f"removed needs {part}"
                    yield Problem(message=message, at=f"/history/{index}", fix=f"add {part}")
            if line.status is Status.ACTIVE:
                yield _not_following(index, line.status, line.event)
            continue
        if line.status is not None:
            yield _not_following(index, line.status, line.event)
        if line.cause is not None:
            message = f"cause belongs to a removal, not to {line.event}"
            yield Problem(message=message, at=f"/history/{index}/cause", fix="remove the cause")


def _not_following(index: int, status: Status, event: Event) -> Problem:
    return Problem(
        message=f"status {status} does not follow from {event}",
        at=f"/history/{index}/status",
        fix="a removal gives Cancelled, Expired or Withdrawn; other events have no status",
    )


@rule("CPL604", scope=Scope.ENTRY, source=_LIFE, about=_leaves_the_list)
def grave_acts_name_their_reference(entry: Entry, register: Register) -> Iterator[Problem]:
    """A correction, removal or reinstatement names the decision behind it.

    Why: such an act suspends or restores devices in homes; it must be traceable.
    Fix: add the reference of the decision or campaign.
    """
    for index, line in enumerate(entry.history):
        if line.event in _CITING and line.reference is None:
            yield Problem(
                message=f"{line.event} needs reference",
                at=f"/history/{index}",
                fix="add reference with the decision, for example DEC-2026-001",
            )


@rule("CPL605", scope=Scope.ENTRY, source=_LIFE, about=_leaves_the_list)
def replacement_follows_an_error(entry: Entry, register: Register) -> Iterator[Problem]:
    """An entry entered in error names its replacement; nothing else does.

    Why: a mistyped key is removed and replaced, so that no supplier is left with a dead end.
    Fix: give replaced_by with cause entered-in-error.
    """
    for index, line in enumerate(entry.history):
        if line.cause == _IN_ERROR and line.replaced_by is None:
            message = "entered-in-error needs replaced_by"
            yield Problem(message=message, at=f"/history/{index}", fix="name the right entry")
        elif line.replaced_by is not None and line.cause != _IN_ERROR:
            message = "replaced_by belongs to cause entered-in-error"
            yield Problem(message=message, at=f"/history/{index}/replaced_by", fix="remove it")


@rule("CPL606", scope=Scope.ENTRY, source=_LIFE, about=_tells_changes)
def changes_are_told_by_changes(entry: Entry, register: Register) -> Iterator[Problem]:
    """An amendment or correction says what it changed; no other event changes a value.

    Why: the values of any past day are worked out from these lines.
    Fix: name each field under `changed` with its value before and after.
    """
    for index, line in enumerate(entry.history):
        if line.event in _CHANGING and not line.changed:
            message = f"{line.event} needs changed"
            yield Problem(message=message, at=f"/history/{index}", fix="name the changed fields")
        elif line.changed and line.event not in _CHANGING:
            message = f"changed belongs to amended or corrected, not to {line.event}"
            yield Problem(message=message, at=f"/history/{index}/changed", fix="remove changed")
        for change in line.changed:
            if change.before == change.after:
                yield Problem(
                    message=f"the change of {shown(change.path)} changes nothing",
                    at=f"/history/{index}/changed/{change.path}",
                    fix="remove the line, or correct the value",
                )


@rule("CPL607", scope=Scope.ENTRY, source=_LIFE, about=_tells_changes)
def key_never_changes(entry: Entry, register: Register) -> Iterator[Problem]:
    """No history line changes the key or the manufacturer.

    Why: the key says which Device Model this is; another key is another entry.
    Fix: remove the entry as entered-in-error and add the right one.
    """
    for index, line in enumerate(entry.history):
        for change in line.changed:
            if change.path in _FIXED:
                yield Problem(
                    message=f"the key of an entry never changes: {change.path}",
                    at=f"/history/{index}/changed/{change.path}",
                    on_key=True,
                    fix="remove the entry as entered-in-error and add the right one",
                )


@rule("CPL608", scope=Scope.ENTRY, source=_LIFE, about=_tells_changes)
def history_leads_to_the_values(entry: Entry, register: Register) -> Iterator[Problem]:
    """Each change starts from the value before it, and the last one leads to the value in the file.

    Why: a history that leads elsewhere makes every past day uncertain.
    Fix: correct the line, or the value of the field.
    """
    current: dict[str, Value | None] = {}
    told_at: dict[str, str] = {}
    for index in range(len(entry.history) - 1, -1, -1):
        for change in entry.history[index].changed:
            path = change.path
            if path in _FIXED or change.before == change.after:
                continue
            later = current.get(path, entry.fields.get(path))
            if change.after != later:
                where = "a later line" if path in current else "the file"
                yield Problem(
                    message=f"history says {shown(path)} became {_said(change.after)},"
                    f" {where} says {_said(later)}",
                    at=f"/history/{index}/changed/{path}/to",
                    fix="correct the line, or the value",
                    follows_from=(told_at.get(path, path),),
                )
            current[path] = change.before
            told_at[path] = f"/history/{index}/changed/{path}/from"


def _said(value: Value | None) -> str:
    if value is None:
        return "nothing"
    return shown(value if isinstance(value, str) else ", ".join(value), 60)


@rule("CPL609", scope=Scope.ENTRY, source=_LIFE, about=_tells_changes)
def image_hash_is_never_amended(entry: Entry, register: Register) -> Iterator[Problem]:
    """The hash of an image changes only by a correction.

    Why: one key has one hash for ever; another image is another firmware version.
    Fix: list the other image under its own firmware version; a wrong hash is corrected by an
        administrator with a decision.
    """
    for index, line in enumerate(entry.history):
        for change in line.changed:
            amended = line.event is Event.AMENDED and change.before is not None
            if amended and change.path == "manufacturer_image.sha256":
                yield Problem(
                    message="one key never has two hashes: a hash is corrected, not amended",
                    at=f"/history/{index}/changed/{change.path}",
                    on_key=True,
                    fix="tell it as corrected, with the decision, or list a new firmware version",
                )


@rule("CPL610", scope=Scope.ENTRY, severity=Severity.WARNING, source=_LIFE, likeness=course)
def submitter_is_the_manufacturer(entry: Entry, register: Register) -> Iterator[Problem]:
    """A submission is told as made by the entry's own manufacturer.

    Why: the history says for ever who submitted; another maker's name there is usually a copy left
        standing.
    Fix: write the manufacturer's slug; where another party submitted for it, nothing needs doing.
    """
    maker = entry.manufacturer
    if maker not in register.manufacturers:
        return  # told by CPL204: the slug itself is wrong
    for index, line in enumerate(entry.history):
        if line.event is Event.SUBMITTED and line.by is not None and line.by != maker:
            message = f"submitted by {shown(line.by)}, the manufacturer is {maker}"
            yield Problem(message=message, at=f"/history/{index}/by", fix="check who submitted")


RULES = (
    dates_never_go_back,
    events_follow_each_other,
    removal_says_status_and_cause,
    grave_acts_name_their_reference,
    replacement_follows_an_error,
    changes_are_told_by_changes,
    key_never_changes,
    history_leads_to_the_values,
    image_hash_is_never_amended,
    submitter_is_the_manufacturer,
)
