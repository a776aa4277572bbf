"""The answer to "is it on the list, and does the DCC have it?", in one sentence, for any entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cpl_registry.outputs import wording
from cpl_registry.records.days import london_day
from cpl_registry.records.device_model import Certificate, Event, HistoryLine
from cpl_registry.state.delivery import Delivery, Hold, Reason
from cpl_registry.state.dsp import expected_step
from cpl_registry.state.history import listed_on
from cpl_registry.state.journey import Stage, journey
from cpl_registry.state.publication import Published, PublishedState

SOON = 90
"""A certificate that ends within so many days is told at the top of its entry's page."""


class Tone(StrEnum):
    """The colour of an answer; its words never depend on it."""

    ACTIVE = "active"
    HELD = "held"
    WAITING = "waiting"
    REMOVED = "removed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """`word` is for a table, `sentence` the answer in full, `lines` what a reader must know next."""

    tone: Tone
    word: str
    sentence: str
    lines: tuple[str, ...] = ()


def answer(one: Published, state: PublishedState) -> Answer:
    """The answer for an entry on the day of the state."""
    if one.delivery is not None:
        return _active(one, one.delivery, state)
    line = one.standing.line
    if one.waiting_since is not None:
        return Answer(
            tone=Tone.WAITING,
            word="Submitted",
            sentence=(
                "This Device Model is not on the list yet: it was submitted on "
                f"{wording.day(one.waiting_since)} and waits to be accepted."
            ),
        )
    if line is not None and line.event is Event.REMOVED:
        return _removed(line)
    return _closed(one, line)


def _active(one: Published, delivery: Delivery, state: PublishedState) -> Answer:
    since = f"Active since {wording.day(one.standing.since)}" if one.standing.since else "Active"
    lines = tuple(_certificate_lines(one, state.on))
    if delivery.hold is None:
        tone, word, clause = _on_its_way(one, state)
        return Answer(
            tone=tone,
            word=word,
            sentence=f"This Device Model is on the list ({since}), {clause}.",
            lines=lines,
        )
    hold = delivery.hold
    word, clause = _held(delivery, hold)
    return Answer(
        tone=Tone.HELD,
        word=word,
        sentence=f"This Device Model is on the list ({since}), but {clause}.",
        lines=(*_stopped(delivery), outlook(one, hold, state), *lines),
    )


def _on_its_way(one: Published, state: PublishedState) -> tuple[Tone, str, str]:
    """Where a row that may go stands: in no delivery yet, delivered, loaded or rejected."""
    way = journey(one, state.sent)
    if not state.sent.deliveries:
        return Tone.ACTIVE, "Active", "and its row is in the extract for the DCC"
    if way.stage is Stage.LOADED and way.loaded is not None:
        day = wording.day(london_day(way.loaded.at))
        return Tone.ACTIVE, "Active, loaded", f"and the DCC acknowledged its row as loaded on {day}"
    if way.stage is Stage.REJECTED and way.rejected is not None:
        day = wording.day(london_day(way.rejected.at))
        reason = f": {way.rejected.reason}" if way.rejected.reason else ""
        return Tone.HELD, "Active, rejected", f"but the DCC rejected its row on {day}{reason}"
    if way.delivered is not None:
        day = wording.day(way.delivered.on)
        clause = f"and its row was delivered to the DCC on {day}, which has not acknowledged it yet"
        return Tone.WAITING, "Active, delivered", clause
    return (
        Tone.WAITING,
        "Active, not delivered yet",
        "and its row waits for the next delivery to the DCC",
    )


def _held(delivery: Delivery, hold: Hold) -> tuple[str, str]:
    """A hold as a word for a table and as the second half of the answer."""
    since, because = wording.day(hold.since), wording.hold_cause(hold)
    if hold.reason is Reason.SUBSTITUTED:
        told = wording.misstatement(delivery)
        return "Active, misstated to the DCC", f"the DCC is sent {told} since {since}"
    held = f"held back from the DCC since {since}: {because}"
    if delivery.row is None:
        return "Active, held", f"it is {held}"
    until = "until it does, " if hold.reason is Reason.NOT_RECOGNISED else ""
    stands = f" of {wording.day(delivery.stands_from)}" if delivery.stands_from else ""
    says = f", which says {wording.misstatement(delivery)}" if delivery.misstated else ""
    return (
        "Active, amendment held",
        f"its present values are {held}; {until}the DCC goes on being sent the row{stands}{says}",
    )


def _stopped(delivery: Delivery) -> Iterator[str]:
    if delivery.stopped:
        values = [f"{wording.short_name(one.field)} {one.value}" for one in delivery.stopped]
        yield (
            "The row that the DCC has holds a value that the DSP has stopped recognising:"
            f" {wording.joined(values)}. What to do needs a decision."
        )


def outlook(one: Published, hold: Hold, state: PublishedState) -> str:
    """When a held row may be expected to go, as far as anyone has announced it."""
    if hold.reason is not Reason.NOT_RECOGNISED:
        return "No day is known on which the present values will go to the DCC."
    step = expected_step(one.entry, state.register.dsp, state.on)
    if step is None:
        return "No day has been announced on which the DSP will recognise it."
    if step.start < state.on:
        return f"The DSP was announced to recognise it from {wording.day(step.start)}; that has not been seen yet."
    return f"The DSP is announced to recognise it from {wording.day(step.start)}; then it goes out by itself."


def expected(one: Published, hold: Hold, state: PublishedState) -> str:
    """The same where there is little room."""
    step = expected_step(one.entry, state.register.dsp, state.on)
    if hold.reason is not Reason.NOT_RECOGNISED or step is None:
        return "no day is known"
    if step.start < state.on:
        return f"{wording.day(step.start)}, as announced; not seen yet"
    return f"{wording.day(step.start)}, as announced"


def _removed(line: HistoryLine) -> Answer:
    because = f" because {wording.CAUSES.get(line.cause, line.cause)}" if line.cause else ""
    told = [f"status {line.status}"] if line.status else []
    told += [f"reference {line.reference}"] if line.reference else []
    aside = f" ({', '.join(told)})" if told else ""
    return Answer(
        tone=Tone.REMOVED,
        word=f"Removed: {line.status}" if line.status else "Removed",
        sentence=(
            f"This Device Model is not on the list: it was removed on {wording.day(line.day)}"
            f"{because}{aside}."
        ),
    )


def _closed(one: Published, line: HistoryLine | None) -> Answer:
    ended = f" was closed on {wording.day(line.day)}" if line else " is over"
    never = "" if listed_on(one.entry) else " without a listing"
    return Answer(
        tone=Tone.REMOVED,
        word="Closed",
        sentence=f"This Device Model is not on the list: its submission{ended}{never}.",
    )


def _certificate_lines(one: Published, on: date) -> Iterator[str]:
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
