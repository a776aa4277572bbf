"""The texts of a row to the data of an entry, and back from a place in the data to the field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cpl_registry.records.canonical import resolved
from cpl_registry.records.device_model import KEY_FIELDS, NOT_APPLICABLE, Scheme
from cpl_registry.records.import_mapping import EVIDENCE, MADE, SCHEMES
from cpl_registry.records.schemas import Schema
from cpl_registry.records.workbook_damage import Form

UPGRADES = "manufacturer_image.upgrades_from"
_HEX = re.compile(r"\^\[0-9A-F\]\{([0-9]+)\}\$")
_BETWEEN = re.compile(r"[\s,;]+")
_SCHEMES = [str(one) for one in Scheme]


@lru_cache(maxsize=256)
def form_of(schema: Schema, path: str) -> Form:
    """How a field is written, by its schema; any text where it says nothing of that."""
    root = schema.schema
    if path.startswith(MADE):
        path = f"{MADE}{path.rpartition('.')[2]}"
    found: Mapping[str, Any] = root
    for part in path.split("."):
        found = resolved(found, root)
        found = resolved(found.get("items", found), root)
        if part not in _SCHEMES:
            found = found.get("properties", {}).get(part, {})
    found = resolved(found, root)
    digits = _HEX.fullmatch(found.get("pattern", ""))
    return Form(
        hex_digits=int(digits[1]) if digits else 0,
        is_version=found.get("pattern") == root["$defs"]["version"]["pattern"],
        is_day=found.get("format") == "date",
    )


def needed(schema: Schema, present: Mapping[str, Any]) -> dict[str, str]:
    """The fields that a sheet must have, with what cannot be without them.

    A sheet with certificates of a scheme must have whatever each certificate has.
    """
    root = schema.schema
    found: dict[str, str] = {}
    for name in root["required"]:
        inner = resolved(root["properties"][name], root)
        if name != "history":
            paths = [f"{name}.{part}" for part in inner.get("required", ())] or [name]
            found |= dict.fromkeys(paths, "no row is an entry")
    certificate = resolved(resolved(root["properties"][SCHEMES], root)["items"], root)
    for scheme in _SCHEMES:
        lead = f"{SCHEMES}.{scheme}"
        if any(one.startswith(f"{lead}.") for one in present):
            parts = [f"{lead}.{part}" for part in certificate["required"] if part != "scheme"]
            found |= dict.fromkeys(parts, f"a {scheme} certificate cannot be read")
    return found


def data_of(texts: Mapping[str, str]) -> dict[str, Any]:
    """The data of an entry from the texts of its fields, history left out."""
    made: dict[str, Any] = {}
    certificates: dict[str, dict[str, str]] = {}
    evidence: list[dict[str, str]] = []
    for path, text in texts.items():
        name, _, rest = path.partition(".")
        if path == SCHEMES or not rest:
            if path == EVIDENCE:
                evidence += _documents(text)
            elif path != SCHEMES:
                made[path] = text
        elif name == SCHEMES:
            scheme, _, part = rest.partition(".")
            certificates.setdefault(scheme, {"scheme": scheme})[part] = text
        elif name == EVIDENCE:
            evidence += [{"kind": rest, "reference": one} for one in _items(text, ";")]
        else:
            made.setdefault(name, {})[rest] = _value(path, text)
    order = [*_items(texts.get(SCHEMES, ""), ","), *_SCHEMES]
    for scheme in dict.fromkeys(order):
        if scheme in certificates:
            made.setdefault(SCHEMES, []).append(certificates[scheme])
    if evidence:
        made[EVIDENCE] = evidence
    return made


def _items(text: str, mark: str) -> list[str]:
    return [one.strip() for one in text.split(mark) if one.strip()]


def _documents(text: str) -> list[dict[str, str]]:
    pairs = [one.rpartition(":") for one in _items(text, ";")]
    return [{"kind": kind.strip(), "reference": place.strip()} for kind, _, place in pairs]


def _value(path: str, text: str) -> str | list[str]:
    if path == UPGRADES and text != NOT_APPLICABLE:
        return [one for one in _BETWEEN.split(text) if one]
    return text


def changed_value(path: str, text: str) -> str | list[str]:
    """A value that a history tells of.

    Of evidence, a list has a semicolon between its items, or behind the only one.
    """
    if path.startswith(f"{EVIDENCE}.") and ";" in text:
        return _items(text, ";")
    return _value(path, text)


def list_text(path: str, items: tuple[str, ...]) -> str:
    """A list as `changed_value` and `data_of` read it."""
    only = len(items) == 1 and path.startswith(f"{EVIDENCE}.")
    return f"{items[0]};" if only else "; ".join(items)


def field_at(pointer: str, data: Mapping[str, Any]) -> str:
    """The dotted path of the field that a JSON pointer into the data of an entry leads to."""
    name, *rest = pointer.split("/")[1:] or [""]
    if name in {SCHEMES, EVIDENCE} and rest and rest[0].isdigit():
        items = data.get(name, [])
        item = items[int(rest[0])] if int(rest[0]) < len(items) else {}
        key = item.get("scheme" if name == SCHEMES else "kind", "")
        part = rest[1:2] if name == SCHEMES and rest[1:2] != ["scheme"] else []
        return ".".join(one for one in (name, key, *part) if one)
    return ".".join(one for one in (name, *rest[:1]) if not one.isdigit())


def key_texts(texts: Mapping[str, str]) -> dict[str, str] | None:
    """The key of a row and its manufacturer; None where a part is missing."""
    wanted = (*KEY_FIELDS, "manufacturer")
    if not all(name in texts for name in wanted):
        return None
    return {name: texts[name] for name in wanted}
