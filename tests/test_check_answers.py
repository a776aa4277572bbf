"""What "Check my meter" says in each state, and the files from which it says it."""

import json
from datetime import date

import pytest
from cpl_registry.outputs.check_answers import (
    INSTALLING,
    WITHOUT_ENTRY,
    CheckAnswer,
    Kind,
    check_answer,
)
from cpl_registry.outputs.check_files import check_files
from cpl_registry.outputs.entry_rows import Listing
from cpl_registry.outputs.finder_data import FACETS
from cpl_registry.outputs.finder_files import finder_json
from cpl_registry.outputs.offline_finder import joined
from cpl_registry.records.dsp_profile import parse_delivery_policy
from cpl_registry.records.register import Register
from cpl_registry.state.publication import PublishedState, publish

from tests.answer_states import DAY, KEYS, cpa, entry_id, every_state
from tests.builders import LISTED, entry, register

SINCE = "This Device Model is on the list (Active since"
SENTENCES = {
    Kind.LOADED: f"{SINCE} 2 June 2026), and the DCC acknowledged its row as loaded on 10 November 2026.",
    Kind.DELIVERED: f"{SINCE} 19 November 2026), and its row was delivered to the DCC on 20 November 2026, which has not acknowledged it yet.",
    Kind.AWAITING: f"{SINCE} 22 November 2026), and its row waits for the next delivery to the DCC.",
    Kind.REJECTED: f"{SINCE} 18 November 2026), but the DCC rejected its row on 20 November 2026: unknown variant.",
    Kind.HELD: f"{SINCE} 18 November 2026), but it is held back from the DCC since 18 November 2026: the DCC's Data Service Provider (DSP) does not recognise GBCS 4.3.",
    Kind.AMENDMENT_HELD: f"{SINCE} 2 June 2026), but its present values are held back from the DCC since 15 November 2026: the DCC's Data Service Provider (DSP) does not recognise GBCS 4.3; until it does, the DCC goes on being sent the row of 10 November 2026.",
    Kind.ENDING: f"{SINCE} 2 June 2026), and the DCC acknowledged its row as loaded on 10 November 2026; and its CPA Certificate DEMO-CPA-7 expires on 31 January 2027, in 70 days.",
    Kind.ENDED: f"{SINCE} 2 June 2026), and the DCC acknowledged its row as loaded on 10 November 2026; but its CPA Certificate DEMO-CPA-7 expired on 21 November 2026; no later end is recorded.",
    Kind.SUBMITTED: "This Device Model is not on the list yet: it was submitted on 1 June 2026 and waits to be accepted.",
    Kind.CLOSED: "This Device Model is not on the list: its submission was closed on 1 July 2026 without a listing.",
    Kind.REMOVED: "This Device Model is not on the list: it was removed on 1 September 2026 because the manufacturer asked for it (status Withdrawn, reference DEC-2026-009).",
}


def answers(of: Register, on: date = DAY) -> dict[str, CheckAnswer]:
    state = publish(of, on)
    listing = Listing(state=state)
    return {
        one.entry_id: check_answer(one, listing.answers[one.entry_id], state)
        for one in state.entries
    }


@pytest.fixture(scope="module")
def said() -> dict[str, CheckAnswer]:
    return answers(every_state())


@pytest.mark.parametrize("kind", SENTENCES)
def test_each_state_has_a_sentence_of_its_own(kind: Kind, said: dict[str, CheckAnswer]) -> None:
    one = said[entry_id(kind)]
    assert (one.kind, one.sentence) == (kind, SENTENCES[kind])


def test_no_two_states_share_their_words(said: dict[str, CheckAnswer]) -> None:
    assert len(said) == len(KEYS) == len(SENTENCES)
    assert len({one.word for one in said.values()}) == len(said)
    assert len({one.installing for one in said.values()}) == len(said)
    words = [one.word for one in said.values()] + [one.word for one in WITHOUT_ENTRY.values()]
    assert len(set(words)) == len(words)
    assert {*Kind} - {*INSTALLING} == {Kind.ENDING}


def test_a_held_row_tells_when_it_may_go(said: dict[str, CheckAnswer]) -> None:
    assert said[entry_id(Kind.HELD)].notes == (
        "No day has been announced on which the DSP will recognise it.",
    )


def test_a_held_row_whose_certificate_ended_stays_held_and_tells_both() -> None:
    held = entry(gbcs_version="4.3", assurance_certificates=cpa("2026-11-21"))
    (one,) = answers(register(held)).values()
    assert one.kind is Kind.HELD
    assert any("expired on 21 November 2026" in note for note in one.notes)


def test_a_renewal_that_is_due_ends_nothing() -> None:
    lifetime = [{"scheme": "CPA", "issued": "2020-02-01", "renewal_due": "2026-11-01"}]
    (one,) = answers(register(entry(assurance_certificates=lifetime))).values()
    assert one.kind is Kind.UNKNOWN
    assert "does not expire" in one.notes[0]


def test_a_substituted_value_and_no_delivery_have_words_too() -> None:
    policy = {
        "start": "2026-05-01",
        "end": "2026-12-31",
        "policy": "substitute",
        "substitutions": [{"field": "gbcs_version", "from": "4.3", "to": "3.2"}],
        "decision": "DEC-2026-001",
    }
    of = register(
        entry(gbcs_version="4.3"),
        entry(firmware_version="38040405"),
        policy=parse_delivery_policy([policy]),
        decisions=frozenset({"DEC-2026-001"}),
    )
    assert {one.kind for one in answers(of).values()} == {Kind.SUBSTITUTED, Kind.UNKNOWN}


def test_a_replaced_entry_names_what_replaced_it() -> None:
    removed = {
        "date": "2026-02-02",
        "event": "removed",
        "status": "Cancelled",
        "cause": "entered-in-error",
        "replaced_by": "esme-f0a1-0005-02-03-38040405",
    }
    (one,) = answers(register(entry(history=[*LISTED, removed]))).values()
    assert one.notes == ("It is replaced by esme-f0a1-0005-02-03-38040405.",)


# ------------------------------------------------------------------------------------------ the files


@pytest.fixture(scope="module")
def state() -> PublishedState:
    return publish(every_state(), DAY)


def test_the_file_of_a_code_has_the_words_of_all_its_entries(
    state: PublishedState, said: dict[str, CheckAnswer]
) -> None:
    (file,) = check_files(state)
    assert file.path == "site/api/v1/check/f0a1.json"
    entries = {one["entry_id"]: one for one in json.loads(file.content)["entries"]}
    assert {name: (one["state"], one["sentence"]) for name, one in entries.items()} == {
        name: (one.kind, one.sentence) for name, one in said.items()
    }


def test_no_file_is_named_by_what_is_no_code() -> None:
    of = register(entry(manufacturer_identifier="../x"), entry(manufacturer_identifier="F0A1"))
    assert [file.path for file in check_files(publish(of, DAY))] == ["site/api/v1/check/f0a1.json"]


def test_the_columns_of_the_finder_are_the_entries(state: PublishedState) -> None:
    listing = Listing(state=state)
    data = json.loads(finder_json(listing))
    words, columns = data["words"], data["columns"]
    assert {len(column) for column in columns.values()} == {data["total"]} == {len(KEYS)}
    for at, row in enumerate(listing.rows.values()):
        told = {name: words[name][columns[name][at]] for name in (*FACETS, "code", "answer")}
        assert (told["device_type"], told["code"], told["answer"]) == ("ESME", "F0A1", row.word)
        assert words["tone"][columns["answer"][at]] == row.tone
        assert columns["firmware"][at] == row.firmware
    assert words["certificate"] == [
        "Expired",
        "Expires 31 to 90 days ahead",
        "Expires more than a year ahead",
        "Not on the list",
    ]


def test_modules_are_joined_only_in_an_order_that_works() -> None:
    first = "export const one = 1;\n"
    second = 'import { one } from "./first.js";\nexport const two = one;\n'
    assert joined({"first": first, "second": second}) == "const one = 1;\nconst two = one;\n"
    with pytest.raises(ValueError, match=r"second\.js imports \['first'\]"):
        joined({"second": second, "first": first})
