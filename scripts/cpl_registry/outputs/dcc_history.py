"""What happened to an entry's row at the DCC: sent, answered, taken out; for people and for machines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

from cpl_registry.records.days import london_day
from cpl_registry.records.delivery import DeltaKind, Serial
from cpl_registry.records.device_model import EntryId
from cpl_registry.state.publication import PublishedState
from cpl_registry.state.sent_rows import Answered, SentRows


class DccEvent(StrEnum):
    """One thing that happened to a row."""

    TAKEN_OVER = "taken-over"
    DELIVERED = "delivered"
    DELIVERED_CHANGED = "delivered-changed"
    DELIVERED_REMOVAL = "delivered-removal"
    LOADED = "loaded"
    REMOVAL_LOADED = "removal-loaded"
    REJECTED = "rejected"
    REJECTED_AGAIN = "rejected-again"


_SENT = {
    DeltaKind.ADDED: DccEvent.DELIVERED,
    DeltaKind.CHANGED: DccEvent.DELIVERED_CHANGED,
    DeltaKind.REMOVED: DccEvent.DELIVERED_REMOVAL,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class DccLine:
    """An event with its day and the delivery it is about; an answer also has a moment, a reason."""

    day: date
    event: DccEvent
    serial: Serial
    at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class DccHistory:
    """The rows of a publication: what was sent and answered, indexed once."""

    state: PublishedState

    @cached_property
    def _sent(self) -> SentRows:
        return SentRows(register=self.state.register, on=self.state.on)

    @cached_property
    def _rows(self) -> Mapping[EntryId, Mapping[int, DeltaKind | None]]:
        """The deliveries that changed an entry's row, by number, and how; or were answered for it."""
        found: dict[EntryId, dict[int, DeltaKind | None]] = {}
        numbers = {one.serial: number for number, one in enumerate(self._sent.deliveries)}
        for answer in self.state.register.acknowledgements:
            for result in answer.results if answer.serial in numbers else ():
                own = found.setdefault(EntryId(result.entry_id), {})
                own[numbers[answer.serial]] = None
        for number, delivery in enumerate(self._sent.deliveries):
            for row in delivery.delta:
                found.setdefault(row.entry_id, {})[number] = row.change
        return found

    def of(self, entry_id: EntryId) -> Iterator[DccLine]:
        """What happened to an entry's row, oldest first."""
        last: tuple[Serial, Answered] | None = None
        repeated: tuple[Serial, Answered] | None = None
        for number, kind in sorted(self._rows.get(entry_id, {}).items()):
            delivery = self._sent.deliveries[number]
            if delivery.is_baseline:
                yield DccLine(day=delivery.on, event=DccEvent.TAKEN_OVER, serial=delivery.serial)
                continue
            answer = self._sent.answer(entry_id, number)
            if kind is None:
                # What is refused is sent again with each delivery: only another answer is news.
                if answer and last and answer.loaded is last[1].loaded:
                    repeated = (delivery.serial, answer)
                    continue
            else:
                yield DccLine(day=delivery.on, event=_SENT[kind], serial=delivery.serial)
            if answer is not None:
                last, repeated = (delivery.serial, answer), None
                gone = kind is DeltaKind.REMOVED
                yield _answered(
                    delivery.serial,
                    answer,
                    DccEvent.REMOVAL_LOADED if gone else DccEvent.LOADED,
                    DccEvent.REJECTED,
                )
        if repeated is not None and not repeated[1].loaded:
            yield _answered(*repeated, DccEvent.LOADED, DccEvent.REJECTED_AGAIN)


def _answered(serial: Serial, answer: Answered, loaded: DccEvent, rejected: DccEvent) -> DccLine:
    return DccLine(
        day=london_day(answer.at),
        event=loaded if answer.loaded else rejected,
        serial=serial,
        at=answer.at,
        reason=(answer.reason or "") if not answer.loaded else "",
    )
