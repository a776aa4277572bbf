"""Inventories as tests ask them: the published answer, and devices of a register's own entries."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time

from cpl_registry.records.delivery import Acknowledgement, DeliveryFile, Result, Row, Serial
from cpl_registry.records.device_model import Entry, EntryId
from cpl_registry.records.findings import Problem
from cpl_registry.records.inventory import read_inventory
from cpl_registry.records.inventory_device import InventoryDevice
from cpl_registry.records.register import Register
from cpl_registry.state.deltas import delta_between
from cpl_registry.state.inventory_check import Verdict, check_inventory
from cpl_registry.state.publication import PublishedState, publish

from tests.registers import REAL, files_of, register_of
from tests.repository import ROOT

FOLDER = ROOT / "tests" / "inventory"
XML = FOLDER / "read-inventory.xml"
JSON = FOLDER / "read-inventory.json"
ODD = FOLDER / "odd-devices.csv"
ON = date(2026, 11, 22)
HEX = "0123456789ABCDEF"
MODELS = (
    ("CHF", "1072", "57310102", "04000007", "ch-1072-5731-01-02-04000007"),
    ("GPF", "1072", "57310102", "04000007", "ch-1072-5731-01-02-04000007"),
    ("ESME", "1063", "00050203", "38040404", "esme-1063-0005-02-03-38040404"),
    ("GSME", "1063", "47720101", "03033254", "gsme-1063-4772-01-01-03033254"),
    ("PPMID", "10E0", "00090100", "00020002", "ppmid-10e0-0009-01-00-00020002"),
)
"""The five devices of the published answer, and the entry that each is."""


def devices_of(raw: bytes) -> tuple[InventoryDevice, ...]:
    """The devices of a file that can be read."""
    found = read_inventory(raw)
    assert not isinstance(found, Problem), found
    return found


def problem_of(raw: bytes) -> Problem:
    """Why a file cannot be read."""
    found = read_inventory(raw)
    assert isinstance(found, Problem), found
    return found


def rows_of(text: str) -> list[dict[str, str]]:
    """The rows of a report as CSV, by the names of its columns."""
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def real_state() -> PublishedState:
    """The register of the four real Device Models, on the day of the tests."""
    return publish(register_of(files_of(REAL), ON), ON)


def undelivered(register: Register, on: date) -> PublishedState:
    """A register on a day as if nothing had been sent to the DCC."""
    return publish(replace(register, deliveries=(), acknowledgements=()), on)


def device_of(entry: Entry, device_type: str | None = None) -> InventoryDevice:
    """A device of an entry's Device Model, in the inventory's words."""
    text = entry.text
    return InventoryDevice(
        place="line 1",
        device_type=device_type or entry.device_type,
        manufacturer=text("manufacturer_identifier"),
        device_model="".join(
            map(text, ("model_identifier", "hardware_version", "hardware_revision"))
        ),
        firmware_version=text("firmware_version"),
    )


def listed(state: PublishedState, entry_id: str) -> InventoryDevice:
    """A device of an entry that a state has."""
    return device_of(state.by_id[EntryId(entry_id)].entry)


def verdict_on(device: InventoryDevice, state: PublishedState) -> Verdict:
    """The verdict on one device."""
    (found,) = check_inventory([device], state)
    return found


def one_digit_off(text: str) -> Iterator[str]:
    """Every text that differs from one of hex digits in a single digit."""
    assert re.fullmatch("[0-9A-F]+", text)
    for index, digit in enumerate(text):
        for other in HEX.replace(digit, ""):
            yield f"{text[:index]}{other}{text[index + 1 :]}"


def delivery(
    register: Register,
    rows: Mapping[EntryId, Row],
    on: date,
    after: Mapping[EntryId, Row] | None = None,
) -> DeliveryFile:
    """A delivery of an extract on a day, as its file would tell it; `after` is the one before."""
    return DeliveryFile(
        serial=Serial(f"{on}-01"),
        kind="delivery",
        sent_at=datetime.combine(on, time(12), UTC),
        on=on,
        commit=None,
        based_on=None,
        previous=None,
        extract_sha256="0" * 64,
        extract_rows=len(rows),
        manifest_sha256=None,
        decision=None,
        header=register.extract_profile.header,
        delta=tuple(delta_between(after or {}, rows)),
        held=(),
        own_digest="0" * 64,
    )


def answer(to: DeliveryFile, *results: tuple[str, str | None, bool]) -> Acknowledgement:
    """The DCC's answer an hour later: entry (or `*`), logical device, loaded or not."""
    return Acknowledgement(
        serial=to.serial,
        answer=1,
        sha256="0" * 64,
        results=tuple(
            Result(
                entry_id=entry_id,
                logical_device=device,
                loaded=loaded,
                reason=None if loaded else "GBCS version not recognised",
                at=datetime.combine(to.on, time(13), UTC),
            )
            for entry_id, device, loaded in results
        ),
    )
