"""The answer to "is it on the list, does the DCC have it, may it be installed?", for any entry.

One answer for every place that gives one: page, check, tables, files. Where a certificate of a listed
entry has run out, or soon will, the sentence says so: somebody at a meter cupboard reads no other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from cpl_registry.outputs import wording
from cpl_registry.outputs.certificate_lines import certificate_lines, first_end
from cpl_registry.outputs.verdicts import (
    EARLIER_ROW,
    ENDED_TOO,
    LEADS,
    LOOK_AGAIN,
    TONES,
    VERDICTS,
    Install,
    Kind,
    Tone,
)
from cpl_registry.records.days import london_day
from cpl_registry.records.device_model import Event, HistoryLine
from cpl_registry.records.specifications import GBCS
from cpl_registry.state.delivery import Delivery, Hold, Reason
from cpl_registry.state.dsp import expected_step
from cpl_registry.state.history import listed_on
from cpl_registry.state.journey import Stage, journey
from cpl_registry.state.publication import Published, PublishedState


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """`word` is for a table, `sentence` the answer in full, `lines` what a reader must know next.

    `install` is the verdict, and `reason` the sentence behind it. `notes` are told where the answer
    stands alone: an entry's page shows them in other ways.
    """

    kind: Kind
    install: Install
    reason: str
    word: str
    sentence: str
    lines: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def tone(self) -> Tone:
        """The colour of the verdict."""
        return TONES[self.install]

    @property
    def lead(self) -> str:
        """The words that the verdict begins with, one of a closed list."""
        return LEADS[self.install]

    @property
    def installing(self) -> str:
        """The verdict in full: lead, colon, reason."""
        return f"{self.lead}: {self.reason}"


_WORDS = {
    Kind.UNKNOWN: "Active",
    Kind.LOADED: "Active, loaded",
    Kind.REJECTED: "Active, rejected",
    Kind.DELIVERED: "Active, delivered",
    Kind.AWAITING: "Active, not delivered yet",
    Kind.CHANGED_REJECTED: "Active, amendment rejected",
    Kind.CHANGED_DELIVERED: "Active, amendment delivered",
    Kind.CHANGED_AWAITING: "Active, amendment not delivered yet",
}
_CHANGED = {
    Kind.REJECTED: Kind.CHANGED_REJECTED,
    Kind.DELIVERED: Kind.CHANGED_DELIVERED,
    Kind.AWAITING: Kind.CHANGED_AWAITING,
}


def _told(kind: Kind, word: str, sentence: str, *lines: str, reason: str = "") -> Answer:
    install, usual = VERDICTS[kind]
    return Answer(
        kind=kind,
        install=install,
        reason=reason or usual,
        word=word,
        sentence=sentence,
        lines=lines,
    )


def answer(one: Published, state: PublishedState) -> Answer:
    """The answer for an entry on the day of the state."""
    if one.delivery is not None:
        return _listed(one, one.delivery, state)
    line = one.standing.line
    if one.waiting_since is not None:
        return _told(
            Kind.SUBMITTED,
            "Submitted",
            "Not on the list yet: it was submitted on "
            f"{wording.day(one.waiting_since)} and waits to be accepted.",
        )
    if line is not None and line.event is Event.REMOVED:
        notes = []
        if line.replaced_by:
            notes.append(f"It is replaced by {line.replaced_by}.")
        if one.entry_id in state.sent.loaded:
            notes.append("The DCC has not acknowledged its removal yet.")
        return replace(_removed(line), notes=tuple(notes))
    return _closed(one, line)


def _listed(one: Published, delivery: Delivery, state: PublishedState) -> Answer:
    since = f", Active since {wording.day(one.standing.since)}" if one.standing.since else ""
    head = f"On the list{since}"
    if delivery.hold is not None:
        found = _held(one, delivery, delivery.hold, state)
        found = replace(found, sentence=f"{head}, but {found.sentence}.")
        ends = certificate_lines(one, state.on)
        return replace(found, lines=(*found.lines, *ends, *_specification_lines(one, state)))
    kind, clause = _on_its_way(one, state)
    word = _WORDS[kind]
    found = _told(kind, word, f"{head}, {clause}.", *_specification_lines(one, state))
    if found.lines and found.install is Install.YES:
        found = _told(
            Kind.SPECIFICATION_ENDED, f"{word}, specification ended", found.sentence, *found.lines
        )
    return _with_certificates(found, one, state.on)


def _with_certificates(found: Answer, one: Published, on: date) -> Answer:
    """The answer with what must be known of certificates: the first end drawn into the sentence."""
    lines = list(certificate_lines(one, on))
    line, ended = first_end(one, on)
    if line is None:
        return replace(found, lines=(*lines, *found.lines))
    lines.remove(line)
    sentence = f"{found.sentence.removesuffix('.')}; {'but' if ended else 'and'} i{line[1:]}"
    found = replace(found, sentence=sentence, lines=(*lines, *found.lines))
    if not ended:
        if found.kind is Kind.SPECIFICATION_ENDED:
            return found
        return replace(
            found,
            kind=Kind.ENDING,
            word=f"{found.word}, certificate ends soon",
            reason=f"{found.reason} {LOOK_AGAIN}",
        )
    word = f"{found.word}, certificate ended"
    if found.install is Install.NOT_YET:
        return replace(found, kind=Kind.ENDED, word=word, reason=f"{found.reason} {ENDED_TOO}")
    install, reason = VERDICTS[Kind.ENDED]
    return replace(found, kind=Kind.ENDED, word=word, install=install, reason=reason)


def _on_its_way(one: Published, state: PublishedState) -> tuple[Kind, str]:
    """Where a row that may go stands, as a kind and a clause: not sent, delivered, loaded, rejected."""
    way = journey(one, state.sent)
    if not state.sent.deliveries:
        return Kind.UNKNOWN, "and its row is in the extract for the DCC"
    loaded = wording.day(london_day(way.loaded.at)) if way.loaded is not None else ""
    if way.stage is Stage.LOADED:
        return Kind.LOADED, f"and the DCC acknowledged its row as loaded on {loaded}"
    row = "present row" if loaded else "row"
    if way.stage is Stage.REJECTED and way.rejected is not None:
        day = wording.day(london_day(way.rejected.at))
        reason = f": {way.rejected.reason}" if way.rejected.reason else ""
        kind, clause = Kind.REJECTED, f"but the DCC rejected its {row} on {day}{reason}"
    elif way.delivered is not None:
        day = wording.day(way.delivered.on)
        clause = (
            f"and its {row} was delivered to the DCC on {day}, which has not acknowledged it yet"
        )
        kind = Kind.DELIVERED
    else:
        kind, clause = Kind.AWAITING, f"and its {row} waits for the next delivery to the DCC"
    if loaded:
        return _CHANGED[kind], f"{clause}; the DCC holds an earlier row, loaded on {loaded}"
    return kind, clause


def _held(one: Published, delivery: Delivery, hold: Hold, state: PublishedState) -> Answer:
    """A hold: its word, the second half of its sentence, and what may come of it."""
    since, because = wording.day(hold.since), wording.hold_cause(hold)
    lines = (*_stopped(delivery), outlook(one, hold, state))
    if hold.reason is Reason.SUBSTITUTED:
        told = wording.misstatement(delivery)
        clause = f"the DCC is sent {told} since {since}"
        return _told(Kind.SUBSTITUTED, "Active, misstated to the DCC", clause, *lines)
    held = f"held back from the DCC since {since}: {because}"
    if delivery.row is None:
        reason = EARLIER_ROW if one.entry_id in state.sent.loaded else ""
        return _told(Kind.HELD, "Active, held", f"it is {held}", *lines, reason=reason)
    until = "until it does, " if hold.reason is Reason.NOT_RECOGNISED else ""
    stands = f" of {wording.day(delivery.stands_from)}" if delivery.stands_from else ""
    says = f", which says {wording.misstatement(delivery)}" if delivery.misstated else ""
    clause = (
        f"its present values are {held}; {until}the DCC goes on being sent the row{stands}{says}"
    )
    return _told(Kind.AMENDMENT_HELD, "Active, amendment held", clause, *lines)


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
    return _told(
        Kind.REMOVED,
        f"Removed: {line.status}" if line.status else "Removed",
        f"Not on the list: it was removed on {wording.day(line.day)}{because}{aside}.",
    )


def _closed(one: Published, line: HistoryLine | None) -> Answer:
    ended = f" was closed on {wording.day(line.day)}" if line else " is over"
    never = "" if listed_on(one.entry) else " without a listing"
    told = f"Not on the list: its submission{ended}{never}."
    return _told(Kind.CLOSED, "Closed", told)


def _specification_lines(one: Published, state: PublishedState) -> Iterator[str]:
    """That new listings on its specification or GBCS version have ended."""
    specification = one.entry.technical_specification
    for family, version in (
        (specification.name, specification.version),
        (GBCS, one.entry.gbcs_version),
    ):
        known = state.register.specifications.find(family, version)
        if known is None or (known.known_from and known.known_from > state.on):
            continue
        if known.installation_end and known.installation_end < state.on:
            yield (
                f"New listings on {family} {version} ended on {wording.day(known.installation_end)};"
                " whether devices of it may still be installed is not told by this list."
            )
