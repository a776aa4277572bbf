"""Is anything wrong today? Each concern appears with its entries and first day, and goes again."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from cpl_registry.edges import installation
from cpl_registry.outputs.entry_rows import Listing
from cpl_registry.outputs.health_words import health_data, told, until_words, verdict_words
from cpl_registry.outputs.pages_today import today_page
from cpl_registry.records.campaign import parse_campaign
from cpl_registry.records.incident import parse_incident
from cpl_registry.records.oversight import Oversight
from cpl_registry.records.register import Register
from cpl_registry.state.health import Concern, Condition, Health, Matter, health_on
from cpl_registry.state.publication import publish
from cpl_registry.state.waiting import overdue_rows

from tests.builders import LISTED, dsp, entry, register
from tests.registers import files_of, register_of
from tests.repository import ROOT
from tests.sendings import answered, delivered, noon
from tests.site_files import read_html

MONDAY, TUESDAY = date(2026, 11, 16), date(2026, 11, 17)
LATER = "esme-f0a1-0005-02-03-38040405"
USUAL = "esme-f0a1-0005-02-03-38040404"
INCIDENT = {
    "reference": "INC-2026-001",
    "title": "Rows are not loaded",
    "severity": "2",
    "start": "2026-11-10",
    "fact": "The DSP is down",
    "selector": {"status": "Active"},
    "timeline": [{"date": "2026-11-10", "text": "It was noticed"}],
}


def health(of: Register, on: date) -> Health:
    return health_on(publish(of, on, None, installation.working_days(ROOT)))


def matters(of: Register, on: date) -> dict[Matter, Concern]:
    found = health(of, on).concerns
    assert len({one.matter for one in found}) == len(found)
    return {one.matter: one for one in found}


def test_a_register_without_deliveries_has_nothing_wrong() -> None:
    answer = health(register(entry()), MONDAY)
    assert (answer.verdict, answer.concerns) == (Condition.WELL, ())
    assert verdict_words(answer) == (
        "Nothing is wrong with the CPL today, so far as this register knows."
    )


def test_what_is_held_is_told_with_the_day_on_which_all_of_it_goes() -> None:
    held = entry(gbcs_version="4.3", history=[LISTED[0], {"date": "2026-05-11", "event": "listed"}])
    announced = dsp({"start": "2027-02-25", "gbcs_versions": ["3.2", "4.3"], "expected": "true"})
    other = entry(firmware_version="38040405")
    (found,) = health(register(held, other), MONDAY).concerns
    assert found.matter is Matter.HELD
    assert (found.entries, found.count) == ((USUAL,), 1)
    assert (found.since, found.until) == (date(2026, 5, 11), None)
    assert told(found) == "1 entry is held back from the DCC"
    assert until_words(found) == "No day is known by which all of it will be over."
    of = register(held, other, dsp_profile=announced)
    (found,) = health(of, MONDAY).concerns
    assert (found.since, found.until) == (date(2026, 5, 11), date(2027, 2, 25))
    assert until_words(found) == "It is expected to be over by Thursday 25 February 2027."
    assert verdict_words(health(of, MONDAY)) == "1 thing needs attention today."
    # Once its day has passed the announcement promises nothing, and is itself told of.
    late = matters(of, date(2027, 2, 26))
    assert late[Matter.HELD].until is None
    assert late[Matter.STEP].since == date(2027, 2, 26)
    assert late[Matter.STEP].references == ("2027-02-25",)


def test_an_open_incident_outweighs_the_rest() -> None:
    told_of = Oversight(incidents=(parse_incident("a.yaml", INCIDENT),))
    of = replace(register(entry(gbcs_version="4.3")), oversight=told_of)
    answer = health(of, MONDAY)
    assert answer.verdict is Condition.INCIDENT
    assert [one.matter for one in answer.concerns] == [Matter.INCIDENT, Matter.HELD]
    assert answer.concerns[0].references == ("INC-2026-001",)
    assert answer.concerns[0].since == date(2026, 11, 10)
    assert verdict_words(answer) == "An incident is open, and 1 other thing needs attention."
    over = parse_incident("a.yaml", {**INCIDENT, "end": "2026-11-15"})
    of = replace(of, oversight=Oversight(incidents=(over,)))
    assert Matter.INCIDENT in matters(of, date(2026, 11, 15))
    assert Matter.INCIDENT not in matters(of, MONDAY)
    assert Matter.INCIDENT not in matters(of, date(2026, 11, 9))


def test_a_delivery_that_is_due_is_told_on_the_day_after_its_working_day() -> None:
    of = delivered(register(entry()), date(2026, 11, 12))
    listed = [{**LISTED[0], "date": "2026-11-13"}, {"date": "2026-11-13", "event": "listed"}]
    of = replace(
        of, entries=(*of.entries, entry(firmware_version="38040405", history=listed))
    )  # listed on a Friday: due by the end of Monday
    assert Matter.NOT_SENT not in matters(of, MONDAY)
    found = matters(of, TUESDAY)[Matter.NOT_SENT]
    assert (found.entries, found.since) == ((LATER,), TUESDAY)
    assert Matter.NOT_SENT not in matters(delivered(of, TUESDAY), TUESDAY)


def test_a_rejected_row_is_told_at_once_and_until_it_is_loaded() -> None:
    of = delivered(register(entry()), MONDAY)
    refused = answered(of, "2026-11-16-01", noon(MONDAY), USUAL, loaded=False, reason="no")
    found = matters(refused, MONDAY)[Matter.REJECTED]
    assert (found.entries, found.since) == ((USUAL,), MONDAY)
    assert told(found) == "The DCC rejected 1 row that it was sent"
    assert Matter.UNANSWERED not in matters(refused, date(2026, 11, 18))
    loaded = answered(refused, "2026-11-16-01", noon(TUESDAY), USUAL)
    assert Matter.REJECTED not in matters(loaded, TUESDAY)


def test_a_row_without_an_answer_is_told_when_the_day_of_its_24_hours_is_over() -> None:
    of = delivered(register(entry()), MONDAY)
    assert Matter.UNANSWERED not in matters(of, TUESDAY)
    found = matters(of, date(2026, 11, 18))[Matter.UNANSWERED]
    assert (found.entries, found.since) == ((USUAL,), date(2026, 11, 18))
    assert found.references == ("2026-11-16-01",)
    loaded = answered(of, "2026-11-16-01", noon(TUESDAY), USUAL)
    assert Matter.UNANSWERED not in matters(loaded, date(2026, 11, 18))


def test_a_removal_without_an_answer_waits_since_the_delivery_that_told_it() -> None:
    before = answered(delivered(register(entry()), MONDAY), "2026-11-16-01", noon(MONDAY))
    removed = {
        "date": "2026-11-17",
        "event": "removed",
        "status": "Withdrawn",
        "cause": "panel-decision",
        "reference": "DEC-2026-001",
    }
    gone = entry(history=[*LISTED, removed])
    of = delivered(replace(before, entries=(gone,)), TUESDAY)
    assert Matter.UNANSWERED not in matters(of, date(2026, 11, 18))
    found = matters(of, date(2026, 11, 19))[Matter.UNANSWERED]
    assert (found.entries, found.since) == ((USUAL,), date(2026, 11, 19))
    assert found.references == ("2026-11-17-01",)
    loaded = answered(of, "2026-11-17-01", noon(date(2026, 11, 18)), USUAL)
    assert Matter.UNANSWERED not in matters(loaded, date(2026, 11, 19))


def test_a_list_is_due_to_be_sent_again_before_it_is_no_longer_fresh() -> None:
    of = delivered(register(entry()), MONDAY)
    assert Matter.FRESHNESS not in matters(of, MONDAY + timedelta(days=4))
    found = matters(of, MONDAY + timedelta(days=5))[Matter.FRESHNESS]
    assert (found.since, found.count) == (date(2026, 11, 21), 1)
    taken_over = delivered(register(entry()), MONDAY, kind="baseline")
    assert Matter.FRESHNESS not in matters(taken_over, date(2026, 12, 24))


@pytest.mark.parametrize(
    ("end", "matter"), [("expires", Matter.EXPIRED), ("renewal_due", Matter.RENEWAL)]
)
def test_an_expiry_is_told_apart_from_a_renewal_and_from_the_day_after(
    end: str, matter: Matter
) -> None:
    cpa = {"scheme": "CPA", "number": "DEMO-CPA-0001", "issued": "2020-02-01", end: "2026-11-16"}
    of = register(entry(assurance_certificates=[cpa]))
    assert matters(of, MONDAY) == {}
    (found,) = health(of, TUESDAY).concerns
    assert (found.matter, found.entries, found.since) == (matter, (USUAL,), TUESDAY)


def test_a_campaign_past_its_deadline_is_told_with_what_is_overdue() -> None:
    campaign = parse_campaign(
        "a.yaml",
        {
            "reference": "CAM-2026-001",
            "title": "Leave GBCS 3.2",
            "selector": {"gbcs_versions": ["3.2"]},
            "corrected_by": ["amendment"],
            "opened": "2026-08-10",
            "notice": "2026-08-14",
            "notice_months": "3",
            "body": "A panel",
            "targets": [USUAL],
        },
    )
    of = replace(register(entry()), oversight=Oversight(campaigns=(campaign,)))
    assert Matter.CAMPAIGN not in matters(of, MONDAY)  # the 14th was a Saturday
    found = matters(of, TUESDAY)[Matter.CAMPAIGN]
    assert (found.references, found.entries) == (("CAM-2026-001",), (USUAL,))
    assert (found.since, found.count) == (TUESDAY, 1)


def test_a_row_that_the_dsp_has_stopped_recognising_is_told() -> None:
    profile = dsp({"start": "2026-11-10", "gbcs_versions": ["4.3"], "source": "a test"})
    before = delivered(register(entry()), date(2026, 11, 9))
    of = replace(before, dsp=register(dsp_profile=profile).dsp)
    found = matters(of, MONDAY)[Matter.STOPPED]
    assert (found.entries, found.since) == ((USUAL,), date(2026, 11, 10))


def test_every_kind_of_concern_has_words_and_data_that_fit_the_schema() -> None:
    schema = installation.published_schema("status").schema
    concern_of = schema["properties"]["health"]["properties"]["concerns"]["items"]
    assert [*Matter] == concern_of["properties"]["matter"]["enum"]
    for matter in Matter:
        for count in (1, 2):
            names = tuple(f"2026-11-1{n}-01" for n in range(count))
            concern = Concern(matter=matter, since=MONDAY, entries=(), references=names)
            data = health_data(Health(on=MONDAY, concerns=(concern,)))
            assert "{" not in data["concerns"][0]["sentence"]
            assert data["concerns"][0]["count"] == count


def test_the_demonstration_agrees_with_what_other_commands_count() -> None:
    """What is told of each day equals what other code counts for the same day."""
    of = register_of(files_of(ROOT), date(2026, 11, 22))
    calendar = installation.working_days(ROOT)
    late_days = 0
    for day in (date(2025, 6, 18), date(2025, 6, 19), date(2026, 10, 14), date(2026, 11, 22)):
        found, state = matters(of, day), publish(of, day, None, calendar)
        held = found[Matter.HELD].entries if Matter.HELD in found else ()
        assert list(held) == [one.entry_id for one in state.held], day
        late = set(found[Matter.NOT_SENT].entries) if Matter.NOT_SENT in found else set()
        assert late == {row.entry_id for row in overdue_rows(of, day, calendar)}, day
        late_days += bool(late)
        expired = set(found[Matter.EXPIRED].entries) if Matter.EXPIRED in found else set()
        assert expired == {
            one.entry_id
            for one in state.active
            for text in [one.entry.get("assurance_certificates.CPA.expires")]
            if text and datetime.fromisoformat(text).date() < day
        }, day
    assert late_days == 1


def test_the_page_of_a_day_shows_each_concern_with_what_it_counts() -> None:
    """Every concern that can be is on one page, with a link for each entry, campaign and day."""
    cpa = {"scheme": "CPA", "number": "DEMO-CPA-0001", "issued": "2020-02-01"}
    entries = [
        entry(gbcs_version="4.3", assurance_certificates=[{**cpa, "expires": "2026-11-01"}]),
        entry(
            firmware_version="38040405",
            assurance_certificates=[{**cpa, "renewal_due": "2026-11-01"}],
        ),
    ]
    profile = dsp({"start": "2026-11-10", "gbcs_versions": ["4.3"], "expected": "true"})
    incident = parse_incident("a.yaml", INCIDENT)
    of = replace(
        register(*entries, dsp_profile=profile), oversight=Oversight(incidents=(incident,))
    )
    page = today_page(Listing(state=publish(of, MONDAY))).artefact().content.decode()
    read = read_html(page.partition("---\n\n")[2])
    for one in health(of, MONDAY).concerns:
        assert one.matter in read.ids
        assert f"#{one.matter}" in read.links
    assert "1 announced change of the DSP has not been seen, though its day has passed" in read.text
    assert "Tuesday 10 November 2026" in read.text
    for found in (USUAL, LATER):
        assert f"../devices/{found}/" in read.links
    assert "../incidents/INC-2026-001/" in read.links
