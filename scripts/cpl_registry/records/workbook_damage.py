"""Damage that spreadsheets do to identifiers, versions and days: recognised, never mended.

A cell that is no text no longer says what was written into it. What it may have been is named, so
that a person can look it up; nothing is guessed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from cpl_registry.records import characters
from cpl_registry.records.days import day
from cpl_registry.records.workbook_cells import Cell, CellKind
from cpl_registry.records.yaml_text import shown


class Damage(NamedTuple):
    """What happened to a cell, and how to mend it."""

    message: str
    fix: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """What a field is written as: so many hex digits, a version, a day, or any text (all unset)."""

    hex_digits: int = 0
    is_version: bool = False
    is_day: bool = False


_AS_TEXT = "format the cell as text and type the value again, from its source"
_SCIENTIFIC = re.compile(r"[0-9]+([.,][0-9]+)?[eE][+-]?[0-9]+", re.ASCII)
_SLASHED = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4}|[0-9]{2})", re.ASCII)
_THOUSANDS = re.compile(r"[0-9]{1,3}([, '][0-9]{3})+(\.[0-9]+)?", re.ASCII)
_ERRORS = re.compile(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA)")
_WITHOUT_END = re.compile(r"([0-9]+)\.([0-9]+)", re.ASCII)
_QUOTES = "\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u2032\u2033"
_MONTHS = {2: "FEB", 12: "DEC"}
_MOST_TOLD = 4


def damage_of(cell: Cell, form: Form) -> Damage | None:
    """What is damaged in a cell for a field; None for a text that may be what was written."""
    if cell.kind is not CellKind.TEXT:
        return _no_text(cell, form)
    return _in_text(cell.text, form)


def _no_text(cell: Cell, form: Form) -> Damage:
    seen = shown(cell.text, 60)
    if cell.kind is CellKind.FORMULA:
        return Damage(
            f"the cell holds a formula, {seen}, and no text",
            "put the value in its place (copy, then paste as values), as text",
        )
    if cell.kind is CellKind.ERROR:
        return Damage(f"the cell holds the error {seen}", "type the value, as text")
    if cell.kind is CellKind.BOOLEAN:
        return Damage(f"the cell holds the truth value {seen} and no text", _AS_TEXT)
    if cell.kind is CellKind.DATE:
        was = _told(_of_date(cell.text, form))
        return Damage(f"the cell holds a date, {seen}, and no text{was}", _AS_TEXT)
    was = _told(_of_number(cell.text, form))
    return Damage(f"the cell holds the number {seen} and no text{was}", _AS_TEXT)


def _in_text(text: str, form: Form) -> Damage | None:
    strict = form.hex_digits or form.is_version or form.is_day
    checks = _ANY_TEXT + _STRICT_TEXT if strict else _ANY_TEXT
    return next(filter(None, (check(text, form) for check in checks)), None)


def _odd_character(text: str, _form: Form) -> Damage | None:
    if "\n" in text or "\r" in text:
        return Damage("the cell holds a line break", "put the text on one line")
    odd = characters.first_refusal(text)
    if odd is None:
        return None
    again = "delete the cell and type the text again"
    return Damage(f"the cell has a character that nobody sees: {odd[1]}", again)


def _space(text: str, _form: Form) -> Damage | None:
    if text == text.strip(" "):
        return None
    return Damage("the text has a space at the start or end", "take the space out")


def _quote(text: str, _form: Form) -> Damage | None:
    if text.startswith("'"):
        return Damage("the text begins with an apostrophe", "take the apostrophe out")
    quote = next((one for one in text if one in _QUOTES), None)
    if quote is None:
        return None
    name = characters.code_point(quote)
    fix = "write a plain ' or nothing, and switch automatic quotes off"
    return Damage(f"the text has the typographic quote {quote} ({name})", fix)


def _error(text: str, _form: Form) -> Damage | None:
    if not _ERRORS.fullmatch(text):
        return None
    return Damage(f"the cell holds the error {text}", "type the value, as text")


def _thousands(text: str, _form: Form) -> Damage | None:
    if not _THOUSANDS.fullmatch(text):
        return None
    return Damage(f"{text} is a number with separators of thousands", _AS_TEXT)


def _scientific(text: str, form: Form) -> Damage | None:
    if not _SCIENTIFIC.fullmatch(text) or len(text) == form.hex_digits:
        return None
    was = _told(_of_number(text.replace(",", "."), form))
    return Damage(f"{shown(text)} is a number as spreadsheets shorten it{was}", _AS_TEXT)


def _date(text: str, form: Form) -> Damage | None:
    turned = _SLASHED.fullmatch(text)
    if turned is None or (form.is_version and text.count(".") == 2):
        return None
    was = _told(_of_turned(turned, form))
    return Damage(f"{text} is a date as spreadsheets show it{was}", _AS_TEXT)


def _lost_digits(text: str, form: Form) -> Damage | None:
    """Zeros that a number loses: 0005 becomes 5, and 4.0 becomes 4."""
    if not (text.isascii() and text.isdecimal()):
        return None
    if form.is_version and len(text) <= 3:
        return Damage(f"{text} is a number and no version{_told([f'{text}.0'])}", _AS_TEXT)
    if len(text) >= form.hex_digits:
        return None
    was = _told([text.zfill(form.hex_digits)])
    return Damage(f"{text} has only {len(text)} of {form.hex_digits} digits{was}", _AS_TEXT)


_ANY_TEXT = (_odd_character, _space, _quote, _error)
_STRICT_TEXT = (_thousands, _scientific, _date, _lost_digits)


def _told(candidates: Iterator[str] | list[str]) -> str:
    """What a value may have been, as the end of a sentence."""
    found = list(dict.fromkeys(candidates))[:_MOST_TOLD]
    if not found:
        return ""
    *first, last = found
    return (
        f"; it may have been {', '.join(first)} or {last}"
        if first
        else (f"; it may have been {last}")
    )


def _of_number(text: str, form: Form) -> Iterator[str]:
    """The texts that a spreadsheet makes this number of."""
    try:
        value = float(text)
    except ValueError:
        return
    if not math.isfinite(value):
        return
    if form.is_version:
        plain = f"{value:.15g}"
        yield f"{plain}.0" if plain.isdecimal() else plain
        if _WITHOUT_END.fullmatch(plain):
            yield f"{plain}0"
    elif form.is_day and 1 <= value < 2_958_466 and value == int(value):
        yield str(date.fromordinal(date(1899, 12, 30).toordinal() + int(value)))
    elif form.hex_digits and value >= 0:
        yield from _of_hex_number(value, text, form.hex_digits)


def _of_hex_number(value: float, text: str, digits: int) -> Iterator[str]:
    if value == int(value) and value < 10**digits:
        yield str(int(value)).zfill(digits)
    mantissa, _, exponent = f"{value:.15e}".partition("e")
    whole = mantissa.replace(".", "").rstrip("0") or "0"
    power = int(exponent) - len(whole) + 1
    while power >= 0 and len(whole) + 2 <= digits:
        tail = f"E{power}"
        for zeros in range(digits - len(whole) - len(tail), -1, -1):
            made = whole + "E" + str(power).zfill(len(tail) - 1 + zeros)
            if len(made) == digits:
                yield made
        if len(whole) + len(tail) < digits:
            yield whole.zfill(digits - len(tail)) + tail
        whole, power = f"{whole}0", power - 1
    if "." not in text and len(text) == digits:
        yield text


def _of_date(text: str, form: Form) -> Iterator[str]:
    found = day(text[:10])
    if found is None:
        return
    if form.is_day:
        yield str(found)
    elif form.is_version:
        yield f"{found.day}.{found.month}"
        yield f"{found.month}.{found.day}"
    elif form.hex_digits and found.month in _MONTHS:
        name = _MONTHS[found.month]
        for number in (str(found.day), f"{found.day:02}", f"{found.year % 100:02}"):
            for made in (f"{name}{number}", f"{number}{name}"):
                if len(made) == form.hex_digits:
                    yield made


def _of_turned(match: re.Match[str], form: Form) -> Iterator[str]:
    first, second, year = match.groups()
    whole = year if len(year) == 4 else f"20{year}"
    for month, number in ((second, first), (first, second)):
        found = day(f"{whole}-{month.zfill(2)}-{number.zfill(2)}")
        if found is not None:
            yield from _of_date(str(found), form)
