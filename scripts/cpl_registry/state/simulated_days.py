"""What a simulation found: the days, one by one and summed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from cpl_registry.records.device_model import EntryId
from cpl_registry.state.trial import Trial


@dataclass(frozen=True, kw_only=True, slots=True)
class SimulatedDay:
    """One day. `rows` are the rows of its extract, `loadable` those that the DSP recognises.

    `held` are Active entries whose present values are kept out, `misstated` those of which the
    extract says something untrue: no entry is in both. `owed` are misstated rows at the DCC whose
    correction can go that day or is overdue, `corrected` those that go. `late` are listings and
    amendments, entry and line, that nothing was sent of within one Working Day, up to this day.
    """

    day: date
    rows: int
    loadable: int
    held: frozenset[EntryId]
    misstated: frozenset[EntryId]
    owed: frozenset[EntryId]
    corrected: frozenset[EntryId]
    late: frozenset[tuple[EntryId, int]]
    stopped: tuple[str, ...] = ()
    delivered: bool = False

    @property
    def figures(self) -> tuple[int, ...]:
        """What a table shows of the day."""
        counted = (self.held, self.misstated, self.owed, self.late)
        return (self.loadable, *(len(one) for one in counted), len(self.stopped))


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """A policy tried from one day to another, both included."""

    trial: Trial
    days: tuple[SimulatedDay, ...]

    @cached_property
    def stretches(self) -> tuple[tuple[SimulatedDay, int], ...]:
        """The days on which a figure changes, each with how many days it stays so."""
        found: list[tuple[SimulatedDay, int]] = []
        for one in self.days:
            if found and found[-1][0].figures == one.figures:
                found[-1] = (found[-1][0], found[-1][1] + 1)
            else:
                found.append((one, 1))
        return tuple(found)

    @property
    def held_days(self) -> int:
        """Entries held, summed over the days."""
        return sum(len(one.held) for one in self.days)

    @property
    def misstated_days(self) -> int:
        """Entries misstated, summed over the days."""
        return sum(len(one.misstated) for one in self.days)

    @property
    def most_held(self) -> int:
        """The most entries held on one day."""
        return max((len(one.held) for one in self.days), default=0)

    @property
    def most_misstated(self) -> int:
        """The most entries misstated on one day."""
        return max((len(one.misstated) for one in self.days), default=0)

    @property
    def ever_held(self) -> frozenset[EntryId]:
        """The entries held on any of the days."""
        return frozenset[EntryId]().union(*(one.held for one in self.days))

    @property
    def ever_misstated(self) -> frozenset[EntryId]:
        """The entries misstated on any of the days."""
        return frozenset[EntryId]().union(*(one.misstated for one in self.days))

    @property
    def corrections(self) -> int:
        """How many corrections went out."""
        return sum(len(one.corrected) for one in self.days)

    @property
    def late(self) -> int:
        """How many listings and amendments nothing was sent of within one Working Day."""
        return len(self.days[-1].late) if self.days else 0
