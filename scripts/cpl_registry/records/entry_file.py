"""The data of an entry's file to an `Entry`. After this line there are no dicts."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, cast

from cpl_registry.records.days import day
from cpl_registry.records.device_model import (
    Change,
    Entry,
    EntryId,
    Event,
    HistoryLine,
    Scheme,
    Status,
    Value,
    entry_id,
)
from cpl_registry.records.yaml_text import Data, pointer_part


def parse_entry(path: str, data: Data) -> Entry:
    """An entry from data that have the shape of the `device-model` schema."""
    record = cast("dict[str, Any]", data)
    fields: dict[str, Value] = {}
    for name, value in record.items():
        if name == "assurance_certificates":
            for certificate in value:
                lead = _dotted(name, certificate["scheme"])
                for part, text in certificate.items():
                    if part != "scheme":
                        fields[_dotted(lead, part)] = text
        elif name == "evidence":
            _evidence(value, fields)
        elif name == "history":
            continue
        elif isinstance(value, dict):
            for part, inner in value.items():
                fields[_dotted(name, part)] = tuple(inner) if isinstance(inner, list) else inner
        else:
            fields[name] = value
    return Entry(
        path=path,
        entry_id=entry_id(fields),
        fields=fields,
        schemes=tuple(
            [_SCHEMES[one["scheme"]] for one in record.get("assurance_certificates", ())]
        ),
        history=tuple([_line(line) for line in record["history"]]),
    )


@lru_cache(maxsize=1024)
def _dotted(lead: str, part: str) -> str:
    """A dotted path, the same text in all entries."""
    return f"{lead}.{part}"


_EVENTS = {str(one): one for one in Event}
_SCHEMES = {str(one): one for one in Scheme}


def _evidence(items: list[dict[str, str]], fields: dict[str, Value]) -> None:
    kinds: dict[str, list[str]] = {}
    for item in items:
        kinds.setdefault(item["kind"], []).append(item["reference"])
    for kind, references in kinds.items():
        fields[f"evidence.{kind}"] = references[0] if len(references) == 1 else tuple(references)


@lru_cache(maxsize=16384)
def _bare_line(day_text: str, event: str) -> HistoryLine:
    """A line that says nothing but its day and event, as most listings do: the same for all."""
    return _full_line({"date": day_text, "event": event})


def _line(line: dict[str, Any]) -> HistoryLine:
    return _bare_line(line["date"], line["event"]) if len(line) == 2 else _full_line(line)


def _full_line(line: dict[str, Any]) -> HistoryLine:
    when = day(line["date"])
    if when is None:
        raise ValueError(f"the schema let a date pass that is none: {line['date']}")
    return HistoryLine(
        day=when,
        event=_EVENTS[line["event"]],
        by=line.get("by"),
        status=Status(line["status"]) if "status" in line else None,
        cause=line.get("cause"),
        replaced_by=EntryId(line["replaced_by"]) if "replaced_by" in line else None,
        changed=tuple(
            Change(path=path, before=_value(change.get("from")), after=_value(change.get("to")))
            for path, change in line.get("changed", {}).items()
        ),
        reason=line.get("reason"),
        reference=line.get("reference"),
    )


def _value(data: Data | None) -> Value | None:
    return tuple(cast("list[str]", data)) if isinstance(data, list) else cast("str | None", data)


def pointer_of(path: str, data: Data) -> str:
    """The JSON pointer of a dotted path in the data of its file; the nearest parent if it is absent."""
    record = cast("dict[str, Any]", data)
    name, *rest = path.split(".")
    if name in {"assurance_certificates", "evidence"} and rest:
        key = "scheme" if name == "assurance_certificates" else "kind"
        for index, item in enumerate(record.get(name, ())):
            if item.get(key) == rest[0]:
                part = (
                    rest[1] if name == "assurance_certificates" and len(rest) > 1 else "reference"
                )
                inner = f"/{part}" if part in item else ""
                return f"/{name}/{index}{inner}"
        return f"/{name}"
    return "".join(f"/{pointer_part(part)}" for part in (name, *rest))
