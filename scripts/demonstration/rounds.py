"""Rounds of listing: one a month, on its second Tuesday or the first Working Day after it.

What the further parts of a plan list, renew and remove happens in rounds, so that one delivery a
month carries it. A pause of the plan has no round.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from demonstration.plan import Pause
    from demonstration.working_days import WorkingDays


@dataclass(frozen=True, slots=True)
class Rounds:
    """The rounds of a calendar of Working Days."""

    days: WorkingDays
    pauses: tuple[Pause, ...]

    def on_or_after(self, day: date) -> date:
        """The day itself where it is a round, else the next one."""
        year, month = day.year, day.month
        while (found := self._of(year, month)) is None or found < day:
            year, month = year + month // 12, month % 12 + 1
        return found

    def on_or_before(self, day: date) -> date:
        """The day itself where it is a round, else the last one before it."""
        year, month = day.year, day.month
        while (found := self._of(year, month)) is None or found > day:
            year, month = (year, month - 1) if month > 1 else (year - 1, 12)
        return found

    def _of(self, year: int, month: int) -> date | None:
        """The round of a month; None where it falls into a pause."""
        first = date(year, month, 1)
        tuesday = first + timedelta(days=(1 - first.weekday()) % 7 + 7)
        found = self.days.on_or_after(tuesday)
        return None if any(one.first <= found <= one.last for one in self.pauses) else found
