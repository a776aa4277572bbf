"""Every kind of thing that can name a decision, in one register: found, dated, and judged."""

from dataclasses import replace
from datetime import date

import pytest
from cpl_registry.records.campaign import Campaign, Exemption, Way
from cpl_registry.records.decision import Decision
from cpl_registry.records.device_model import EntryId
from cpl_registry.records.dsp_profile import PolicyStep
from cpl_registry.records.incident import Incident, Moment
from cpl_registry.records.notice import Audience, Notice
from cpl_registry.records.oversight import Oversight
from cpl_registry.records.register import Register
from cpl_registry.records.selector import Selector
from cpl_registry.records.waivers import Waiver
from cpl_registry.rules.decision_rules import (
    decisions_are_cited,
    decisions_come_before_what_rests_on_them,
    decisions_that_are_named_are_there,
    nothing_rests_on_a_draft,
)
from cpl_registry.rules.rule import Rule
from cpl_registry.state.citations import By, citations, cited_on

from tests.builders import LISTED, entry, register
from tests.registers import files_of, register_of
from tests.repository import ROOT

REFERENCE, DAY = "DEC-2026-500", date(2026, 6, 15)
ID = EntryId("esme-f0a1-0005-02-03-38040404")
BEFORE, AFTER = date(2026, 6, 14), date(2026, 11, 22)


def deciding(*, published: bool = True, day: date = DAY) -> Decision:
    return Decision(
        path=f"cpl/panel/decisions/{REFERENCE}.yaml",
        reference=REFERENCE,
        day=day,
        body="Demonstration Panel",
        title="A decision",
        text="Made up for a test",
        paper=None,
        classification="white",
        published=published,
    )


def citing(*decisions: Decision, policy: str = "hold", there: bool = True) -> Register:
    """A register in which everything that can name a decision names the same, from one day on."""
    campaign = Campaign(
        path="cpl/panel/campaigns/CAM-2026-500.yaml",
        reference="CAM-2026-500",
        title="A campaign",
        selector=Selector(gbcs_versions=frozenset({"3.2"})),
        corrected_by=(Way.AMENDMENT,),
        opened=DAY,
        notice=None,
        notice_months=3,
        body="Demonstration Panel",
        decision=REFERENCE,
        outcome=REFERENCE,
        exemptions=(Exemption(entry_id=ID, reason="A reason", reference=REFERENCE),),
        closed=DAY,
    )
    incident = Incident(
        path="cpl/panel/incidents/INC-2026-500.yaml",
        reference="INC-2026-500",
        title="An incident",
        severity="2",
        start=BEFORE,
        end=None,
        expected_end=None,
        fact="A fact",
        selector=campaign.selector,
        timeline=(Moment(day=BEFORE, text="It began"),),
        decision=REFERENCE,
    )
    notice = Notice(
        path="cpl/panel/notices/NOT-2026-500.yaml",
        reference="NOT-2026-500",
        title="A notice",
        about=REFERENCE,
        audience=Audience.WEBSITE,
        manufacturer=None,
        sent=DAY,
        sha256="0" * 64,
    )
    removed = {
        "date": DAY.isoformat(),
        "event": "removed",
        "status": "Withdrawn",
        "cause": "panel-decision",
        "reference": REFERENCE,
    }
    sent = register_of(files_of(ROOT), AFTER).deliveries[-1]
    named = {"CAM-2026-500", "INC-2026-500", "NOT-2026-500", *([REFERENCE] if there else ())}
    return register(
        entry(history=[*LISTED, removed]),
        policy=(PolicyStep(start=DAY, end=AFTER, policy=policy, decision=REFERENCE),),
        waivers=(
            Waiver(rule="CPL301", path="x", reason="A reason", reference=REFERENCE, last_day=AFTER),
        ),
        deliveries=(replace(sent, on=DAY, decision=REFERENCE),),
        panel=frozenset(named),
        oversight=Oversight(
            decisions=decisions, campaigns=(campaign,), incidents=(incident,), notices=(notice,)
        ),
    )


def kinds(judged: Register, rule: Rule, *more: date) -> list[str]:
    """Where a rule finds something: the file's name and the place in it."""
    return sorted(f"{one.path}{one.at}" for one in rule(judged, *more))


def test_every_kind_is_found_once() -> None:
    found = list(citations(citing(deciding())))
    assert sorted(one.by for one in found) == sorted(By)
    assert {one.reference for one in found} == {REFERENCE}
    days = {one.by: one.rests for one in found}
    resting = {By.HISTORY, By.POLICY, By.CAMPAIGN, By.OUTCOME, By.DELIVERY, By.NOTICE}
    assert {by for by, day in days.items() if day == DAY} == resting
    assert {by for by, day in days.items() if day is None} == set(By) - resting


@pytest.mark.parametrize(
    ("on", "known"),
    [
        (date(2026, 6, 13), {By.POLICY, By.WAIVER}),
        (BEFORE, {By.POLICY, By.WAIVER, By.INCIDENT}),
        (DAY, set(By)),
    ],
)
def test_what_has_not_happened_yet_cites_nothing(on: date, known: set[By]) -> None:
    assert {one.by for one in cited_on(citing(deciding()), on)[REFERENCE]} == known


def test_a_notice_that_was_not_sent_is_not_told() -> None:
    base = citing(deciding())
    (notice,) = base.oversight.notices
    quiet = replace(base, oversight=replace(base.oversight, notices=(replace(notice, sent=None),)))
    assert By.NOTICE not in {one.by for one in cited_on(quiet, AFTER)[REFERENCE]}


def test_all_is_well_with_a_published_decision_of_the_day() -> None:
    right = citing(deciding())
    for rule in (
        nothing_rests_on_a_draft,
        decisions_that_are_named_are_there,
        decisions_come_before_what_rests_on_them,
    ):
        assert kinds(right, rule) == []
    assert kinds(right, decisions_are_cited, AFTER) == []


def test_what_rests_on_a_draft_is_told_of_every_kind() -> None:
    draft = deciding(published=False)
    assert len(kinds(citing(draft), nothing_rests_on_a_draft)) == len(By)
    # A substitution under a draft is an error of its own (CPL714).
    assert len(kinds(citing(draft, policy="substitute"), nothing_rests_on_a_draft)) == len(By) - 1


def test_a_missing_decision_is_told_where_no_other_rule_does() -> None:
    serial = register_of(files_of(ROOT), AFTER).deliveries[-1].serial
    assert kinds(citing(there=False), decisions_that_are_named_are_there) == [
        f"cpl/dcc/deliveries/{serial}.yaml/decision",
        "cpl/dcc/delivery-policy.yaml/0/decision",
        "cpl/panel/campaigns/CAM-2026-500.yaml/decision",
        "cpl/panel/campaigns/CAM-2026-500.yaml/exemptions/0/reference",
        "cpl/panel/campaigns/CAM-2026-500.yaml/outcome",
        "cpl/panel/incidents/INC-2026-500.yaml/decision",
    ]


def test_a_later_decision_is_told_of_all_that_took_effect_before() -> None:
    late = deciding(day=date(2026, 6, 16))
    assert len(kinds(citing(late), decisions_come_before_what_rests_on_them)) == 6
