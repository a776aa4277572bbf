"""What "Check my meter" says of an entry: the page's own answer, and what it means for installing.

The sentence is the one on the entry's page. Only where a certificate has run out, or soon will, the
clause that the page tells next is drawn into it: somebody at a meter cupboard reads one sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from cpl_registry.outputs import wording
from cpl_registry.outputs.answers import SOON, Answer, Tone, certificate_line
from cpl_registry.records.device_model import Event
from cpl_registry.records.specifications import GBCS
from cpl_registry.state.delivery import Reason
from cpl_registry.state.journey import Stage, journey
from cpl_registry.state.publication import Published, PublishedState


class Kind(StrEnum):
    """The states that have an answer of their own; as far as they go the words of an inventory check."""

    LOADED = "listed-loaded"
    DELIVERED = "listed-delivered"
    AWAITING = "listed-awaiting-delivery"
    UNKNOWN = "listed-no-delivery-recorded"
    REJECTED = "listed-rejected"
    HELD = "listed-held"
    AMENDMENT_HELD = "listed-amendment-held"
    SUBSTITUTED = "listed-substituted"
    ENDING = "listed-certificate-ending"
    ENDED = "listed-certificate-ended"
    SUBMITTED = "submitted"
    CLOSED = "submission-closed"
    REMOVED = "removed"


INSTALLING: Mapping[Kind, str] = {
    Kind.LOADED: "Nothing on this list stands against it: it is listed, and the DCC holds its row.",
    Kind.DELIVERED: (
        "Not settled: it is listed, but the DCC has not said yet that it holds its row. Ask the DCC"
        " first."
    ),
    Kind.AWAITING: (
        "Not yet: it is listed, but the DCC has not been sent its present row, and may not know it."
    ),
    Kind.UNKNOWN: (
        "It is listed. This register records no delivery to the DCC, so it cannot tell what the DCC"
        " holds."
    ),
    Kind.REJECTED: (
        "Not as things stand: it is listed, but the DCC refused its row. Ask the DCC or the"
        " manufacturer first."
    ),
    Kind.HELD: (
        "Not as things stand: it is listed, but the DCC has not been given its row, and may not know"
        " it."
    ),
    Kind.AMENDMENT_HELD: (
        "It is listed, and the DCC knows it by its earlier row; what was amended since is not known"
        " there."
    ),
    Kind.SUBSTITUTED: (
        "It is listed, and the DCC is sent another value in place of its own. Ask the DCC first."
    ),
    Kind.ENDED: (
        "Ask the manufacturer first: it is still listed, but a certificate that it needs has run out."
    ),
    Kind.SUBMITTED: "No: it has been submitted, and is not on the list.",
    Kind.CLOSED: "No: it is not on the list, and nothing is waiting to put it there.",
    Kind.REMOVED: (
        "No: it is no longer on the list. What becomes of devices that are in place already is not"
        " told here."
    ),
}
"""What each state means for somebody who is about to install a device."""
LOOK_AGAIN = "Look again before the certificate ends."

_STAGES: Mapping[Stage, Kind] = {
    Stage.LOADED: Kind.LOADED,
    Stage.DELIVERED: Kind.DELIVERED,
    Stage.DELIVERABLE: Kind.AWAITING,
    Stage.REJECTED: Kind.REJECTED,
    Stage.HELD: Kind.HELD,
    Stage.AMENDMENT_HELD: Kind.AMENDMENT_HELD,
    Stage.SUBMITTED: Kind.SUBMITTED,
}
_GOING = frozenset({Kind.LOADED, Kind.DELIVERED, Kind.AWAITING, Kind.UNKNOWN})


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckAnswer:
    """`word` is for a table, `sentence` the whole answer, `installing` what follows, `notes` the rest."""

    kind: Kind
    tone: Tone
    word: str
    sentence: str
    installing: str
    notes: tuple[str, ...] = ()


def check_answer(one: Published, told: Answer, state: PublishedState) -> CheckAnswer:
    """What is said of an entry on the day of the state; `told` is the answer of its page."""
    kind = _kind(one, state)
    tone, word, sentence, installing = told.tone, told.word, told.sentence, INSTALLING[kind]
    notes = list(told.lines)
    line, ended = _expiry(one, state)
    if line is not None and kind in _GOING:
        notes.remove(line)
        sentence = f"{sentence.removesuffix('.')}; {'but' if ended else 'and'} i{line[1:]}"
        if ended:
            kind, tone, word = Kind.ENDED, Tone.HELD, f"{word}, certificate ended"
            installing = INSTALLING[kind]
        else:
            kind, word = Kind.ENDING, f"{word}, certificate ends soon"
            installing = f"{installing} {LOOK_AGAIN}"
    return CheckAnswer(
        kind=kind,
        tone=tone,
        word=word,
        sentence=sentence,
        installing=installing,
        notes=(*notes, *_notes(one, state)),
    )


def _kind(one: Published, state: PublishedState) -> Kind:
    if one.delivery is None:
        if one.waiting_since is not None:
            return Kind.SUBMITTED
        line = one.standing.line
        return Kind.REMOVED if line is not None and line.event is Event.REMOVED else Kind.CLOSED
    hold = one.delivery.hold
    if hold is None and not state.sent.deliveries:
        return Kind.UNKNOWN
    if hold is not None and hold.reason is Reason.SUBSTITUTED:
        return Kind.SUBSTITUTED
    return _STAGES[journey(one, state.sent).stage]


def _expiry(one: Published, state: PublishedState) -> tuple[str | None, bool]:
    """The line on the certificate that ended or ends first, and whether it has ended.

    A renewal that is due ends nothing, and stays a note.
    """
    ends = [
        (certificate.expires, line)
        for certificate in one.entry.certificates()
        if certificate.expires is not None and (certificate.expires - state.on).days <= SOON
        if (line := certificate_line(certificate, state.on)) is not None
    ]
    if not ends:
        return None, False
    day, line = min(ends)
    return line, day < state.on


def _notes(one: Published, state: PublishedState) -> Iterator[str]:
    line = one.standing.line
    if one.delivery is None:
        if line is not None and line.replaced_by:
            yield f"It is replaced by {line.replaced_by}."
        if line is not None and line.event is Event.REMOVED and one.entry_id in state.sent.loaded:
            yield "The DCC has not acknowledged its removal yet."
        return
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """What is said where the list has no entry to speak of, or was not asked."""

    tone: Tone
    word: str
    sentence: str
    installing: str


WITHOUT_ENTRY: Mapping[str, Word] = {
    "not-listed": Word(
        tone=Tone.REMOVED,
        word="Not on the list",
        sentence="The list has no Device Model with exactly these identifiers.",
        installing=(
            "The list gives no ground for it. Compare each digit with what is printed; if all are"
            " right, ask the manufacturer."
        ),
    ),
    "smets1": Word(
        tone=Tone.WAITING,
        word="SMETS1, on another list",
        sentence=(
            "What you gave is of SMETS1, whose Device Models are not on this list: they stand on a"
            " list of their own, which the DCC keeps."
        ),
        installing="This list cannot say. Not being here says nothing about a SMETS1 meter.",
    ),
    "type-2": Word(
        tone=Tone.WAITING,
        word="Type 2, not on this list",
        sentence="What you gave is a Type 2 device (IHD or CAD), of which this list has none.",
        installing="This list cannot say: Type 2 devices are not its business.",
    ),
    "not-understood": Word(
        tone=Tone.WAITING,
        word="Not understood",
        sentence="This could not be read as one Device Model, so the list was not asked.",
        installing="No answer yet: see below what was missing.",
    ),
    "not-reached": Word(
        tone=Tone.WAITING,
        word="Not asked",
        sentence="The list could not be fetched just now, so there is no answer.",
        installing="No answer yet: try again when you are connected.",
    ),
}
"""The remaining answers, by what the page's script calls them."""
SMETS1_NOTE = (
    "SMETS1 meters are not on this list: they stand on a list of their own, which the DCC keeps."
)
