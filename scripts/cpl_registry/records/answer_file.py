"""The DCC's answer to a delivery as CSV: `serial,entry_id,logical_device,result,reason,at`.

One file answers one delivery. A row whose entry is `*` speaks for the whole file; it stands first,
and the rows after it are exceptions to it. A Communications Hub is answered twice, as CHF and as
GPF. Contract, section 3, `cpl acknowledge`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from cpl_registry.records.answer_row import (
    HEADER,
    LOADED,
    REJECTED,
    is_entry_id,
    result_of,
    row_problems,
    told,
)
from cpl_registry.records.csv_cells import Cell, rows_of, span_at
from cpl_registry.records.csv_text import csv_bytes
from cpl_registry.records.delivery import WHOLE_FILE, Result, Serial, moment_text
from cpl_registry.records.file_text import DELIVERY_BYTES
from cpl_registry.records.findings import Problem

FIRST_LINE = 2
"""Where the first result stands: below the header. No cell that is accepted has a line end."""
_MOST_PROBLEMS = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """An answer as it was sent: the delivery, the results in its order, SHA-256 of its bytes."""

    serial: Serial
    results: tuple[Result, ...]
    sha256: str


def read_answer(raw: bytes) -> Answer | list[Problem]:
    """An answer from the bytes of a file, or everything that is wrong with it, each at its place.

    A byte order mark, CRLF or LF and quotes round a cell change nothing that is said and are
    taken: an answer that somebody had to mend first would not be the file that the DCC sent. What
    is said must be said exactly: nothing is trimmed, completed or guessed.
    """
    rows = rows_of(raw, DELIVERY_BYTES)
    if isinstance(rows, Problem):
        return [rows]
    if problem := _header_problem(rows):
        return [problem]
    serial = Serial(rows[1][0].text)
    found: list[Problem] = []
    results: list[Result] = []
    seen: dict[tuple[str, str], int] = {}
    for row in rows[1:]:
        problems = [*row_problems(row, serial), *_place_problems(row, seen)]
        found += problems
        if not problems:
            results.append(result_of(row))
        if len(found) >= _MOST_PROBLEMS:
            found.append(Problem(message="there may be more: no further rows were judged"))
            break
    if found:
        return found
    return Answer(serial=serial, results=tuple(results), sha256=sha256(raw).hexdigest())


def answer_bytes(serial: Serial, results: Iterable[Result]) -> bytes:
    """An answer as a file: RFC 4180, UTF-8 without byte order mark, CRLF."""
    rows = (
        (
            serial,
            one.entry_id,
            one.logical_device or "",
            LOADED if one.loaded else REJECTED,
            one.reason or "",
            moment_text(one.at),
        )
        for one in results
    )
    return csv_bytes(HEADER, rows)


def _header_problem(rows: Sequence[Sequence[Cell]]) -> Problem | None:
    wanted = f"the first line must be: {','.join(HEADER)}"
    if not rows:
        return Problem(message="the file is empty", fix=wanted, span=span_at(1, 1))
    for cell, name in zip(rows[0], HEADER, strict=False):
        if cell.text != name:
            return cell.problem(f"{told(cell)} stands in place of the column {name}", wanted)
    if len(rows[0]) > len(HEADER):
        extra = rows[0][len(HEADER)]
        return extra.problem(f"{told(extra)} is no column of an answer", wanted)
    if len(rows[0]) < len(HEADER):
        return rows[0][-1].problem(f"the column {HEADER[len(rows[0])]} is missing", wanted)
    if len(rows) == 1:
        return rows[0][0].problem(
            "the answer has no row",
            "give a row for each row of the delivery, or one with entry_id * for the whole file",
        )
    return None


def _place_problems(row: Sequence[Cell], seen: dict[tuple[str, str], int]) -> Iterator[Problem]:
    """What is wrong with a row among the others; `seen` is the line of each that was answered."""
    if len(row) != len(HEADER):
        return
    entry, device = row[1], row[2]
    whole = entry.text == WHOLE_FILE
    if not whole and not is_entry_id(entry.text):
        return
    if whole and seen and (WHOLE_FILE, "") not in seen:
        yield entry.problem(
            "an answer for the whole file stands after answers for rows",
            "put it first: the rows after it are exceptions to it",
        )
    line = seen.setdefault((entry.text, device.text), entry.line)
    if line != entry.line:
        what = "the whole file" if whole else " ".join(filter(None, (entry.text, device.text)))
        yield entry.problem(f"{what} is answered twice, first on line {line}", "give one answer")
