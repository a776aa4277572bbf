"""One row of the DCC's answer: which texts its cells may hold, and what is wrong with them.

The alphabet is that of `schema/acknowledgement.schema.json`: a row that passes here fits into the
register's own file as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from cpl_registry.records.characters import first_refusal, odd_words
from cpl_registry.records.csv_cells import Cell
from cpl_registry.records.days import day
from cpl_registry.records.delivery import HUB_DEVICES, WHOLE_FILE, Result, moment
from cpl_registry.records.findings import Problem
from cpl_registry.records.yaml_text import shown

HEADER = ("serial", "entry_id", "logical_device", "result", "reason", "at")
LOADED, REJECTED = "loaded", "rejected"
REASON_LENGTH = 300

SERIAL = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{2}$"
ENTRY_ID = (
    r"^(\*|(esme|gsme|ch|ppmid|hcalcs)-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{2}-[0-9a-f]{2}"
    r"-[0-9a-f]{8})$"
)
MOMENT = (
    r"^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$"
)
WORDS = (
    r"^[^\u0000-\u0020!-/:-@\[-`{-\u007f]"
    r"([^\u0000-\u001f!-%*+:<-@\[-`{-\u007f]*[^\u0000-\u0020!-%*+:<-@\[-`{-\u007f])?$"
)
"""The patterns of the schema, letter for letter: a test holds them together."""
_SERIAL, _ENTRY_ID, _MOMENT, _WORDS = map(re.compile, (SERIAL, ENTRY_ID, MOMENT, WORDS))


def is_hub(entry_id: str) -> bool:
    """Whether an entry is a Communications Hub, which the DCC answers as two devices."""
    return entry_id.startswith("ch-")


def is_entry_id(text: str) -> bool:
    """Whether a text is the id of an entry."""
    return text != WHOLE_FILE and _ENTRY_ID.fullmatch(text) is not None


def is_serial(text: str) -> bool:
    """Whether a text is the serial of a delivery, of a day that there is."""
    return _SERIAL.fullmatch(text) is not None and day(text[:10]) is not None


def is_moment(text: str) -> bool:
    """Whether a text is a moment in UTC, of a day that there is."""
    return _MOMENT.fullmatch(text) is not None and day(text[:10]) is not None


def is_reason(text: str) -> bool:
    """Whether a reason is in the register's alphabet of words, and short enough."""
    return 0 < len(text) <= REASON_LENGTH and _odd_reason(text) is None


def row_problems(row: Sequence[Cell], serial: str) -> Iterator[Problem]:
    """What is wrong with a row by itself; `serial` is the delivery that the first row answers."""
    if len(row) != len(HEADER):
        at = row[len(HEADER)] if len(row) > len(HEADER) else row[-1]
        yield at.problem(
            f"the row has {len(row)} cells and the header {len(HEADER)}",
            "put a comma between cells, and double quotes round a reason that holds one",
        )
        return
    for cell, name in zip(row, HEADER, strict=True):
        if told := _cell_problem(cell, name):
            yield told
    first, entry, device, *_ = row
    if first.text != serial and is_serial(first.text) and is_serial(serial):
        yield first.problem(
            f"the row answers {first.text} and the first row {serial}", "answer one delivery a file"
        )
    if _ENTRY_ID.fullmatch(entry.text) and is_hub(entry.text) and not device.text:
        yield device.problem(
            "a Communications Hub is answered without saying for which of its two devices",
            "give one row for CHF and one for GPF",
        )
    if _ENTRY_ID.fullmatch(entry.text) and not is_hub(entry.text) and device.text in HUB_DEVICES:
        yield device.problem(
            f"{device.text} is said of {entry.text}, which is no Communications Hub",
            "leave the cell empty",
        )


def result_of(row: Sequence[Cell]) -> Result:
    """The result that a row without problems tells."""
    _, entry, device, result, reason, at = (cell.text for cell in row)
    return Result(
        entry_id=entry,
        logical_device=device or None,
        loaded=result == LOADED,
        reason=reason or None,
        at=moment(at),
    )


def told(cell: Cell) -> str:
    """The text of a cell for a message."""
    return shown(cell.text, 60) or "an empty cell"


_CELLS: Mapping[str, tuple[Callable[[str], object], str, str]] = {
    "serial": (is_serial, "the serial of a delivery", "write it as in the manifest"),
    "entry_id": (
        _ENTRY_ID.fullmatch,
        "an entry id",
        "write it as in the extract, in lower case, or * for the whole file",
    ),
    "logical_device": (
        {"", *HUB_DEVICES}.__contains__,
        "a logical device",
        "write CHF or GPF for a Communications Hub, and nothing for any other",
    ),
    "result": ({LOADED, REJECTED}.__contains__, "a result", f"write {LOADED} or {REJECTED}"),
    "at": (is_moment, "a moment in UTC", "write it as YYYY-MM-DDTHH:MM:SSZ"),
}


def _cell_problem(cell: Cell, name: str) -> Problem | None:
    if name == "reason":
        return _reason_problem(cell) if cell.text else None
    accepted, noun, fix = _CELLS[name]
    return None if accepted(cell.text) else cell.problem(f"{told(cell)} is not {noun}", fix)


def _reason_problem(cell: Cell) -> Problem | None:
    if len(cell.text) > REASON_LENGTH:
        message = f"the reason has {len(cell.text)} characters, at most {REASON_LENGTH} are kept"
        return cell.problem(message, "ask the DCC for a shorter one")
    odd = _odd_reason(cell.text)
    if odd is None:
        return None
    return cell.problem(
        f"the reason {told(cell)} {odd}",
        "use letters, digits, spaces and . , ' & ( ) / - ; only, a letter or digit first",
    )


def _odd_reason(text: str) -> str | None:
    """What in a reason is outside the register's alphabet of words; None where nothing is."""
    if refusal := first_refusal(text):
        return f"has a {refusal[1]}"
    if not _WORDS.fullmatch(text):
        return "has a character outside the register's alphabet"
    return odd_words(text)
