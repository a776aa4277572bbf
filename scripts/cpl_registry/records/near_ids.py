"""Which entry somebody may have meant by a firmware version, a file name or part of an entry id."""

from __future__ import annotations

from collections.abc import Iterable

from cpl_registry.records.device_model import EntryId

_SHORTEST, _SHOWN = 3, 5


def near_ids(name: str, ids: Iterable[EntryId]) -> tuple[EntryId, ...]:
    """The entry ids with a firmware version; where there is none, those that hold the text.

    Dashes and the case of letters do not count, so that the name of a file finds its entry. A text
    of one or two letters is in too many ids to mean any.
    """
    word = name.lower().rpartition("/")[2].removesuffix(".yaml").replace("-", "")
    if len(word) < _SHORTEST:
        return ()
    all_ids = tuple(ids)
    exact = tuple(one for one in all_ids if one.rpartition("-")[2] == word)
    return exact or tuple(one for one in all_ids if word in one.replace("-", ""))


def did_you_mean(name: str, ids: Iterable[EntryId]) -> str:
    """The question that ends a refusal, or where entry ids are to be found."""
    found = near_ids(name, ids)
    if not found:
        return "entry ids are listed by: cpl status"
    if len(found) == 1:
        return f"did you mean {found[0]}?"
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return f"did you mean one of {', '.join(found[:_SHOWN])}{more}?"
