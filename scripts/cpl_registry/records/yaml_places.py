"""The careful reader: the place of every key and value, and everything refused with its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]

from cpl_registry.records import characters
from cpl_registry.records.findings import Problem, Span
from cpl_registry.records.refusals import Refusal, Refused, refused_at, refused_whole
from cpl_registry.records.yaml_text import DEPTH, Data, pointer_part, shown
from cpl_registry.records.yaml_words import PLAIN


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a value stands: its own span, its key's, and how it was written."""

    value: Span
    key: Span | None
    scalar: bool
    plain: bool


@dataclass(kw_only=True, slots=True)
class Examined:
    """Everything the careful reader learnt of a file."""

    data: Data | None = None
    refused: list[Refused] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    flow: Span | None = None


class _TooDeep(Exception):
    """The depth cap is reached."""


def examine(text: str) -> Examined:
    """The data of a file with the place of every key and value, and all that is refused in it."""
    found = Examined()
    if not text:
        return found
    parser: Any = CParser(text)
    try:
        _document(parser, found)
    except _TooDeep:
        found.data = None
    except (yaml.MarkedYAMLError, ValueError) as error:
        found.data = None
        found.refused.append(_syntax(error, text))
    finally:
        parser.dispose()
    return found


def _document(parser: Any, found: Examined) -> None:
    parser.get_event()
    event = parser.get_event()
    if isinstance(event, yaml.StreamEndEvent):
        found.refused.append(
            refused_whole(
                Refusal.EMPTY, "no record in file", "write the record, or remove the file"
            )
        )
        return
    if event.explicit:
        found.refused.append(_marker(event, "directives and document markers are not allowed"))
    found.data = _Walk(parser, found).value(parser.get_event(), "", 1, None)
    event = parser.get_event()
    if event.explicit:
        found.refused.append(_marker(event, "one document only, without an end marker"))
    event = parser.get_event()
    if not isinstance(event, yaml.StreamEndEvent):
        found.refused.append(_marker(event, "one document only: a second one starts here"))


class _Walk:
    """One walk over the events of a document, writing down places and refusals."""

    def __init__(self, parser: Any, found: Examined) -> None:
        self._next = parser.get_event
        self._found = found

    def value(self, event: Any, pointer: str, depth: int, key: Span | None) -> Data:
        place = Place(
            value=_event_span(event),
            key=key,
            scalar=isinstance(event, yaml.ScalarEvent),
            plain=isinstance(event, yaml.ScalarEvent) and event.implicit[0],
        )
        self._found.places[pointer] = place
        self._refuse_decoration(event, place.value)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, pointer, place.value)
        if isinstance(event, yaml.AliasEvent):
            return ""
        if depth > DEPTH:
            self._refuse(
                Refusal.DEPTH,
                place.value,
                f"nested too deeply: more than {DEPTH} levels",
                "a record has at most six levels; see an example of its kind",
            )
            raise _TooDeep
        inside: Data
        if isinstance(event, yaml.MappingStartEvent):
            inside = self._mapping(pointer, depth)
        else:
            inside = self._sequence(pointer, depth)
        if event.flow_style and inside:
            self._found.flow = place.value
        return inside

    def _scalar(self, event: Any, pointer: str, span: Span) -> str:
        text: str = event.value
        if (refusal := characters.first_refusal(text)) or "\n" in text:
            reason = refusal[1] if refusal else "control character U+000A"
            name = pointer.rsplit("/", 1)[-1] or "the value"
            rest = ": a value is one line" if "\n" in text else ""
            self._found.refused.append(
                Refused(
                    kind=Refusal.CHARACTER,
                    problem=Problem(
                        message=f"{reason} in {name}{rest}",
                        fix="remove the character",
                        at=pointer,
                        span=span,
                    ),
                )
            )
        return text

    def _mapping(self, pointer: str, depth: int) -> dict[str, Data]:
        mapping: dict[str, Data] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            span = _event_span(event)
            if not isinstance(event, yaml.ScalarEvent):
                self._refuse(
                    Refusal.KEY, span, "keys must be plain words", "name the field with a word"
                )
                self.value(event, f"{pointer}/?", depth + 1, None)
                self.value(self._next(), f"{pointer}/?", depth + 1, None)
                continue
            self._refuse_decoration(event, span)
            key = event.value
            if key == "<<":
                message = (
                    "merge keys are not allowed: a reviewer must see each value where it stands"
                )
                self._refuse(Refusal.KEY, span, message, "write the values out")
            if key in mapping:
                message = f"duplicate key {shown(key)}: most readers keep only the last"
                self._refuse(Refusal.DUPLICATE, span, message, "keep one of the two lines")
            inner = f"{pointer}/{pointer_part(key)}"
            first = self._found.places.get(inner)
            value = self.value(self._next(), inner, depth + 1, span)
            if first is not None:
                self._found.places[inner] = first
            else:
                mapping[key] = value
                if not event.implicit[0]:
                    self._found.places[f"{inner}#key"] = Place(
                        value=span, key=None, scalar=True, plain=False
                    )
        return mapping

    def _sequence(self, pointer: str, depth: int) -> list[Data]:
        items: list[Data] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            items.append(self.value(event, f"{pointer}/{len(items)}", depth + 1, None))
        return items

    def _refuse_decoration(self, event: Any, span: Span) -> None:
        anchor = getattr(event, "anchor", None)
        if anchor is not None:
            message = "anchors and aliases are not allowed: a value must stand where it is read"
            self._refuse(Refusal.ALIAS, span, message, "write the value out")
        if getattr(event, "tag", None) is not None:
            message = "YAML tags are not allowed: they make a reader guess, or run, something"
            self._refuse(Refusal.TAG, span, message, "write the value without the tag, in quotes")

    def _refuse(self, kind: Refusal, span: Span, message: str, fix: str) -> None:
        self._found.refused.append(refused_at(kind, span, message, fix))


def _syntax(error: yaml.MarkedYAMLError | ValueError, text: str) -> Refused:
    mark: Any = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "a value that no reader understands"
    what = PLAIN.get(problem, problem)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    lines = text.split("\n")
    if line > len(lines):
        line, column = len(lines), len(lines[-1]) + 1
    # The parser stumbles behind the mistake where a quote is left open or a conflict unresolved.
    for number, before in enumerate(lines[:line], 1):
        if before.startswith("<<<<<<< "):
            line, column, what = number, 1, "a merge conflict starts here that nobody resolved"
        elif before.count('"') % 2 and not before.lstrip().startswith("#"):
            line, column = number, before.rindex('"') + 1
            what = "a quote stands here without the other on its line"
        else:
            continue
        break
    return refused_at(
        Refusal.SYNTAX,
        Span(line=line, column=column, end_column=column + 1),
        f"the file cannot be read as YAML: {what}",
        "mend this line or the one before it: quotes, colons and indents are the usual causes",
    )


def _marker(event: Any, message: str) -> Refused:
    return refused_at(Refusal.DOCUMENT, _event_span(event), message, "remove the line")


def _event_span(event: Any) -> Span:
    start, end = event.start_mark, event.end_mark
    column = start.column + 1
    end_column = end.column + 1 if end.line == start.line else column + 1
    return Span(line=start.line + 1, column=column, end_column=max(end_column, column + 1))
