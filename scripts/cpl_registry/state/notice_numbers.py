"""The references of notices: `NOT-<year>-<number>`, the next free number of the year.

A notice that was written and not sent keeps its reference when it is written again; what was sent
is never touched, so that a reminder gets a reference of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from cpl_registry.records.device_model import Slug
from cpl_registry.records.notice import Audience, Notice
from cpl_registry.records.register import Register

_NUMBER = re.compile(r"NOT-([0-9]{4})-([0-9]{3,9})", re.ASCII)


def unsent(
    register: Register, about: str, audience: Audience, manufacturer: Slug | None
) -> Notice | None:
    """The notice to somebody about something that was written and not sent."""
    for one in register.oversight.notices:
        same = (one.about, one.audience, one.manufacturer) == (about, audience, manufacturer)
        if same and one.sent is None:
            return one
    return None


def references(
    register: Register, about: str, receivers: Sequence[tuple[Audience, Slug | None]], on: date
) -> list[str]:
    """The reference of a notice to each receiver, in their order."""
    matches = (_NUMBER.fullmatch(name) for name in register.panel)
    used = (int(one[2]) for one in matches if one and int(one[1]) == on.year)
    number = max(used, default=0)
    found = []
    for audience, manufacturer in receivers:
        written = unsent(register, about, audience, manufacturer)
        if written is None:
            number += 1
            found.append(f"NOT-{on.year}-{number:03d}")
        else:
            found.append(written.reference)
    return found
