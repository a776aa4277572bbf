"""Two ways of reading that never differ, and texts that stay the texts they are."""

import random

import pytest
import yaml
from cpl_registry.edges import installation
from cpl_registry.records.canonical import ENTRY_FIRST_LINE, Plan, canonical
from cpl_registry.records.documents import Document, Kind
from cpl_registry.records.file_text import OTHER_BYTES, decode
from cpl_registry.records.plain_lines import plain_lines
from cpl_registry.records.yaml_places import examine
from cpl_registry.records.yaml_text import DEPTH, parsed_data, quick_data
from hypothesis import given
from hypothesis import strategies as st

from tests.properties.strategies import ODD_TEXTS, Data, data, few, shipped_entries, spoilt
from tests.random_entries import random_entries

PLAN = installation.schemas()[Kind.ENTRY].plan

entry_texts = st.sampled_from([text for _, text in shipped_entries()])


def readable(text: str) -> str:
    """The text that comes to the parser; empty where it is refused before."""
    return decode(text.encode("utf-8", "surrogatepass"), OTHER_BYTES)[0]


def agree(text: str) -> bool:
    """Whether the quick reader gave data; if so, the others read the same."""
    quick = quick_data(text)
    if quick is None:
        return False
    careful = examine(text)
    assert careful.refused == []
    assert careful.data == quick
    assert yaml.CBaseLoader(text).get_single_data() == quick
    assert in_order(quick) == in_order(careful.data)
    assert parsed_data(text) == quick
    return True


@few(120)
@given(entry_texts.flatmap(spoilt))
def test_quick_and_careful_reader_agree_on_spoilt_entries(text: str) -> None:
    if text := readable(text):
        agree(text)


@few(120)
@given(
    st.lists(
        st.sampled_from(
            ["a", "b: ", "- ", "\n", "  ", '"', "c", "'", "[", "]", ", ", "{", "}", "#"]
        ),
        max_size=14,
    )
)
def test_quick_and_careful_reader_agree_on_scraps(pieces: list[str]) -> None:
    if text := readable("".join(pieces)):
        agree(text)


@few(400)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "  ", "    ", "      ", "   "]),
            st.sampled_from(["", "", "- ", "- - "]),
            st.sampled_from(["", "a:", "b:", "c:", "<<:", "a", '"a":']),
            st.sampled_from(
                ["", "", " x", ' "y z"', ' ""', " ~", " 'q'", ' "\\n"', " x:", " &a b", "x"]
            ),
            st.sampled_from(["\n", "\n", "\n", "\n", "\n", "\n\n", " \n", "\r\n", " # c\n", ""]),
        ).map("".join),
        min_size=1,
        max_size=8,
    ).map("".join)
)
def test_lines_that_look_plain_are_read_as_the_parser_reads_them(text: str) -> None:
    if text := readable(text):
        agree(text)


def test_the_quick_reader_gives_data_for_every_shipped_entry() -> None:
    assert all(agree(text) for _, text in shipped_entries())
    assert all(plain_lines(text, DEPTH) is not None for _, text in shipped_entries())


PLAIN = 'a: "x"\nb:\n  c: word\n  d:\n    - "1"\n    - two\n  e:\n    - f: ""\n      g: "2"\n    - f: h\n'


def test_plain_lines_are_read_without_the_parser() -> None:
    inner = {"c": "word", "d": ["1", "two"], "e": [{"f": "", "g": "2"}, {"f": "h"}]}
    assert plain_lines(PLAIN, 4) == plain_lines(f"# says so\n{PLAIN}", 4) == {"a": "x", "b": inner}


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ('a: "x"\n', 'a: "x"\na: "y"\n'),  # told twice
        ('a: "x"\n', "a: 1.10\n"),
        ('a: "x"\n', "a: 'x'\n"),
        ('a: "x"\n', 'a: "\\x41"\n'),
        ('a: "x"\n', "a: &x word\n"),
        ('a: "x"\n', "<<: word\n"),
        ('a: "x"\n', "a: word # said\n"),
        ('a: "x"\n', "a: word \n"),
        ('a: "x"\n', "a: Z\u00e4hler\n"),
        ('a: "x"\n', "a:\n"),  # a key without a value
        ('a: "x"\n', "---\n"),
        ("  c: word\n", "  c:word\n"),
        ("  c: word\n", "   c: word\n"),
        ("  c: word\n", "  c: word\n    more\n"),
        ("  c: word\n", "  - c\n"),
        ("    - two\n", "    two: x\n"),
        ("    - two\n", "    -\n"),
        ("    - f: h\n", "    - f: h"),  # no newline at the end
        ("    - f: h\n", "    - - f\n"),
        ("    - f: h\n", "    - f:\n"),
    ],
)
def test_what_is_not_plain_is_left_to_the_parser(line: str, instead: str) -> None:
    assert line in PLAIN
    text = PLAIN.replace(line, instead)
    assert plain_lines(text, 4) is None
    agree(text)


def test_plain_lines_that_lie_too_deep_are_left_to_the_parser() -> None:
    assert plain_lines(PLAIN, 3) is None
    deep = "".join(f"{'  ' * level}a:\n" for level in range(DEPTH)) + "  " * DEPTH + "a: b\n"
    assert plain_lines(deep, DEPTH) is None
    assert plain_lines(deep, DEPTH + 1) is not None
    assert quick_data(deep) is None


@few(120)
@given(data(), st.booleans())
def test_data_written_and_read_again_are_the_same(record: Data, plain: bool) -> None:
    inner = Plan(plain=plain)
    inner.item = inner.other = inner
    text = canonical(record, inner)
    if readable(text) != text or "\\n" in repr(record):
        return  # the door refuses such a character: nothing is ever written with it
    careful = examine(text)
    assert careful.refused == []
    assert careful.data == record
    assert in_order(careful.data) == in_order(record)
    assert quick_data(text) in (record, None)


def in_order(record: Data) -> object:
    """Data with the order of their keys."""
    if isinstance(record, dict):
        return [(key, in_order(value)) for key, value in record.items()]
    return [in_order(one) for one in record] if isinstance(record, list) else record


@pytest.mark.parametrize(
    "value", [one for one in ODD_TEXTS if one.strip() == one and one not in {"", "-"}]
)
def test_a_text_stays_the_text_that_it_is(value: str) -> None:
    for text in (f"a: {value}\n", f'a: "{value}"\n', f"a: '{value}'\n", f"- a: {value}\n  b: x\n"):
        found = examine(text).data
        first = found[0] if isinstance(found, list) else found
        assert first == {"a": value, **({"b": "x"} if "b: x" in text else {})}
        assert quick_data(text) == found


@few(80)
@given(entry_texts.flatmap(spoilt))
def test_every_place_lies_in_the_text(text: str) -> None:
    if text := readable(text):
        lines = text.split("\n")
        found = examine(text)
        spans = [place.value for place in found.places.values()]
        spans += [place.key for place in found.places.values() if place.key is not None]
        spans += [one.problem.span for one in found.refused if one.problem.span is not None]
        for span in spans:
            assert 1 <= span.line <= len(lines)
            assert 1 <= span.column <= len(lines[span.line - 1]) + 1
            assert span.end_column > span.column


@few(60)
@given(st.integers(0, 2**32))
def test_the_lines_of_a_canonical_entry_tell_the_places_that_a_parser_tells(seed: int) -> None:
    entry = random_entries(random.Random(seed), 1)[0]  # noqa: S311  # the same for a seed
    entry["upgrades_from"] = [] if seed % 3 == 0 else entry.get("upgrades_from", [])
    raw = canonical(entry, PLAN, ENTRY_FIRST_LINE).encode()
    lines, parsed = (Document("cpl/devices/a.yaml", Kind.ENTRY, raw) for _ in range(2))
    lines.canonical = True
    for pointer in [*parsed.examined().places, "/no_such_field", "/history/99", "/notes/a"]:
        for on_key in (False, True):
            lines.let_go()
            assert lines.span(pointer, on_key=on_key) == parsed.span(pointer, on_key=on_key)
    assert lines.data == parsed.data
