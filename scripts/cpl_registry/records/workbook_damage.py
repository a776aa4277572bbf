"""Damage that spreadsheets do to identifiers, versions and days: recognised, never mended.

A cell that is no text no longer says what was written into it. What it may have been is named, so
that a person can look it up; nothing is guessed.
"""

from __future__ import annotations

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
    if text.isascii() and text.isalnum() and not (form.hex_digits or form.is_day):
        return None
    odd = characters.first_refusal(text)
    if odd is not None:
        if text[odd[0]] in "\r\n":
            return Damage("the cell holds a line break", "put the text on one line")
        return Damage(f"the cell holds an {odd[1]}".replace("an c", "a c").replace(
            "an p", "a p").replace("an l", "a l").replace("an t", "a t"),
            "delete the cell and type the text again",
        )
    if "\n" in text:
        return Damage("the cell holds a line break", "put the text on one line")
    if text != text.strip(" "):
        return Damage("the text has a space at the start or end", "take the space out")
    if text.startswith("'"):
        return Damage("the text begins with an apostrophe", "take the apostrophe out")
    quote = next((one for one in text if one in _QUOTES), None)
    if quote is not None:
        return Damage(
            f"the text has the typographic quote {quote} ({characters.code_point(quote)})",
            "write ' for it, or nothing, and switch automatic quotes off",
        )
    if _ERRORS.fullmatch(text):
        return Damage(f"the cell holds the error {text}", "type the value, as text")
    return _in_strict_text(text, form)


def _in_strict_text(text: str, form: Form) -> Damage | None:
    """Damage that only a field of digits shows."""
    if not (form.hex_digits or form.is_version or form.is_day):
        return None
    if _THOUSANDS.fullmatch(text):
        return Damage(f"{text} has separators of thousands", _AS_TEXT)
    if _SCIENTIFIC.fullmatch(text) and len(text) != form.hex_digits:
        was = _told(_of_number(text.replace(",", "."), form))
        return Damage(f"{shown(text)} is a number as spreadsheets shorten it{was}", _AS_TEXT)
    turned = _SLASHED.fullmatch(text)
    if turned is not None and not (form.is_version and text.count(".") == 2):
        was = _told(_of_turned(turned, form))
        return Damage(f"{text} is a date as spreadsheets show it{was}", _AS_TEXT)
    if form.hex_digits and len(text) < form.hex_digits and text.isdecimal():
        return Damage(
            f"{text} has {len(text)} digits of {form.hex_digits}{_told([text.zfill(form.hex_digits)])}",
            _AS_TEXT,
        )
    if form.is_version and text.isdecimal() and len(text) <= 3:
        return Damage(f"{text} is a number and no version{_told([f'{text}.0'])}", _AS_TEXT)
    return None


def _told(candidates: Iterator[str] | list[str]) -> str:
    """What a value may have been, as the end of a sentence."""
    found = list(dict.fromkeys(candidates))[:_MOST_TOLD]
    if not found:
        return ""
    *first, last = found
    return f"; it may have been {', '.join(first)} or {last}" if first else (
        f"; it may have been {last}"
    )


def _of_number(text: str, form: Form) -> Iterator[str]:
    """The texts that a spreadsheet makes this number of."""
    try:
        value = float(text)
    except ValueError:
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
