"""Deliveries and answers made in memory, for tests of what follows from them.

A delivery goes the way of a real one: the bytes of its file are written and read again.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256

from cpl_registry.edges.installation import schemas
from cpl_registry.outputs.delivery_file import delivery_file
from cpl_registry.outputs.manifest import Sending
from cpl_registry.records.days import LONDON
from cpl_registry.records.delivery import (
    WHOLE_FILE,
    Acknowledgement,
    Result,
    Serial,
    parse_delivery,
)
from cpl_registry.records.documents import Kind
from cpl_registry.records.register import Register
from cpl_registry.state.publication import publish

from tests.lives import as_text


def noon(day: date) -> datetime:
    """12:00 in London, in UTC."""
    return datetime.combine(day, time(12), LONDON).astimezone(UTC)


def delivered(
    register: Register, *on: date, at: datetime | None = None, kind: str = "delivery"
) -> Register:
    """The register with a delivery for each day, sent at noon or at a moment."""
    for day in on:
        state = publish(register, day)
        number = sum(one.on == day for one in register.deliveries) + 1
        sent_at = at or noon(day)
        sending = Sending(serial=Serial(f"{day}-{number:02}"), sent_at=sent_at, valid_until=sent_at)
        raw = delivery_file(state, state.rows, sending, schemas()[Kind.DELIVERY].plan, kind=kind)
        made = parse_delivery(as_text(raw.decode()), sha256(raw).hexdigest())
        register = replace(register, deliveries=(*register.deliveries, made))
    return register


def answered(
    register: Register,
    serial: str,
    at: datetime,
    *entries: str,
    loaded: bool = True,
    devices: Iterable[str | None] = (None,),
    reason: str | None = None,
) -> Register:
    """The register with an answer of the DCC: for some entries, or for the whole file."""
    number = sum(one.serial == serial for one in register.acknowledgements) + 1
    results = tuple(
        Result(entry_id=entry, logical_device=device, loaded=loaded, reason=reason, at=at)
        for entry in entries or (WHOLE_FILE,)
        for device in devices
    )
    answer = Acknowledgement(serial=Serial(serial), answer=number, sha256="0" * 64, results=results)
    return replace(register, acknowledgements=(*register.acknowledgements, answer))


def hours(count: float) -> timedelta:
    return timedelta(hours=count)
