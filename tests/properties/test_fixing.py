"""However an entry is written, `cpl fix` gives its one canonical form back, and stops there."""

import re
from dataclasses import dataclass
from typing import TypeVar

import yaml
from cpl_registry.edges.fixing import repaired
from cpl_registry.records.documents import TreeFile
from hypothesis import given
from hypothesis import strategies as st

from tests.properties.strategies import Data, few, shipped_entries

Choice = TypeVar("Choice")
_SAFE_PLAIN = re.compile(r"[A-Za-z0-9]([A-Za-z0-9 ._/()-]*[A-Za-z0-9._/()-])?")


@dataclass
class Hand:
    """Somebody who writes YAML in a way of his own: everything drawn at random, nothing changed."""

    draw: st.DrawFn

    def written(self, record: Data) -> str:
        text = "\n".join([*self._first_line(), *self._mapping(record, ""), ""])
        text += "\n" * self._one_of(0, 0, 1, 3)
        text = text.rstrip("\n") if self._one_of(False, False, False, True) else text
        text = text.replace("\n", "\r\n") if self._one_of(False, False, True) else text
        return "\ufeff" + text if self._one_of(False, False, False, True) else text

    def _one_of(self, *choices: Choice) -> Choice:
        return self.draw(st.sampled_from(choices))

    def _first_line(self) -> list[str]:
        return self._one_of([], ["# an entry"], ["", "# two", "# lines"])

    def _noise(self, indent: str) -> list[str]:
        return self._one_of([], [], [], [], [""], [f"{indent}# note"])

    def _mapping(self, record: Data, indent: str) -> list[str]:
        lines: list[str] = []
        for key in self.draw(st.permutations(list(record))):
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
        key, *others = list(record)
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
    return path, text, Hand(draw).written(record)


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
