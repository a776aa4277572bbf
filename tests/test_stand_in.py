"""The stand-in for the DSP, row by row: what it takes, what it refuses, what it holds after."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from cpl_registry.records.answer_file import Answer, answer_bytes, read_answer
from cpl_registry.records.delivery import Serial
from cpl_registry.records.device_model import EntryId
from cpl_registry.records.dsp_profile import Reaction
from cpl_registry.records.extract_profile import DEFAULT_PROFILE, ExtractProfile
from cpl_registry.state.stand_in import DELTA, FULL, NOTHING_HELD, Verdict, received

from tests.shipments import (
    BY_ROW,
    DSP,
    SENT,
    answered,
    extract,
    given_to,
    holding,
    row,
    shipment,
)

A, B = row(1), row(2)
A_ID, B_ID = A[0], B[0]


def test_new_rows_are_loaded_and_answered_an_hour_after_sending() -> None:
    outcome = given_to(DSP, shipment([A, B]))
    assert outcome.verdict is Verdict.TAKEN
    assert answered(outcome) == [(A_ID, None, True, None), (B_ID, None, True, None)]
    assert {one.at for one in outcome.results} == {SENT + timedelta(hours=1)}
    assert outcome.holding == holding(A, B)


def test_a_hub_is_two_devices_each_with_its_answer() -> None:
    hub = row(1, kind="CH")
    outcome = given_to(DSP, shipment([hub]))
    assert answered(outcome) == [(hub[0], "CHF", True, None), (hub[0], "GPF", True, None)]
    gone = given_to(DSP, shipment([], number=2), holding(hub))
    assert answered(gone) == [(hub[0], "CHF", True, None), (hub[0], "GPF", True, None)]
    assert gone.holding.rows == {}


def test_one_unknown_value_blocks_the_file_of_may_2018() -> None:
    blocked = row(3, gbcs="1.1")
    outcome = given_to(DSP, shipment([A, B, blocked], number=2), holding(A))
    why = "GBCS version 1.1 is not recognised"
    assert outcome.verdict is Verdict.REFUSED
    assert answered(outcome) == [
        ("*", None, False, f"1 of 3 rows block the file, the first {blocked[0]}, {why}"),
        (blocked[0], None, False, why),
    ]
    assert outcome.holding == holding(A)


def test_where_only_the_row_is_blocked_the_others_are_loaded() -> None:
    blocked = row(3, gbcs="1.1")
    outcome = given_to(BY_ROW, shipment([A, blocked]))
    assert [one.loaded for one in outcome.results] == [True, False]
    assert outcome.holding == holding(A)


def test_what_counts_is_the_day_of_the_delivery() -> None:
    sent = shipment([row(3, gbcs="1.1")])
    assert given_to(DSP, sent).verdict is Verdict.REFUSED
    assert given_to(DSP, replace(sent, on=date(2018, 6, 22))).verdict is Verdict.TAKEN
    assert given_to(DSP, replace(sent, on=date(2018, 6, 21))).verdict is Verdict.REFUSED
    before_all = replace(shipment([A]), on=date(2016, 10, 26))
    assert given_to(DSP, before_all).verdict is Verdict.REFUSED


def test_a_value_that_an_answer_cannot_carry_is_not_repeated_in_it() -> None:
    outcome = given_to(DSP, shipment([row(3, gbcs="=1+1")]))
    assert answered(outcome)[1][3] == "a value is not recognised"
    long = given_to(DSP, shipment([row(3, gbcs="1" * 250)]))
    raw = answer_bytes(Serial("2018-05-09-01"), long.results)
    assert isinstance(read_answer(raw), Answer)


@pytest.mark.parametrize(
    ("reaction", "loaded", "reason"),
    [
        (Reaction.ACCEPT, True, None),
        (Reaction.REJECT, False, "this row is held already"),
        (
            Reaction.UNKNOWN,
            True,
            "this row is held already; taken as believed, never tested",
        ),
    ],
)
def test_an_unchanged_row_is_up_to_the_profile(
    reaction: Reaction, loaded: bool, reason: str | None
) -> None:
    dsp = replace(DSP, unchanged_row=reaction, changed_row=Reaction.REJECT)
    outcome = given_to(dsp, shipment([A], number=2), holding(A))
    assert answered(outcome) == [(A_ID, None, loaded, reason)]
    assert outcome.holding.rows == extract(A)
    assert outcome.handled[0].believed is (reaction is Reaction.UNKNOWN)


@pytest.mark.parametrize(
    ("reaction", "loaded", "reason"),
    [
        (Reaction.ACCEPT, True, None),
        (Reaction.REJECT, False, "this model is held with other values"),
        (
            Reaction.UNKNOWN,
            True,
            "this model is held with other values; taken as believed, never tested",
        ),
    ],
)
@pytest.mark.parametrize("artefact", [FULL, DELTA])
def test_a_changed_row_is_up_to_the_profile(
    reaction: Reaction, loaded: bool, reason: str | None, artefact: str
) -> None:
    dsp = replace(DSP, changed_row=reaction, unchanged_row=Reaction.REJECT)
    renewed = row(1, cpa="DEMO-CPA-2")
    sent = shipment([renewed], number=2, before=extract(A))
    outcome = given_to(dsp, sent, holding(A), artefact)
    assert answered(outcome) == [(A_ID, None, loaded, reason)]
    assert outcome.holding.rows == extract(renewed if loaded else A)


def test_what_the_full_extract_lacks_is_taken_out() -> None:
    outcome = given_to(DSP, shipment([A], number=2), holding(A, B))
    assert answered(outcome) == [(A_ID, None, True, None), (B_ID, None, True, None)]
    assert [one.removed for one in outcome.handled] == [False, True]
    assert outcome.holding.rows == extract(A)


def test_a_row_that_is_refused_by_itself_stays_as_it_was_held() -> None:
    outcome = given_to(BY_ROW, shipment([row(1, gbcs="1.1")], number=2), holding(A))
    assert outcome.holding.rows == extract(A)
    assert outcome.holding.serial == "2018-05-09-02"


def test_a_delta_leaves_alone_what_it_does_not_name() -> None:
    sent = shipment([B], number=2, before=extract(A))
    outcome = given_to(DSP, replace(sent, delta=sent.delta[1:]), holding(A), DELTA)
    assert answered(outcome) == [(B_ID, None, True, None)]
    assert outcome.holding.rows == extract(A, B)


def test_a_removal_of_what_is_not_held_is_applied() -> None:
    outcome = given_to(DSP, shipment([], number=2, before=extract(B)), holding(A), DELTA)
    assert answered(outcome) == [(B_ID, None, True, None)]
    assert outcome.holding.rows == extract(A)


@pytest.mark.parametrize("artefact", [FULL, DELTA])
@pytest.mark.parametrize("number", [1, 2])
def test_the_same_or_an_older_delivery_is_stale_and_gets_no_answer(
    artefact: str, number: int
) -> None:
    held = replace(holding(A), serial=Serial("2018-05-09-02"))
    outcome = given_to(DSP, shipment([B], number=number), held, artefact)
    assert outcome.verdict is Verdict.STALE
    assert outcome.results == ()
    assert outcome.holding == held


GAP = (
    "the delta is based on 2018-05-09-02 and the last that was loaded is 2018-05-09-01;"
    " load the full extract to resynchronise"
)


def test_a_delta_based_on_another_delivery_asks_for_the_full_extract() -> None:
    sent = shipment([A, B], number=3, before=extract(A))
    refused = given_to(DSP, sent, holding(A), DELTA)
    assert answered(refused) == [
        (
            "*",
            None,
            False,
            GAP,
        )
    ]
    assert refused.holding == holding(A)
    again = given_to(DSP, sent, refused.holding, FULL)
    assert again.holding.rows == extract(A, B)


def test_a_first_delta_does_not_go_on_a_list_that_is_held_nor_a_later_one_on_nothing() -> None:
    first = replace(shipment([B], number=2), based_on=None)
    assert given_to(DSP, first, holding(A), DELTA).verdict is Verdict.REFUSED
    later = shipment([A, B], number=2, before=extract(A))
    assert given_to(DSP, later, NOTHING_HELD, DELTA).verdict is Verdict.REFUSED
    assert given_to(DSP, shipment([A]), NOTHING_HELD, DELTA).verdict is Verdict.TAKEN


def test_a_delta_of_another_layout_asks_for_the_full_extract() -> None:
    short = ExtractProfile(version="2.0", label="", columns=DEFAULT_PROFILE.columns[:-1])
    sent = replace(shipment([], number=2), header=short.header, extract=(A[:-1],), delta=())
    refused = received(sent, holding(A), DSP, short, DELTA)
    assert refused.verdict is Verdict.REFUSED
    taken = received(sent, holding(A), DSP, short, FULL)
    assert (taken.verdict, taken.holding.header) == (Verdict.TAKEN, short.header)


@pytest.mark.parametrize("artefact", [FULL, DELTA])
def test_a_model_told_twice_is_refused(artefact: str) -> None:
    renewed = row(1, cpa="DEMO-CPA-2")
    sent = shipment([A, renewed, B])
    delta = tuple(
        replace(sent.delta[0], entry_id=EntryId(one[0]), cells=one) for one in sent.extract
    )
    sent = replace(sent, delta=delta)
    whole = given_to(DSP, sent, artefact=artefact)
    assert whole.verdict is Verdict.REFUSED
    assert [one.entry_id for one in whole.results] == ["*", A_ID]
    by_row = given_to(BY_ROW, sent, artefact=artefact)
    assert answered(by_row) == [
        (A_ID, None, False, "the file has this model twice"),
        (B_ID, None, True, None),
    ]


def test_one_model_under_two_ids_is_told_twice() -> None:
    other = (B_ID, *A[1:])
    outcome = given_to(BY_ROW, shipment([A, other]))
    assert [one.loaded for one in outcome.results] == [False, False]
    assert outcome.holding.rows == {}
