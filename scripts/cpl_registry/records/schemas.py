"""JSON Schema as judge of shape: which faults a file has, each in words and at its pointer.

`jsonschema` is the reference and finds the faults. `jsonschema_rs` only decides, sixty times
faster, whether a file has any; a property test holds the two to the same answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

import jsonschema_rs

from cpl_registry.records import characters
from cpl_registry.records.canonical import Plan, plan_of
from cpl_registry.records.yaml_text import Data, pointer_part, shown

_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One fault of shape: the schema keyword that is broken, where, what, and how to mend it."""

    keyword: str
    pointer: str
    message: str
    fix: str
    on_key: bool = False


def day(text: str) -> date | None:
    """A day written YYYY-MM-DD; None where there is no such day.

    Own reading, because `date.fromisoformat` takes other forms in newer Python versions.
    """
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


class Schema:
    """One schema, compiled."""

    def __init__(self, name: str, schema: Mapping[str, Any]) -> None:
        self.name = name
        self.schema = schema
        self.plan: Plan = plan_of(schema)
        self._fits: Callable[[Any], bool] = jsonschema_rs.Draft202012Validator(
            dict(schema), validate_formats=True
        ).is_valid
        self._reference: Any = None

    def fits(self, data: Data) -> bool:
        """Whether the data have the shape."""
        return self._fits(data)

    def faults(self, data: Data) -> list[Fault]:
        """All faults of shape, those that follow from another left out."""
        if self._fits(data):
            return []
        return _without_consequences(
            [fault for error in self.reference.iter_errors(data) for fault in _faults(error)]
        )

    @property
    def reference(self) -> Any:
        """The reference validator, made when the first file needs it: its import is dear."""
        if self._reference is None:
            from cpl_registry.records.schema_reference import reference_validator

            self._reference = reference_validator(self.schema)
        return self._reference


def _faults(error: Any) -> Iterator[Fault]:
    pointer = "".join(f"/{pointer_part(str(part))}" for part in error.absolute_path)
    name = _name(error.absolute_path)
    hint = _sentence(error.schema.get("x-hint", ""))
    value = error.instance
    match error.validator:
        case "additionalProperties" | "unevaluatedProperties":
            yield from _unknown_fields(error, pointer)
        case "required":
            missing = re.findall(r"'([^']*)'", error.message)[0]
            inside = f" in {name}" if name else ""
            field = error.schema.get("properties", {}).get(missing, {})
            fix = _sentence(field.get("x-hint", "")) or f"add the line {missing}:"
            yield Fault(
                keyword="required", pointer=pointer, message=f"missing field {missing}{inside}", fix=fix
            )
        case "anyOf" | "oneOf":
            yield from _best_branch(error, pointer, name, hint)
        case "type":
            kind = {"object": "a mapping", "array": "a list", "string": "one text"}
            wanted = kind.get(error.validator_value, str(error.validator_value))
            yield _fault(error, pointer, f"{name or 'the file'} must be {wanted}", hint)
        case "enum" | "const":
            words = error.validator_value
            words = [words] if isinstance(words, str) else words
            close = get_close_matches(str(value).upper(), [w.upper() for w in words], n=1)
            meant = next((w for w in words if close and w.upper() == close[0]), None)
            fix = f"did you mean {meant}?" if meant else hint
            listed = ", ".join(words)
            yield _fault(error, pointer, f"{name} must be one of {listed}; not {_quoted(value)}", fix)
        case "pattern" if value in ("", "~"):
            yield _fault(error, pointer, f"{name} is empty", hint)
        case "pattern" if error.schema.get("x-alphabet") == "words":
            yield Fault(
                keyword="alphabet", pointer=pointer, message=f"{name} {_odd_word(value)}", fix=hint
            )
        case "pattern":
            yield _fault(error, pointer, f"{name} cannot be {_quoted(value)}", hint)
        case "minLength" | "minItems" | "minProperties":
            yield _fault(error, pointer, f"{name} is empty", hint)
        case "maxLength" | "maxItems":
            most = error.validator_value
            unit = "characters" if error.validator == "maxLength" else "items"
            yield _fault(error, pointer, f"{name} is longer than {most} {unit}", hint)
        case "format":
            yield _fault(error, pointer, f"{name} is not a date: {shown(str(value))}", hint)
        case "uniqueItems":
            yield _fault(error, pointer, f"{name} says the same twice", hint)
        case "propertyNames":
            yield Fault(
                keyword="additionalProperties",
                pointer=f"{pointer}/{pointer_part(str(value))}",
                on_key=True,
                message=f"{_quoted(value)} cannot be a key of {name or 'the file'}",
                fix=hint,
            )
        case keyword:
            yield _fault(error, pointer, f"{name} breaks {keyword}", hint)


def _fault(error: Any, pointer: str, message: str, fix: str) -> Fault:
    return Fault(keyword=error.validator, pointer=pointer, message=message, fix=fix)


def _unknown_fields(error: Any, pointer: str) -> Iterator[Fault]:
    known = list(error.schema.get("properties", {}))
    patterns = [re.compile(pattern) for pattern in error.schema.get("patternProperties", {})]
    where = _name(error.absolute_path)
    for key in error.instance:
        if key in known or any(pattern.search(key) for pattern in patterns):
            continue
        close = get_close_matches(key.lower(), known, n=1)
        # A field that stands already cannot be what was meant.
        close = [] if close and close[0] in error.instance else close
        hint = error.schema.get("x-unknown", {}).get(key, "")
        fix = f"did you mean {close[0]}?" if close else "remove the field; see the fields of an entry"
        yield Fault(
            keyword="additionalProperties",
            pointer=f"{pointer}/{pointer_part(key)}",
            on_key=True,
            message=f"unknown field {shown(key)}" + (f" in {where}" if where else "") + hint,
            fix=fix,
        )


def _best_branch(error: Any, pointer: str, name: str, hint: str) -> Iterator[Fault]:
    """The faults of the branch that was meant: the one whose kind of value fits."""
    branches: dict[int, list[Any]] = {}
    for inner in error.context:
        branches.setdefault(inner.schema_path[0], []).append(inner)
    for inner_errors in branches.values():
        if all(len(inner.path) > 0 or inner.validator not in _OTHER_KIND for inner in inner_errors):
            for inner in inner_errors:
                yield from _faults(inner)
            return
    yield _fault(error, pointer, f"{name} cannot be {_quoted(error.instance)}", hint)


_OTHER_KIND = frozenset({"type", "const", "enum"})


def _without_consequences(faults: list[Fault]) -> list[Fault]:
    """One cause, one fault: a misspelt field is not missing as well."""
    meant = {
        (fault.pointer.rpartition("/")[0], fault.fix.removeprefix("did you mean ").rstrip("?"))
        for fault in faults
        if fault.keyword == "additionalProperties"
    }
    kept: dict[tuple[str, str], Fault] = {}
    for fault in faults:
        if fault.keyword == "required":
            field = fault.message.removeprefix("missing field ").split(" ", 1)[0]
            if (fault.pointer, field) in meant:
                continue
            kept.setdefault((fault.pointer, fault.message), fault)
        else:
            kept.setdefault((fault.pointer, ""), fault)
    return list(kept.values())


def _odd_word(text: str) -> str:
    if text != text.strip(" "):
        return "has a space at the start or end"
    allowed = re.compile(r"[A-Za-z0-9 .,'&()/;-]|[^\x00-\x7f]")
    for character in text:
        if not allowed.match(character):
            point = characters.code_point(character)
            return f"has a character that is not allowed: {shown(character)} ({point})"
    return "must start with a letter or digit"


def _name(path: Any) -> str:
    """The last named part of a path: `expires`, or `gbcs_version` for `/changed/gbcs_version/0`."""
    names = [part for part in path if isinstance(part, str)]
    return shown(names[-1]) if names else ""


def _quoted(value: Any) -> str:
    return f'"{shown(value)}"' if isinstance(value, str) else "a list or mapping"


def _sentence(text: str) -> str:
    """A hint as one clause: no capital in front, no full stop behind."""
    text = text.strip().rstrip(".")
    if text[:1].isupper() and not text[:2].isupper():
        text = text[0].lower() + text[1:]
    return text
