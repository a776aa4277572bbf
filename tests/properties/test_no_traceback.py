"""Whatever stands in a file, the answer is a report; and what has no error can be published."""

from copy import deepcopy
from datetime import date

import yaml
from cpl_registry.edges.fixing import repaired
from cpl_registry.edges.installation import schemas, working_days_of
from cpl_registry.edges.reporters import REPORTERS
from cpl_registry.records.canonical import ENTRY_FIRST_LINE, canonical
from cpl_registry.records.documents import TreeFile
from cpl_registry.records.register import sort_files
from cpl_registry.records.tables import HOLIDAYS
from cpl_registry.rules.run import validate
from cpl_registry.state.publication import publish
from hypothesis import given
from hypothesis import strategies as st

from tests.mistakes_of_meaning import MISTAKES
from tests.properties.strategies import (
    PAST,
    Data,
    changed,
    few,
    shipped_entries,
    small_register,
    spoilt,
    texts,
)

ON = date(2026, 11, 22)
DAYS = (
    date(2016, 1, 1),
    date(2018, 5, 9),
    date(2020, 3, 2),
    date(2021, 1, 1),
    ON,
    date(2031, 1, 1),
)
FILES = dict(small_register())
ENTRY = next(path for path in FILES if path.startswith("cpl/devices/"))
OTHERS = sorted(path for path in FILES if path != ENTRY)
LIVED = FILES[ENTRY].decode() + PAST
LIVED_DATA = yaml.BaseLoader(LIVED).get_single_data()
TOLD = [
    (index, path, part)
    for index, line in enumerate(LIVED_DATA["history"])
    for path in line.get("changed", {})
    for part in ("from", "to")
]


def survives(path: str, raw: bytes) -> bool:
    """Judges a register with one file in it replaced, in every form; whether it has no error."""
    tree = sort_files(TreeFile(path=name, raw=text) for name, text in {**FILES, path: raw}.items())
    report = validate(tree, schemas(), ON)
    for reporter in REPORTERS.values():
        assert isinstance(reporter(report, tree.documents, colour=False), str)
    for one in report.findings:
        assert one.message
        assert one.fix, one
        assert (one.line is None) == (one.column is None)
    repaired(TreeFile(path=path, raw=raw))
    if not report.failed:
        calendar = working_days_of(tree.tables.get(HOLIDAYS))
        for day in DAYS:
            state = publish(report.register, day, None, calendar)
            assert len(state.extract) <= len(state.active)
    return not report.failed


@few(100)
@given(spoilt(LIVED))
def test_spoilt_text_of_an_entry(text: str) -> None:
    survives(ENTRY, text.encode("utf-8", "surrogatepass"))


@few(150)
@given(
    st.sampled_from(OTHERS).flatmap(
        lambda path: st.tuples(st.just(path), spoilt(FILES[path].decode()))
    )
)
def test_spoilt_text_of_another_file(case: tuple[str, str]) -> None:
    survives(case[0], case[1].encode("utf-8", "surrogatepass"))


@few(60)
@given(st.sampled_from(sorted(FILES)), st.binary(max_size=40))
def test_any_bytes_in_any_file(path: str, raw: bytes) -> None:
    survives(path, raw)


def test_the_entry_with_a_past_is_right() -> None:
    assert survives(ENTRY, LIVED.encode())


@few(150)
@given(changed(LIVED_DATA, most=2))
def test_canonical_text_of_spoilt_data(record: Data) -> None:
    text = canonical(record, schemas()["device-model"].plan, ENTRY_FIRST_LINE)
    survives(ENTRY, text.encode("utf-8", "surrogatepass"))


@few(200)
@given(st.sampled_from(TOLD), st.one_of(texts, st.lists(texts, max_size=2), st.none()))
def test_any_value_that_a_history_tells(place: tuple[int, str, str], value: Data) -> None:
    record = deepcopy(LIVED_DATA)
    index, path, part = place
    change = record["history"][index]["changed"][path]
    change.pop(part, None)
    if value is not None:
        change[part] = value
    text = canonical(record, schemas()["device-model"].plan, ENTRY_FIRST_LINE)
    survives(ENTRY, text.encode("utf-8", "surrogatepass"))


@few(100)
@given(
    st.sampled_from([path for path in OTHERS if path.endswith(".yaml")]).flatmap(
        lambda path: st.tuples(
            st.just(path), changed(yaml.BaseLoader(FILES[path].decode()).get_single_data())
        )
    )
)
def test_canonical_text_of_other_spoilt_data(case: tuple[str, Data]) -> None:
    path, record = case
    survives(
        path, canonical(record, schemas()["device-model"].plan).encode("utf-8", "surrogatepass")
    )


@few(60)
@given(
    st.sampled_from(shipped_entries()),
    st.lists(st.sampled_from(sorted(MISTAKES)), min_size=2, max_size=3, unique=True),
)
def test_several_mistakes_in_one_file(entry: tuple[str, str], names: list[str]) -> None:
    path, text = entry
    for name in names:
        told = MISTAKES[name](text)
        text = told.text.decode() if told else text
    assert not survives(path, text.encode()) or text == entry[1]
