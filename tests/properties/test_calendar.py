"""Laws of the calendar: nothing is guessed beyond the list, and counting and adding days agree."""

from datetime import date, timedelta

import pytest
from cpl_registry.records.tables import HOLIDAYS, table_of, table_problem
from cpl_registry.records.working_days import HolidaysUnknown, parse_holidays
from hypothesis import given
from hypothesis import strategies as st

from tests.properties.strategies import few
from tests.repository import ROOT

YEARS = st.sets(st.integers(2018, 2032), min_size=1, max_size=8)
OFFICIAL = (ROOT / HOLIDAYS).read_bytes()


def listed(years: set[int]) -> bytes:
    """A list with one bank holiday of England and Wales in each year."""
    rows = "".join(f"england-and-wales,{year}-12-25,Christmas Day\n" for year in sorted(years))
    return f"division,date,title\n{rows}".encode()


@few(100)
@given(YEARS)
def test_a_year_that_is_not_listed_has_no_working_days(years: set[int]) -> None:
    """Not even where years after it are listed: the list is refused, and what reads it all the same stops."""
    raw = listed(years)
    whole = len(years) == max(years) - min(years) + 1
    assert (table_problem(HOLIDAYS, raw) is None) is whole
    rows = [{"division": "england-and-wales", "date": f"{year}-12-25"} for year in years]
    calendar = parse_holidays(rows)
    for year in range(2017, 2034):
        known = min(years) <= year and {*range(min(years), year + 1)} <= years
        if known:
            assert not calendar.is_working_day(date(year, 12, 25))
            assert calendar.last >= date(year, 12, 31)
        else:
            with pytest.raises(HolidaysUnknown, match=r"add the official list of that year"):
                calendar.is_working_day(date(year, 12, 25))


@few(100)
@given(st.dates(date(2018, 1, 1), date(2027, 12, 31)), st.integers(1, 60))
def test_counting_working_days_and_adding_them_agree(day: date, count: int) -> None:
    calendar = parse_holidays(table_of(HOLIDAYS, OFFICIAL))
    then = calendar.after(day, count)
    assert calendar.is_working_day(then)
    assert calendar.between(day, then) == count
    assert calendar.between(day, then - timedelta(days=1)) == count - 1


def test_the_shipped_list_is_whole() -> None:
    """Eight bank holidays at least in each year that it covers."""
    calendar = parse_holidays(table_of(HOLIDAYS, OFFICIAL))
    counts = calendar.count_by_year()
    years = range(calendar.first.year, calendar.last.year + 1)
    assert [year for year in years if counts[year] < 8] == []
