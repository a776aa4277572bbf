"""Lives and DSP profiles made at random: on every day the tables say what the contract says."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from cpl_registry.edges import installation
from cpl_registry.outputs.extract import held_rows
from cpl_registry.records.canonical import ENTRY_FIRST_LINE, canonical
from cpl_registry.records.documents import Document, Kind, TreeFile
from cpl_registry.records.extract_profile import DEFAULT_PROFILE
from cpl_registry.records.register import Register, assemble, sort_files
from cpl_registry.state.publication import publish
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lives import NOTHING, Life, Raw, Row, applied, scalars
from tests.random_lives import FIRST_DAY, LAST_DAY, lives, profiles
from tests.registers import days, delta_rows, extract_rows

DSP = "cpl/dcc/dsp-profile.yaml"
SOURCES = [column.source for column in DEFAULT_PROFILE.columns]
LISTED = date(2018, 1, 2)


def register(entries: Sequence[Life], dsp: Raw) -> Register:
    """A register of some lives, read from the text of their files. No rule judges it."""
    schemas = installation.schemas()
    files = {}
    for number, life in enumerate(entries):
        assert schemas[Kind.ENTRY].fits(life.raw)
        text = canonical(life.raw, schemas[Kind.ENTRY].plan, ENTRY_FIRST_LINE)
        files[f"cpl/devices/esme/albion-metering/{number}.yaml"] = text
    assert schemas[Kind.DSP_PROFILE].fits(dsp)
    files[DSP] = canonical(dsp, schemas[Kind.DSP_PROFILE].plan)
    tree = sort_files(TreeFile(path=path, raw=text.encode()) for path, text in files.items())
    return assemble(tree, files)


three_lives = st.tuples(lives(0), lives(1), lives(2))


def test_every_day_of_any_lives_under_any_profile() -> None:
    seen = set()

    @settings(max_examples=120, deadline=None, derandomize=True, database=None)
    @given(entries=three_lives, dsp=profiles())
    def every_day(entries: tuple[Life, ...], dsp: Raw) -> None:
        for reason, standing_row in judge_every_day(entries, dsp):
            seen.add((reason, standing_row))

    every_day()
    # The lives were such that every kind of hold was met.
    assert seen == {
        ("dsp-does-not-recognise", "none"),
        ("dsp-does-not-recognise", "previous"),
        ("dsp-refuses-amendment", "previous"),
    }


def judge_every_day(entries: Sequence[Life], dsp: Raw) -> Iterator[tuple[str, str]]:
    """Holds the package's tables against the contract on every day; gives the kinds of hold met."""
    read = register(entries, dsp)
    by_id = {one.entry_id: one for one in entries}
    sent = {entry_id: dict(one.sent(LAST_DAY, dsp, SOURCES)) for entry_id, one in by_id.items()}
    before: list[Row] = []
    for day in days(FIRST_DAY - timedelta(days=1), LAST_DAY):
        state = publish(read, day)
        told = [sent[entry_id].get(day, NOTHING) for entry_id in sorted(sent)]
        rows, held = extract_rows(state), held_rows(state)
        assert rows == [one.row for one in told if one.row is not None], day
        assert held == [row for one in told for row in one.held], day
        for one in state.extract:
            assert one.delivery is not None
            stood = one.delivery.stands_from or day
            assert one.delivery.row == by_id[one.entry_id].row_on(stood, SOURCES), day
            assert (one.delivery.stands_from is None) == (one.delivery.hold is None), day
        active = {entry_id for entry_id, one in by_id.items() if one.active_on(day)}
        both = {row[0] for row in rows} & {row[0] for row in held}
        assert {row[0] for row in (*rows, *held)} == active, day
        assert both == {row[0] for row in held if row[-1] == "previous"}, day
        assert applied(before, delta_rows(before, rows)) == rows, day
        before = rows
        yield from ((row[2], row[5]) for row in held)


# ------------------------------------------------------------------------------------ one by one


def listed(**values: str) -> Life:
    """An ESME listed on 2 January 2018; `technical_specification` is the version of SMETS2."""
    raw: Raw = {
        "device_type": "ESME",
        "manufacturer": "albion-metering",
        "manufacturer_identifier": "F0A1",
        "model_identifier": "0005",
        "hardware_version": "02",
        "hardware_revision": "03",
        "firmware_version": "38040400",
        "technical_specification": {"name": "SMETS2", "version": values.get("version", "2.0")},
        "gbcs_version": values.get("gbcs_version", "1.0"),
        "history": [{"date": LISTED.isoformat(), "event": "listed"}],
    }
    return Life(raw=raw, values_on=lambda _: scalars(raw))


def step(start: str = "2016-10-27", **more: Any) -> Raw:
    return {"start": start, **more, "source": "made up"}


def held_under(life: Life, *steps: Raw, on: date = LISTED) -> list[Row]:
    """Field and value of the rows of the held list; the entry is in the extract or there."""
    state = publish(register([life], {"rejects": "file", "recognises": [*steps]}), on)
    held = held_rows(state)
    assert bool(held) != bool(extract_rows(state))
    return [row[3:5] for row in held]


def test_1_10_is_neither_1_1_nor_another_number() -> None:
    life = listed(gbcs_version="1.10", version="4.20")
    state = publish(register([life], {"rejects": "file", "recognises": [step()]}), LISTED)
    assert extract_rows(state)[0][7:10] == ("SMETS2", "4.20", "1.10")
    assert held_under(life, step(gbcs_versions=["1.1"])) == [("gbcs_version", "1.10")]
    assert held_under(life, step(gbcs_versions=["1.10"])) == []
    assert held_under(listed(gbcs_version="1.1"), step(gbcs_versions=["1.10"])) == [
        ("gbcs_version", "1.1")
    ]


@pytest.mark.parametrize("version", ["1e3", "0x10", "010", "1_0", "12:30", "no", "null", "~"])
def test_what_yaml_would_read_as_something_else_stays_text(version: str) -> None:
    """The reader alone, before any rule: whatever stands there comes out as it stands."""
    text = f"gbcs_version: {version}\n"
    assert Document("cpl/reference/x.yaml", Kind.WAIVERS, text.encode()).data == {
        "gbcs_version": version
    }


def test_a_step_that_is_only_expected_does_not_count() -> None:
    one, two = step(gbcs_versions=["1.0"]), step("2017-01-01", gbcs_versions=["1.1"])
    life = listed(gbcs_version="1.1")
    assert held_under(life, one, two) == []
    assert held_under(life, one, {**two, "expected": "true"}) == [("gbcs_version", "1.1")]
    assert held_under(life, {**one, "expected": "true"}) == [("gbcs_version", "1.1")]


def test_a_step_counts_from_its_day_and_replaces_those_before_it_in_any_order() -> None:
    one = step(gbcs_versions=["1.0"], device_types=["CH"])
    two = step("2018-01-10", gbcs_versions=["1.1"])
    life = listed(gbcs_version="1.1")
    for steps in ((one, two), (two, one)):
        assert held_under(life, *steps, on=date(2018, 1, 9)) == [
            ("gbcs_version", "1.1"),
            ("device_type", "ESME"),
        ]
        assert held_under(life, *steps, on=date(2018, 1, 10)) == []


def test_a_kind_of_value_that_a_step_does_not_name_is_not_checked() -> None:
    life = listed(gbcs_version="2.0", version="4.2")
    assert held_under(life, step()) == []
    assert held_under(life, step(device_types=["ESME"])) == []
    assert held_under(life, step(technical_specifications={"CHTS": ["1.0"]})) == []
    assert held_under(life, step(technical_specifications={"SMETS2": ["4.20"]})) == [
        ("technical_specification.version", "4.2")
    ]
    assert held_under(life, step(device_types=["GSME", "CH"])) == [("device_type", "ESME")]


def test_before_the_first_step_nothing_is_recognised() -> None:
    late = step("2018-01-10")
    assert held_under(listed(), late, on=date(2018, 1, 9)) == [("gbcs_version", "1.0")]
    assert held_under(listed(), late, on=date(2018, 1, 10)) == []
