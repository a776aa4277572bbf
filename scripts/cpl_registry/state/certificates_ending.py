"""CPA certificates of Active entries by how soon they end, and the notices that are due before.

An end is a reason to propose a removal; it never removes an entry by itself, since a removal
suspends installed devices. A certificate that expires is told apart from one whose renewal is due:
a lifetime certificate goes on (SEC modification MP209, in force since 1 August 2022).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cpl_registry.records.device_model import Certificate, Entry, EntryId, Scheme
from cpl_registry.state.campaigns import months_after
from cpl_registry.state.history import listed_on, taken
from cpl_registry.state.publication import PublishedState

_ENDS = ("assurance_certificates.CPA.expires", "assurance_certificates.CPA.renewal_due")


class EndKind(StrEnum):
    """What the end of a certificate is."""

    EXPIRY = "expiry"
    RENEWAL = "renewal"


class Bucket(StrEnum):
    """How soon a certificate ends; each end is in the nearest bucket alone."""

    ENDED = "ended"
    ONE = "within-1-month"
    THREE = "within-3-months"
    SIX = "within-6-months"
    TWELVE = "within-12-months"
    LATER = "later"


_MONTHS = {Bucket.ONE: 1, Bucket.THREE: 3, Bucket.SIX: 6, Bucket.TWELVE: 12}


@dataclass(frozen=True, kw_only=True, slots=True)
class DueNotice:
    """A notice before an end: how many months before it, and the day on which it is due."""

    months: int
    day: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """The end of an Active entry's CPA certificate. `day` is the certificate's last day."""

    entry: Entry
    certificate: Certificate
    kind: EndKind
    day: date
    days_left: int
    bucket: Bucket
    notices: tuple[DueNotice, ...]

    @property
    def entry_id(self) -> EntryId:
        """The entry id."""
        return self.entry.entry_id

    @property
    def ended(self) -> bool:
        """Whether the last day is over."""
        return self.bucket is Bucket.ENDED

    @property
    def proposal(self) -> date | None:
        """The first day on which a removal may be proposed: the day after; None for a renewal."""
        return self.day + timedelta(days=1) if self.kind is EndKind.EXPIRY else None


def endings(state: PublishedState) -> tuple[Ending, ...]:
    """The CPA certificates of all Active entries that have an end, soonest first."""
    found = [
        _ending(one.entry, certificate, certificate.ends, state)
        for one in state.active
        for certificate in one.entry.certificates()
        if certificate.scheme is Scheme.CPA and certificate.ends is not None
    ]
    return tuple(sorted(found, key=lambda one: (one.day, one.entry_id)))


def within(found: tuple[Ending, ...], months: int, on: date) -> tuple[Ending, ...]:
    """Those that have ended, or end within so many months of a day."""
    return tuple(one for one in found if months_after(one.day, -months) <= on)


def notices_between(
    found: tuple[Ending, ...], start: date, end: date
) -> Iterator[tuple[DueNotice, Ending]]:
    """The notices due from one day to another, both included, in order of the days."""
    due = [(notice, one) for one in found for notice in one.notices if start <= notice.day <= end]
    yield from sorted(due, key=lambda pair: (pair[0].day, pair[1].day, pair[1].entry_id))


def _ending(entry: Entry, certificate: Certificate, day: date, state: PublishedState) -> Ending:
    months = state.register.oversight.calendar.certificate_notice_months
    since = taken(entry, *_ENDS)[-1].day or listed_on(entry) or date.min
    return Ending(
        entry=entry,
        certificate=certificate,
        kind=EndKind.EXPIRY if certificate.expires is not None else EndKind.RENEWAL,
        day=day,
        days_left=(day - state.on).days,
        bucket=_bucket(day, state.on),
        notices=tuple(
            DueNotice(months=count, day=max(months_after(day, -count), since)) for count in months
        ),
    )


def _bucket(day: date, on: date) -> Bucket:
    if day < on:
        return Bucket.ENDED
    return next(
        (bucket for bucket, months in _MONTHS.items() if months_after(day, -months) <= on),
        Bucket.LATER,
    )
