"""Where a device's Device Model stands: its status, its way to the DCC, newer firmware."""

from dataclasses import replace
from datetime import date

import pytest
from cpl_registry.outputs.inventory_told import told
from cpl_registry.records.device_model import EntryId
from cpl_registry.records.dsp_profile import PolicyStep, Substitution
from cpl_registry.state.inventory_check import all_clear, check_inventory
from cpl_registry.state.inventory_state import State
from cpl_registry.state.publication import PublishedState, publish

from tests.inventories import (
    MODELS,
    ON,
    XML,
    answer,
    delivery,
    devices_of,
    listed,
    undelivered,
    verdict_on,
)
from tests.registers import GBCS_1_1, REAL, STANDING_ROW, files_of, register_of
from tests.repository import ROOT

ESME, HUB = EntryId(MODELS[2][4]), EntryId(MODELS[0][4])


@pytest.fixture(scope="module")
def shipped() -> PublishedState:
    return undelivered(register_of(files_of(ROOT), ON), ON)


@pytest.mark.parametrize(
    ("entry_id", "state", "says"),
    [
        (
            "esme-f0a1-0005-02-03-38040404",
            State.REMOVED,
            "removed on 2026-09-14, status Expired because its certificate expired (DEC-2026-001)",
        ),
        (
            "gsme-f0a3-0401-01-02-03033321",
            State.REMOVED,
            "replaced by gsme-f0a3-0401-01-02-03033312",
        ),
        ("gsme-f0a3-0402-01-00-03041012", State.CLOSED, "its submission was closed on 2021-10-05"),
        ("esme-f0a1-0005-02-03-38040414", State.SUBMITTED, "submitted on 2026-11-17"),
        ("ch-f0a4-5003-01-00-04020004", State.HELD, "the DSP does not recognise GBCS 4.3"),
        ("gsme-f0a3-0401-01-01-03033242", State.AWAITING, "DEMO-CPA-0028 expired 2026-10-13"),
        ("esme-f0a2-0102-01-00-0b0b0016", State.AWAITING, "DEMO-CPA-0029 expires 2027-01-22"),
    ],
)
def test_where_an_entry_stands(
    entry_id: str, state: State, says: str, shipped: PublishedState
) -> None:
    device = replace(listed(shipped, entry_id), cpl_status="Active")
    verdict = verdict_on(device, shipped)
    assert verdict.state is state
    assert says in told(verdict, ON)
    assert verdict.active == verdict.state.value.startswith("listed-")
    assert verdict.status_differs == (not verdict.active)


def test_held_and_amended_by_day() -> None:
    day = date(2018, 5, 9)
    held = publish(register_of(files_of(GBCS_1_1), day), day)
    verdict = verdict_on(listed(held, "esme-f0b1-0022-01-00-0d020005"), held)
    assert (verdict.state, verdict.active) == (State.HELD, True)
    assert "held since 2018-05-09: the DSP does not recognise GBCS 1.1" in told(verdict, day)
    day = date(2018, 5, 21)
    amended = publish(register_of(files_of(STANDING_ROW), day), day)
    verdict = verdict_on(listed(amended, "esme-f0b1-0021-01-00-0d010008"), amended)
    assert (verdict.state, verdict.active) == (State.AMENDMENT_HELD, True)
    assert "and the row of 2016-11-22 stands" in told(verdict, day)


def test_a_substituted_value_is_said_to_be_one() -> None:
    day = date(2018, 5, 9)
    register = register_of(files_of(GBCS_1_1), day)
    policy = PolicyStep(
        start=day,
        end=date(2018, 6, 21),
        policy="substitute",
        substitutions=(Substitution(field="gbcs_version", before="1.1", after="1.0"),),
        decision="DEC-2018-900",
    )
    state = publish(replace(register, policy=(policy,), decisions=frozenset({"DEC-2018-900"})), day)
    verdict = verdict_on(listed(state, "esme-f0b1-0022-01-00-0d020005"), state)
    assert verdict.state is State.SUBSTITUTED
    assert "sent with GBCS version 1.0 in place of 1.1 (DEC-2018-900)" in told(verdict, day)


def test_delivered_loaded_and_rejected_are_three_facts() -> None:
    register = register_of(files_of(REAL), ON)
    first = delivery(register, publish(register, ON).rows, date(2026, 11, 19))
    answers = answer(first, (HUB, "CHF", True), (MODELS[3][4], None, False), (ESME, None, True))
    sent = replace(register, deliveries=(first,), acknowledgements=(answers,))
    states = {
        one.device.device_type: one
        for one in check_inventory(devices_of(XML.read_bytes()), publish(sent, ON))
    }
    assert {kind: one.state for kind, one in states.items()} == {
        "CHF": State.DELIVERED,  # its GPF has not been answered
        "GPF": State.DELIVERED,
        "ESME": State.LOADED,
        "GSME": State.REJECTED,
        "PPMID": State.DELIVERED,
    }
    assert all_clear(states.values()), "listed is what counts; loaded is told beside it"
    assert "loaded by the DCC on 2026-11-19 (2026-11-19-01)" in told(states["ESME"], ON)
    assert "2026-11-19 (2026-11-19-01): GBCS version not recognised" in told(states["GSME"], ON)
    assert "delivered on 2026-11-19 (2026-11-19-01), not yet" in told(states["PPMID"], ON)
    before = publish(sent, date(2026, 11, 18))
    assert verdict_on(states["ESME"].device, before).state is State.AWAITING


def test_an_earlier_row_that_the_dcc_holds_is_told() -> None:
    register = register_of(files_of(REAL), ON)
    rows = dict(publish(register, ON).rows)
    earlier = {**rows, ESME: tuple("3.1" if cell == "3.2" else cell for cell in rows[ESME])}
    first = delivery(register, earlier, date(2026, 11, 18))
    second = delivery(register, rows, date(2026, 11, 19), after=earlier)
    loaded, refused = answer(first, ("*", None, True)), answer(second, (ESME, None, False))
    for deliveries, answers, expected in (
        ((first,), (loaded,), State.AWAITING),
        ((first, second), (loaded,), State.DELIVERED),
        ((first, second), (loaded, refused), State.REJECTED),
    ):
        sent = replace(register, deliveries=deliveries, acknowledgements=answers)
        state = publish(sent, ON)
        verdict = verdict_on(listed(state, ESME), state)
        assert verdict.state is expected
        assert "the DCC holds an earlier row, loaded on 2026-11-18" in told(verdict, ON)
        assert verdict_on(listed(state, HUB), state).state is State.LOADED


def test_a_removal_that_the_dcc_has_not_applied_is_told(shipped: PublishedState) -> None:
    entry_id, register = EntryId("esme-f0a1-0005-02-03-38040404"), shipped.register
    day = date(2026, 9, 1)
    first = delivery(register, undelivered(register, day).rows, day)
    sent = replace(
        register, deliveries=(first,), acknowledgements=(answer(first, ("*", None, True)),)
    )
    verdict = verdict_on(listed(shipped, entry_id), publish(sent, ON))
    assert verdict.state is State.REMOVED
    assert "the DCC has not acknowledged its removal" in told(verdict, ON)


# ---------------------------------------------------------------------------------------- newer firmware


def newer(state: PublishedState, entry_id: str) -> list[tuple[str, bool, bool]]:
    listing = verdict_on(listed(state, entry_id), state).listing
    assert listing is not None
    return [
        (one.entry.entry.text("firmware_version"), one.recorded, one.through_absent)
        for one in listing.newer
    ]


def test_newer_firmware_follows_recorded_upgrades(shipped: PublishedState) -> None:
    assert newer(shipped, "ppmid-f0a5-0901-01-00-00030002") == [
        ("00030005", True, False),
        ("00030007", True, False),
    ]
    assert newer(shipped, "ppmid-f0a5-0901-01-00-00030007") == []
    assert newer(shipped, "esme-f0a1-0005-02-03-38040414") == [], "submitted only"


def test_a_path_through_removed_firmware_is_said_to_be_one(shipped: PublishedState) -> None:
    found = newer(shipped, "esme-f0a1-0005-02-03-38040401")
    assert found[0] == ("38040406", True, True)
    assert all(absent for _, _, absent in found)
    verdict = verdict_on(listed(shipped, "esme-f0a1-0005-02-03-38040401"), shipped)
    assert "recorded only by way of firmware that is not on the list: 38040406" in told(verdict, ON)


def test_without_a_path_what_was_listed_later_is_said_to_be_that(shipped: PublishedState) -> None:
    entry_id = "gsme-f0a3-0401-01-02-03033321"
    assert newer(shipped, entry_id) == [("03033312", False, False), ("03033313", False, False)]
    verdict = verdict_on(listed(shipped, entry_id), shipped)
    assert "other firmware listed later, no upgrade recorded: 03033312" in told(verdict, ON)
