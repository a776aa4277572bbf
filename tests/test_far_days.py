"""Days at the ends of what can be asked: of a register, of the calendar, of a year."""

import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from cpl_registry.records.days import FIRST_DAY, LAST_DAY

from tests.clones import cpl_here
from tests.registers import GBCS_1_1, smaller_root
from tests.repository import ROOT

ASKED = ("readiness", "panel-report", "status", "validate")


def test_the_days_that_can_be_asked_are_those_that_the_schemas_take() -> None:
    schema = json.loads((ROOT / "schema/device-model.schema.json").read_bytes())
    pattern = re.compile(schema["$defs"]["day"]["pattern"])
    one = timedelta(days=1)
    for day, taken in (
        (FIRST_DAY - one, False),
        (FIRST_DAY, True),
        (LAST_DAY, True),
        (LAST_DAY + one, False),
    ):
        assert bool(pattern.fullmatch(day.isoformat())) is taken, day


@pytest.mark.parametrize("day", ["0001-01-01", "0999-12-31", "3000-01-01", "9999-12-31"])
@pytest.mark.parametrize("command", ASKED)
def test_a_day_that_no_register_can_name_is_refused_in_one_line(command: str, day: str) -> None:
    """Two years ahead of such a day there may be no calendar at all."""
    done = cpl_here(command, "--root", GBCS_1_1, "--on", day)
    assert (done.code, done.out) == (2, b"")
    assert f"{day} is too far away: ask from 1000-01-01 to 2999-12-31" in done.err
    assert done.err.count("\n") == 1


@pytest.mark.parametrize("day", [FIRST_DAY, date(2020, 2, 29), date(2028, 12, 31), LAST_DAY])
@pytest.mark.parametrize("command", ASKED)
def test_the_ends_themselves_are_answered(command: str, day: date) -> None:
    assert cpl_here(command, "--root", GBCS_1_1, "--on", str(day)).code in {0, 1}


def test_a_table_names_no_such_day_either(tmp_path: Path) -> None:
    (tmp_path / "cpl/reference").mkdir(parents=True)
    table = tmp_path / "cpl/reference/bank-holidays.csv"
    table.write_text("division,date,title\nengland-and-wales,3000-12-25,Christmas Day\n", "utf-8")
    told = cpl_here("validate", table, "--root", tmp_path).out.decode()
    assert "error[CPL116]: date cannot be 3000-12-25" in told


@pytest.mark.parametrize(("day", "played"), [("2028-12-23", True), ("2028-12-29", False)])
def test_options_are_not_played_past_the_end_of_the_bank_holidays(day: str, played: bool) -> None:
    """With something held, in the last week of which Working Days are known."""
    done = cpl_here("panel-report", "--root", smaller_root(), "--on", day)
    assert done.code == 0, done.told
    text = " ".join(done.out.decode().split())
    assert ("Option A: hold" in text) is played
    assert ("the list of bank holidays ends on 2028-12-31" in text) is not played
