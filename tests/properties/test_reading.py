"""Two ways of reading that never differ, and texts that stay the texts they are."""

import pytest
import yaml
from cpl_registry.records.canonical import Plan, canonical
from cpl_registry.records.file_text import OTHER_BYTES, decode
from cpl_registry.records.yaml_places import examine
from cpl_registry.records.yaml_text import quick_data
from hypothesis import given
from hypothesis import strategies as st

from tests.properties.strategies import ODD_TEXTS, Data, data, few, shipped_entries, spoilt

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


def test_the_quick_reader_gives_data_for_every_shipped_entry() -> None:
    assert all(agree(text) for _, text in shipped_entries())


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
