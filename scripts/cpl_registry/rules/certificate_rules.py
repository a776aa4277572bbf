"""3xx: Assurance Certificates and the hash of the Manufacturer Image."""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from cpl_registry.records.days import day
from cpl_registry.records.device_model import Entry, Scheme
from cpl_registry.records.documents import Kind
from cpl_registry.records.findings import Problem, Severity
from cpl_registry.records.register import Register
from cpl_registry.rules.likeness import form
from cpl_registry.rules.rule import Scope, rule
from cpl_registry.state.history import places_of_days, standing, taken

_MATRIX = "cpl/reference/device-types.yaml"
_ENDS = "Contract, section 2; MP209 (lifetime CPA certificates, in force 1 August 2022)"
_CPA_ENDS = ("assurance_certificates.CPA.expires", "assurance_certificates.CPA.renewal_due")
_ISSUED = tuple(f"assurance_certificates.{one}.issued" for one in Scheme)
SHA256_OF_NOTHING = "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"
"""The hash of an empty file, which stands in forms that nobody filled in."""
_MONTHS_AHEAD = (6, 12)


@rule("CPL301", scope=Scope.ENTRY, source=_MATRIX, needs=(Kind.DEVICE_TYPES,), likeness=form)
def certificates_are_present(entry: Entry, register: Register) -> Iterator[Problem]:
    """An entry names the Assurance Certificates that its device type needs.

    Why: the list is of Device Models that have been granted the required certificates.
    Fix: add the certificate with scheme, number and day of issue.
    """
    device_type = register.device_types.get(entry.device_type)
    if device_type is None:
        return
    missing = " and a ".join(one for one in device_type.certificates if one not in entry.schemes)
    if missing:
        article = "an" if entry.device_type in {"ESME", "HCALCS"} else "a"
        yield Problem(
            message=f"{article} {entry.device_type} needs a {missing} certificate",
            at="assurance_certificates",
            fix="add the certificate with its scheme, number and day of issue",
            follows_from=("device_type",),
        )


@rule("CPL302", scope=Scope.ENTRY, source=_ENDS, likeness=form)
def one_certificate_a_scheme(entry: Entry, register: Register) -> Iterator[Problem]:
    """An entry names at most one certificate of a scheme: the current one.

    Why: of two, nobody could say which one counts; what was before is told by the history.
    Fix: keep the current certificate, and tell of the change in a history line.
    """
    if len(set(entry.schemes)) == len(entry.schemes):
        return
    for scheme, count in Counter(entry.schemes).items():
        if count > 1:
            last = len(entry.schemes) - 1 - entry.schemes[::-1].index(scheme)
            yield Problem(
                message=f"at most one certificate a scheme: {scheme} is listed {_times(count)}",
                at=f"/assurance_certificates/{last}",
                fix="keep the current certificate only",
            )


def _times(count: int) -> str:
    return "twice" if count == 2 else f"{count} times"


@rule("CPL303", scope=Scope.ENTRY, source=_ENDS, likeness=form)
def cpa_certificate_has_one_end(entry: Entry, register: Register) -> Iterator[Problem]:
    """A CPA certificate has either an expiry or a renewal date.

    Why: an expiry ends the certificate, a renewal date does not; they lead to different acts.
    Fix: give `expires` for a certificate with a fixed end, `renewal_due` for a lifetime one.
    """
    for certificate in entry.certificates():
        if certificate.scheme is not Scheme.CPA or entry.schemes.count(Scheme.CPA) > 1:
            continue
        if certificate.expires and certificate.renewal_due:
            message = "a CPA certificate has expires or renewal_due, not both"
        elif not certificate.ends:
            message = "a CPA certificate needs expires or renewal_due"
        else:
            continue
        at = f"/assurance_certificates/{entry.schemes.index(Scheme.CPA)}"
        yield Problem(
            message=message, at=at, fix="look at the certificate: which of the two has it?"
        )


@rule(
    "CPL304",
    scope=Scope.ENTRY,
    source="DLMS User Association and ZigBee certificates have no time limit",
    likeness=form,
)
def other_certificates_have_no_end(entry: Entry, register: Register) -> Iterator[Problem]:
    """ZigBee and DLMS certificates have no end.

    Why: these certificates are issued without a time limit; an end here is a slip of the row.
    Fix: remove the date, or move it to the CPA certificate.
    """
    for certificate in entry.certificates():
        if certificate.scheme is Scheme.CPA:
            continue
        for part in ("expires", "renewal_due"):
            path = f"assurance_certificates.{certificate.scheme}.{part}"
            if path in entry.fields:
                message = f"a {certificate.scheme} certificate has no end: {part}"
                yield Problem(message=message, at=path, fix=f"remove {part}")


def _has_odd_days(entry: Entry, register: Register) -> bool:
    """Whether a certificate was issued after the first day of the history, or ended by a listing.

    Days as text are in the order of the days, and most entries have none that is odd.
    """
    first, listed = str(entry.history[0].day), entry.listed_on
    for path in _ISSUED:
        if (entry.get(path) or "") > first:
            return True
    last = first if listed is None else max(first, str(listed))
    return entry.ends < last or not entry.amended.isdisjoint(_CPA_ENDS)


@rule("CPL305", scope=Scope.ENTRY, source=_ENDS, about=_has_odd_days)
def certificate_was_alive_when_taken(entry: Entry, register: Register) -> Iterator[Problem]:
    """No certificate had ended before the day on which the entry took it.

    Why: an entry is listed on the strength of its certificates; a dead one carries nothing.
    Fix: name the certificate that was in force on the day, or correct its end.
    """
    never = entry.amended.isdisjoint(_CPA_ENDS)
    for path in _CPA_ENDS:
        if path not in entry.fields and never:
            continue
        for one in taken(entry, path):
            end = day(one.values[0] or "")
            if end is not None and one.day is not None and end < one.day:
                word = "ended" if path == _CPA_ENDS[0] else "was due for renewal"
                message = f"the CPA certificate {word} on {end}, before it was listed on {one.day}"
                yield Problem(
                    message=message,
                    at=one.at,
                    fix="name the certificate in force that day",
                    follows_from=places_of_days(entry),
                )


@rule("CPL306", scope=Scope.ENTRY, source=_ENDS, about=_has_odd_days)
def certificate_ends_after_its_issue(entry: Entry, register: Register) -> Iterator[Problem]:
    """A certificate ends after the day of its issue.

    Why: the two dates have been exchanged, or one of them belongs to another certificate.
    Fix: correct the dates from the certificate.
    """
    for certificate in entry.certificates():
        ends = certificate.ends
        if ends is not None and certificate.issued and ends < certificate.issued:
            part = "expires" if certificate.expires else "renewal_due"
            path = f"assurance_certificates.{certificate.scheme}.{part}"
            taken_before = _CPA_ENDS[0 if part == "expires" else 1]
            if any(_dead(one.day, ends) for one in taken(entry, taken_before)[-1:]):
                continue  # told by CPL305 already: one cause, one finding
            message = f"{part} {ends} is before the day of issue {certificate.issued}"
            yield Problem(message=message, at=path, fix="correct the dates from the certificate")


def _dead(taken_on: date | None, end: date) -> bool:
    return taken_on is not None and end < taken_on


@rule("CPL307", scope=Scope.ENTRY, severity=Severity.WARNING, source=_ENDS)
def certificate_has_not_ended(entry: Entry, register: Register, on: date) -> Iterator[Problem]:
    """The CPA certificate of an Active entry has not ended.

    Why: an ended certificate is a reason to propose removal; it never removes an entry by itself,
        since a removal suspends installed devices.
    Fix: renew the certificate and tell of it, or put the removal to the Panel.
    """
    if entry.ends >= _text(on, 0):
        return
    for certificate in entry.certificates():
        ended = certificate.ends is not None and certificate.ends < on
        if ended and standing(entry, on).active:
            part = "expires" if certificate.expires else "renewal_due"
            word = "ended" if certificate.expires else "was due for renewal"
            yield Problem(
                message=f"the {certificate.scheme} certificate {word} on {certificate.ends}",
                at=f"assurance_certificates.{certificate.scheme}.{part}",
                fix="renew the certificate, or propose the removal",
            )


@rule("CPL308", scope=Scope.ENTRY, severity=Severity.NOTICE, source=_ENDS)
def certificate_has_a_year_left(entry: Entry, register: Register, on: date) -> Iterator[Problem]:
    """The CPA certificate of an Active entry does not end within twelve months.

    Why: a certificate takes months to renew; notice is given twelve and six months ahead.
    Fix: begin the renewal; expiry and renewal date are told apart in the message.
    """
    if entry.ends > _text(on, _MONTHS_AHEAD[-1]):
        return
    for certificate in entry.certificates():
        if certificate.ends is None or certificate.ends < on:
            continue
        months = next((n for n in _MONTHS_AHEAD if certificate.ends <= _months_after(on, n)), None)
        if months is not None and standing(entry, on).active:
            part = "expires" if certificate.expires else "renewal_due"
            word = "ends" if certificate.expires else "is due for renewal"
            yield Problem(
                message=f"the {certificate.scheme} certificate {word} on {certificate.ends},"
                f" within {months} months",
                at=f"assurance_certificates.{certificate.scheme}.{part}",
                fix="begin the renewal",
            )


@lru_cache(maxsize=64)
def _text(start: date, months: int) -> str:
    return str(_months_after(start, months))


@lru_cache(maxsize=64)
def _months_after(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


@rule("CPL309", scope=Scope.ENTRY, severity=Severity.WARNING, source=_ENDS, about=_has_odd_days)
def certificate_was_issued_when_taken(entry: Entry, register: Register) -> Iterator[Problem]:
    """Every certificate had been issued by the day on which the entry took it.

    Why: an entry is listed on the strength of its certificates; one that is yet to be issued, or a
        date that belongs to another certificate, carries nothing.
    Fix: correct the day of issue from the certificate.
    """
    days = [line.day for line in entry.history]
    if days != sorted(days):
        return  # told by CPL601: which day counts is not clear
    for certificate in entry.certificates():
        issued, ends = certificate.issued, certificate.ends
        one = taken(entry, f"assurance_certificates.{certificate.scheme}.issued")[-1]
        last = one.day or days[-1]
        exchanged = issued is not None and ends is not None and ends < issued  # CPL306
        if issued is not None and issued > last and not exchanged:
            message = f"the {certificate.scheme} certificate was issued on {issued}, after {last}"
            yield Problem(message=message, at=one.at, fix="correct the day of issue")


@rule("CPL311", scope=Scope.ENTRY, source="Contract, section 2: manufacturer_image", likeness=form)
def image_hash_is_present(entry: Entry, register: Register) -> Iterator[Problem]:
    """An entry names the SHA-256 of its Manufacturer Image.

    Why: a device activates an image only when its hash is the one in the command.
    Fix: add manufacturer_image with the sha256 over the Manufacturer Image alone.
    """
    if entry.image_hash is None:
        message = "missing field manufacturer_image: the hash of the Manufacturer Image"
        yield Problem(message=message, at="", fix="add manufacturer_image with its sha256")


@rule("CPL312", scope=Scope.ENTRY, source="Contract, section 2: manufacturer_image")
def image_hash_is_no_placeholder(entry: Entry, register: Register) -> Iterator[Problem]:
    """The hash is of an image, and not of nothing.

    Why: one digit repeated, or the hash of an empty file, is what stands in a form that nobody
        filled in.
    Fix: compute the SHA-256 over the Manufacturer Image alone.
    """
    value = entry.image_hash
    if value is not None and (value == SHA256_OF_NOTHING or value == value[0] * 64):
        what = (
            "the SHA-256 of an empty file" if value == SHA256_OF_NOTHING else "one digit repeated"
        )
        yield Problem(
            message=f"placeholder hash: {what}",
            at="manufacturer_image.sha256",
            fix="compute the SHA-256 over the Manufacturer Image alone",
        )


RULES = (
    certificates_are_present,
    one_certificate_a_scheme,
    cpa_certificate_has_one_end,
    other_certificates_have_no_end,
    certificate_was_alive_when_taken,
    certificate_ends_after_its_issue,
    certificate_has_not_ended,
    certificate_has_a_year_left,
    certificate_was_issued_when_taken,
    image_hash_is_present,
    image_hash_is_no_placeholder,
)
