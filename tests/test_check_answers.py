"""What "Check my meter" says in each state, and the files from which it says it."""

import gzip
import json
import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from cpl_registry.outputs.answers import Answer
from cpl_registry.outputs.check_answers import WITHOUT_ENTRY
from cpl_registry.outputs.check_files import MOST_IN_ONE, check_files
from cpl_registry.outputs.device_lists import Known, device_data
from cpl_registry.outputs.entry_rows import Listing
from cpl_registry.outputs.finder_data import FACETS
from cpl_registry.outputs.finder_files import finder_json
from cpl_registry.outputs.offline_finder import joined
from cpl_registry.outputs.pages_entry import dcc_holds
from cpl_registry.outputs.verdicts import LEADS, TONES, VERDICTS, Install, Kind, Tone
from cpl_registry.records.device_model import EntryId
from cpl_registry.records.dsp_profile import parse_delivery_policy
from cpl_registry.records.register import Register
from cpl_registry.state.publication import PublishedState, publish

from tests.answer_states import DAY, FIRST, KEYS, LAST, cpa, entry_id, every_state
from tests.builders import LISTED, entry, register
from tests.sendings import delivered

SINCE = "On the list, Active since"
SENTENCES = {
    Kind.LOADED: f"{SINCE} 2 June 2026, and the DCC acknowledged its row as loaded on 10 November 2026.",
    Kind.DELIVERED: f"{SINCE} 19 November 2026, and its row was delivered to the DCC on 20 November 2026, which has not acknowledged it yet.",
    Kind.AWAITING: f"{SINCE} 22 November 2026, and its row waits for the next delivery to the DCC.",
    Kind.REJECTED: f"{SINCE} 18 November 2026, but the DCC rejected its row on 20 November 2026: unknown variant.",
    Kind.HELD: f"{SINCE} 18 November 2026, but it is held back from the DCC since 18 November 2026: the DCC's Data Service Provider (DSP) does not recognise GBCS 4.3.",
    Kind.AMENDMENT_HELD: f"{SINCE} 2 June 2026, but its present values are held back from the DCC since 15 November 2026: the DCC's Data Service Provider (DSP) does not recognise GBCS 4.3; until it does, the DCC goes on being sent the row of 10 November 2026.",
    Kind.ENDING: f"{SINCE} 2 June 2026, and the DCC acknowledged its row as loaded on 10 November 2026; and its CPA Certificate DEMO-CPA-7 expires on 31 January 2027, in 70 days.",
    Kind.ENDED: f"{SINCE} 2 June 2026, and the DCC acknowledged its row as loaded on 10 November 2026; but its CPA Certificate DEMO-CPA-7 expired on 21 November 2026; no later end is recorded.",
    Kind.SUBMITTED: "Not on the list yet: it was submitted on 1 June 2026 and waits to be accepted.",
    Kind.CLOSED: "Not on the list: its submission was closed on 1 July 2026 without a listing.",
    Kind.REMOVED: "Not on the list: it was removed on 1 September 2026 because the manufacturer asked for it (status Withdrawn, reference DEC-2026-009).",
    Kind.CHANGED_DELIVERED: f"{SINCE} 2 June 2026, and its present row was delivered to the DCC on 20 November 2026, which has not acknowledged it yet; the DCC holds an earlier row, loaded on 10 November 2026.",
    Kind.CHANGED_AWAITING: f"{SINCE} 2 June 2026, and its present row waits for the next delivery to the DCC; the DCC holds an earlier row, loaded on 10 November 2026.",
    Kind.CHANGED_REJECTED: f"{SINCE} 2 June 2026, but the DCC rejected its present row on 20 November 2026: unknown variant; the DCC holds an earlier row, loaded on 10 November 2026.",
    Kind.SPECIFICATION_ENDED: f"{SINCE} 2 June 2026, and the DCC acknowledged its row as loaded on 10 November 2026.",
}
INSTALL = {
    Kind.LOADED: Install.YES,
    Kind.DELIVERED: Install.ASK,
    Kind.AWAITING: Install.NOT_YET,
    Kind.REJECTED: Install.NOT_YET,
    Kind.HELD: Install.NOT_YET,
    Kind.AMENDMENT_HELD: Install.ASK,
    Kind.ENDING: Install.YES,
    Kind.ENDED: Install.ASK,
    Kind.SUBMITTED: Install.NO,
    Kind.CLOSED: Install.NO,
    Kind.REMOVED: Install.NO,
    Kind.CHANGED_DELIVERED: Install.ASK,
    Kind.CHANGED_AWAITING: Install.ASK,
    Kind.CHANGED_REJECTED: Install.ASK,
    Kind.SPECIFICATION_ENDED: Install.ASK,
}


def answers(of: Register, on: date = DAY) -> dict[str, Answer]:
    found = Listing(state=publish(of, on)).answers
    return {str(name): one for name, one in found.items()}


@pytest.fixture(scope="module")
def said() -> dict[str, Answer]:
    return answers(every_state())


@pytest.mark.parametrize("kind", SENTENCES)
def test_each_state_has_a_sentence_of_its_own(kind: Kind, said: dict[str, Answer]) -> None:
    one = said[entry_id(kind)]
    assert (one.kind, one.sentence) == (kind, SENTENCES[kind])


@pytest.mark.parametrize("kind", INSTALL)
def test_each_verdict_begins_with_words_of_a_closed_list(
    kind: Kind, said: dict[str, Answer]
) -> None:
    one = said[entry_id(kind)]
    assert one.install is INSTALL[kind]
    assert one.installing.startswith(f"{LEADS[one.install]}: ")
    assert one.tone is TONES[one.install]


def test_each_verdict_has_a_colour_of_its_own() -> None:
    assert len(set(TONES.values())) == len(TONES) == len(Tone)
    assert set(TONES) == set(LEADS) == {*Install, None}
    for word in WITHOUT_ENTRY.values():
        assert word.tone is TONES[word.install]
        assert word.installing.startswith(f"{LEADS[word.install]}: ")


def test_yes_is_said_only_of_what_is_listed_loaded_and_running(state: PublishedState) -> None:
    listing = Listing(state=state)
    yes = [name for name, one in listing.answers.items() if one.install is Install.YES]
    assert {*yes} == {entry_id(Kind.LOADED), entry_id(Kind.ENDING)}
    for name in yes:
        assert dcc_holds(state.by_id[name], listing).startswith("this row, loaded on")
    kinds = [kind for kind, (install, _) in VERDICTS.items() if install is Install.YES]
    assert kinds == [Kind.LOADED]


def test_no_verdict_says_that_the_dcc_lacks_what_it_holds(state: PublishedState) -> None:
    listing = Listing(state=state)
    for name, one in listing.answers.items():
        earlier = dcc_holds(state.by_id[name], listing).startswith("an earlier row of it")
        assert earlier is ("DCC holds an earlier row" in one.reason), name
        assert not (earlier and "may not know it" in one.installing), name


def test_no_two_states_share_their_words(said: dict[str, Answer]) -> None:
    assert len(said) == len(KEYS) == len(SENTENCES)
    assert len({one.word for one in said.values()}) == len(said)
    assert len({one.installing for one in said.values()}) == len(said)
    words = [one.word for one in said.values()] + [one.word for one in WITHOUT_ENTRY.values()]
    assert len(set(words)) == len(words)
    assert {*Kind} - {*VERDICTS} == {Kind.ENDING}
    assert {*Kind} - {*SENTENCES} == {Kind.UNKNOWN, Kind.SUBSTITUTED}


def test_a_held_row_tells_when_it_may_go(said: dict[str, Answer]) -> None:
    assert said[entry_id(Kind.HELD)].lines == (
        "No day has been announced on which the DSP will recognise it.",
    )


def test_a_held_row_whose_certificate_ended_stays_held_and_tells_both() -> None:
    held = entry(gbcs_version="4.3", assurance_certificates=cpa("2026-11-21"))
    (one,) = answers(register(held)).values()
    assert one.kind is Kind.HELD
    assert any("expired on 21 November 2026" in line for line in one.lines)


def test_a_certificate_that_ended_takes_no_stronger_verdict_away() -> None:
    """What the DCC was not sent may not be installed yet, whoever is asked about the certificate."""
    lines = [
        {"date": "2026-11-21", "event": "submitted", "by": "albion-metering"},
        {"date": "2026-11-22", "event": "listed"},
    ]
    ended = entry(
        firmware_version="38040405",
        history=lines,
        assurance_certificates=cpa("2026-11-21"),
    )
    of = delivered(register(entry()), LAST)
    of = replace(of, entries=(*of.entries, ended))
    one = answers(of)[ended.entry_id]
    assert (one.kind, one.install) == (Kind.ENDED, Install.NOT_YET)
    assert one.installing.endswith("A certificate that it needs has run out too.")


def test_a_renewal_that_is_due_ends_nothing() -> None:
    lifetime = [{"scheme": "CPA", "issued": "2020-02-01", "renewal_due": "2026-11-01"}]
    (one,) = answers(register(entry(assurance_certificates=lifetime))).values()
    assert one.kind is Kind.UNKNOWN
    assert "does not expire" in one.lines[0]


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
    state: PublishedState, said: dict[str, Answer]
) -> None:
    (file,) = check_files(state)
    assert file.path == "site/api/v1/check/f0a1.json"
    entries = {one["entry_id"]: one for one in json.loads(file.content)["entries"]}
    assert {
        name: (one["state"], one["install"], one["tone"], one["installing"], one["sentence"])
        for name, one in entries.items()
    } == {
        name: (one.kind, one.install, one.tone, one.installing, one.sentence)
        for name, one in said.items()
    }


def test_the_file_of_a_device_says_what_the_check_says(state: PublishedState) -> None:
    (file,) = check_files(state)
    known = Known(state=state)
    for checked in json.loads(file.content)["entries"]:
        told = device_data(state.by_id[checked["entry_id"]], known)
        for name in ("state", "install", "installing", "word", "notes", "newest"):
            assert told[name] == checked[name], (checked["entry_id"], name)
        assert told["answer"] == checked["sentence"]


def test_the_file_of_a_device_tells_what_happened_at_the_dcc(state: PublishedState) -> None:
    told = device_data(state.by_id[EntryId(entry_id(Kind.CHANGED_REJECTED))], Known(state=state))
    first, last = f"{FIRST}-01", f"{LAST}-01"
    assert [tuple(line.values()) for line in told["dcc_history"]] == [
        (f"{FIRST}", "delivered", first, "", ""),
        (f"{FIRST}", "loaded", first, f"{FIRST}T13:00:00Z", ""),
        (f"{LAST}", "delivered-changed", last, "", ""),
        (f"{LAST}", "rejected", last, f"{LAST}T13:00:00Z", "unknown variant"),
    ]
    assert (
        device_data(state.by_id[EntryId(entry_id(Kind.SUBMITTED))], Known(state=state))[
            "dcc_history"
        ]
        == []
    )


def test_the_newest_firmware_of_the_hardware_is_named_where_one_is_newer() -> None:
    older, newer = entry(), entry(firmware_version="38040405", history=later("2021-01-05"))
    newest = entry(firmware_version="38040406", history=later("2022-01-05"))
    other = entry(hardware_revision="04", history=later("2023-01-05"))
    (file,) = check_files(publish(register(older, newer, newest, other), DAY))
    named = {one["entry_id"]: one["newest"] for one in json.loads(file.content)["entries"]}
    assert named == {
        older.entry_id: newest.entry_id,
        newer.entry_id: newest.entry_id,
        newest.entry_id: "",
        other.entry_id: "",
    }


def later(day: str) -> list[dict[str, str]]:
    return [
        {"date": day, "event": "submitted", "by": "albion-metering"},
        {"date": day, "event": "listed"},
    ]


def test_the_largest_answer_is_one_small_request() -> None:
    """As many as one file takes, with days, certificates and firmware by chance: 7 kB with the server's head."""
    chance = random.Random(1)  # noqa: S311  # nothing here is secret
    made = []
    for number in range(MOST_IN_ONE):
        listed = date(2020, 3, 1) + timedelta(days=chance.randrange(2400))
        certificate = {
            "scheme": "CPA",
            "number": f"DEMO-CPA-{chance.randrange(10**6):06}",
            "issued": "2020-02-01",
            "expires": (DAY + timedelta(days=chance.randint(-200, 1500))).isoformat(),
        }
        made.append(
            entry(
                model_identifier=f"{number // 7:04X}",
                model_name=f"Model {number // 7} of a maker",
                firmware_version=f"{chance.randrange(2**32):08X}",
                gbcs_version=chance.choice(("3.2", "3.2", "3.2", "4.3")),
                assurance_certificates=[certificate],
                history=later(listed.isoformat()),
            )
        )
    (file,) = check_files(publish(register(*made), DAY))
    assert len(json.loads(file.content)["entries"]) == MOST_IN_ONE
    assert len(gzip.compress(file.content, 6)) < 6_500


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
        assert words["install"][columns["answer"][at]] == row.install
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
