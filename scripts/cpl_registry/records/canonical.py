"""The canonical form: the one sequence of bytes that says a record.

Key order and quoting follow from the schema: `properties` gives the order, and a scalar whose
schema has `x-plain`, `enum` or `const` is written plain; everything else is double-quoted, so that
no YAML tool anywhere reads a version, code or date as anything but text (contract, section 2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, cast

from cpl_registry.records.yaml_text import Data

ENTRY_FIRST_LINE = "# yaml-language-server: $schema=../../../../schema/device-model.schema.json"


@dataclass(kw_only=True, slots=True)
class Plan:
    """How a value of one place is written: a scalar plain or quoted, a list, a mapping.

    `order` gives the places of the keys of a mapping whose keys are dotted paths of the record.
    """

    plain: bool = False
    plain_words: frozenset[str] = frozenset()
    item: Plan | None = None
    fields: dict[str, Plan] = field(default_factory=dict)
    other: Plan | None = None
    order: Mapping[str, int] | None = None

    def child(self, key: str) -> Plan:
        """The plan of a field; one that the schema does not know is quoted."""
        return self.fields.get(key) or self.other or _QUOTED


_QUOTED = Plan()


def plan_of(schema: Mapping[str, Any], root: Mapping[str, Any] | None = None) -> Plan:
    """The plan that a JSON Schema implies."""
    root = root if root is not None else schema
    schema = resolved(schema, root)
    plan = Plan(plain=_is_plain(schema))
    for branch in (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
        inner = plan_of(branch, root)
        target = resolved(branch, root)
        if "const" in target or "enum" in target:
            words = target.get("enum") or [target["const"]]
            if inner.plain:
                plan.plain_words |= frozenset(words)
        plan.item = plan.item or inner.item
        plan.fields.update(inner.fields)
    if "items" in schema:
        plan.item = plan_of(schema["items"], root)
    for name, inner_schema in schema.get("properties", {}).items():
        plan.fields[name] = plan_of(inner_schema, root)
    if isinstance(schema.get("additionalProperties"), Mapping):
        plan.other = plan_of(schema["additionalProperties"], root)
    for inner_schema in schema.get("patternProperties", {}).values():
        plan.other = plan_of(inner_schema, root)
    if schema.get("x-order") == "schema":
        plan.order = {path: place for place, path in enumerate(leaf_paths(root, root))}
    return plan


def leaf_paths(schema: Mapping[str, Any], root: Mapping[str, Any], lead: str = "") -> list[str]:
    """Dotted paths of all scalars of a record in schema order; certificates go by their scheme."""
    schema = resolved(schema, root)
    if "properties" in schema:
        return [
            path
            for name, inner in schema["properties"].items()
            if name != "history"
            for path in leaf_paths(inner, root, f"{lead}.{name}" if lead else name)
        ]
    item = resolved(schema["items"], root) if "items" in schema else {}
    schemes = item.get("properties", {}).get("scheme")
    if schemes is not None:
        return [
            path
            for scheme in resolved(schemes, root)["enum"]
            for path in leaf_paths(item, root, f"{lead}.{scheme}")
        ]
    return [lead]


def resolved(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    """A schema with its local reference followed; what stands beside the reference wins."""
    if "$ref" not in schema:
        return schema
    target: Any = root
    for part in schema["$ref"].removeprefix("#/").split("/"):
        target = target[part]
    return {**resolved(target, root), **{key: schema[key] for key in schema if key != "$ref"}}


def _is_plain(schema: Mapping[str, Any]) -> bool:
    if "x-plain" in schema:
        return bool(schema["x-plain"])
    return "enum" in schema or "const" in schema


def first_line(path: str, kind: str) -> str:
    """The comment in the first line of a file at a path, from which an editor knows its schema."""
    up = "../" * path.count("/")
    return f"# yaml-language-server: $schema={up}schema/{kind}.schema.json"


def canonical(data: Data, plan: Plan, first_line: str | None = None) -> str:
    """A record in canonical form, with its one final newline."""
    lines: list[str] = [first_line] if first_line is not None else []
    if isinstance(data, dict) and data:
        _mapping(data, plan, "", "", lines)
    elif isinstance(data, list) and data:
        _sequence(data, plan, "", lines)
    elif isinstance(data, str):
        lines.append(_scalar(data, plan))
    else:
        lines.append("[]" if isinstance(data, list) else "{}")
    lines.append("")
    return "\n".join(lines)


def _mapping(data: dict[str, Data], plan: Plan, lead: str, indent: str, lines: list[str]) -> None:
    for key in _ordered(data, plan):
        value = data[key]
        inner = plan.child(key)
        if type(value) is str:
            lines.append(f"{lead}{key}: {_scalar(value, inner)}")
        elif not value:
            lines.append(f"{lead}{key}: {'[]' if isinstance(value, list) else '{}'}")
        else:
            lines.append(f"{lead}{key}:")
            if isinstance(value, dict):
                _mapping(value, inner, f"{indent}  ", f"{indent}  ", lines)
            else:
                _sequence(cast("list[Data]", value), inner, f"{indent}  ", lines)
        lead = indent


def _sequence(data: list[Data], plan: Plan, indent: str, lines: list[str]) -> None:
    inner = plan.item or _QUOTED
    for value in data:
        if type(value) is str:
            lines.append(f"{indent}- {_scalar(value, inner)}")
        elif not value:
            lines.append(f"{indent}- {'[]' if isinstance(value, list) else '{}'}")
        elif isinstance(value, dict):
            _mapping(value, inner, f"{indent}- ", f"{indent}  ", lines)
        else:
            lines.append(f"{indent}-")
            _sequence(cast("list[Data]", value), inner, f"{indent}  ", lines)


def _ordered(data: dict[str, Data], plan: Plan) -> list[str]:
    if (places := plan.order) is not None:
        return sorted(data, key=lambda key: (places.get(key, len(places)), key))
    known = [key for key in plan.fields if key in data]
    if len(known) == len(data):
        return known
    return known + [key for key in data if key not in plan.fields]


def _scalar(text: str, plan: Plan) -> str:
    if (plan.plain and _safe_plain(text)) or text in plan.plain_words:
        return text
    if '"' in text or "\\" in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


@lru_cache(maxsize=4096)
def _safe_plain(text: str) -> bool:
    """Whether a word may stand without quotes: letters, digits, `-`, `_` and `.`, a letter first."""
    return (
        text[:1].isalpha()
        and text.isascii()
        and text.replace("-", "a").replace("_", "a").replace(".", "a").isalnum()
    )
