"""Files of the register spoilt at random, and what must hold of every one.

What is accepted is read twice, by the register's reader (plain lines, else libyaml) and by the parser written in
Python, and they must agree about the data and about the order of the keys.
"""

import math
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from unittest.mock import patch

import yaml
from cpl_registry.edges import installation
from cpl_registry.edges.reporters import REPORTERS
from cpl_registry.records.documents import DEVICES, Document, TreeFile, kind_of
from cpl_registry.records.form import Shape, shape_of
from cpl_registry.records.register import Tree, sort_files
from cpl_registry.records.schemas import Schema
from cpl_registry.rules import run as rules_run
from cpl_registry.rules.run import Report, validate

from tests.properties.strategies import ODD_TEXTS, PAST, PIECES, shipped_entries
from tests.rule_cases import standard_register

ON = date(2026, 11, 23)
FORMS = tuple(sorted(REPORTERS))
PIECE = 1_000
"""Lines of an input for which it may take as long as is told of its kind."""
HARMLESS = ("# a comment\n", "\n", " ", "  # behind", '""', "''")
STYLES = (
    "|-\n    {}",
    ">-\n    {}",
    "'{}'",
    '"{}"',
    "{}",
    "!!str {}",
    "&a {}",
    "[{}]",
    "{{a: {}}}",
    "? {}",
)


@dataclass
class Tally:
    """What came of the inputs; `slowest` in seconds of processor for each piece of an input."""

    outcomes: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    slowest_input: bytes = b""

    @contextmanager
    def timed(self, raw: bytes) -> Iterator[None]:
        """Remembers an input if nothing took longer so far, for each piece of it.

        What is wrong in a thousand rows is told a thousand times: so long an input may take longer.
        """
        start = time.process_time()
        yield
        took = (time.process_time() - start) / max(1, math.ceil(raw.count(b"\n") / PIECE))
        if took > self.slowest:
            self.slowest, self.slowest_input = took, raw

    def told(self) -> str:
        """What the inputs became."""
        return ", ".join(f"{count:,} {name}" for name, count in sorted(self.outcomes.items()))


@cache
def seeds() -> tuple[tuple[str, str], ...]:
    """Path and text of what is spoilt: entries young and old, and every kind of reference file."""
    small = {path: raw.decode() for path, raw in standard_register().items() if kind_of(path)}
    entry = next(path for path in small if path.startswith(DEVICES))
    shipped = [(entry, text) for _, text in shipped_entries()[::40]]
    return (*sorted(small.items()), (entry, small[entry] + PAST), *shipped)


@cache
def surroundings() -> Tree:
    """The small right register in which each input takes the place of one file."""
    return sort_files(TreeFile(path=path, raw=raw) for path, raw in standard_register().items())


def spoilt(chance: random.Random) -> tuple[str, bytes]:
    """One input: its path in the register and its bytes."""
    path, text = chance.choice(seeds())
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        text = chance.choice(WAYS)(text, chance)
    raw = text.encode("utf-8", "surrogatepass")
    if chance.random() < 0.1:
        raw = _bytes(raw, chance)
    return path, raw


def _piece(text: str, chance: random.Random) -> str:
    start = chance.randint(0, len(text))
    end = min(len(text), start + chance.choice((0, 0, 1, 2, 8, 40)))
    return text[:start] + chance.choice((*PIECES, *ODD_TEXTS)) + text[end:]


def _character(text: str, chance: random.Random) -> str:
    start = chance.randint(0, len(text))
    one = chr(
        chance.choice((chance.randint(0, 0x7F), chance.randint(0x80, 0x2FFF), 0xD800, 0x1F600))
    )
    return text[:start] + one + text[start + chance.randint(0, 1) :]


def _line(text: str, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True) or [""]
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    what = chance.randrange(6)
    if what == 0:
        del lines[one]
    elif what == 1:
        lines.insert(other, lines[one])
    elif what == 2:
        lines[one], lines[other] = lines[other], lines[one]
    elif what == 3:
        lines[one] = " " * chance.randint(1, 4) + lines[one]
    elif what == 4:
        lines[one] = lines[one].replace("  ", "", 1)
    else:
        lines.insert(one, chance.choice(HARMLESS))
    return "".join(lines)


def _value(text: str, chance: random.Random) -> str:
    """The same value, or another, in another style of YAML."""
    found = list(re.finditer(r': "([^"\n]*)"', text))
    if not found:
        return text + "x"
    one = chance.choice(found)
    value = one[1] if chance.random() < 0.6 else chance.choice(ODD_TEXTS)
    if chance.random() < 0.2:
        value = "".join(f"\\x{ord(c):02x}" if ord(c) < 0x100 else c for c in value)
    return text[: one.start()] + ": " + chance.choice(STYLES).format(value) + text[one.end() :]


def _splice(text: str, chance: random.Random) -> str:
    other = chance.choice(seeds())[1]
    start, end = sorted((chance.randint(0, len(other)), chance.randint(0, len(other))))
    at = chance.randint(0, len(text))
    return text[:at] + other[start:end] + text[at:]


def _cut(text: str, chance: random.Random) -> str:
    return text[: chance.randint(0, len(text))]


def _many(text: str, chance: random.Random) -> str:
    at = chance.randint(0, len(text))
    return (
        text[:at]
        + chance.choice((*PIECES, "0", "a", "- ")) * chance.choice((20, 400, 3000))
        + text[at:]
    )


def _bytes(raw: bytes, chance: random.Random) -> bytes:
    at = chance.randint(0, len(raw))
    return raw[:at] + chance.randbytes(chance.randint(1, 4)) + raw[at + chance.randint(0, 4) :]


WAYS = (_piece, _piece, _character, _line, _line, _value, _value, _splice, _cut, _many)


def judge(path: str, raw: bytes) -> tuple[Document, Tree, Report]:
    """Judges a register with one file of it replaced."""
    kind = kind_of(path)
    assert kind is not None
    document = Document(path, kind, raw)
    around = surroundings()
    tree = Tree(
        documents={**around.documents, path: document}, tables=around.tables, strays=around.strays
    )
    with patch.object(rules_run, "shape_of", _shape):
        return document, tree, validate(tree, installation.schemas(), ON)


def _shape(document: Document, schema: Schema) -> Shape:
    """The shape of a document; of those around, which nobody touches, it is asked once."""
    if surroundings().documents.get(document.path) is document:
        return _shape_around(document.path)
    return shape_of(document, schema)


@cache
def _shape_around(path: str) -> Shape:
    document = surroundings().documents[path]
    return shape_of(document, installation.schemas()[document.kind])


def told(tree: Tree, report: Report, form: str) -> str:
    """What a form of report says; every finding must be whole."""
    for one in report.findings:
        assert one.message
        assert one.fix
        assert (one.line is None) == (one.column is None)
    text: str = REPORTERS[form](report, tree.documents, colour=False)
    return text


def agree(document: Document) -> None:
    """The parser written in Python reads the same data, in the same order, out of a file."""
    other = yaml.BaseLoader(document.text).get_single_data()
    assert in_order(other) == in_order(document.data)


def in_order(data: object) -> object:
    """Data with the order of their keys."""
    if isinstance(data, dict):
        return [(key, in_order(value)) for key, value in data.items()]
    return [in_order(one) for one in data] if isinstance(data, list) else data


def run(inputs: int, seed: int) -> Tally:
    """Judges so many inputs; the same seed gives the same ones.

    What the rules accept is held against the second parser, and a third of what only they refuse.
    """
    chance = random.Random(seed)  # noqa: S311  # must be the same again, not hard to guess
    tally = Tally()
    for path, text in seeds():  # what is made once is made before anything is timed
        for raw in (text.encode(), text[: len(text) // 2].encode()):
            judge(path, raw)
    for number in range(inputs):
        path, raw = spoilt(chance)
        try:
            with tally.timed(raw):
                document, tree, report = judge(path, raw)
            assert "\x1b" not in told(tree, report, FORMS[number % len(FORMS)])
            if not report.failed:
                agree(document)
            elif document.usable and number % 3 == 0:
                # A parser may refuse what the rules refuse anyway; it must not read it otherwise.
                with suppress(yaml.YAMLError):
                    agree(document)
        except Exception as error:
            error.add_note(f"input {number} of seed {seed}, at {path}: {raw[:4000]!r}")
            raise
        tally.outcomes[
            "accepted" if not report.failed else "refused" if document.usable else "not read"
        ] += 1
    return tally
