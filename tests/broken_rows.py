"""Fifty ways in which a row of a workbook is broken, each with the cell that must be named.

A row is an ESME that is listed and that no other entry names.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.workbooks import Row

Change = Callable[[Row, list[Row]], Any]


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A way to break a row or its history: where it must be told, with which words.

    `line` is the place of the row within the history of the entry; None for the row itself. Where
    `merged`, the cell is merged with the one beside it; a `twin` is another row once more.
    """

    header: str
    told: str
    change: Change
    line: int | None = None
    merged: bool = False
    twin: bool = False


def _set(header: str, value: Any, told: str) -> Broken:
    return Broken(header=header, told=told, change=lambda row, _: row.update({header: value}))


def _with(header: str, change: Callable[[str], str], told: str) -> Broken:
    return Broken(
        header=header,
        told=told,
        change=lambda row, _: row.update({header: change(row[header])}),
    )


def _without(empty: str, told: str) -> Broken:
    return Broken(header=empty, told=told, change=lambda row, _: row.pop(empty))


def _line(at: int, header: str, value: Any, told: str) -> Broken:
    def change(_: Row, lines: list[Row]) -> None:
        lines[at][header] = value

    return Broken(header=header, told=told, change=change, line=at)


def _of_another_maker(row: Row, lines: list[Row]) -> None:
    """The code of another manufacturer, in the key and wherever the entry id stands."""
    other = "F0CD" if row["Manufacturer identifier"] != "F0CD" else "F0CC"
    before = row["Manufacturer identifier"].lower()
    row["Upgrades from"] = "not-applicable"
    row["Manufacturer identifier"] = other
    for one in (row, *lines):
        one["Entry id"] = one["Entry id"].replace(f"-{before}-", f"-{other.lower()}-", 1)


def _of_nobody(row: Row, _: list[Row]) -> None:
    row.update({"Manufacturer": "maker-99", "Upgrades from": "not-applicable"})


def _kept(_row: Row, _lines: list[Row]) -> None:
    """What is wrong is not in the values."""


def _renumbered(_: Row, lines: list[Row]) -> None:
    lines[1]["Line"] = "3"


def _amended(_: Row, lines: list[Row]) -> None:
    line = {**lines[-1], "Line": str(len(lines) + 1), "Event": "amended", "Date": "2026-11-01"}
    lines.append({**line, "Field": "gbcs_version", "From": 1.1, "To": "3.2"})


BROKEN: Sequence[Broken] = (
    # ---------------------------------------------------------- what a spreadsheet does to texts
    _set("Model identifier", 5, "the number 5 and no text; it may have been 0005"),
    _set("Model identifier", 1e10, "it may have been 1E10"),
    _set("Model identifier", "5", "only 1 of 4 digits; it may have been 0005"),
    _set(
        "Model identifier",
        date(2026, 12, 1),
        "a date, 2026-12-01, and no text; it may have been DEC1",
    ),
    _set("GBCS version", 1.1, "the number 1.1 and no text; it may have been 1.1 or 1.10"),
    _set("GBCS version", "4", "a number and no version; it may have been 4.0"),
    _set("GBCS version", "=A2", "a formula, =A2"),
    _set("Technical specification version", date(2026, 2, 4), "it may have been 4.2"),
    _set("Firmware version", 38040404, "it may have been 38040404"),
    _set("Firmware version", "3.804E+07", "as spreadsheets shorten it; it may have been 38040000"),
    _set("Firmware version", "38,040,404", "separators of thousands"),
    _set("Firmware version", "\ufeff38040404", "character that nobody sees: invisible"),
    _set("Hardware revision", True, "the truth value TRUE"),
    _set("CPA issued", date(2020, 1, 2), "a date, 2020-01-02, and no text"),
    _set("CPA issued", "01/02/2020", "it may have been 2020-02-01 or 2020-01-02"),
    _set("CPA expires", 47000, "the number 47000 and no text; it may have been 2028-09-04"),
    _with("Manufacturer identifier", lambda text: f"{text} ", "a space at the start or end"),
    _with("Model name", lambda text: f"{text}\u00a0S", "unusual space U+00A0"),
    _with("Model name", lambda text: f"{text} \u2018S\u2019", "typographic quote"),
    _with("Model name", lambda text: f"{text}\nS", "a line break"),
    _with("ZigBee certificate", lambda text: f"{text}\u200b", "nobody sees: unusual space U+200B"),
    _with("ZigBee certificate", lambda text: text.replace("-", "\t", 1), "tab character"),
    _with("Hardware version", lambda text: f"'{text}", "begins with an apostrophe"),
    Broken(header="Evidence", told="merged with others", change=_kept, merged=True),
    _set("DLMS certificate", "#N/A", "the error #N/A"),
    _set("CPA certificate", "#REF!", "the error #REF!"),
    # -------------------------------------------------------------------- what no entry may hold
    _set("Firmware version", "3804abcd", 'cannot be "3804abcd"'),
    _set("Model identifier", "00055", 'cannot be "00055"'),
    _set("Device type", "ESMEX", "must be one of ESME, GSME"),
    _set("ESME variant", "XYZ", "must be one of A, B, C"),
    _set("Technical specification", "smets2", 'cannot be "smets2"'),
    _with("GBCS version", lambda text: f"V{text}", 'cannot be "V'),
    _with("Manufacturer Image SHA-256", lambda text: text[:63], "sha256 cannot be"),
    _set("Upgrades from", "the one before", "upgrades_from"),
    _with("CPA certificate", lambda text: f"{text}#", "number cannot be"),
    _set("CPA issued", "2020-02-30", "issued"),
    _without("CPA certificate", "missing field number"),
    _without("GBCS version", "missing field gbcs_version"),
    _set("Evidence", "SECAS-EV-0042", "kind is empty"),
    # ------------------------------------------------------------------------ what the rules say
    _set("GBCS version", "9.9", "9.9"),
    _set("Manufacturer Image SHA-256", "0" * 64, "placeholder"),
    _set("Upgrades from", "esme-f0c0-ffff-01-01-00000001", "no such entry"),
    Broken(header="Manufacturer", told="maker-99 is not registered", change=_of_nobody),
    Broken(header="Manufacturer identifier", told="belongs to", change=_of_another_maker),
    Broken(header="Model identifier", told="are the same Device Model", change=_kept, twin=True),
    _with("Entry id", lambda text: f"{text[:-1]}g", "and the key of the row makes"),
    # --------------------------------------------------------------------------- in the histories
    _line(1, "Date", date(2020, 1, 2), "a date, 2020-01-02, and no text"),
    _line(1, "Event", "list", "must be one of submitted, listed"),
    Broken(header="Line", told="no line 2 before line 3", change=_renumbered, line=1),
    Broken(header="From", told="it may have been 1.1 or 1.10", change=_amended, line=-1),
)
