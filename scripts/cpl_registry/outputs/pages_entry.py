"""The page of an entry: the answer first, then facts, certificates, delivery, history, kin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cpl_registry.outputs import wording
from cpl_registry.outputs.entry_rows import EntryRow, Listing, manufacturer_name, model_name
from cpl_registry.outputs.incident_words import touches
from cpl_registry.outputs.pages_campaigns import lines_of_entry
from cpl_registry.outputs.pages_changes import change_view
from cpl_registry.outputs.pages_dcc import standing_words
from cpl_registry.outputs.pages_specifications import version_slug
from cpl_registry.outputs.templating import render
from cpl_registry.records.device_model import NOT_APPLICABLE, Entry, EntryId, Event, Scheme
from cpl_registry.records.specifications import GBCS
from cpl_registry.state.history import listed_on
from cpl_registry.state.journey import journey
from cpl_registry.state.publication import Published, PublishedState


@dataclass(frozen=True, kw_only=True, slots=True)
class StampedPage:
    """An entry's page before it is stamped: entry id, title, description (all plain), body (HTML)."""

    id: str
    title: str
    description: str
    body: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Relative:
    """Another firmware of the same model: its row, listing and kinship to the entry of the page."""

    row: EntryRow
    listed: str
    kinship: str


def stamped_pages(
    state: PublishedState, sources: Mapping[str, str] | None = None
) -> Iterator[StampedPage]:
    """The page of every entry, in entry id order.

    `sources` are the texts of the entries' files by path; a page shows the text that is there.
    """
    listing = Listing(state=state)
    models: dict[tuple[str, ...], list[Published]] = {}
    for one in state.entries:
        models.setdefault(_model(one.entry), []).append(one)
    for one in state.entries:
        answer = listing.answers[one.entry_id]
        body = render(
            "entry.html.jinja",
            root="../../",
            on=state.on,
            row=listing.rows[one.entry_id],
            answer=answer,
            relatives=_relatives(one, models[_model(one.entry)], listing),
            source=(sources or {}).get(one.entry.path),
            **_facts(one, listing),
        )
        yield StampedPage(
            id=one.entry_id,
            title=_title(one.entry, state),
            description=answer.sentence,
            body=body,
        )


def _title(entry: Entry, state: PublishedState) -> str:
    maker = manufacturer_name(state, entry.manufacturer)
    title = f"{maker} {model_name(entry)}, firmware {entry.text('firmware_version')}"
    return " ".join(title.split())


def _model(entry: Entry) -> tuple[str, ...]:
    return tuple(
        entry.text(name) for name in ("device_type", "manufacturer_identifier", "model_identifier")
    )


def _facts(one: Published, listing: Listing) -> Mapping[str, object]:
    entry, register = one.entry, listing.state.register
    kind = register.device_types.get(entry.device_type)
    certificates = tuple(entry.certificates())
    have = {certificate.scheme for certificate in certificates}
    hold = one.delivery.hold if one.delivery else None
    listed = next((line for line in entry.history if line.event is Event.LISTED), None)
    upgrades = entry.fields.get("manufacturer_image.upgrades_from")
    removal = one.standing.line
    return {
        "entry": entry,
        "kind": kind,
        "zigbee_name": register.zigbee_codes.get(entry.text("manufacturer_identifier")),
        "specification_page": _known(listing, *_specification(entry)),
        "gbcs_page": _known(listing, GBCS, entry.gbcs_version),
        "certificates": [
            (certificate, wording.certificate_end(certificate, listing.state.on))
            for certificate in certificates
        ],
        "lacking": [scheme for scheme in Scheme if kind and scheme in {*kind.certificates} - have],
        "delivery": one.delivery,
        "way": journey(one, listing.state.sent),
        "clocks": listing.clocks.get(one.entry_id, ()),
        "hold": hold,
        "because": wording.hold_cause(hold) if hold else None,
        "standing": standing_words(one.delivery) if one.delivery else None,
        "note": listed.reason if listed else None,
        "replaced_by": removal.replaced_by if removal and removal.event is Event.REMOVED else None,
        "known": listing.rows,
        "campaigns": lines_of_entry(one.entry_id, listing),
        "incidents": touches(one.entry_id, listing.state),
        "upgrades_none": upgrades == NOT_APPLICABLE,
        "submitters": {
            line.by: manufacturer_name(listing.state, line.by) for line in entry.history if line.by
        },
        "changes": [
            change_view(line, listing.rows[one.entry_id], listing.reference_pages)
            for line in entry.history
        ],
    }


def _specification(entry: Entry) -> tuple[str, str]:
    named = entry.technical_specification
    return named.name, named.version


def _known(listing: Listing, family: str, version: str) -> str | None:
    found = listing.state.register.specifications.find(family, version)
    if found is None or (found.known_from and found.known_from > listing.state.on):
        return None
    return version_slug(family, version)


def _relatives(one: Published, models: list[Published], listing: Listing) -> list[Relative]:
    found = []
    for other in sorted(
        models, key=lambda other: (listed_on(other.entry) or listing.state.on, other.entry_id)
    ):
        if other is one:
            continue
        listed = listed_on(other.entry)
        found.append(
            Relative(
                row=listing.rows[other.entry_id],
                listed=wording.day(listed) if listed else "not listed",
                kinship=_kinship(one.entry, other.entry),
            )
        )
    return found


def _kinship(entry: Entry, other: Entry) -> str:
    if other.entry_id in entry.upgrades_from:
        return "can be upgraded to this firmware"
    if EntryId(entry.entry_id) in other.upgrades_from:
        return "this firmware can be upgraded to it"
    return ""
