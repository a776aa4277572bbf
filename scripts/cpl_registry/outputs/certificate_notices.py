"""Letters to manufacturers whose CPA certificates end, one a manufacturer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cpl_registry.outputs import wording
from cpl_registry.outputs.artefact import Artefact
from cpl_registry.outputs.certificate_words import RECORDED, end_words, months_recorded, recalled
from cpl_registry.outputs.entry_rows import manufacturer_name, model_name
from cpl_registry.outputs.letter import Group, Item, Letter, Section, letter_html, letter_text
from cpl_registry.records.device_model import Slug
from cpl_registry.state.certificates_ending import Ending, EndKind
from cpl_registry.state.publication import PublishedState


def certificate_letters(found: Sequence[Ending], state: PublishedState) -> Iterator[Artefact]:
    """`<manufacturer>.txt` and `.html`, in the order of the slugs."""
    for slug in sorted({one.entry.manufacturer for one in found}):
        own = [one for one in found if one.entry.manufacturer == slug]
        letter = certificate_letter(slug, own, state)
        yield Artefact(path=f"{slug}.txt", content=letter_text(letter).encode())
        yield Artefact(path=f"{slug}.html", content=letter_html(letter).encode())


def certificate_letter(slug: Slug, own: Sequence[Ending], state: PublishedState) -> Letter:
    """The letter to one manufacturer about certificates of its own entries, soonest first."""
    return Letter(
        title=_title(own),
        to=manufacturer_name(state, slug),
        on=state.on,
        reference="",
        about="",
        illustrative=state.illustrative,
        sections=tuple(_sections(own, state)),
        groups=tuple(_groups(own)),
    )


def _title(own: Sequence[Ending]) -> str:
    """What is to be done first: what ends next, or what has ended."""
    number = len({one.certificate.number or one.entry_id for one in own})
    certificates = wording.counted(number, "CPA certificate")
    over = all(one.ended for one in own)
    if over:
        return f"{certificates} of yours {'has' if number == 1 else 'have'} ended"
    first = min(one.day for one in own if not one.ended)
    day = wording.full_day(first)
    return f"Renew {certificates}, the {'one' if number == 1 else 'next'} by {day}"


_TODO = (
    "Have the certificate of each entry at the end of this letter renewed, and send us its number and"
    " its new last day; the document itself is not published. The page submit/with-commands/ of the"
    " list's website shows how."
)


def _sections(own: Sequence[Ending], state: PublishedState) -> Iterator[Section]:
    yield Section(heading="What to do", paragraphs=(_TODO,))
    yield Section(heading="By when", paragraphs=tuple(_days(own)))
    yield Section(heading="Why", paragraphs=tuple(_why(own, state)))
    yield Section(heading="What happens on the day", paragraphs=tuple(_on_the_day(own)))


def _days(own: Sequence[Ending]) -> Iterator[str]:
    over = sum(one.ended for one in own)
    ahead = [one.day for one in own if not one.ended]
    if over:
        entries = wording.counted(over, "entry", "entries")
        yield f"The last day of {entries} is over: begin there."
    if ahead:
        first = wording.full_day(min(ahead))
        others = "; the last day of each stands beside it" if len(set(ahead)) > 1 else ""
        yield f"Before {'the next last day' if over else 'the last day'}, {first}{others}."


def _why(own: Sequence[Ending], state: PublishedState) -> Iterator[str]:
    entries = wording.counted(len(own), "entry rests", "entries rest")
    over = sum(one.ended for one in own)
    when = "has ended" if over == len(own) else "has ended or ends soon" if over else "ends soon"
    yield f"{entries} on a CPA certificate that {when}."
    calendar = state.register.oversight.calendar
    if months := months_recorded(calendar):
        sure = "; these numbers are recalled, and not checked against a source"
        unsure = sure if recalled(calendar) else ""
        yield f"A reminder is due {months} before the last day, as recorded in {RECORDED}{unsure}."


def _on_the_day(own: Sequence[Ending]) -> Iterator[str]:
    kinds = {one.kind for one in own}
    yield "Nothing happens by itself, and no entry leaves the list on that day."
    if EndKind.EXPIRY in kinds:
        yield (
            "An entry whose certificate has expired may be proposed for removal from the day after."
            " Only a decision removes it. Devices of a removed entry are suspended once the DCC has"
            " loaded the removal."
        )
    if EndKind.RENEWAL in kinds:
        yield (
            "A certificate whose renewal is due is a lifetime certificate: it goes on, and the list"
            " says that its renewal is late."
        )


def _groups(own: Sequence[Ending]) -> Iterator[Group]:
    for heading, chosen in (
        ("Ended already", [one for one in own if one.ended]),
        ("Ending", [one for one in own if not one.ended]),
    ):
        if chosen:
            yield Group(heading=heading, items=tuple(map(_item, chosen)))


def _item(one: Ending) -> Item:
    entry = one.entry
    number = f" {one.certificate.number}" if one.certificate.number else ""
    return Item(
        name=f"{model_name(entry)}, firmware {entry.text('firmware_version')} ({entry.device_type})",
        identifier=entry.entry_id,
        lines=(f"Its CPA certificate{number} {end_words(one)}.",),
    )
