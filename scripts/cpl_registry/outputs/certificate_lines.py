"""What a reader must know of the certificates of a listed entry: that one ended, or ends soon."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from cpl_registry.outputs import wording
from cpl_registry.records.device_model import Certificate
from cpl_registry.state.publication import Published

SOON = 90
"""A certificate that ends within so many days is told at the top of its entry's page."""


def certificate_lines(one: Published, on: date) -> Iterator[str]:
    """A line for each certificate that ended, ends soon, or whose renewal is due."""
    for certificate in one.entry.certificates():
        line = certificate_line(certificate, on)
        if line is not None:
            yield line


def certificate_line(certificate: Certificate, on: date) -> str | None:
    """What a reader must know of a certificate's end; None where it has none, or a distant one."""
    end = wording.certificate_end(certificate, on)
    if end is None or certificate.ends is None or (certificate.ends - on).days > SOON:
        return None
    number = f" {certificate.number}" if certificate.number else ""
    after = ""
    if certificate.expires is None:
        after = "; it is a lifetime certificate and does not expire"
    elif certificate.expires < on:
        after = "; no later end is recorded"
    return f"Its {certificate.scheme} Certificate{number} {end}{after}."


def first_end(one: Published, on: date) -> tuple[str | None, bool]:
    """The line on the certificate that ended or ends first, and whether it has ended.

    A renewal that is due ends nothing, and stays a line of its own.
    """
    ends = [
        (certificate.expires, line)
        for certificate in one.entry.certificates()
        if certificate.expires is not None and (certificate.expires - on).days <= SOON
        if (line := certificate_line(certificate, on)) is not None
    ]
    if not ends:
        return None, False
    day, line = min(ends)
    return line, day < on
