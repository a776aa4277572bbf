"""How far a file is from its canonical form, told by cause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from cpl_registry.records.canonical import ENTRY_FIRST_LINE, Plan, canonical
from cpl_registry.records.documents import Document, Kind
from cpl_registry.records.fault_words import Fault
from cpl_registry.records.findings import Problem, Span
from cpl_registry.records.schemas import Schema
from cpl_registry.records.told_values import told_faults
from cpl_registry.records.yaml_text import Data, shown

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
    if is_entry and not faults:
        faults = told_faults(cast("dict[str, Any]", data), schema)
    if is_entry and not faults and schema.is_canonical(document.text, data):
        document.canonical = True
        return Shape(document=document)
    if not is_entry and not faults and _is_written_out(document, data, schema.plan):
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


def _is_written_out(document: Document, data: Data, plan: Plan) -> bool:
    """Whether a file is in canonical form but for its comments, so that every quote is in place."""
    lines = document.text.split("\n")
    said = [line for line in lines if not line.lstrip().startswith("#")]
    return "\n".join(said) == canonical(data, plan)


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
    for number, text in enumerate(lines[1:], 2):
        if (column := _comment_column(text)) is not None:
            message = "no comment but the first line: a comment is not part of the record"
            fix = "remove the comment, or say it in a history line"
            found.append(_line(number, message, fix, column))
            break
    body = document.text.rstrip("\n").split("\n")
    blank = next((n for n, text in enumerate(body, 1) if not text.strip()), None)
    if blank is not None:
        found.append(_line(blank, "no empty lines", _REPAIR))
    if lines[-1]:
        found.append(_line(len(lines), _LAST, _REPAIR, len(lines[-1]) + 1))
    elif document.text.endswith("\n\n"):
        found.append(_line(len(body) + 1, _LAST, _REPAIR))
    if found or quiet:
        return found
    wanted = canonical(cast("Data", document.data), schema.plan, ENTRY_FIRST_LINE).split("\n")
    number = next(n for n, right in enumerate(wanted) if lines[n] != right)
    return [_other_line(number + 1, lines[number], wanted[number], {_bare(one) for one in lines})]


_LAST = "end the file with one newline"


def _comment_column(line: str) -> int | None:
    """The column at which a comment starts, quoted text left out; None where there is none."""
    quote = ""
    for column, character in enumerate(line, 1):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character == "#" and line[column - 2 : column - 1] in {"", " "}:
            return column
    return None


def _other_line(number: int, text: str, right: str, present: set[str]) -> Problem:
    """What is wrong with the first line that is not the canonical one: its indent, place or form."""
    pairs = enumerate(zip(text, right, strict=False), 1)
    column = next((n for n, (a, b) in pairs if a != b), min(len(text), len(right)) + 1)
    what = "canonical form"
    if text.strip() == right.strip():
        what = "two spaces a level stand in front, and nothing behind"
    elif _bare(right) in present:
        what, column = "keys stand in the order of the schema", len(text) - len(text.lstrip()) + 1
    message = f"{what}: this line should be {shown(right.strip(), 80)}"
    return _line(number, message, _REPAIR, column)


def _bare(line: str) -> str:
    """A line without indent and list mark."""
    return line.strip().removeprefix("- ")


def _line(number: int, message: str, fix: str, column: int = 1) -> Problem:
    return Problem(
        message=message, fix=fix, span=Span(line=number, column=column, end_column=column)
    )


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
