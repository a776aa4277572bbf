"""The simplest YAML: a record of which each line says one thing, as canonical form writes it.

Nearly every file of a register is written so, and reading its lines takes a third of what a parser
takes. Whatever else stands in a file is left to the parser, and so is everything that is wrong.
"""

from __future__ import annotations

import re
from sys import intern
from typing import Any

_WORD = "[A-Za-z][A-Za-z0-9._-]*+"
_SAID = r"[ !#-\[\]-~]*+"
"""What stands in quotes here: no quote, no escape, and of other characters the visible ASCII."""
_LINE = re.compile(
    rf'( *+)(- )?(?:([A-Za-z_][A-Za-z0-9._-]{{0,99}}+):(?: (?!\n)|(?=\n)))?+(?:(")({_SAID})"|({_WORD})|)\n'
    "|(.+)"
)
"""Indent, mark of a list, key, quote, what is in quotes, a word without; or what is none of these."""
_COMMENT = re.compile("#[ -~]*+\n")
_STEP = 2
_SHORT = 10


def plain_lines(text: str, deepest: int) -> dict[str, Any] | None:
    """The record that a text says; None where it says anything in another way.

    `deepest` is how many mappings and lists may lie in each other.
    """
    comment = _COMMENT.match(text)
    if not text.endswith("\n"):
        return None
    return _record(_LINE.findall(text, comment.end() if comment else 0), deepest)


# One loop with every case in it: a call for each line would cost as much as the parser does.
def _record(lines: list[tuple[str, ...]], deepest: int) -> dict[str, Any] | None:  # noqa: C901, PLR0911, PLR0912
    record: dict[str, Any] = {}
    here: Any = record
    around: list[Any] = []  # what lies around `here`, each two spaces further out
    opened = None  # the key on a line of its own, whose mapping or list must follow
    at = 0
    for indent, mark, key, quote, quoted, word, other in lines:
        column = len(indent)
        if opened is not None:
            if column != at + _STEP or len(around) + 1 >= deepest:
                return None
            around.append(here)
            inner: Any = [] if mark else {}
            here[opened] = inner
            here, at, opened = inner, column, None
        elif column != at:
            if column > at or column % _STEP:
                return None
            here = around[column // _STEP]
            del around[column // _STEP :]
            at = column
        if mark:
            if type(here) is not list:
                return None
            if key:
                if len(around) + 1 >= deepest:
                    return None
                around.append(here)
                here.append(inner := {})
                here, at = inner, column + _STEP
        if other or (type(here) is list) is bool(key) or not (mark or key):
            return None
        value = quoted if quote else word
        if len(value) <= _SHORT:
            # Short texts are days, versions and words of closed lists: each is held once.
            value = intern(value)
        if not key:
            if not (value or quote):
                return None
            here.append(value)
        elif key in here:
            return None
        elif value or quote:
            here[intern(key)] = value
        else:
            opened = intern(key)
            here[opened] = None
    return record if record and opened is None else None
