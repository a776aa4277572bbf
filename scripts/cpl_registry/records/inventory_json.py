"""A Read Inventory answer as JSON, with the element names of DUIS as member names.

Numbers stay the text that was written and are refused where an identifier stands: what wrote them
may have dropped leading zeros, or have turned hex digits into a decimal number.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import NoReturn, TypeAlias

from cpl_registry.records.findings import Problem, Span
from cpl_registry.records.inventory_device import (
    DUIS_NAMES,
    MOST_DEVICES,
    MOST_VALUES,
    InventoryDevice,
    Told,
    Unreadable,
    put,
    too_many,
)
from cpl_registry.records.yaml_text import pointer_part, shown

MOST_DEPTH = 32
INVENTORY, DEVICE = "DSPInventory", "Device"

_FIELDS = {name.lower(): field for name, field in DUIS_NAMES.items()}

_Json: TypeAlias = "str | bool | list[_Json] | dict[str, _Json] | None"


class _Number(str):
    """A number as it was written."""

    __slots__ = ()


class _Object(dict[str, _Json]):
    """An object, with the first name that stood twice in it."""

    __slots__ = ("twice",)

    def __init__(self, pairs: list[tuple[str, _Json]]) -> None:
        super().__init__(pairs)
        self.twice: str | None = None
        if len(self) < len(pairs):
            self.twice = _first_repeated(name for name, _ in pairs)


def _first_repeated(names: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def read_json(text: str) -> list[InventoryDevice]:
    """The devices of every inventory in a document, in its order.

    Raises:
        Unreadable: not JSON, too deep or too large, or a value that is no text or is told twice.
    """
    if sum(map(text.count, "[{,")) > MOST_VALUES:
        raise Unreadable(
            Problem(message=f"more than {MOST_VALUES:,} values in one file", fix="split the file")
        )
    devices: list[InventoryDevice] = []
    for pointer, record in _devices(_parsed(text)):
        if len(devices) == MOST_DEVICES:
            raise too_many(_at(pointer))
        devices.append(_device(record, len(devices) + 1, pointer))
    return devices


def _parsed(text: str) -> _Json:
    try:
        data: _Json = json.loads(
            text,
            object_pairs_hook=_Object,
            parse_int=_Number,
            parse_float=_Number,
            parse_constant=_no_constant,
        )
    except json.JSONDecodeError as error:
        raise Unreadable(
            Problem(
                message=f"the JSON cannot be read: {error.msg}",
                fix="save the answer again as it came from the DCC",
                span=Span(line=error.lineno, column=error.colno, end_column=error.colno + 1),
            )
        ) from None
    except RecursionError:
        raise _too_deep() from None
    return data


def _no_constant(name: str) -> NoReturn:
    raise Unreadable(Problem(message=f"{name} is no value of JSON", fix="leave the member out"))


def _too_deep() -> Unreadable:
    message = f"more than {MOST_DEPTH} lists and objects inside each other"
    return Unreadable(Problem(message=message, fix="unnest them"))


def _at(pointer: str) -> Told:
    return lambda message, fix: Problem(message=message, fix=fix, at=pointer or None)


def _devices(data: _Json) -> Iterator[tuple[str, _Object]]:
    """Every device with its JSON pointer, in the order of the document."""
    left: list[tuple[str, int, _Json]] = [("", 0, data)]
    while left:
        pointer, depth, value = left.pop()
        if depth > MOST_DEPTH:
            raise _too_deep()
        inside: list[tuple[str, _Json]] = []
        if isinstance(value, list):
            inside = [(str(index), one) for index, one in enumerate(value)]
        elif isinstance(value, _Object):
            _refuse_twice(value, pointer)
            inside = [(pointer_part(name), one) for name, one in value.items()]
            if pointer.endswith(f"/{INVENTORY}"):
                found = value.get(DEVICE, [])
                listed = found if isinstance(found, list) else [found]
                for index, one in enumerate(listed):
                    at = f"{pointer}/{DEVICE}" + (f"/{index}" if listed is found else "")
                    if not isinstance(one, _Object):
                        raise Unreadable(_at(at)("a device is no object", "write it as { }"))
                    _refuse_twice(one, at)
                    yield at, one
                continue
        left.extend(
            (f"{pointer}/{name}", depth + 1, one)
            for name, one in reversed(inside)
            if isinstance(one, list | dict)
        )


def _refuse_twice(value: _Object, pointer: str) -> None:
    if value.twice is not None:
        message = f"the name {shown(value.twice)} stands twice in one object"
        raise Unreadable(_at(pointer)(message, "say once what it is"))


def _device(record: _Object, number: int, pointer: str) -> InventoryDevice:
    values: dict[str, str] = {}
    for name, value in record.items():
        field = _FIELDS.get(name.lower())
        if field is None or value is None:
            continue
        problem = _at(f"{pointer}/{pointer_part(name)}")
        if isinstance(value, _Number) or not isinstance(value, str):
            kind = "a number" if isinstance(value, _Number) else "no text"
            raise Unreadable(
                problem(
                    f"{name} is {kind}: identifiers and versions are texts, a number loses zeros",
                    "write it in double quotes, as the DCC gave it",
                )
            )
        put(values, field, name, value, problem)
    return InventoryDevice(place=f"device {number}", **values)
