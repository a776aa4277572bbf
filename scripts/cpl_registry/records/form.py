"""How far a file is from its canonical form, told by cause."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast

from cpl_registry.records.canonical import ENTRY_FIRST_LINE, Plan, canonical
from cpl_registry.records.documents import Document, Kind
from cpl_registry.records.fault_words import Fault
from cpl_registry.records.findings import Problem, Span
from cpl_registry.records.schemas import Schema
from cpl_registry.records.yaml_text import Data, shown

_COMMENT = re.compile(r"""^\s*#|^[^"'#]*("[^"]*")?[^"'#]*\s#""")
_REPAIR = "`cpl fix` writes the canonical form"


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """A document held against its schema: faults of shape, and where its form differs.

    `unquoted` are values that some YAML tool would read as something else than text; `other` are
    the remaining differences from the canonical form.
    """

    document: Document
    faults: tuple[Fault, ...] = ()
    unquoted: tuple[Problem, ...] = ()
    other: tuple[Problem, ...] = ()


def shape_of(document: Document, schema: Schema) -> Shape:
    """The shape and form of a document. Only an entry has one canonical sequence of bytes."""
    data = document.data
    if data is None:
        return Shape(document=document)
    faults = schema.faults(data)
    is_entry = document.kind is Kind.ENTRY
    if is_entry and not faults and canonical(data, schema.plan, ENTRY_FIRST_LINE) == document.text:
        return Shape(document=document)
    faulty = {fault.pointer for fault in faults}
    quoting = _Quoting(document, schema.plan, faulty)
    other = quoting.needless if is_entry else []
    if is_entry and (flow := document.examined().flow) is not None:
        return Shape(
            document=document,
            faults=tuple(faults),
            other=(
                Problem(
                    message="the file is in flow style",
                    fix=f"use block style: {_REPAIR}",
                    span=flow,
                ),
            ),
        )
    if is_entry and isinstance(data, dict):
        other = [*other, *_layout(document, schema, quiet=bool(quoting.missing or other or faults))]
    return Shape(
        document=document,
        faults=tuple(faults),
        unquoted=tuple(quoting.missing),
        other=tuple(other),
    )


class _Quoting:
    """Which scalars are quoted otherwise than the plan says."""

    def __init__(self, document: Document, plan: Plan, faulty: set[str]) -> None:
        self.missing: list[Problem] = []
        self.needless: list[Problem] = []
        for pointer, place in document.examined().places.items():
            if not place.scalar or pointer in faulty or "?" in pointer:
                continue
            if pointer.endswith("#key"):
                message = f"{shown(pointer.rsplit('/', 1)[-1][:-4])}: keys are plain"
                self.needless.append(Problem(message=message, fix=_REPAIR, span=place.value))
                continue
            inner = _plan_at(plan, pointer)
            text = _text_at(document, pointer)
            if text is None or inner is None:
                continue
            name = _name(pointer)
            wants_plain = inner.plain or text in inner.plain_words
            if place.plain and not wants_plain:
                self.missing.append(
                    Problem(
                        message=f'{name} must be quoted: "{shown(text, 80)}"',
                        fix=f'write "{shown(text, 80)}" in double quotes, so that no tool takes it for a number, date or truth value',
                        at=pointer,
                    )
                )
            elif wants_plain and not place.plain:
                message = f"{name}: slugs and words of a closed list are plain: {shown(text)}"
                self.needless.append(Problem(message=message, fix=_REPAIR, at=pointer))


def _layout(document: Document, schema: Schema, *, quiet: bool) -> list[Problem]:
    """Comments, empty lines and, where nothing else explains the difference, order and indent."""
    lines = document.text.split("\n")
    found: list[Problem] = []
    if lines[0] != ENTRY_FIRST_LINE:
        message = "the first line must be the one that names the schema"
        found.append(_line(1, message, f"write {ENTRY_FIRST_LINE}"))
    comment = next((n for n, text in enumerate(lines[1:], 2) if _COMMENT.match(text)), None)
    if comment is not None:
        message = "no comment but the first line: a comment is not part of the record"
        found.append(_line(comment, message, "remove the comment, or say it in a history line"))
    body = document.text.rstrip("\n").split("\n")
    blank = next((n for n, text in enumerate(body, 1) if not text.strip()), None)
    if blank is not None:
        found.append(_line(blank, "no empty lines", _REPAIR))
    if not document.text.endswith("\n") or document.text.endswith("\n\n"):
        found.append(_line(len(body), "end the file with one newline", _REPAIR))
    if found or quiet:
        return found
    wanted = canonical(cast("Data", document.data), schema.plan, ENTRY_FIRST_LINE).split("\n")
    for number, (text, right) in enumerate(zip(lines, wanted, strict=False), 1):
        if text != right:
            what = (
                "keys stand in the order of the schema"
                if right.strip() in _stripped(lines)
                else "canonical form"
            )
            return [
                _line(number, f"{what}: this line should be {shown(right.strip(), 80)}", _REPAIR)
            ]
    return [_line(len(wanted), "canonical form: the file goes on after its end", _REPAIR)]


def _stripped(lines: list[str]) -> set[str]:
    return {text.strip() for text in lines}


def _line(number: int, message: str, fix: str) -> Problem:
    return Problem(message=message, fix=fix, span=Span(line=number, column=1, end_column=1))


def _parts(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def _plan_at(plan: Plan, pointer: str) -> Plan | None:
    for part in _parts(pointer):
        found = plan.fields.get(part) or plan.other or (plan.item if part.isdigit() else None)
        if found is None:
            return None
        plan = found
    return plan


def _text_at(document: Document, pointer: str) -> str | None:
    data = document.data
    for part in _parts(pointer):
        if isinstance(data, dict):
            data = data.get(part)
        elif isinstance(data, list):
            data = data[int(part)]
    return data if isinstance(data, str) else None


def _name(pointer: str) -> str:
    names = [part for part in _parts(pointer) if not part.isdigit()]
    return shown(names[-1]) if names else "the value"
