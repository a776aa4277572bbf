"""What the DCC was sent and what it holds, worked out from deliveries and answers.

Delivered and loaded are two facts. Delivered is the row of the last delivery. Loaded is a content:
the row that the DCC acknowledged last; a changed row that was rejected leaves the old one loaded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from cpl_registry.records.days import london_day
from cpl_registry.records.delivery import (
    HUB_DEVICES,
    WHOLE_FILE,
    Acknowledgement,
    DeliveryFile,
    DeltaKind,
    HeldRow,
    Result,
    Row,
    Serial,
)
from cpl_registry.records.device_model import EntryId


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """A row that the DCC holds: its cells, the delivery it came with, when it was loaded."""

    row: Row
    serial: Serial
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Rejection:
    """A row that the DCC refused: its cells (None for a refused removal), delivery, reason, when.

    `since` is when it refused the same row first: it is sent again with each delivery.
    """

    row: Row | None
    serial: Serial
    reason: str | None
    at: datetime
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What was sent and answered up to and including a day.

    `rows` is the extract of the last delivery. `standing` is what the DCC holds or is about to
    hold: the last sent row of an entry that was not rejected; `came_with` names the delivery that
    brought it, `substituted` the held rows of those that a policy had altered when they were sent.
    `loaded` is what it acknowledged (a hub when both its logical devices are). `held` is the held
    list of the last delivery.
    """

    deliveries: tuple[DeliveryFile, ...] = ()
    rows: Mapping[EntryId, Row] = field(default_factory=dict)
    standing: Mapping[EntryId, Row] = field(default_factory=dict)
    came_with: Mapping[EntryId, DeliveryFile] = field(default_factory=dict)
    substituted: Mapping[EntryId, tuple[HeldRow, ...]] = field(default_factory=dict)
    loaded: Mapping[EntryId, Loaded] = field(default_factory=dict)
    rejected: Mapping[EntryId, Rejection] = field(default_factory=dict)
    held: tuple[HeldRow, ...] = ()

    @property
    def last(self) -> DeliveryFile | None:
        """The last delivery."""
        return self.deliveries[-1] if self.deliveries else None


NOTHING_SENT = Sent()
SUBSTITUTED = "substituted"
"""The reason, in a held list, of a row that is sent with another value than the true one."""
MISSTATED = "misstated"
"""What a held list calls a standing row that says something else than the truth."""


def rows_after(rows: Mapping[EntryId, Row], delivery: DeliveryFile) -> dict[EntryId, Row]:
    """The extract that a delivery makes of the one before it, in entry id order."""
    after = dict(rows)
    for delta in delivery.delta:
        if delta.change is DeltaKind.REMOVED:
            after.pop(delta.entry_id, None)
        else:
            after[delta.entry_id] = delta.cells
    return dict(sorted(after.items()))


def extract_of(sent: Sent, serial: str) -> tuple[DeliveryFile, dict[EntryId, Row]] | None:
    """A delivery and the extract that it sent; None where there is no such delivery."""
    rows: dict[EntryId, Row] = {}
    for delivery in sent.deliveries:
        rows = rows_after(rows, delivery)
        if delivery.serial == serial:
            return delivery, rows
    return None


def sent_until(
    deliveries: Sequence[DeliveryFile],
    acknowledgements: Iterable[Acknowledgement],
    on: date,
) -> Sent:
    """What was sent up to and including a day, with the answers dated by then."""
    answers: dict[Serial, list[Result]] = {}
    for answer in sorted(acknowledgements, key=lambda one: (one.serial, one.answer)):
        answers.setdefault(answer.serial, []).extend(
            result for result in answer.results if london_day(result.at) <= on
        )
    came_with: dict[EntryId, DeliveryFile] = {}
    substituted: dict[EntryId, tuple[HeldRow, ...]] = {}
    made = [one for one in sorted(deliveries, key=lambda one: one.serial) if one.on <= on]
    rows: dict[EntryId, Row] = {}
    standing: dict[EntryId, Row] = {}
    loaded: dict[EntryId, Loaded] = {}
    rejected: dict[EntryId, Rejection] = {}
    for delivery in made:
        before, standing_before = rows, dict(standing)
        rows = rows_after(rows, delivery)
        standing = dict(rows)
        results = answers.get(delivery.serial, [])
        if delivery.is_baseline:
            results = [_taken_over(delivery)]
        _answered(delivery, before, rows, standing_before, standing, loaded, rejected, results)
        for entry_id, row in standing.items():
            if standing_before.get(entry_id) != row:
                came_with[entry_id] = delivery
        refused = {one for one, why in rejected.items() if why.serial == delivery.serial}
        _note_substituted(delivery, standing, refused, substituted)
    return Sent(
        deliveries=tuple(made),
        rows=rows,
        standing=standing,
        came_with=came_with,
        substituted=substituted,
        loaded=loaded,
        rejected=rejected,
        held=made[-1].held if made else (),
    )


def _note_substituted(
    delivery: DeliveryFile,
    standing: Mapping[EntryId, Row],
    refused: Collection[EntryId],
    substituted: dict[EntryId, tuple[HeldRow, ...]],
) -> None:
    """Keeps which standing rows say something untrue: as sent, for as long as they stand."""
    held: dict[EntryId, tuple[HeldRow, ...]] = {}
    for one in delivery.held:
        held[one.entry_id] = (*held.get(one.entry_id, ()), one)
    for entry_id in {*substituted, *held} - set(refused):
        told = held.get(entry_id, ())
        if entry_id not in standing or not told:
            substituted.pop(entry_id, None)
        elif told[0].reason == SUBSTITUTED:
            substituted[entry_id] = told
        elif told[0].standing_row == MISSTATED:
            # The first delivery may be of a row that stood already when the register had sent none.
            substituted.setdefault(entry_id, told)


def _taken_over(delivery: DeliveryFile) -> Result:
    """A baseline is what the DCC already holds: loaded as it stands."""
    return Result(
        entry_id=WHOLE_FILE, logical_device=None, loaded=True, reason=None, at=delivery.sent_at
    )


def _answered(
    delivery: DeliveryFile,
    before: Mapping[EntryId, Row],
    rows: Mapping[EntryId, Row],
    standing_before: Mapping[EntryId, Row],
    standing: dict[EntryId, Row],
    loaded: dict[EntryId, Loaded],
    rejected: dict[EntryId, Rejection],
    results: Sequence[Result],
) -> None:
    """Applies the answers to one delivery."""
    touched = {**before, **rows}
    for entry_id, result in _by_entry(results, touched).items():
        row = rows.get(entry_id)
        if result.loaded:
            rejected.pop(entry_id, None)
            if row is None:
                loaded.pop(entry_id, None)
            elif entry_id not in loaded or loaded[entry_id].row != row:
                loaded[entry_id] = Loaded(row=row, serial=delivery.serial, at=result.at)
            continue
        last = rejected.get(entry_id)
        rejected[entry_id] = Rejection(
            row=row,
            serial=delivery.serial,
            reason=result.reason,
            at=result.at,
            since=last.since if last is not None and last.row == row else result.at,
        )
        if entry_id in standing_before:
            standing[entry_id] = standing_before[entry_id]
        else:
            standing.pop(entry_id, None)


def _by_entry(results: Sequence[Result], rows: Mapping[EntryId, Row]) -> dict[EntryId, Result]:
    """The answer for each entry: the last one given; a hub is loaded when both its devices are."""
    found: dict[EntryId, dict[str | None, Result]] = {}
    for result in results:
        if result.entry_id == WHOLE_FILE:
            for entry_id in rows:
                found[entry_id] = {None: result}
        else:
            answers = found.setdefault(EntryId(result.entry_id), {})
            if result.logical_device is not None:
                answers.pop(None, None)
            answers[result.logical_device] = result
    told = ((entry_id, _together(answers)) for entry_id, answers in found.items())
    return {entry_id: result for entry_id, result in told if result is not None}


def _together(answers: Mapping[str | None, Result]) -> Result | None:
    if None in answers:
        return answers[None]
    refused = next((one for one in answers.values() if not one.loaded), None)
    if refused is not None:
        return refused
    whole = all(device in answers for device in HUB_DEVICES)
    return max(answers.values(), key=lambda one: one.at) if whole else None
