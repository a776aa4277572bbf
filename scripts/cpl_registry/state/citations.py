"""Who cites what: every place of the register that names a decision, a campaign or an incident.

A grave act must be traceable to the paper that decided it, and from a decision one must find
everything that rests on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cpl_registry.records.campaign import Campaign
from cpl_registry.records.register import Register

POLICY_PATH = "cpl/dcc/delivery-policy.yaml"
WAIVERS_PATH = "cpl/reference/waivers.yaml"


class By(StrEnum):
    """What kind of thing cites."""

    HISTORY = "history"
    POLICY = "policy"
    CAMPAIGN = "campaign"
    OUTCOME = "outcome"
    EXEMPTION = "exemption"
    INCIDENT = "incident"
    WAIVER = "waiver"
    DELIVERY = "delivery"
    NOTICE = "notice"


@dataclass(frozen=True, kw_only=True, slots=True)
class Citation:
    """One place that names a reference.

    `name` is what cites: an entry id, a reference, a serial, the rule that is waived, the first day
    of a policy. `path` and `at` (a JSON pointer) are where that stands. `rests` is the day from
    which something rests on the reference, None where the file tells of none. `known` is the day
    from which the citation is published. `line` is the index of a history line.
    """

    reference: str
    by: By
    name: str
    path: str
    at: str
    rests: date | None
    known: date
    line: int | None = None


def citations(register: Register) -> Iterator[Citation]:
    """Every citation, by kind, each kind in the order of its files."""
    yield from _of_histories(register)
    yield from _of_policy(register)
    for campaign in register.oversight.campaigns:
        yield from _of_campaign(campaign)
    yield from _of_incidents(register)
    yield from _of_waivers(register)
    yield from _of_deliveries(register)
    yield from _of_notices(register)


def cited_on(register: Register, on: date) -> dict[str, tuple[Citation, ...]]:
    """What is published on a day of who cites each reference."""
    found: dict[str, list[Citation]] = {}
    for one in citations(register):
        if one.known <= on:
            found.setdefault(one.reference, []).append(one)
    return {reference: tuple(ones) for reference, ones in found.items()}


def _of_histories(register: Register) -> Iterator[Citation]:
    for entry in register.citing:
        for index, line in enumerate(entry.history):
            if line.reference:
                yield Citation(
                    reference=line.reference,
                    by=By.HISTORY,
                    name=entry.entry_id,
                    path=entry.path,
                    at=f"/history/{index}/reference",
                    rests=line.day,
                    known=line.day,
                    line=index,
                )


def _of_policy(register: Register) -> Iterator[Citation]:
    for index, step in enumerate(register.policy):
        if step.decision:
            yield Citation(
                reference=step.decision,
                by=By.POLICY,
                name=f"{step.policy} from {step.start}",
                path=POLICY_PATH,
                at=f"/{index}/decision",
                rests=step.start,
                known=date.min,  # a step is told ahead
            )


def _of_campaign(campaign: Campaign) -> Iterator[Citation]:
    named = [
        (By.CAMPAIGN, campaign.decision, "/decision", campaign.opened),
        (By.OUTCOME, campaign.outcome, "/outcome", campaign.closed),
        *(
            (By.EXEMPTION, one.reference, f"/exemptions/{index}/reference", one.since)
            for index, one in enumerate(campaign.exemptions)
        ),
    ]
    for by, reference, at, rests in named:
        if reference:
            yield Citation(
                reference=reference,
                by=by,
                name=campaign.reference,
                path=campaign.path,
                at=at,
                rests=rests,
                known=campaign.opened,
            )


def _of_incidents(register: Register) -> Iterator[Citation]:
    for incident in register.oversight.incidents:
        if incident.decision:
            yield Citation(
                reference=incident.decision,
                by=By.INCIDENT,
                name=incident.reference,
                path=incident.path,
                at="/decision",
                rests=None,  # a decision is taken while the incident lasts
                known=incident.start,
            )


def _of_waivers(register: Register) -> Iterator[Citation]:
    for index, waiver in enumerate(register.waivers):
        yield Citation(
            reference=waiver.reference,
            by=By.WAIVER,
            name=waiver.rule,
            path=WAIVERS_PATH,
            at=f"/{index}/reference",
            rests=None,
            known=date.min,
        )


def _of_deliveries(register: Register) -> Iterator[Citation]:
    for delivery in register.deliveries:
        if delivery.decision:
            yield Citation(
                reference=delivery.decision,
                by=By.DELIVERY,
                name=delivery.serial,
                path=f"cpl/dcc/deliveries/{delivery.serial}.yaml",
                at="/decision",
                rests=delivery.on,
                known=delivery.on,
            )


def _of_notices(register: Register) -> Iterator[Citation]:
    for notice in register.oversight.notices:
        yield Citation(
            reference=notice.about,
            by=By.NOTICE,
            name=notice.reference,
            path=notice.path,
            at="/about",
            rests=notice.sent,
            known=notice.sent or date.max,  # what was not sent is nobody's yet
        )
