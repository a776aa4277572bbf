"""Which record somebody may have meant by a firmware version, a file name, part of an id or a slip."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import TypeVar

_SHORTEST, _SHOWN = 3, 5
_LISTED = "entry ids are listed by: cpl status"

Id = TypeVar("Id", bound=str)


def near_ids(name: str, ids: Iterable[Id]) -> tuple[Id, ...]:
    """The ids that end with a part, such as a firmware version; else those that hold the text.

    Dashes and the case of letters do not count, so that the name of a file finds its entry. A text
    of one or two letters is in too many ids to mean any.
    """
    word = _plain(name.rpartition("/")[2].removesuffix(".yaml"))
    if len(word) < _SHORTEST:
        return ()
    all_ids = tuple(ids)
    exact = tuple(one for one in all_ids if one.rpartition("-")[2].lower() == word)
    return exact or tuple(one for one in all_ids if word in _plain(one))


def _plain(text: str) -> str:
    return text.lower().replace("-", "")


def near_reference(name: str, references: Iterable[str]) -> str:
    """The one reference under cpl/panel/ that a slip may stand for, as the end of a refusal.

    It begins with a semicolon; where nothing is near it is empty.
    """
    found = get_close_matches(name.upper(), sorted(references), n=1, cutoff=0.85)
    return f"; did you mean {found[0]}?" if found else ""


def did_you_mean(name: str, ids: Iterable[str], otherwise: str = _LISTED) -> str:
    """The question that ends a refusal; `otherwise` says where ids are to be found."""
    found = near_ids(name, ids)
    if not found:
        return otherwise
    if len(found) == 1:
        return f"did you mean {found[0]}?"
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return f"did you mean one of {', '.join(found[:_SHOWN])}{more}?"
