"""Working Days and London time.

The holiday list is the official one as data. Where it ends, or leaves a year out, nothing is
guessed: asking for a Working Day beyond it is a `HolidaysUnknown`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

ENGLAND_AND_WALES = "england-and-wales"
DIVISIONS = (ENGLAND_AND_WALES, "northern-ireland", "scotland")
"""The divisions of the official list, by its own names."""

_SATURDAY = 5


class HolidaysUnknown(Exception):
    """A day lies outside the years that the list of bank holidays covers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkingDays:
    """The calendar of one division of the United Kingdom: first and last covered day, holidays."""

    division: str
    first: date
    last: date
    holidays: frozenset[date]

    def is_working_day(self, day: date) -> bool:
        """Whether a day is neither Saturday, Sunday nor bank holiday.

        Raises:
            HolidaysUnknown: the list does not cover the day's year.
        """
        if not self.first <= day <= self.last:
            raise HolidaysUnknown(
                f"bank holidays are known from {self.first} to {self.last}, not for {day}:"
                " add the official list of that year to cpl/reference/bank-holidays.csv"
            )
        return day.weekday() < _SATURDAY and day not in self.holidays

    def count_by_year(self) -> Mapping[int, int]:
        """How many bank holidays each covered year has, weekends among them or not."""
        return Counter(day.year for day in self.holidays if day <= self.last)

    def after(self, day: date, count: int = 1) -> date:
        """The `count`-th Working Day after a day."""
        while count:
            day += timedelta(days=1)
            count -= self.is_working_day(day)
        return day

    def between(self, start: date, end: date) -> int:
        """How many Working Days lie after `start`, up to and including `end`."""
        days = (end - start).days
        return sum(self.is_working_day(start + timedelta(days=n)) for n in range(1, days + 1))


def parse_holidays(
    rows: Iterable[Mapping[str, str]], division: str = ENGLAND_AND_WALES
) -> WorkingDays:
    """The calendar of a division from rows of division, date and title.

    Whole years are covered, up to the first that has none: of later ones nothing is known.

    Raises:
        HolidaysUnknown: there is no row of the division.
    """
    days = frozenset(date.fromisoformat(row["date"]) for row in rows if row["division"] == division)
    if not days:
        raise HolidaysUnknown(f"the list of bank holidays has no division {division}")
    years = {one.year for one in days}
    first = last = min(years)
    while last + 1 in years:
        last += 1
    return WorkingDays(
        division=division, first=date(first, 1, 1), last=date(last, 12, 31), holidays=days
    )
