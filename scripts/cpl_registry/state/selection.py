"""What a selector means on a day: the entries that have the properties it names, as of that day."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date

from cpl_registry.records.days import london_day
from cpl_registry.records.device_model import Entry, EntryId
from cpl_registry.records.register import Register
from cpl_registry.records.selector import Selector
from cpl_registry.state.delivery import Route, delivery_on
from cpl_registry.state.history import as_of, standing
from cpl_registry.state.policy import policy_days
from cpl_registry.state.routing import route_of
from cpl_registry.state.sent import sent_until


@dataclass(frozen=True, kw_only=True)
class Selecting:
    """Answers selectors of one register."""

    register: Register

    def matches(self, selector: Selector, entry: Entry, on: date) -> bool:
        """Whether an entry of the register is one that the selector means, as of a day."""
        return self._means(selector, entry, on) and (not selector.held or self.held(entry, on))

    def _means(self, selector: Selector, entry: Entry, on: date) -> bool:
        """Whether status and values are those meant; what is held is asked apart, and is dear."""
        if entry.history[0].day > on:
            return False
        if selector.status is not None and standing(entry, on).status is not selector.status:
            return False
        return selector.takes_values_of(as_of(entry, on))

    def selected(self, selector: Selector, on: date) -> tuple[Entry, ...]:
        """The entries that a selector means as of a day, in entry id order."""
        return tuple(
            entry for entry in self.register.by_id.values() if self.matches(selector, entry, on)
        )

    def held(self, entry: Entry, on: date) -> bool:
        """Whether an entry's present values are kept out of the extract on a day."""
        delivery = delivery_on(entry, on, self._route(on))
        return delivery is not None and delivery.hold is not None

    def touched(self, selector: Selector, start: date, until: date) -> dict[EntryId, date]:
        """The entries that a selector means on any day from one to another, with the first such day.

        An answer can change only on the days of the entry's own history and, for what is held, on
        those of the DSP, the policy and the deliveries; only these are asked.
        """
        common = self.days_of(selector, start, until)
        found: dict[EntryId, date] = {}
        for entry in self.register.by_id.values():
            own = {line.day for line in entry.history if start <= line.day <= until}
            meant = False
            for day in sorted(common | own):
                if day == start or day in own:
                    meant = self._means(selector, entry, day)
                if meant and (not selector.held or self.held(entry, day)):
                    found[entry.entry_id] = day
                    break
        return found

    def days_of(self, selector: Selector, start: date, until: date) -> set[date]:
        """The first day, and those on which a hold that the selector asks for can begin or end.

        The days of the entries' own histories come on top.
        """
        register = self.register
        if not selector.held:
            return {start}
        days = {start, *register.dsp.step_days(until), *policy_days(register.policy, until)}
        days.update(one.on for one in register.deliveries)
        return {day for day in days if start <= day <= until}

    def _route(self, on: date) -> Route:
        """What decides on a day: worked out once for all days between two deliveries or answers."""
        register = self.register
        if "routes" not in register.worked_out:
            register.worked_out["routes"] = (_turns(register), {})
        turns, routes = register.worked_out["routes"]
        turn = bisect_right(turns, on)
        if turn not in routes:
            sent = sent_until(register.deliveries, register.acknowledgements, on)
            routes[turn] = route_of(register, sent)
        found: Route = routes[turn]
        return found


def _turns(register: Register) -> list[date]:
    """The days on which something was sent or answered."""
    answered = (
        london_day(result.at) for one in register.acknowledgements for result in one.results
    )
    return sorted({*(one.on for one in register.deliveries), *answered})
