"""What a schema error is called: the fault in words, at its place, with the way to mend it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from cpl_registry.records import characters
from cpl_registry.records.yaml_text import pointer_part, shown


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """One fault of shape: the schema keyword that is broken, where, what, and how to mend it."""

    keyword: str
    pointer: str
    message: str
    fix: str
    on_key: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class _Broken:
    """A broken keyword: pointer and name of the value, hint of its schema, and the error itself."""

    pointer: str
    name: str
    hint: str
    error: Any

    def fault(self, message: str, fix: str = "", keyword: str = "") -> Fault:
        return Fault(
            keyword=keyword or self.error.validator,
            pointer=self.pointer,
            message=message,
            fix=fix or self.hint,
        )


def faults_of(error: Any) -> Iterator[Fault]:
    """The faults that one error of the reference validator stands for."""
    broken = _Broken(
        pointer="".join(f"/{pointer_part(str(part))}" for part in error.absolute_path),
        name=_name(error.absolute_path),
        hint=_sentence(error.schema.get("x-hint", "")),
        error=error,
    )
    return _WORDS.get(error.validator, _other)(broken)


def _missing(broken: _Broken) -> Iterator[Fault]:
    missing = re.findall(r"'([^']*)'", broken.error.message)[0]
    inside = f" in {broken.name}" if broken.name else ""
    field = broken.error.schema.get("properties", {}).get(missing, {})
    fix = _sentence(field.get("x-hint", "")) or f"add the line {missing}:"
    yield broken.fault(f"missing field {missing}{inside}", fix)


def _kind(broken: _Broken) -> Iterator[Fault]:
    kinds = {"object": "a mapping", "array": "a list", "string": "one text"}
    wanted = kinds.get(str(broken.error.validator_value), "of another kind")
    yield broken.fault(f"{broken.name or 'the file'} must be {wanted}")


def _word(broken: _Broken) -> Iterator[Fault]:
    words, value = broken.error.validator_value, broken.error.instance
    words = [words] if isinstance(words, str) else words
    close = get_close_matches(str(value).upper(), [word.upper() for word in words], n=1)
    meant = next((word for word in words if close and word.upper() == close[0]), None)
    message = f"{broken.name} must be one of {', '.join(words)}; not {_quoted(value)}"
    yield broken.fault(message, f"did you mean {meant}?" if meant else "")


def _form(broken: _Broken) -> Iterator[Fault]:
    value = broken.error.instance
    if value in {"", "~"}:
        yield broken.fault(f"{broken.name} is empty")
    elif broken.error.schema.get("x-alphabet") == "words":
        yield broken.fault(f"{broken.name} {_odd_word(value)}", keyword="alphabet")
    else:
        yield broken.fault(f"{broken.name} cannot be {_quoted(value)}")


def _empty(broken: _Broken) -> Iterator[Fault]:
    yield broken.fault(f"{broken.name or 'the file'} is empty")


def _long(broken: _Broken) -> Iterator[Fault]:
    unit = "characters" if broken.error.validator == "maxLength" else "items"
    yield broken.fault(f"{broken.name} is longer than {broken.error.validator_value} {unit}")


def _no_date(broken: _Broken) -> Iterator[Fault]:
    yield broken.fault(f"{broken.name} is not a date: {shown(str(broken.error.instance))}")


def _twice(broken: _Broken) -> Iterator[Fault]:
    yield broken.fault(f"{broken.name} says the same twice")


def _key(broken: _Broken) -> Iterator[Fault]:
    key = str(broken.error.instance)
    yield Fault(
        keyword="additionalProperties",
        pointer=f"{broken.pointer}/{pointer_part(key)}",
        on_key=True,
        message=f"{_quoted(key)} cannot be a key of {broken.name or 'the file'}",
        fix=broken.hint,
    )


def _other(broken: _Broken) -> Iterator[Fault]:
    # An error inside `propertyNames` carries the keyword that the name breaks.
    if "propertyNames" in broken.error.absolute_schema_path:
        yield from _key(broken)
    else:
        yield broken.fault(f"{broken.name} breaks {broken.error.validator}", keyword="type")


def _unknown_fields(broken: _Broken) -> Iterator[Fault]:
    error = broken.error
    known = list(error.schema.get("properties", {}))
    patterns = [re.compile(pattern) for pattern in error.schema.get("patternProperties", {})]
    where = f" in {broken.name}" if broken.name else ""
    for key in error.instance:
        if key in known or any(pattern.search(key) for pattern in patterns):
            continue
        close = get_close_matches(key.lower(), known, n=1)
        # A field that stands already cannot be what was meant.
        close = [] if close and close[0] in error.instance else close
        hint = error.schema.get("x-unknown", {}).get(key, "")
        yield Fault(
            keyword="additionalProperties",
            pointer=f"{broken.pointer}/{pointer_part(key)}",
            on_key=True,
            message=f"unknown field {shown(key)}{where}" + (f": {_sentence(hint)}" if hint else ""),
            fix=f"did you mean {close[0]}?" if close else "correct the name, or remove the field",
        )


def _best_branch(broken: _Broken) -> Iterator[Fault]:
    """The faults of the branch that was meant: the one whose kind of value fits."""
    branches: dict[int, list[Any]] = {}
    for inner in broken.error.context:
        branches.setdefault(inner.schema_path[0], []).append(inner)
    for errors in branches.values():
        if all(len(one.path) > 0 or one.validator not in _OTHER_KIND for one in errors):
            for one in errors:
                yield from faults_of(one)
            return
    yield broken.fault(f"{broken.name} cannot be {_quoted(broken.error.instance)}")


_OTHER_KIND = frozenset({"type", "const", "enum"})
_WORDS: dict[str, Callable[[_Broken], Iterator[Fault]]] = {
    "additionalProperties": _unknown_fields,
    "unevaluatedProperties": _unknown_fields,
    "required": _missing,
    "anyOf": _best_branch,
    "oneOf": _best_branch,
    "type": _kind,
    "enum": _word,
    "const": _word,
    "pattern": _form,
    "minLength": _empty,
    "minItems": _empty,
    "minProperties": _empty,
    "maxLength": _long,
    "maxItems": _long,
    "format": _no_date,
    "uniqueItems": _twice,
    "propertyNames": _key,
}


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
