"""However an entry is written, `cpl fix` gives its one canonical form back, and stops there."""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import yaml
from cpl_registry.edges.fixing import repaired
from cpl_registry.records.documents import TreeFile
from hypothesis import given
from hypothesis import strategies as st
from yaml.cyaml import CBaseLoader

from tests.judging import errors_of, judged
from tests.properties.strategies import Data, few, shipped_entries
from tests.repository import ROOT
from tests.rule_cases import ON, files_in

Choice = TypeVar("Choice")
_SAFE_PLAIN = re.compile(r"[A-Za-z0-9]([A-Za-z0-9 ._/()-]*[A-Za-z0-9._/()-])?")


@dataclass
class Hand:
    """Somebody who writes YAML in a way of their own: everything at random, nothing changed.

    `pick` takes one of some choices.
    """

    pick: Callable[[Sequence[Any]], Any]

    def written(self, record: Data) -> str:
        text = "\n".join([*self._first_line(), *self._mapping(record, ""), ""])
        text += "\n" * self._one_of(0, 0, 1, 3)
        text = text.rstrip("\n") if self._one_of(False, False, False, True) else text
        text = text.replace("\n", "\r\n") if self._one_of(False, False, True) else text
        return "\ufeff" + text if self._one_of(False, False, False, True) else text

    def _one_of(self, *choices: Choice) -> Choice:
        one: Choice = self.pick(choices)
        return one

    def _in_any_order(self, keys: Sequence[str]) -> Iterator[str]:
        left = list(keys)
        while left:
            one = self._one_of(*left)
            left.remove(one)
            yield one

    def _first_line(self) -> list[str]:
        return self._one_of([], ["# an entry"], ["", "# two", "# lines"])

    def _noise(self, indent: str) -> list[str]:
        return self._one_of([], [], [], [], [""], [f"{indent}# note"])

    def _mapping(self, record: Data, indent: str) -> list[str]:
        lines: list[str] = []
        for key in self._in_any_order(list(record)):
            lines += self._noise(indent)
            name = self._one_of(key, key, key, f'"{key}"', f"'{key}'")
            lines += self._field(name, record[key], indent)
        return lines

    def _field(self, name: str, value: Data, indent: str) -> list[str]:
        if isinstance(value, str):
            return [f"{indent}{name}: {self._scalar(value)}{self._one_of('', '', '', ' # said')}"]
        if self._one_of(False, False, False, True):
            return [f"{indent}{name}: {self._flow(value)}"]
        deeper = indent + " " * self._one_of(1, 2, 3, 4)
        if isinstance(value, dict):
            return [f"{indent}{name}:", *self._mapping(value, deeper)]
        return [f"{indent}{name}:", *self._sequence(value, self._one_of(indent, deeper))]

    def _sequence(self, items: list[Data], indent: str) -> list[str]:
        lines: list[str] = []
        for item in items:
            lines += self._noise(indent)
            if isinstance(item, str):
                lines.append(f"{indent}- {self._scalar(item)}")
            else:
                gap = " " * self._one_of(1, 3)
                first, *rest = self._without_noise(item, f"{indent} {gap}")
                lines += [f"{indent}-{gap}{first.lstrip()}", *rest]
        return lines

    def _without_noise(self, record: Data, indent: str) -> list[str]:
        key, *others = self._in_any_order(list(record))
        lines = self._field(key, record[key], indent)
        return lines + self._mapping({name: record[name] for name in others}, indent)

    def _flow(self, value: Data) -> str:
        if isinstance(value, str):
            return self._quoted(value)
        if isinstance(value, list):
            return f"[{', '.join(self._flow(one) for one in value)}]"
        pairs = (f"{key}: {self._flow(inner)}" for key, inner in value.items())
        return "{" + ", ".join(pairs) + "}"

    def _quoted(self, text: str) -> str:
        return self._one_of(f'"{text}"', "'" + text.replace("'", "''") + "'")

    def _scalar(self, text: str) -> str:
        escaped = "".join(f"\\x{ord(c):02x}" if ord(c) < 256 else c for c in text)
        plain = text if _SAFE_PLAIN.fullmatch(text) else f'"{text}"'
        return self._one_of(self._quoted(text), self._quoted(text), plain, f'"{escaped}"')


@st.composite
def rewritten(draw: st.DrawFn) -> tuple[str, str, str]:
    """Path and canonical text of a shipped entry, and the same record in another hand."""
    path, text = draw(st.sampled_from(shipped_entries()))
    record = yaml.BaseLoader(text).get_single_data()
    hand = Hand(lambda choices: draw(st.sampled_from(choices)))
    return path, text, hand.written(record)


@few(60)
@given(rewritten())
def test_any_hand_is_brought_to_the_canonical_form(case: tuple[str, str, str]) -> None:
    path, text, other = case
    assert yaml.BaseLoader(other.removeprefix("\ufeff")).get_single_data() == (
        yaml.BaseLoader(text).get_single_data()
    ), "the test wrote another record"
    repair = repaired(TreeFile(path=path, raw=other.encode()))
    assert repair is not None
    assert repair.after == text


WAYS: Mapping[str, Callable[[str], object]] = {
    "keys in another order": lambda text: not text.lstrip("\ufeff").startswith("device_type"),
    "comments": lambda text: "# note" in text and "# said" in text,
    "other quotes": lambda text: ": '" in text and "\\x" in text,
    "no quotes": lambda text: re.search(r"version: [0-9]", text),
    "another indent": lambda text: re.search(r"^    \S", text, re.MULTILINE),
    "flow style": lambda text: "{" in text or "[" in text,
    "other line ends": lambda text: "\r\n" in text,
    "no line end at the end": lambda text: not text.endswith("\n"),
    "a byte order mark": lambda text: text.startswith("\ufeff"),
}
"""What the thousand re-writings must not lack, and how each is seen in a text."""


def test_a_thousand_re_writings_are_brought_to_the_canonical_bytes() -> None:
    chance = random.Random(20261122)  # noqa: S311  # must be the same again, not hard to guess
    entries = shipped_entries()
    seen: Counter[str] = Counter()
    texts = set()
    for number in range(1_000):
        path, text = entries[number % len(entries)]
        record = yaml.load(text, CBaseLoader)  # every scalar as text
        other = Hand(chance.choice).written(record)
        seen.update(way for way, found in WAYS.items() if found(other))
        texts.add(other)
        assert yaml.load(other.removeprefix("\ufeff"), CBaseLoader) == record
        repair = repaired(TreeFile(path=path, raw=other.encode()))
        assert repair is not None, other
        assert repair.after.encode() == text.encode(), other
        assert repaired(TreeFile(path=path, raw=repair.after.encode())) is None
    assert len(texts) == 1_000
    assert all(seen[way] >= 100 for way in WAYS), seen


def test_what_they_are_brought_to_validates() -> None:
    files = files_in(ROOT)
    assert {path for path, _ in shipped_entries()} <= set(files)
    assert errors_of(judged(files, ON)) == []


def test_what_is_canonical_is_left_alone() -> None:
    for path, text in shipped_entries():
        assert repaired(TreeFile(path=path, raw=text.encode())) is None


@few(60)
@given(st.data())
def test_a_repair_is_complete(draws: st.DataObject) -> None:
    path, _, other = draws.draw(rewritten())
    cut = draws.draw(st.integers(0, len(other)))
    spoilt = (
        other[:cut] + draws.draw(st.sampled_from(["x", "\n", "zz: 1\n", '"', " "])) + other[cut:]
    )
    repair = repaired(TreeFile(path=path, raw=spoilt.encode()))
    if repair is not None:
        assert repaired(TreeFile(path=path, raw=repair.after.encode())) is None
