"""Which characters may stand in a file of the register.

The register is read by people, terminals, spreadsheets and other YAML tools. A character that one
of them hides, moves or takes for a line end can make a reviewer read another value than the one
that is published. Character classes are taken from Unicode 3.2 (`unicodedata.ucd_3_2_0`), the one
table that is the same in every Python version, so that no upgrade changes a verdict.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_TABLE = unicodedata.ucd_3_2_0
_SUSPECT = re.compile(r"[^\n -~]")
_REFUSED_CATEGORIES = {
    "Cc": "control character",
    "Zl": "line break character",
    "Zp": "line break character",
    "Zs": "unusual space",
}
# What the table does not count among the invisible: soft hyphen, joiner, fillers and blanks, the
# selectors of variants, and direction characters that are younger than the table.
_INVISIBLE = frozenset(
    [
        *(0xAD, 0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),
        *(*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), *range(0x2066, 0x206A)),
    ]
)
# Two marks on one letter is more than any European orthography needs; more is decoration.
_MOST_MARKS = 2


def code_point(character: str) -> str:
    """`U+202E` for a character."""
    return f"U+{ord(character):04X}"


def refused(character: str) -> str | None:
    """Why a character is refused anywhere in a file, in words; None where it is not."""
    if character == "\n" or " " <= character <= "~":
        return None
    if character == "\t":
        return "tab character"
    category = _TABLE.category(character)
    name = code_point(character)
    if category in _REFUSED_CATEGORIES:
        return f"{_REFUSED_CATEGORIES[category]} {name}"
    if category == "Cf" or ord(character) in _INVISIBLE:
        return f"invisible or direction character {name}"
    return f"private or unassigned character {name}" if category in {"Co", "Cn", "Cs"} else None


def refusals(text: str) -> Iterator[tuple[int, str]]:
    """Offset and reason of each refused character of a text, in order."""
    for match in _SUSPECT.finditer(text):
        if reason := refused(match.group()):
            yield match.start(), reason


def first_refusal(text: str) -> tuple[int, str] | None:
    """The first refused character of a text, if there is one."""
    if text.isascii() and text.isprintable():
        return None
    return next(refusals(text), None)


def _script(character: str) -> str:
    """The first word of a letter's Unicode name: LATIN, CYRILLIC, GREEK ..."""
    return _TABLE.name(character, "UNKNOWN").split(" ", 1)[0]


def odd_words(text: str) -> str | None:
    """Why a name or reason is not in the register's alphabet; None where it is.

    The alphabet is that of the contract: NFC letters, digits, space and `. , ' & ( ) / - ;`, all
    letters of one script. The ASCII part is the schema's business; this judges the rest.
    """
    if text.isascii():
        return None
    scripts: dict[str, str] = {}
    marks = 0
    for character in text:
        category = _TABLE.category(character)
        if category.startswith("M"):
            marks += 1
            if marks > _MOST_MARKS:
                return f"too many combining marks at {code_point(character)}"
            continue
        marks = 0
        if category.startswith("L"):
            scripts.setdefault(_script(character), character)
        elif not character.isascii():
            return f"has a character that is not allowed: {code_point(character)}"
    if len(scripts) > 1:
        odd = next(letter for script, letter in scripts.items() if script != "LATIN")
        return f"letters from two scripts: {code_point(odd)}"
    if not _TABLE.is_normalized("NFC", text):
        return "letters are not composed (Unicode form NFC)"
    return None
