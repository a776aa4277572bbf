"""Each device of an inventory is judged by its exact Device Model, and by nothing near it."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from cpl_registry.outputs.inventory_told import model_told, report_text, told
from cpl_registry.records.device_model import EntryId
from cpl_registry.records.inventory_device import InventoryDevice
from cpl_registry.state.inventory_check import Difference, all_clear, check_inventory
from cpl_registry.state.inventory_state import State
from cpl_registry.state.publication import PublishedState

from tests.inventories import (
    JSON,
    MODELS,
    ODD,
    ON,
    XML,
    device_of,
    devices_of,
    listed,
    one_digit_off,
    real_state,
    verdict_on,
)

ESME, HUB = EntryId(MODELS[2][4]), EntryId(MODELS[0][4])
KEY_TEXTS = ("manufacturer", "device_model", "firmware_version")


@pytest.fixture(scope="module")
def real() -> PublishedState:
    return real_state()


# ------------------------------------------------------------------------------- the published answer


@pytest.mark.parametrize("raw", [XML.read_bytes(), JSON.read_bytes()], ids=["xml", "json"])
def test_each_row_of_the_published_answer_is_on_the_list(raw: bytes, real: PublishedState) -> None:
    verdicts = check_inventory(devices_of(raw), real)
    assert [one.listing and one.listing.entry.entry_id for one in verdicts] == [
        model[4] for model in MODELS
    ]
    for one in verdicts:
        assert one.active
        assert one.state is State.AWAITING
        assert (one.differences, one.notes) == ((), ())
        assert one.listing is not None
        assert one.listing.listed == one.listing.entry.standing.since == date(2023, 12, 31)
    assert all_clear(verdicts)


@pytest.mark.parametrize("number", range(len(MODELS)), ids=[model[0] for model in MODELS])
def test_one_changed_hex_digit_is_not_on_the_list(number: int, real: PublishedState) -> None:
    device = devices_of(XML.read_bytes())[number]
    tried = 0
    for name in KEY_TEXTS:
        for text in one_digit_off(getattr(device, name)):
            verdict = verdict_on(replace(device, **{name: text}), real)
            assert verdict.state is State.NOT_LISTED
            assert verdict.listing is None, "a near hit"
            assert not verdict.active
            assert told(verdict, ON).startswith("not on the list; CPL status Active")
            tried += 1
    assert tried == 20 * 15


@pytest.mark.parametrize("path", [XML, JSON], ids=["xml", "json"])
def test_one_changed_hex_digit_in_the_file(path: Path, real: PublishedState) -> None:
    text = path.read_text(encoding="utf-8")
    for value in sorted({one for model in MODELS for one in model[1:4]}):
        changed = text.replace(f">{value}<", f">{value[:-1]}E<")
        changed = changed.replace(f'"{value}"', f'"{value[:-1]}E"')
        verdicts = check_inventory(devices_of(changed.encode()), real)
        off = {model[0] for model in MODELS if value in model}
        assert {one.device.device_type for one in verdicts if not one.active} == off
        assert not all_clear(verdicts)


def test_both_functions_of_a_hub_are_its_entry(real: PublishedState) -> None:
    entry = real.by_id[HUB].entry
    for device_type in ("CHF", "GPF", "chf", "CH"):
        verdict = verdict_on(device_of(entry, device_type), real)
        assert verdict.listing is not None
        assert verdict.listing.entry.entry_id == HUB


def test_letters_count_the_same_and_the_reading_is_shown(real: PublishedState) -> None:
    device = InventoryDevice(
        place="line 1",
        device_type="ppmid",
        manufacturer="10e0",
        device_model="00090100",
        firmware_version="00020002",
    )
    verdict = verdict_on(device, real)
    assert verdict.active
    assert (
        model_told(verdict)
        == "PPMID 10E0 00090100 00020002 (given as ppmid 10e0 00090100 00020002)"
    )


# ------------------------------------------------------------------------------ what is not understood


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("device_model", "E470 Type 5424", "device model E470 Type 5424 is not 8 hex digits"),
        ("device_model", "0005:02:03", "device model 0005:02:03 is not 8 hex digits"),
        ("device_model", "0x00050203", "device model 0x00050203 is not 8 hex digits"),
        ("device_model", "0005020", "device model 0005020 is not 8 hex digits"),
        ("device_model", "000502030", "device model 000502030 is not 8 hex digits"),
        ("device_model", "0005 0203", "device model 0005 0203 is not 8 hex digits"),
        ("device_model", "00050203\n", "device model 00050203\\u{a} is not 8 hex digits"),
        ("device_model", "٠٠٠٥0203", "device model ٠٠٠٥0203 is not 8 hex digits"),
        ("device_model", "", "no device model"),
        ("manufacturer", "Landis", "manufacturer Landis is not 4 hex digits"),
        ("manufacturer", "10631", "manufacturer 10631 is not 4 hex digits"),
        ("firmware_version", "9001", "firmware version 9001 is not 8 hex digits"),
        ("firmware_version", "", "no firmware version"),
        ("device_type", "SAPC", "device type SAPC is not one that the list knows"),
        ("device_type", "ESME\u202e", "device type ESME\\u{202e} is not one that the list knows"),
        ("device_type", "", "no device type"),
    ],
)
def test_text_of_another_shape_is_not_understood(
    name: str, text: str, reason: str, real: PublishedState
) -> None:
    verdict = verdict_on(replace(listed(real, ESME), **{name: text}), real)
    assert verdict.state is State.NOT_UNDERSTOOD
    assert (verdict.reason, verdict.model, verdict.listing) == (reason, None, None)
    assert told(verdict, ON) == f"not understood: {reason}"


@pytest.mark.parametrize("device_type", ["IHD", "CAD", "ihd"])
def test_type_2_devices_are_not_on_this_list(device_type: str, real: PublishedState) -> None:
    device = replace(listed(real, ESME), device_type=device_type)
    assert verdict_on(device, real).state is State.TYPE_2
    # A dotless i becomes a plain I in upper case: another letter all the same.
    odd = replace(device, device_type="\u0131hd")
    assert verdict_on(odd, real).state is State.NOT_UNDERSTOOD


@pytest.mark.parametrize(
    ("entry_id", "version", "smets1"),
    [
        (ESME, "V1.2", True),
        (ESME, "1.2", True),
        (ESME, "SMETS V1.2", True),
        (ESME, "SMETS1 V1.2", True),
        (ESME, "SMETS2 V1.2", False),
        (ESME, "V4.2", False),
        (ESME, "V11.2", False),
        (HUB, "V1.3", False),
        (HUB, "CHTS V1.3", False),
        (HUB, "SMETS V1.2", True),
    ],
)
def test_smets1_is_another_list(
    entry_id: str, version: str, smets1: bool, real: PublishedState
) -> None:
    device = replace(listed(real, entry_id), specification_version=version)
    verdict = verdict_on(device, real)
    assert (verdict.state is State.SMETS1) == smets1
    assert verdict.active != smets1
    other = replace(device, firmware_version="0000000F")
    assert (verdict_on(other, real).state is State.SMETS1) == smets1


# ------------------------------------------------------------------- what the inventory says otherwise


@pytest.mark.parametrize(
    ("entry_id", "version", "differs"),
    [
        (ESME, "V4.2", False),
        (ESME, "v4.2", False),
        (ESME, "4.2", False),
        (ESME, "SMETS V4.2", False),
        (ESME, "SMETS2 V4.2", False),
        (ESME, "SMETS2 4.2", False),
        (ESME, "SMETS V5.0", True),
        (ESME, "V4.20", True),
        (ESME, "SMETS3 V4.2", True),
        (ESME, "CHTS V4.2", True),
        (HUB, "CHTS V1.3", False),
        (HUB, "V1.4", True),
    ],
)
def test_specification_versions_in_every_form(
    entry_id: str, version: str, differs: bool, real: PublishedState
) -> None:
    device = replace(listed(real, entry_id), specification_version=version)
    verdict = verdict_on(device, real)
    assert verdict.active
    assert [one.field for one in verdict.differences] == ["specification_version"] * differs
    assert verdict.notes == ()
    assert all_clear([verdict]), "another version is told, but is no other status"


@pytest.mark.parametrize(
    "version", ["SMETS24.2", "V4", "4", "latest", "V4.2 ", "V 4.2", "V4.2.", "V4,2"]
)
def test_a_version_of_another_form_is_not_compared(version: str, real: PublishedState) -> None:
    verdict = verdict_on(replace(listed(real, ESME), specification_version=version), real)
    assert verdict.notes == (f"specification version {version} is not understood",)
    verdict = verdict_on(replace(listed(real, ESME), gbcs_version=version), real)
    assert verdict.notes == (f"GBCS version {version} is not understood",)


def test_other_values_of_the_inventory_are_told(real: PublishedState) -> None:
    device = replace(
        listed(real, ESME),
        gbcs_version="V3.1",
        cpl_status="EXPIRED",
        firmware_status="Suspended",
        esme_variant="A",
    )
    verdict = verdict_on(device, real)
    assert verdict.active
    assert verdict.differences == (
        Difference(field="cpl_status", inventory="EXPIRED", listed="Active"),
        Difference(field="firmware_status", inventory="Suspended", listed="Active"),
        Difference(field="gbcs_version", inventory="V3.1", listed="3.2"),
        Difference(field="esme_variant", inventory="A", listed="ADE"),
    )
    assert verdict.status_differs
    assert not all_clear([verdict])
    assert "CPL status EXPIRED in the inventory, Active here" in told(verdict, ON)


def test_the_sum_counts_each_device_once(real: PublishedState) -> None:
    verdicts = check_inventory([*devices_of(XML.read_bytes()), *devices_of(ODD.read_bytes())], real)
    summary = report_text(verdicts, real).partition("\n\n")[2].splitlines()
    assert summary[0] == (
        "On 2026-11-22: 11 devices, 5 on the list as Active, 6 not,"
        " 3 with another status in the inventory"
    )
    assert sum(int(line.split()[0]) for line in summary[1:6]) == 11
    assert summary[6] == "This register records no delivery to the DCC yet."
