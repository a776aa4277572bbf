"""An act on an entry: the value and the history line that tells it, in one go.

What may follow what, and what an act must name, is for the rules to judge; here is refused only
what cannot be written down at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cpl_registry.records.device_model import KEY_FIELDS, Entry, Event, Scheme, Value
from cpl_registry.records.entry_fields import CERTIFICATES, advice, meant, value_of, with_value
from cpl_registry.records.schemas import Schema
from cpl_registry.records.yaml_text import shown

_KEY = frozenset({*KEY_FIELDS, "manufacturer"})


class NotDone(Exception):
    """An act that cannot be. The message says what, why, and what to do instead."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """What is to happen to an entry on a day.

    `fields` are the texts that people gave, by dotted path; an empty text drops the field.
    `words` are the other parts of the history line (status, cause, reference ...) as far as given.
    """

    event: Event
    day: date
    fields: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str | None] = field(default_factory=dict)


def acted(entry: Entry, data: Mapping[str, Any], act: Act, schema: Schema) -> dict[str, Any]:
    """The data of an entry after an act: changed values, and one more line of history.

    Raises:
        NotDone: the act names a field or a value that cannot be, or changes nothing.
    """
    made = dict(data)
    changed: dict[str, dict[str, Any]] = {}
    for path, value in _values(entry, act, schema):
        before = entry.fields.get(path)
        if before == value:
            raise NotDone(_nothing(entry, path, value))
        made = with_value(made, path, value)
        changed[path] = {
            part: list(one) if isinstance(one, tuple) else one
            for part, one in (("from", before), ("to", value))
            if one is not None
        }
    line: dict[str, Any] = {"date": act.day.isoformat(), "event": str(act.event)}
    line |= {name: text for name, text in act.words.items() if text is not None}
    if changed:
        line["changed"] = changed
    return {**made, "history": [*data["history"], line]}


def _values(entry: Entry, act: Act, schema: Schema) -> Iterator[tuple[str, Value | None]]:
    """Each field that the act sets, with its value; a group that is dropped, field by field."""
    for path, text in act.fields.items():
        if path in _KEY:
            raise NotDone(
                f"{path} never changes: it is part of what names {entry.entry_id}; remove the entry"
                " with --cause entered-in-error --replaced-by the right one, made with cpl new"
            )
        inside = [one for one in entry.fields if one.startswith(f"{path}.")]
        if not text and inside:
            yield from ((one, None) for one in inside)
            continue
        value, faults = value_of(schema, path, text or "1")
        if any(fault.on_key for fault in faults):
            known = meant(schema, path)
            hint = f"; did you mean {known}?" if known else "; see cpl amend --help"
            raise NotDone(f"an entry has no field {shown(path, 80)}{hint}")
        if text and faults:
            raise NotDone(f"{shown(path, 80)}: {faults[0].message}; {advice(faults[0])}")
        yield path, value if text else None


def _nothing(entry: Entry, path: str, value: Value | None) -> str:
    if value is None:
        return f"{entry.entry_id} has no {shown(path, 80)} that could be dropped"
    text = value if isinstance(value, str) else ", ".join(value)
    return (
        f"{shown(path, 80)} of {entry.entry_id} is {shown(text, 80)} already: nothing would change"
    )


def renewal(
    entry: Entry,
    scheme: Scheme,
    parts: Mapping[str, str | None],
    day: date,
    words: Mapping[str, str | None],
) -> Act:
    """The act that renews a certificate: what is not given stays, and CPA has one end only.

    Parts that are the same as before are left out, so that a renewal under the old number can
    still be given whole.

    Raises:
        NotDone: nothing would change.
    """
    lead = f"{CERTIFICATES}.{scheme}"
    given = {f"{lead}.{name}": text for name, text in parts.items() if text is not None}
    for name, other in (("expires", "renewal_due"), ("renewal_due", "expires")):
        if parts.get(name) is not None and f"{lead}.{other}" in entry.fields:
            given[f"{lead}.{other}"] = ""
    fields = {path: text for path, text in given.items() if entry.get(path) != text}
    if not fields:
        raise NotDone(
            f"the {scheme} certificate of {entry.entry_id} says all that already: nothing is renewed"
        )
    return Act(event=Event.AMENDED, day=day, fields=fields, words=words)
