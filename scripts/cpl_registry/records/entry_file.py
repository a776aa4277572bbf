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
                paths = _CERTIFICATES[certificate["scheme"]]
                for part, text in certificate.items():
                    if part != "scheme":
                        fields[paths[part]] = text
        elif name == "evidence":
            _evidence(value, fields)
        elif name == "history":
            continue
        elif isinstance(value, dict):
            paths = _PARTS[name]
            for part, inner in value.items():
                fields[paths[part]] = tuple(inner) if isinstance(inner, list) else inner
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


class _Dotted(dict[str, str]):
    """The dotted paths of the parts of a field, each made once: the same text in all entries.

    Only what the schema knows is asked for here, so there are few.
    """

    def __init__(self, lead: str) -> None:
        self._lead = lead

    def __missing__(self, part: str) -> str:
        path = self[part] = f"{self._lead}.{part}"
        return path


class _Leads(dict[str, _Dotted]):
    """The same for each of several fields, by its name."""

    def __init__(self, lead: str = "") -> None:
        self._lead = lead

    def __missing__(self, name: str) -> _Dotted:
        paths = self[name] = _Dotted(f"{self._lead}{name}")
        return paths


_PARTS = _Leads()
_CERTIFICATES = _Leads("assurance_certificates.")
_EVENTS = {str(one): one for one in Event}
_SCHEMES = {str(one): one for one in Scheme}


def _evidence(items: list[dict[str, str]], fields: dict[str, Value]) -> None:
    kinds: dict[str, list[str]] = {}
    for item in items:
        kinds.setdefault(item["kind"], []).append(item["reference"])
    for kind, references in kinds.items():
        fields[f"evidence.{kind}"] = references[0] if len(references) == 1 else tuple(references)


@lru_cache(maxsize=16384)
def _plain_line(day_text: str, event: str, by: str | None) -> HistoryLine:
    """A line that says no more than day, event and submitter, as most do: the same for all."""
    by_whom = {} if by is None else {"by": by}
    return _full_line({"date": day_text, "event": event, **by_whom})


def _line(line: dict[str, Any]) -> HistoryLine:
    if len(line) == 2:
        return _plain_line(line["date"], line["event"], None)
    if len(line) == 3 and "by" in line:
        return _plain_line(line["date"], line["event"], line["by"])
    return _full_line(line)


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
