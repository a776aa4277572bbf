"""Working Days of England and Wales, from the register's own list of bank holidays."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

DIVISION = "england-and-wales"


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Which days are Working Days: not a Saturday, not a Sunday, not one of `holidays`.

    Known for the years from `first_year` to `last_year` only.
    """

    holidays: frozenset[date]
    first_year: int
    last_year: int

    def is_one(self, day: date) -> bool:
        """Whether the day is a Working Day; days outside the years of the list are refused."""
        if not self.first_year <= day.year <= self.last_year:
            raise ValueError(f"{day}: the list of bank holidays does not reach this day")
        return day.weekday() < 5 and day not in self.holidays

    def on_or_after(self, day: date) -> date:
        """The day itself where it is a Working Day, else the next one."""
        while not self.is_one(day):
            day += timedelta(days=1)
        return day

    def after(self, day: date, count: int = 1) -> date:
        """The Working Day `count` Working Days after the day."""
        for _ in range(count):
            day = self.on_or_after(day + timedelta(days=1))
        return day

    def before(self, day: date, count: int = 1) -> date:
        """The Working Day `count` Working Days before the day."""
        for _ in range(count):
            day -= timedelta(days=1)
            while not self.is_one(day):
                day -= timedelta(days=1)
        return day


def read_working_days(path: Path) -> WorkingDays:
    """The Working Days that follow from a CSV file with the columns `date` and `division`."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    holidays = frozenset(
        date.fromisoformat(row["date"]) for row in rows if row["division"] == DIVISION
    )
    return WorkingDays(holidays, min(holidays).year, max(holidays).year)


def years_later(day: date, years: int) -> date:
    """The same day of the year some years on; 28 February where there is no 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
