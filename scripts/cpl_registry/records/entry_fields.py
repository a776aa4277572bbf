"""The fields of an entry by dotted path: what the schema says of one, and how one is set.

Certificates go by their scheme (`assurance_certificates.CPA.expires`), evidence by its kind.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, cast

from cpl_registry.records.canonical import leaf_paths, resolved
from cpl_registry.records.device_model import Scheme, Value
from cpl_registry.records.fault_words import Fault
from cpl_registry.records.schemas import Schema
from cpl_registry.records.told_values import told_faults

CERTIFICATES = "assurance_certificates"
_EVIDENCE = "evidence"
_QUOTES = re.compile(r",? (?:in double quotes|without quotes|and leave out the quotes)")
_SCHEMES = [str(one) for one in Scheme]


@dataclass(frozen=True, kw_only=True, slots=True)
class Described:
    """What the schema says of a field: its description, one example, the words that it may be."""

    description: str
    example: str
    words: tuple[str, ...] = ()


def described(schema: Schema, path: str) -> Described:
    """A field of the entry in the words of its schema.

    Raises:
        KeyError: the schema knows no such field.
    """
    root = schema.schema
    found: Mapping[str, Any] = root
    for part in path.split("."):
        found = resolved(found, root)
        if "items" in found:
            found = resolved(found["items"], root)
            if part in _SCHEMES:
                continue
        found = found["properties"][part]
    found = resolved(found, root)
    example = next(one for one in found["examples"] if isinstance(one, str) or "items" not in found)
    return Described(
        description=found["description"],
        example=example if isinstance(example, str) else ", ".join(example),
        words=tuple(found.get("enum", ())),
    )


def field_paths(schema: Schema) -> list[str]:
    """The dotted paths of all fields of an entry in schema order, evidence left out."""
    paths = leaf_paths(schema.schema, schema.schema)
    return [path for path in paths if not path.startswith(_EVIDENCE) and not _names(path)]


def _names(path: str) -> bool:
    """Whether a path is that of a certificate's scheme, which is the certificate's name."""
    return path.startswith(CERTIFICATES) and path.endswith(".scheme")


def always_there(schema: Schema, path: str) -> bool:
    """Whether no entry is without a field."""
    return path.partition(".")[0] in schema.schema["required"]


def value_of(schema: Schema, path: str, text: str) -> tuple[Value, tuple[Fault, ...]]:
    """A text as the value of a field, and what is wrong with it.

    Where the field can hold a list, its items stand between commas.
    """
    as_text = _faults(schema, path, text)
    if not as_text:
        return text, ()
    items = tuple(part.strip() for part in text.split(","))
    as_list = _faults(schema, path, items)
    no_list = any(fault.keyword == "type" for fault in as_list)
    return (text, as_text) if no_list or any(f.on_key for f in as_text) else (items, as_list)


def _faults(schema: Schema, path: str, value: Value) -> tuple[Fault, ...]:
    data = list(value) if isinstance(value, tuple) else value
    line = {"changed": {path: {"from": data, "to": data}}}
    faults = told_faults({"history": [line]}, schema)
    return tuple(fault for fault in faults if fault.on_key or "/from" not in fault.pointer)


def advice(fault: Fault) -> str:
    """How to mend a value for somebody who types it at a prompt, where no YAML quotes stand."""
    return hint_at_prompt(fault.fix)


def hint_at_prompt(hint: str) -> str:
    """A hint of the schema without the words on YAML's quotes."""
    return _QUOTES.sub("", hint)


def meant(schema: Schema, path: str) -> str | None:
    """The field that somebody meant who named one that is not there."""
    known = field_paths(schema)
    ends = [one for one in known if one.lower().endswith(f".{path.lower()}")]
    starts = [one for one in known if one.startswith(path.lower())]
    close = ends or starts or get_close_matches(path, known, n=1)
    return close[0] if close else None


def with_value(data: Mapping[str, Any], path: str, value: Value | None) -> dict[str, Any]:
    """The data of an entry with one field set; None drops it, and what is empty without it.

    The path must be one that the schema knows; nothing else of the data is touched.
    """
    made = copy.deepcopy(dict(data))
    name, *rest = path.split(".")
    plain = list(value) if isinstance(value, tuple) else value
    if name == CERTIFICATES:
        _set_certificate(made, rest[0], rest[1], plain)
    elif name == _EVIDENCE:
        _set_evidence(made, rest[0], value)
    elif rest:
        inner = made.setdefault(name, {})
        _set(inner, rest[0], plain)
        if not inner:
            del made[name]
    else:
        _set(made, name, plain)
    return made


def _set(mapping: dict[str, Any], name: str, value: Any) -> None:
    if value is None:
        mapping.pop(name, None)
    else:
        mapping[name] = value


def _set_certificate(data: dict[str, Any], scheme: str, part: str, value: Any) -> None:
    listed = cast("list[dict[str, str]]", data.setdefault(CERTIFICATES, []))
    one = next((item for item in listed if item["scheme"] == scheme), None)
    if one is None:
        one = {"scheme": scheme}
        place = _SCHEMES.index(scheme)
        before = sum(_SCHEMES.index(item["scheme"]) < place for item in listed)
        listed.insert(before, one)
    _set(one, part, value)
    if len(one) == 1:
        listed.remove(one)
    if not listed:
        del data[CERTIFICATES]


def _set_evidence(data: dict[str, Any], kind: str, value: Value | None) -> None:
    references = () if value is None else (value,) if isinstance(value, str) else value
    before = cast("list[dict[str, str]]", data.get(_EVIDENCE, []))
    places = [index for index, item in enumerate(before) if item["kind"] == kind]
    kept = [item for item in before if item["kind"] != kind]
    at = places[0] if places else len(kept)
    new = [{"kind": kind, "reference": one} for one in references]
    listed = [*kept[:at], *new, *kept[at:]]
    _set(data, _EVIDENCE, listed or None)
