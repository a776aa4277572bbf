"""Families of entries: those that the rules compare with each other.

Where only entries changed, a rule can only find something else in the families of those entries.
What was found before of all others still holds, so a few entries are judged in place of the list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from cpl_registry.records.device_model import Entry, id_of_path
from cpl_registry.records.register import Register
from cpl_registry.rules.rule import Concerned

WITHIN_FAMILIES = frozenset(
    {"CPL501", "CPL502", "CPL503", "CPL504", "CPL505", "CPL506", "CPL509", "CPL510", "CPL512"}
)
"""Rules that compare entries of one family, or look at each entry by itself."""
BY_WITNESS = frozenset({"CPL914", "CPL921", "CPL922", "CPL923", "CPL925", "CPL927"})
"""Rules that ask of a paper whether any entry cites it, or of an entry that a paper names."""
BY_CONCERN = frozenset({"CPL902", "CPL905", "CPL911", "CPL918"})
"""Rules on campaigns and incidents, which may mean any entry.

Whether one is concerned (`Rule.concerned`) is asked of each entry with its family, and kept: with
that the rule itself looks at no entry.
"""
ON_PAPERS = frozenset(
    {
        *("CPL507", "CPL508", "CPL511", "CPL702", "CPL711", "CPL712", "CPL713", "CPL714", "CPL715"),
        *("CPL801", "CPL802", "CPL901", "CPL903", "CPL904", "CPL906", "CPL913", "CPL915", "CPL916"),
        *("CPL917", "CPL926", "CPL928", "CPL931", "CPL932", "CPL933", "CPL934", "CPL935"),
        *("CPL717", "CPL941"),
    }
)
"""Rules that look at no entry. Those on waivers ask what was waived: who is waived is judged too."""


def marks_of(entry: Entry) -> tuple[str, ...]:
    """What an entry may share with another: its id and those that it names, and its image's hash."""
    named = [line.replaced_by for line in entry.history if line.replaced_by]
    image = entry.image_hash
    return (entry.entry_id, *entry.upgrades_from, *named, *((image,) if image else ()))


def citations_of(entry: Entry) -> tuple[str, ...]:
    """The references that the history of an entry names."""
    return tuple(dict.fromkeys(line.reference for line in entry.history if line.reference))


def family(marks: Mapping[str, tuple[str, ...]], start: Iterable[tuple[str, ...]]) -> set[str]:
    """The paths of all entries that share a mark with the start, or with one found so, and so on.

    `marks` are those of each entry by its path. Entries of one model and hardware version share it.
    """
    having: dict[str, list[str]] = defaultdict(list)
    for path, ones in marks.items():
        for mark in _all(ones):
            having[mark].append(path)
    found: set[str] = set()
    seen: set[str] = set()
    ahead = [mark for ones in start for mark in _all(ones)]
    while ahead:
        mark = ahead.pop()
        if mark in seen:
            continue
        seen.add(mark)
        for path in having.get(mark, ()):
            if path not in found:
                found.add(path)
                ahead += _all(marks[path])
    return found


class Elsewhere(NamedTuple):
    """What was found before of the entries that are not judged again: whom the papers concern.

    `witnesses` are the paths of those that are in the register all the same, without their
    families: what is found of them now is not to be believed.
    """

    concerned: Mapping[str, Concerned]
    witnesses: Collection[str]

    def and_here(self, rule_id: str, here: Concerned, register: Register) -> Concerned:
        """Those whom the papers of a rule concern in the whole: there, and judged again here."""
        there = self.concerned.get(rule_id, {})
        by_id = register.by_id
        return {
            path: there.get(path, frozenset())
            | {one for one in ids if by_id[one].path not in self.witnesses}
            for path, ids in here.items()
        }


def _all(ones: tuple[str, ...]) -> tuple[str, ...]:
    """The marks of an entry, with the hardware of its model: the first four parts of its id."""
    return (*ones, ones[0].rsplit("-", 2)[0]) if ones else ()


def marks_of_path(path: str) -> tuple[str, ...]:
    """The mark of a file whose entry nobody could read: the id that its path stands for."""
    found = id_of_path(path)
    return () if found is None else (found,)
