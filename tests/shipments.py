"""Deliveries of made-up models, as a recipient reads them, and the stand-in that is given them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from cpl_registry.records.delivery import Row, Serial
from cpl_registry.records.device_model import EntryId
from cpl_registry.records.dsp_profile import DspProfile, Reaction, Scope, Step
from cpl_registry.records.extract_profile import DEFAULT_PROFILE
from cpl_registry.records.shipment import Shipment
from cpl_registry.state.deltas import delta_between
from cpl_registry.state.stand_in import FULL, NOTHING_HELD, Holding, Outcome, received

SENT = datetime(2018, 5, 9, 11, 0, tzinfo=UTC)
OLD, NEW = frozenset({"1.0"}), frozenset({"1.0", "1.1"})
DSP = DspProfile(
    rejects=Scope.FILE,
    loads=FULL,
    unchanged_row=Reaction.ACCEPT,
    changed_row=Reaction.ACCEPT,
    steps=(
        Step(start=date(2016, 10, 27), values={"gbcs_version": OLD}),
        Step(start=date(2018, 6, 22), values={"gbcs_version": NEW}),
    ),
)
BY_ROW = replace(DSP, rejects=Scope.ROW)
SOURCES = [column.source for column in DEFAULT_PROFILE.columns]


def row(number: int, gbcs: str = "1.0", cpa: str = "DEMO-CPA-1", kind: str = "ESME") -> Row:
    """The row of a model; the number makes its firmware version."""
    cells = {
        "entry_id": f"{kind.lower()}-f0a1-0005-02-03-{number:08x}",
        "device_type": kind,
        "manufacturer_identifier": "F0A1",
        "model_identifier": "0005",
        "hardware_version": "02",
        "hardware_revision": "03",
        "firmware_version": f"{number:08X}",
        "technical_specification.name": "SMETS2",
        "technical_specification.version": "2.0",
        "gbcs_version": gbcs,
        "assurance_certificates.CPA.number": cpa,
    }
    return tuple(cells.get(source, "") for source in SOURCES)


def extract(*rows: Row) -> dict[EntryId, Row]:
    return {EntryId(one[0]): one for one in sorted(rows)}


def shipment(
    rows: Mapping[EntryId, Row] | Iterable[Row],
    number: int = 1,
    before: Mapping[EntryId, Row] | None = None,
    on: date = date(2018, 5, 9),
) -> Shipment:
    """A delivery of an extract; it is based on the number before it."""
    after = rows if isinstance(rows, Mapping) else extract(*rows)
    return Shipment(
        serial=Serial(f"2018-05-09-{number:02}"),
        based_on=Serial(f"2018-05-09-{number - 1:02}") if number > 1 else None,
        on=on,
        sent_at=SENT,
        header=DEFAULT_PROFILE.header,
        extract=tuple(after.values()) if isinstance(rows, Mapping) else tuple(rows),
        delta=tuple(delta_between(before or {}, after)),
    )


def given_to(
    dsp: DspProfile, sent: Shipment, held: Holding = NOTHING_HELD, artefact: str = FULL
) -> Outcome:
    return received(sent, held, dsp, DEFAULT_PROFILE, artefact)


def holding(*rows: Row) -> Holding:
    """What is held after a first delivery that was taken as it is."""
    return Holding(
        serial=Serial("2018-05-09-01"), header=DEFAULT_PROFILE.header, rows=extract(*rows)
    )


def answered(outcome: Outcome) -> list[tuple[str, str | None, bool, str | None]]:
    return [(one.entry_id, one.logical_device, one.loaded, one.reason) for one in outcome.results]
