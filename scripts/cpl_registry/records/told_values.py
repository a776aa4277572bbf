"""The values that a history tells of, each held against the schema of the field that it was in.

Any past day is worked out from these values, so each must be one that its field can have, and a
field that every entry has was never absent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from cpl_registry.records.canonical import leaf_paths, resolved
from cpl_registry.records.fault_words import Fault
from cpl_registry.records.schemas import Schema
from cpl_registry.records.yaml_text import pointer_part, shown


def told_faults(record: Mapping[str, Any], schema: Schema) -> list[Fault]:
    """The faults of all `from` and `to` in the history of an entry that has the right shape."""
    if not any("changed" in line for line in record["history"]):
        return []
    return [
        fault
        for index, line in enumerate(record["history"])
        for path, change in line.get("changed", {}).items()
        for fault in _faults(f"/history/{index}/changed/{pointer_part(path)}", path, change, schema)
    ]


def _faults(at: str, path: str, change: Mapping[str, Any], schema: Schema) -> Iterator[Fault]:
    field = _field(schema, path)
    if field is None:
        known = [one for one in leaf_paths(schema.schema, schema.schema) if _field(schema, one)]
        close = get_close_matches(path, known, n=1)
        yield Fault(
            keyword="additionalProperties",
            pointer=at,
            message=f"unknown field {shown(path, 80)} in changed",
            fix=f"did you mean {close[0]}?" if close else "name a field of the entry",
            on_key=True,
        )
        return
    for part in ("from", "to"):
        if part in change:
            for fault in field.schema.faults({field.name: change[part]}):
                inside = fault.pointer.removeprefix(f"/{field.name}")
                yield replace(fault, pointer=f"{at}/{part}{inside}")
        elif field.required:
            yield Fault(
                keyword="required",
                pointer=at,
                message=f"missing field {part} in {path}: no entry is without {field.name}",
                fix="give the value before and the value after",
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Field:
    """A field of the entry by its last name, and the schema of a mapping that holds it alone."""

    name: str
    required: bool
    schema: Schema


@lru_cache(maxsize=256)
def _field(schema: Schema, path: str) -> _Field | None:
    """The field that a dotted path leads to; None where it leads to no text and no list of texts."""
    parts = path.split(".")
    found = _leaf(schema.schema, schema.schema, parts, required=True)
    if found is None:
        return None
    leaf, required = found
    alone = {"properties": {parts[-1]: leaf}, "$defs": schema.schema.get("$defs", {})}
    return _Field(name=parts[-1], required=required, schema=Schema(path, alone))


def _leaf(
    schema: Mapping[str, Any], root: Mapping[str, Any], parts: Sequence[str], *, required: bool
) -> tuple[Mapping[str, Any], bool] | None:
    schema = resolved(schema, root)
    item = resolved(schema.get("items", {}), root)
    if not parts:
        return None if "properties" in schema or "properties" in item else (schema, required)
    name, *rest = parts
    if "properties" in schema:
        if name not in schema["properties"] or name == "history":
            return None
        needed = required and name in schema.get("required", ())
        return _leaf(schema["properties"][name], root, rest, required=needed)
    if "properties" not in item:
        return None
    key, *others = item["properties"]  # certificates go by their scheme, evidence by its kind
    words = resolved(item["properties"][key], root).get("enum")
    if words is None:
        one = resolved(item["properties"][others[0]], root)
        hint = {"x-hint": one.get("x-hint", "")}
        either = {"anyOf": [one, {"type": "array", "items": one, **hint}], **hint}
        return (either, False) if not rest else None
    inside = {name: inner for name, inner in item["properties"].items() if name != key}
    return _leaf({"properties": inside}, root, rest, required=False) if name in words else None
