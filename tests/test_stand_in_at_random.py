"""The stand-in fed with extracts made at random: deltas and full extracts lead to the same."""

from dataclasses import replace
from datetime import date

from cpl_registry.records.answer_file import Answer, answer_bytes, read_answer
from cpl_registry.records.delivery import Row
from cpl_registry.records.device_model import EntryId
from cpl_registry.records.dsp_profile import DspProfile, Reaction
from cpl_registry.records.shipment import Shipment
from cpl_registry.state.stand_in import DELTA, FULL, NOTHING_HELD, Verdict
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shipments import BY_ROW, DSP, OLD, SOURCES, extract, given_to, row, shipment

_rows = st.builds(
    row,
    st.integers(1, 6),
    gbcs=st.sampled_from(["1.0", "1.1"]),
    cpa=st.sampled_from(["DEMO-CPA-1", "DEMO-CPA-2"]),
    kind=st.sampled_from(["ESME", "CH"]),
)
_extracts = st.lists(
    st.lists(_rows, max_size=8).map(lambda rows: extract(*rows)), min_size=1, max_size=12
)
_reactions = st.sampled_from([Reaction.ACCEPT, Reaction.UNKNOWN])
LATE = date(2018, 6, 22)


def shipments(extracts: list[dict[EntryId, Row]], on: date) -> list[Shipment]:
    before = [{}, *extracts]
    return [
        shipment(after, number, before=before[number - 1], on=on)
        for number, after in enumerate(extracts, 1)
    ]


@settings(max_examples=250, deadline=None, derandomize=True, database=None)
@given(extracts=_extracts, changed=_reactions, unchanged=st.sampled_from(list(Reaction)))
def test_fed_with_every_delta_it_holds_what_full_extracts_give(
    extracts: list[dict[EntryId, Row]], changed: Reaction, unchanged: Reaction
) -> None:
    dsp = replace(DSP, changed_row=changed, unchanged_row=unchanged)
    by_delta = by_full = NOTHING_HELD
    for sent in shipments(extracts, LATE):
        by_delta = given_to(dsp, sent, by_delta, DELTA).holding
        by_full = given_to(dsp, sent, by_full, FULL).holding
        assert by_delta == by_full
        assert tuple(by_full.rows.values()) == sent.extract
    skipped = given_to(dsp, shipments(extracts, LATE)[-1], NOTHING_HELD, FULL).holding
    assert skipped == by_delta


@settings(max_examples=250, deadline=None, derandomize=True, database=None)
@given(
    extracts=_extracts,
    dsp=st.builds(
        replace,
        st.sampled_from([DSP, BY_ROW]),
        changed_row=st.sampled_from(list(Reaction)),
        unchanged_row=st.sampled_from(list(Reaction)),
    ),
    artefact=st.sampled_from([FULL, DELTA]),
)
def test_whatever_is_sent_it_never_holds_what_it_does_not_know_nor_half_a_file(
    extracts: list[dict[EntryId, Row]], dsp: DspProfile, artefact: str
) -> None:
    held = NOTHING_HELD
    for sent in shipments(extracts, date(2018, 5, 9)):
        outcome = given_to(dsp, sent, held, artefact)
        assert all(
            one[SOURCES.index("gbcs_version")] in OLD for one in outcome.holding.rows.values()
        )
        if outcome.verdict is not Verdict.TAKEN:
            assert outcome.holding is held
        held = outcome.holding
        read = read_answer(answer_bytes(sent.serial, outcome.results))
        if outcome.results:
            assert isinstance(read, Answer)
            assert read.results == outcome.results
