"""What was sent and answered of one entry at a time: its row in each delivery, its own answers."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from itertools import count

from cpl_registry.records.delivery import (
    WHOLE_FILE,
    Acknowledgement,
    DeliveryFile,
    DeltaKind,
    DeltaRow,
    Result,
    Row,
    Serial,
)
from cpl_registry.records.device_model import EntryId
from cpl_registry.records.register import Register
from cpl_registry.state.delivery import Route
from cpl_registry.state.routing import route_of
from cpl_registry.state.sent import sent_until


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """What the DCC did with an entry's row of one delivery."""

    loaded: bool
    at: datetime
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class SentRows:
    """Deliveries and answers up to a day, indexed by entry."""

    register: Register
    on: date

    @cached_property
    def deliveries(self) -> tuple[DeliveryFile, ...]:
        """The deliveries made by the day, in order."""
        return tuple(one for one in self.register.deliveries if one.on <= self.on)

    def first_on(self, day: date) -> int:
        """The number of the first delivery made for a day or a later one."""
        return bisect_left(self._days, day)

    @cached_property
    def _days(self) -> list[date]:
        # Serials begin with the day, so that their order is that of the days.
        return [one.on for one in self.deliveries]

    def rows(self, entry_id: EntryId) -> tuple[Row | None, ...]:
        """An entry's row in each delivery; None where it had none."""
        changes = self._changes.get(entry_id, {})
        row: Row | None = None
        found = []
        for number in range(len(self.deliveries)):
            if number in changes:
                row = _after(changes[number])
            found.append(row)
        return tuple(found)

    @cached_property
    def _changes(self) -> Mapping[EntryId, Mapping[int, DeltaRow]]:
        found: dict[EntryId, dict[int, DeltaRow]] = {}
        for number, delivery in enumerate(self.deliveries):
            for row in delivery.delta:
                found.setdefault(row.entry_id, {})[number] = row
        return found

    def answer(self, entry_id: EntryId, number: int, *, whole: bool = True) -> Answered | None:
        """What the DCC answered of an entry's row in a delivery; None where it did not.

        With `whole`, an answer for the whole file counts.
        """
        delivery = self.deliveries[number]
        # Asked of a delivery with this one row, the usual reading of answers says what it means.
        row = DeltaRow(change=DeltaKind.ADDED, entry_id=entry_id, cells=())
        alone = replace(delivery, kind="delivery", delta=(row,), held=())
        sent = sent_until([alone], self._own_answers(delivery.serial, entry_id, whole), self.on)
        if (loaded := sent.loaded.get(entry_id)) is not None:
            return Answered(loaded=True, at=loaded.at, reason=None)
        if (rejected := sent.rejected.get(entry_id)) is not None:
            return Answered(loaded=False, at=rejected.at, reason=rejected.reason)
        return None

    def _own_answers(self, serial: Serial, entry_id: EntryId, whole: bool) -> list[Acknowledgement]:
        """What was answered to a delivery, without the rows of other entries."""
        results = self._results.get(serial, {})
        own = [*results.get(entry_id, ()), *(results.get(WHOLE_FILE, ()) if whole else ())]
        in_order = tuple(result for _, result in sorted(own, key=lambda one: one[0]))
        return [Acknowledgement(serial=serial, answer=1, sha256="", results=in_order)]

    @cached_property
    def _results(self) -> Mapping[Serial, Mapping[str, Sequence[tuple[int, Result]]]]:
        """The results by delivery and entry, each with its place among all."""
        found: dict[Serial, dict[str, list[tuple[int, Result]]]] = {}
        places = count()
        for answer in sorted(self.register.acknowledgements, key=lambda one: one.answer):
            of_delivery = found.setdefault(answer.serial, {})
            for result in answer.results:
                of_delivery.setdefault(result.entry_id, []).append((next(places), result))
        return found

    def route(self, entry_id: EntryId, on: date) -> Route:
        """The way to the DCC on a day, as far as one entry is concerned."""
        changes = self._changes.get(entry_id, {})
        deliveries = [
            replace(
                delivery,
                delta=(changes[number],) if number in changes else (),
                held=tuple(one for one in delivery.held if one.entry_id == entry_id),
            )
            for number, delivery in enumerate(self.deliveries)
            if delivery.on <= on
        ]
        answers = [
            answer
            for delivery in deliveries
            for answer in self._own_answers(delivery.serial, entry_id, whole=True)
        ]
        return route_of(self.register, sent_until(deliveries, answers, on))


def _after(delta: DeltaRow) -> Row | None:
    return None if delta.change is DeltaKind.REMOVED else delta.cells
