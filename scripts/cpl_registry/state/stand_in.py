"""A stand-in for the DSP: what a DSP with a given profile does with a delivery, row by row.

What is known of the DSP is the founding paper's: it rejects values that it does not recognise,
and rows that repeat what it holds; whether it takes a row with one changed value was believed and
never tested. Everything else here is an assumption.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from cpl_registry.records.answer_row import is_hub
from cpl_registry.records.delivery import HUB_DEVICES, WHOLE_FILE, DeltaKind, Result, Row, Serial
from cpl_registry.records.device_model import EntryId
from cpl_registry.records.dsp_profile import DspProfile, Reaction, Scope
from cpl_registry.records.extract_profile import ExtractProfile
from cpl_registry.records.shipment import Shipment
from cpl_registry.state.row_faults import Incoming, file_reason, row_faults

FULL, DELTA = "full", "delta"
"""The artefacts that a DSP may take."""
ANSWER_TIME = timedelta(hours=1)
"""How long after sending the stand-in answers, so that one release always gets the same answer."""


class Verdict(StrEnum):
    """What became of a delivery as a whole.

    A stale one is older than what is held, or the same: it gets no answer, because an answer would
    speak against the one that was given when it was loaded.
    """

    TAKEN = "taken"
    REFUSED = "refused"
    STALE = "stale"


@dataclass(frozen=True, kw_only=True, slots=True)
class Holding:
    """What the DSP holds: the last serial that it loaded, and each row in that one's layout."""

    serial: Serial | None = None
    header: tuple[str, ...] = ()
    rows: Mapping[EntryId, Row] = field(default_factory=dict)


NOTHING_HELD = Holding()


@dataclass(frozen=True, kw_only=True, slots=True)
class Handled:
    """What was done with one row: taken or not, why; whether it was taken out, or on a belief."""

    entry_id: EntryId
    loaded: bool
    reason: str | None = None
    removed: bool = False
    believed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What came of a delivery: what is held now, and what was done row by row.

    `reason` says why the whole file was refused or is stale; nothing is loaded then.
    """

    verdict: Verdict
    reason: str | None
    holding: Holding
    handled: tuple[Handled, ...]
    at: datetime

    @property
    def results(self) -> tuple[Result, ...]:
        """The answer: the whole file first where it was refused; a hub for each of its devices."""
        whole = []
        if self.verdict is Verdict.REFUSED:
            whole = [Handled(entry_id=EntryId(WHOLE_FILE), loaded=False, reason=self.reason)]
        return tuple(
            Result(
                entry_id=one.entry_id,
                logical_device=device,
                loaded=one.loaded,
                reason=one.reason,
                at=self.at,
            )
            for one in (*whole, *self.handled)
            for device in logical_devices(one.entry_id)
        )


def logical_devices(entry_id: str) -> tuple[str | None, ...]:
    """What an entry is to the DCC: a hub is two devices, everything else one without a name."""
    return HUB_DEVICES if is_hub(entry_id) else (None,)


def received(
    shipment: Shipment, held: Holding, dsp: DspProfile, layout: ExtractProfile, artefact: str
) -> Outcome:
    """What the DSP does with a delivery, as of the delivery's day.

    `artefact` is the full extract or the delta. From the full extract it loads what is there and
    takes out what is not; from the delta it does what each row says. Nothing is loaded out of
    sequence: a delta applies only to the delivery that it is based on.
    """
    at = shipment.sent_at + ANSWER_TIME
    if held.serial is not None and shipment.serial <= held.serial:
        same = "was loaded already" if shipment.serial == held.serial else "is older than that"
        reason = f"{held.serial} is the last that was loaded; {shipment.serial} {same}"
        return Outcome(verdict=Verdict.STALE, reason=reason, holding=held, handled=(), at=at)
    if artefact == DELTA and (gap := _gap(shipment, held)):
        return Outcome(verdict=Verdict.REFUSED, reason=gap, holding=held, handled=(), at=at)
    incoming = _incoming(shipment, artefact)
    faults = row_faults(incoming, dsp.step_on(shipment.on), layout)
    if faults and dsp.rejects is Scope.FILE:
        return Outcome(
            verdict=Verdict.REFUSED,
            reason=file_reason(faults, len(incoming)),
            holding=held,
            handled=tuple(
                Handled(entry_id=one, loaded=False, reason=why) for one, why in faults.items()
            ),
            at=at,
        )
    rows = dict(held.rows)
    handled = []
    for entry_id, row in sorted(_with_removals(incoming, held, artefact)):
        one = _handled(entry_id, row, held.rows.get(entry_id), faults.get(entry_id), dsp)
        handled.append(one)
        if one.removed:
            rows.pop(entry_id, None)
        elif one.loaded and row is not None:
            rows[entry_id] = row
    holding = Holding(
        serial=shipment.serial, header=shipment.header, rows=dict(sorted(rows.items()))
    )
    return Outcome(
        verdict=Verdict.TAKEN, reason=None, holding=holding, handled=tuple(handled), at=at
    )


def _gap(shipment: Shipment, held: Holding) -> str | None:
    resync = "load the full extract to resynchronise"
    if shipment.based_on != held.serial:
        based, last = shipment.based_on or "nothing", held.serial or "nothing"
        return f"the delta is based on {based} and the last that was loaded is {last}; {resync}"
    if held.serial is not None and shipment.header != held.header:
        return f"the delta has other columns than the rows that are held; {resync}"
    return None


def _incoming(shipment: Shipment, artefact: str) -> Incoming:
    if artefact == DELTA:
        return [
            (one.entry_id, None if one.change is DeltaKind.REMOVED else one.cells)
            for one in shipment.delta
        ]
    return [(EntryId(row[0]), row) for row in shipment.extract]


def _with_removals(
    incoming: Incoming, held: Holding, artefact: str
) -> Iterable[tuple[EntryId, Row | None]]:
    """Each entry once; what the full extract no longer has is to be taken out."""
    told = dict(incoming)
    gone = () if artefact == DELTA else held.rows.keys() - told.keys()
    return [*told.items(), *((entry_id, None) for entry_id in gone)]


def _handled(
    entry_id: EntryId, row: Row | None, before: Row | None, fault: str | None, dsp: DspProfile
) -> Handled:
    """One row: a row that is new is taken; one that is held is up to the profile."""
    if fault is not None:
        return Handled(entry_id=entry_id, loaded=False, reason=fault)
    if row is None:
        return Handled(entry_id=entry_id, loaded=True, removed=True)
    if before is None:
        return Handled(entry_id=entry_id, loaded=True)
    same = row == before
    reaction = dsp.unchanged_row if same else dsp.changed_row
    what = "this row is held already" if same else "this model is held with other values"
    if reaction is Reaction.REJECT:
        return Handled(entry_id=entry_id, loaded=False, reason=what)
    if reaction is Reaction.UNKNOWN:
        reason = f"{what}; taken as believed, never tested"
        return Handled(entry_id=entry_id, loaded=True, reason=reason, believed=True)
    return Handled(entry_id=entry_id, loaded=True)
