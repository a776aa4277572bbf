"""Assurance Certificates of a family: one set for all releases built to one specification.

A CPA Certificate is renewed shortly before its end, all entries on it on one day. Where the
maker takes the lifetime kind, the renewal date takes the place of the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from demonstration.draws import Draws
from demonstration.rounds import Rounds
from demonstration.working_days import WorkingDays, years_later

if TYPE_CHECKING:
    from collections.abc import Iterator

    from demonstration.plan import Family, Plan

EXPIRES = "assurance_certificates.CPA.expires"
RENEWAL_DUE = "assurance_certificates.CPA.renewal_due"


@dataclass(frozen=True, slots=True)
class Term:
    """The end or the renewal date that a CPA Certificate bears, and from which day on."""

    since: date
    end: date
    lifetime: bool

    def values(self) -> dict[str, str]:
        """Both fields of the certificate; the one that it does not bear is empty."""
        end = self.end.isoformat()
        return {
            EXPIRES: "" if self.lifetime else end,
            RENEWAL_DUE: end if self.lifetime else "",
        }


@dataclass(frozen=True, slots=True)
class CertificateSet:
    """The certificates of one family for one specification, issued before its first listing."""

    issued: dict[str, date]
    terms: tuple[Term, ...]

    def term_on(self, day: date) -> Term:
        """The term in force on a day on or after the day of issue."""
        return [term for term in self.terms if term.since <= day][-1]

    def terms_after(self, day: date) -> tuple[Term, ...]:
        """The renewals that come after a day, in order."""
        return tuple(term for term in self.terms if term.since > day)


def certificate_set(
    plan: Plan, days: WorkingDays, family: Family, specification: str, first: date
) -> CertificateSet:
    """The set for the releases of a family on one specification, the first submitted on `first`."""
    draws = Draws(plan.seed)
    issued = {
        scheme: days.before(first, draws.between(*_LEAD[scheme], family.key, specification, scheme))
        for scheme in plan.certificates_of[family.device_type]
        if scheme not in family.lacks
    }
    terms = (
        tuple(_terms(plan, days, family, specification, issued["CPA"])) if "CPA" in issued else ()
    )
    return CertificateSet(issued, terms)


def _terms(
    plan: Plan, days: WorkingDays, family: Family, specification: str, issued: date
) -> Iterator[Term]:
    """The first term and all renewals until the plan's last day."""
    draws = Draws(plan.seed)
    term = Term(issued, years_later(issued, family.cpa_years), _lifetime(plan, family, issued))
    yield term
    while True:
        ahead = draws.between(20, 60, family.key, specification, "renewed", term.end)
        due = term.end - timedelta(days=ahead)
        if due > plan.last_day:
            return
        renewed = days.on_or_after(due)
        if family.start is not None:
            renewed = Rounds(days, plan.pauses).on_or_before(renewed)
        if renewed > plan.last_day:
            return
        end = years_later(term.end, family.cpa_years)
        term = Term(renewed, end, term.lifetime or _lifetime(plan, family, renewed))
        yield term


def _lifetime(plan: Plan, family: Family, day: date) -> bool:
    """Whether the maker gets a lifetime certificate on that day."""
    return family.lifetime and day >= plan.lifetime_from


# How many Working Days before the submission a body issues its certificate: from, to.
_LEAD = {"ZigBee": (30, 55), "DLMS": (20, 45), "CPA": (10, 25)}
