"""Campaigns: the deadline, where each target stands, what joins late, what is left day by day."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from cpl_registry.edges.installation import working_days
from cpl_registry.records.campaign import Campaign, Dispute, Exemption, Way
from cpl_registry.records.decision import Decision
from cpl_registry.records.device_model import Entry, EntryId, Status
from cpl_registry.records.oversight import Oversight
from cpl_registry.records.register import Register
from cpl_registry.records.selector import Selector
from cpl_registry.state.campaigning import Campaigning, campaigns_on
from cpl_registry.state.campaigns import (
    CampaignStanding,
    Position,
    Stage,
    Target,
    deadline_of,
    months_after,
)

from tests import builders
from tests.builders import Raw
from tests.repository import ROOT

OPENED, NOTICE = date(2024, 1, 8), date(2024, 1, 15)
DEADLINE = date(2024, 4, 15)
DAY = timedelta(days=1)
OLD, NEW, THIRD = "38040404", "38040405", "38040406"
TARGET = EntryId(f"esme-f0a1-0005-02-03-{OLD}")
NEWER = EntryId(f"esme-f0a1-0005-02-03-{NEW}")


def campaign(**override: Any) -> Campaign:
    made = Campaign(
        path="cpl/panel/campaigns/CAM-1.yaml",
        reference="CAM-1",
        title="From GBCS 3.2",
        selector=Selector(status=Status.ACTIVE, gbcs_versions=frozenset({"3.2"})),
        corrected_by=(Way.AMENDMENT, Way.NEWER_FIRMWARE),
        opened=OPENED,
        notice=NOTICE,
        notice_months=3,
        body="A panel",
        targets=(TARGET,),
    )
    return replace(made, **override)


def line(day: date | str, event: str, **parts: Any) -> Raw:
    return {"date": str(day), "event": event, **parts}


def amended(day: date, before: str = "3.2", after: str = "4.3") -> Raw:
    return line(day, "amended", changed={"gbcs_version": {"from": before, "to": after}})


def removed(day: date, cause: str = "panel-decision") -> Raw:
    return line(day, "removed", status="Withdrawn", cause=cause, reference="DEC-1")


def old(*lines: Raw, gbcs: str = "3.2") -> Entry:
    return builders.entry(gbcs_version=gbcs, history=[*builders.LISTED, *lines])


def newer(*lines: Raw, gbcs: str = "4.3", firmware: str = NEW, **override: Any) -> Entry:
    return builders.entry(
        firmware_version=firmware, gbcs_version=gbcs, history=[*lines], **override
    )


def register(
    one: Campaign, *entries: Entry, decisions: tuple[Decision, ...] = (), **parts: Any
) -> Register:
    return builders.register(
        *entries, oversight=Oversight(campaigns=(one,), decisions=decisions), **parts
    )


def standing(on: date, one: Campaign, *entries: Entry, **parts: Any) -> CampaignStanding:
    return Campaigning(register(one, *entries, **parts)).standing(one, on)


def target(on: date, one: Campaign, *entries: Entry, **parts: Any) -> Target:
    (found,) = standing(on, one, *entries, **parts).targets
    return found


def decision(day: date, *, published: bool = True) -> Decision:
    return Decision(
        path="cpl/panel/decisions/DEC-1.yaml",
        reference="DEC-1",
        day=day,
        body="A panel",
        title="x",
        text="x",
        paper=None,
        classification="white",
        published=published,
    )


# ---------------------------------------------------------------------------------- the deadline


@pytest.mark.parametrize(
    ("notice", "months", "deadline"),
    [
        ("2018-05-29", 3, "2018-08-29"),  # the paper's: a Wednesday
        ("2018-11-30", 3, "2019-02-28"),  # February has no 30th
        ("2019-11-29", 3, "2020-03-02"),  # 29 February 2020 was a Saturday
        ("2018-02-27", 3, "2018-05-29"),  # Sunday, then the bank holiday of 28 May
        ("2018-09-25", 3, "2018-12-27"),  # Christmas and Boxing Day
        ("2018-12-31", 1, "2019-01-31"),
        ("2018-01-31", 13, "2019-02-28"),
        ("2019-01-19", 3, "2019-04-23"),  # Good Friday, Easter, Monday
    ],
)
def test_the_deadline_is_some_calendar_months_later_and_a_working_day(
    notice: str, months: int, deadline: str
) -> None:
    one = campaign(notice=date.fromisoformat(notice), notice_months=months)
    assert deadline_of(one, working_days(ROOT)) == (date.fromisoformat(deadline), True)


def test_beyond_the_list_of_bank_holidays_the_plain_day_stands_and_is_told_as_such() -> None:
    known = working_days(ROOT)
    one = campaign(notice=known.last, notice_months=3)
    assert deadline_of(one, known) == (months_after(known.last, 3), False)
    assert deadline_of(one, None) == (months_after(known.last, 3), False)
    assert deadline_of(campaign(notice=None), known) is None


def test_the_deadline_itself_is_in_time() -> None:
    assert target(DEADLINE, campaign(), old()).position is Position.OUTSTANDING
    late = target(DEADLINE + DAY, campaign(), old())
    assert (late.position, late.since) == (Position.OVERDUE, DEADLINE + DAY)


# ---------------------------------------------------------------------------------- the stages


def test_the_stages_follow_from_the_days() -> None:
    one = campaign(closed=DEADLINE + 20 * DAY)
    entry = old(amended(DEADLINE))
    found = {
        day: standing(day, one, entry).stage
        for day in (OPENED, NOTICE - DAY, NOTICE, DEADLINE, DEADLINE + DAY, DEADLINE + 20 * DAY)
    }
    assert [*found.values()] == [
        Stage.OPENED,
        Stage.OPENED,
        Stage.NOTICE_GIVEN,
        Stage.NOTICE_GIVEN,
        Stage.PAST_DEADLINE,
        Stage.CLOSED,
    ]


def test_days_left_are_counted_to_the_deadline_and_beyond() -> None:
    one = campaign(closed=DEADLINE + 20 * DAY)
    left = [
        standing(day, one, old()).days_left
        for day in (NOTICE - DAY, NOTICE, DEADLINE, DEADLINE + DAY, DEADLINE + 20 * DAY)
    ]
    assert left == [None, 91, 0, -1, None]


def test_a_campaign_is_not_there_before_it_is_opened() -> None:
    made = register(campaign(), old())
    assert campaigns_on(made, OPENED - DAY) == ()
    assert [one.campaign.reference for one in campaigns_on(made, OPENED)] == ["CAM-1"]


# ---------------------------------------------------------------------------------- targets


def test_before_notice_the_targets_are_those_meant_on_the_day() -> None:
    other = newer(*builders.LISTED, gbcs="3.2")
    one = campaign()
    assert {each.entry_id for each in standing(OPENED, one, old(), other).targets} == {
        TARGET,
        NEWER,
    }


def test_after_notice_they_are_frozen_whatever_happens_to_them() -> None:
    other = newer(line(NOTICE, "submitted"), line(NOTICE + DAY, "listed"), gbcs="3.2")
    found = standing(NOTICE + 2 * DAY, campaign(), old(amended(NOTICE + DAY), gbcs="4.3"), other)
    assert [each.entry_id for each in found.targets] == [TARGET]
    assert found.joined_late == (NEWER,)


def test_nobody_joins_late_before_notice_or_without_being_active() -> None:
    other = newer(line(NOTICE, "submitted"), gbcs="3.2")
    assert standing(NOTICE + DAY, campaign(), old(), other).joined_late == ()
    listed = newer(*builders.LISTED, gbcs="3.2")
    assert standing(NOTICE - DAY, campaign(), old(), listed).joined_late == ()


def test_only_active_entries_are_meant_even_if_the_selector_does_not_say_so() -> None:
    one = campaign(notice=None, targets=(), selector=Selector(gbcs_versions=frozenset({"3.2"})))
    gone = old(removed(OPENED - DAY))
    waiting = newer(line(OPENED, "submitted"), gbcs="3.2")
    assert standing(OPENED, one, gone, waiting).targets == ()


# ---------------------------------------------------------------------------------- corrected


def test_an_amendment_corrects_from_its_day_on() -> None:
    entry = old(amended(NOTICE + 5 * DAY), gbcs="4.3")
    before, after = (target(NOTICE + n * DAY, campaign(), entry) for n in (4, 5))
    assert before.position is Position.OUTSTANDING
    assert (after.position, after.way, after.since) == (
        Position.CORRECTED,
        Way.AMENDMENT,
        NOTICE + 5 * DAY,
    )
    assert not after.still_meant


def test_an_amendment_that_goes_back_is_no_correction_any_more() -> None:
    entry = old(amended(NOTICE + DAY), amended(NOTICE + 9 * DAY, "4.3", "3.2"))
    assert target(NOTICE + 8 * DAY, campaign(), entry).position is Position.CORRECTED
    assert target(NOTICE + 9 * DAY, campaign(), entry).position is Position.OUTSTANDING


def test_an_amendment_after_the_deadline_corrects_late_and_still_does() -> None:
    entry = old(amended(DEADLINE + 9 * DAY), gbcs="4.3")
    assert target(DEADLINE + 8 * DAY, campaign(), entry).position is Position.OVERDUE
    assert target(DEADLINE + 9 * DAY, campaign(), entry).position is Position.CORRECTED


def test_newer_firmware_corrects_once_it_is_listed_and_counts_as_submitted_before() -> None:
    other = newer(line(NOTICE + 2 * DAY, "submitted"), line(NOTICE + 6 * DAY, "listed"))
    told = [target(NOTICE + n * DAY, campaign(), old(), other) for n in (1, 2, 5, 6)]
    assert [one.position for one in told] == [
        Position.OUTSTANDING,
        Position.SUBMITTED,
        Position.SUBMITTED,
        Position.CORRECTED,
    ]
    assert [one.by for one in told] == [None, NEWER, NEWER, NEWER]
    assert (told[2].since, told[3].since) == (NOTICE + 2 * DAY, NOTICE + 6 * DAY)
    assert told[3].still_meant  # the old firmware itself has not changed


def test_a_submission_that_is_closed_or_has_the_old_values_is_none() -> None:
    closed = newer(line(NOTICE, "submitted"), line(NOTICE + DAY, "closed"))
    same = newer(line(NOTICE, "submitted"), gbcs="3.2", firmware=THIRD)
    found = target(NOTICE + DAY, campaign(), old(), closed, same)
    assert found.position is Position.OUTSTANDING


def test_a_submission_that_was_closed_may_be_submitted_again() -> None:
    again = newer(
        line(NOTICE, "submitted"), line(NOTICE + DAY, "closed"), line(NOTICE + 5 * DAY, "submitted")
    )
    found = target(NOTICE + 5 * DAY, campaign(), old(), again)
    assert (found.position, found.since) == (Position.SUBMITTED, NOTICE + 5 * DAY)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(newer(*builders.LISTED[:1], line("2020-01-01", "listed")), id="listed before"),
        pytest.param(newer(*builders.LISTED), id="listed on the same day"),
        pytest.param(newer(line(NOTICE, "listed"), gbcs="3.2"), id="the same values"),
        pytest.param(newer(line(NOTICE, "listed"), hardware_revision="04"), id="other hardware"),
        pytest.param(newer(line(NOTICE, "listed"), model_identifier="0006"), id="another model"),
        pytest.param(
            newer(line(NOTICE, "listed"), removed(NOTICE + DAY, "manufacturer-request")),
            id="removed again",
        ),
    ],
)
def test_other_firmware_corrects_nothing(other: Entry) -> None:
    found = target(NOTICE + 2 * DAY, campaign(), old(), other)
    assert found.position is Position.OUTSTANDING


def test_a_recorded_upgrade_says_which_of_two_firmwares_is_newer() -> None:
    listed = builders.LISTED  # both on the same day
    image = {"sha256": "AB" * 32}
    after = newer(*listed, manufacturer_image={**image, "upgrades_from": [TARGET]})
    assert target(NOTICE, campaign(), old(), after).position is Position.CORRECTED
    later = newer(line(NOTICE, "listed"))
    first = builders.entry(manufacturer_image={**image, "upgrades_from": [NEWER]})
    assert target(NOTICE, campaign(), first, later).position is Position.OUTSTANDING


def test_newer_firmware_that_was_amended_itself_corrects_from_that_day() -> None:
    other = newer(line(NOTICE + DAY, "listed"), amended(NOTICE + 7 * DAY))
    told = [target(NOTICE + n * DAY, campaign(), old(), other) for n in (6, 7)]
    assert [one.position for one in told] == [Position.OUTSTANDING, Position.CORRECTED]
    assert told[1].since == NOTICE + 7 * DAY


def test_only_the_ways_that_the_campaign_names_count() -> None:
    other = newer(line(NOTICE + DAY, "listed"))
    by_amendment = campaign(corrected_by=(Way.AMENDMENT,))
    assert target(NOTICE + DAY, by_amendment, old(), other).position is Position.OUTSTANDING
    by_firmware = campaign(corrected_by=(Way.NEWER_FIRMWARE,))
    entry = old(amended(NOTICE), gbcs="4.3")
    assert target(NOTICE + DAY, by_firmware, entry).position is Position.OUTSTANDING


def test_what_was_held_is_corrected_when_the_hold_ends() -> None:
    learns = {"start": str(NOTICE + 9 * DAY), "gbcs_versions": ["3.2", "4.3"], "source": "a test"}
    one = campaign(selector=Selector(held=True))
    made = register(one, old(gbcs="4.3"), dsp_profile=builders.dsp(learns))
    asked = Campaigning(made)
    told = [asked.standing(one, NOTICE + n * DAY).targets[0] for n in (8, 9)]
    assert [each.position for each in told] == [Position.OUTSTANDING, Position.CORRECTED]
    assert (told[1].since, told[1].way) == (NOTICE + 9 * DAY, None)
    assert [day for day, _ in asked.burn_down(one, NOTICE + 20 * DAY)] == [
        NOTICE,
        NOTICE + 9 * DAY,
    ]


# ---------------------------------------------------------------------------------- done otherwise


def test_a_removed_target_is_told_with_status_cause_and_decision() -> None:
    found = target(DEADLINE + 9 * DAY, campaign(), old(removed(DEADLINE + 9 * DAY)))
    assert (found.position, found.status, found.cause, found.reference) == (
        Position.REMOVED,
        Status.WITHDRAWN,
        "panel-decision",
        "DEC-1",
    )


def test_a_reinstated_target_is_overdue_again() -> None:
    back = line(DEADLINE + 20 * DAY, "reinstated", reference="DEC-1")
    entry = old(removed(DEADLINE + 9 * DAY), back)
    assert target(DEADLINE + 19 * DAY, campaign(), entry).position is Position.REMOVED
    assert target(DEADLINE + 20 * DAY, campaign(), entry).position is Position.OVERDUE


def test_a_target_is_spared_from_the_day_of_the_decision() -> None:
    spared = Exemption(entry_id=TARGET, reason="Nothing is installed", reference="DEC-1")
    one = campaign(exemptions=(spared,))
    taken = (decision(DEADLINE + 5 * DAY),)
    assert target(DEADLINE + 4 * DAY, one, old(), decisions=taken).position is Position.OVERDUE
    found = target(DEADLINE + 5 * DAY, one, old(), decisions=taken)
    assert (found.position, found.since, found.reference) == (
        Position.EXEMPT,
        DEADLINE + 5 * DAY,
        "DEC-1",
    )
    assert found.still_meant


def test_a_target_is_spared_from_its_own_day_where_that_is_later() -> None:
    day = DEADLINE + 9 * DAY
    spared = Exemption(entry_id=TARGET, reason="x", reference="DEC-1", since=day)
    one = campaign(exemptions=(spared,))
    taken = (decision(DEADLINE),)
    assert target(day - DAY, one, old(), decisions=taken).position is Position.OVERDUE
    assert target(day, one, old(), decisions=taken).position is Position.EXEMPT


def test_a_draft_spares_nobody() -> None:
    spared = Exemption(entry_id=TARGET, reason="Nothing is installed", reference="DEC-1")
    one = campaign(exemptions=(spared,))
    drafted = (decision(NOTICE, published=False),)
    assert target(NOTICE + DAY, one, old(), decisions=drafted).position is Position.OUTSTANDING


def test_a_dispute_holds_until_the_day_on_which_it_is_settled() -> None:
    disputed = Dispute(
        entry_id=TARGET, since=NOTICE + DAY, settled=DEADLINE + 9 * DAY, reason="It is right"
    )
    one = campaign(disputes=(disputed,))
    told = {
        day: target(day, one, old()).position
        for day in (NOTICE, NOTICE + DAY, DEADLINE + 8 * DAY, DEADLINE + 9 * DAY)
    }
    assert [*told.values()] == [
        Position.OUTSTANDING,
        Position.DISPUTED,
        Position.DISPUTED,
        Position.OVERDUE,
    ]


def test_the_first_that_holds_is_the_position() -> None:
    """Removed, spared, corrected, disputed, submitted: in that order."""
    waiting = newer(line(NOTICE, "submitted"))
    disputed = Dispute(entry_id=TARGET, since=NOTICE, settled=None, reason="It is right")
    spared = Exemption(entry_id=TARGET, reason="Nothing is installed", reference="DEC-9")
    right = old(amended(NOTICE), gbcs="4.3")
    gone = old(amended(NOTICE), removed(NOTICE), gbcs="4.3")
    both = campaign(disputes=(disputed,))
    assert target(NOTICE, campaign(), old(), waiting).position is Position.SUBMITTED
    assert target(NOTICE, both, old(), waiting).position is Position.DISPUTED
    assert target(NOTICE, both, right, waiting).position is Position.CORRECTED
    all_three = campaign(disputes=(disputed,), exemptions=(spared,))
    assert target(NOTICE, all_three, right, waiting).position is Position.EXEMPT
    assert target(NOTICE, all_three, gone, waiting).position is Position.REMOVED


# ---------------------------------------------------------------------------------- the end


def test_a_closed_campaign_stands_as_it_did_on_the_day_of_closing() -> None:
    one = campaign(closed=DEADLINE + 9 * DAY)
    entry = old(amended(DEADLINE + 30 * DAY), gbcs="4.3")
    late = newer(line(DEADLINE + 30 * DAY, "listed"), gbcs="3.2")
    found = standing(DEADLINE + 60 * DAY, one, entry, late)
    assert found.stage is Stage.CLOSED
    assert [each.position for each in found.targets] == [Position.OVERDUE]
    assert found.joined_late == ()
    assert found.told_on == DEADLINE + 9 * DAY


def test_the_burn_down_has_a_line_for_each_day_on_which_a_count_changed() -> None:
    entries = (
        old(amended(NOTICE + 5 * DAY), gbcs="4.3"),
        newer(*builders.LISTED, removed(DEADLINE + 9 * DAY), gbcs="3.2", model_identifier="0006"),
    )
    other = EntryId(f"esme-f0a1-0006-02-03-{NEW}")
    one = campaign(targets=(TARGET, other))
    steps = Campaigning(register(one, *entries)).burn_down(one, DEADLINE + 60 * DAY)
    told = [(day, {place: n for place, n in counts.items() if n}) for day, counts in steps]
    assert told == [
        (NOTICE, {Position.OUTSTANDING: 2}),
        (NOTICE + 5 * DAY, {Position.CORRECTED: 1, Position.OUTSTANDING: 1}),
        (DEADLINE + DAY, {Position.CORRECTED: 1, Position.OVERDUE: 1}),
        (DEADLINE + 9 * DAY, {Position.CORRECTED: 1, Position.REMOVED: 1}),
    ]


def test_there_is_no_burn_down_before_notice() -> None:
    made = register(campaign(), old())
    assert Campaigning(made).burn_down(campaign(), NOTICE - DAY) == ()


def test_manufacturers_are_told_apart() -> None:
    other = builders.entry(manufacturer="brigantia-meters", manufacturer_identifier="F0B2")
    one = campaign(targets=(TARGET, other.entry_id))
    found = standing(NOTICE, one, old(), other).by_manufacturer()
    assert {slug: len(targets) for slug, targets in found.items()} == {
        "albion-metering": 1,
        "brigantia-meters": 1,
    }
