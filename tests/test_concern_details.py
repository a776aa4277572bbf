"""What `today/` says of each entry of a concern: since when, why, and what the DCC holds instead."""

from copy import deepcopy
from dataclasses import replace
from datetime import date

from cpl_registry.edges import installation
from cpl_registry.outputs.concern_details import details
from cpl_registry.outputs.health_words import ACTS
from cpl_registry.records.device_model import EntryId
from cpl_registry.records.register import Register
from cpl_registry.state.health import Matter, health_on
from cpl_registry.state.publication import publish

from tests.builders import LISTED, device_model, dsp, entry, register
from tests.repository import ROOT
from tests.sendings import answered, delivered, noon

MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 18)
USUAL = EntryId("esme-f0a1-0005-02-03-38040404")


def told(of: Register, on: date, matter: Matter) -> dict[EntryId, str]:
    state = publish(of, on, None, installation.working_days(ROOT))
    (concern,) = (one for one in health_on(state).concerns if one.matter is matter)
    assert concern.since <= on
    return dict(details(concern, state))


def rejected_on(of: Register, day: date, reason: str) -> Register:
    sent = delivered(of, day)
    return answered(sent, f"{day}-01", noon(day), USUAL, loaded=False, reason=reason)


def test_a_row_that_is_rejected_again_stands_since_it_was_rejected_first() -> None:
    once = rejected_on(register(entry()), MONDAY, "no")
    assert told(once, MONDAY, Matter.REJECTED)[USUAL] == (
        "Rejected first on Monday 16 November 2026: no. The DCC holds no row of it."
    )
    again = rejected_on(once, TUESDAY, "still no")
    assert told(again, TUESDAY, Matter.REJECTED)[USUAL] == (
        "Rejected first on Monday 16 November 2026, last on Tuesday 17 November 2026: still no."
        " The DCC holds no row of it."
    )
    state = publish(again, TUESDAY, None, installation.working_days(ROOT))
    (concern,) = (one for one in health_on(state).concerns if one.matter is Matter.REJECTED)
    assert concern.since == MONDAY
    sent_again = delivered(again, WEDNESDAY)
    assert told(sent_again, WEDNESDAY, Matter.REJECTED)[USUAL].endswith(
        " It was sent again with 2026-11-18-01, and the DCC has not answered for it."
        " The DCC holds no row of it."
    )


def test_another_row_that_is_rejected_begins_anew_and_the_loaded_one_is_told() -> None:
    of = answered(delivered(register(entry()), MONDAY), "2026-11-16-01", noon(MONDAY), USUAL)
    both = dsp({"start": "2026-11-01", "gbcs_versions": ["3.2", "4.3"], "source": "a test"})
    change = {"gbcs_version": {"from": "3.2", "to": "4.3"}}
    amended = entry(
        gbcs_version="4.3",
        history=[*LISTED, {"date": "2026-11-17", "event": "amended", "changed": change}],
    )
    of = replace(
        register(amended, dsp_profile=both),
        **{name: getattr(of, name) for name in ("deliveries", "acknowledgements")},
    )
    refused = rejected_on(of, TUESDAY, "unknown")
    assert told(refused, TUESDAY, Matter.REJECTED)[USUAL] == (
        "Rejected first on Tuesday 17 November 2026: unknown."
        " The DCC holds an earlier row of it, loaded on Monday 16 November 2026."
    )


def test_what_is_past_its_certificate_is_told_with_the_certificate_and_its_day() -> None:
    certificates = deepcopy(device_model()["assurance_certificates"])
    (cpa,) = (one for one in certificates if one["scheme"] == "CPA")
    cpa["expires"] = "2026-11-15"
    of = register(entry(assurance_certificates=certificates))
    assert told(of, MONDAY, Matter.EXPIRED) == {
        USUAL: f"CPA Certificate {cpa['number']} expired on Sunday 15 November 2026."
    }


def test_every_matter_says_who_acts() -> None:
    assert set(ACTS) == set(Matter)
