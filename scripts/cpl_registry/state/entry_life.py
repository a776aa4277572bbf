"""An entry's whole way so far: what was true of it, what was sent of it, when it was held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from cpl_registry.records.delivery import Row
from cpl_registry.records.device_model import Entry
from cpl_registry.records.dsp_profile import Reaction
from cpl_registry.state.delivery import Hold, delivery_on
from cpl_registry.state.event_rows import rows_by_line, shows
from cpl_registry.state.policy import policy_days
from cpl_registry.state.sent_rows import SentRows


@dataclass(frozen=True, kw_only=True)
class Life:
    """An entry's whole way so far: true rows by history line, sent rows by delivery."""

    entry: Entry
    sent: SentRows

    @cached_property
    def true(self) -> tuple[Row | None, ...]:
        """The true row after each line of the history."""
        return rows_by_line(self.entry, self.sent.register.extract_profile)

    @cached_property
    def rows(self) -> tuple[Row | None, ...]:
        """The row in each delivery."""
        return self.sent.rows(self.entry.entry_id)

    def shows(self, number: int, line: int) -> bool:
        """Whether a delivery shows what was true after a line of the history."""
        delivery = self.sent.deliveries[number]
        profile = self.sent.register.extract_profile
        return shows(self.rows[number], delivery, self.true[line], profile)

    def hold_on(self, day: date) -> Hold | None:
        """The hold of a day, as it stood once that day's deliveries were made."""
        found = delivery_on(self.entry, day, self.sent.route(self.entry.entry_id, day))
        return found.hold if found is not None else None

    @cached_property
    def turns(self) -> tuple[date, ...]:
        """The days on which a hold may begin or end."""
        on, register = self.sent.on, self.sent.register
        days = {line.day for line in self.entry.history if line.day <= on}
        if register.dsp.changed_row is Reaction.REJECT:
            days |= {delivery.on for delivery in self.sent.deliveries}
        days.update(register.dsp.step_days(on), policy_days(register.policy, on))
        return tuple(sorted(days))
