"""The page of an entry: the answer first, then facts, certificates, delivery, history, kin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from cpl_registry.outputs import wording
from cpl_registry.outputs.clock_words import both_clocks
from cpl_registry.outputs.entry_rows import Listing, manufacturer_name, model_name
from cpl_registry.outputs.field_history import field_lives
from cpl_registry.outputs.firmware_family import family
from cpl_registry.outputs.incident_words import touches
from cpl_registry.outputs.pages_campaigns import lines_of_entry
from cpl_registry.outputs.pages_dcc import standing_words
from cpl_registry.outputs.pages_specifications import version_slug
from cpl_registry.outputs.templating import render
from cpl_registry.outputs.timeline import Timelines
from cpl_registry.records.days import london_day
from cpl_registry.records.device_model import NOT_APPLICABLE, Entry, Event, Scheme
from cpl_registry.records.specifications import GBCS
from cpl_registry.state.journey import journey
from cpl_registry.state.publication import Published, PublishedState


@dataclass(frozen=True, kw_only=True, slots=True)
class StampedPage:
    """An entry's page before it is stamped: entry id, title, description (all plain), body (HTML)."""

    id: str
    title: str
    description: str
    body: str


def stamped_pages(
    state: PublishedState, sources: Mapping[str, str] | None = None, edit: str | None = None
) -> Iterator[StampedPage]:
    """The page of every entry, in entry id order; none where each has no page of its own.

    `sources` are the texts of the entries' files by path; a page shows the text that is there.
    `edit` is the address at which a file is edited, with `{path}` in the place of its path.
    """
    if not state.entry_pages:
        return
    listing = Listing(state=state)
    timelines = Timelines(listing=listing)
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
            says=_says(one),
            holds=dcc_holds(one, listing),
            timeline=timelines.of(one),
            lives=field_lives(one.entry, listing),
            family=family(one, models[_model(one.entry)], listing),
            source=(sources or {}).get(one.entry.path),
            edit=edit.replace("{path}", quote(one.entry.path)) if edit else None,
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
        "clocks": [(clock, both_clocks(clock)) for clock in listing.clocks.get(one.entry_id, ())],
        "first": entry.history[0],
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
    }


def _specification(entry: Entry) -> tuple[str, str]:
    named = entry.technical_specification
    return named.name, named.version


def _known(listing: Listing, family: str, version: str) -> str | None:
    found = listing.state.register.specifications.find(family, version)
    if found is None or (found.known_from and found.known_from > listing.state.on):
        return None
    return version_slug(family, version)


def _says(one: Published) -> str:
    """What the list itself says of an entry, whatever was sent of it, as a clause."""
    standing = one.standing
    since = f" since {wording.day(standing.since)}" if standing.since else ""
    if standing.status is not None:
        return f"{standing.status}{since}"
    if one.waiting_since is not None:
        return f"nothing yet: submitted on {wording.day(one.waiting_since)}"
    return f"nothing: its submission is closed{since}"


def dcc_holds(one: Published, listing: Listing) -> str:
    """What the DCC holds of an entry, by its own word, as a clause."""
    if not listing.state.sent.deliveries:
        return "not known here: this register records no delivery"
    way = journey(one, listing.state.sent)
    if way.loaded is None:
        return "nothing of it, as far as it has said"
    day = wording.day(london_day(way.loaded.at))
    if one.delivery is None:
        return f"its last row still, loaded on {day}: it has not said that the row was taken out"
    what = "this row"
    if not way.loaded_now:
        what = "an earlier row of it"
    elif one.delivery.misstated:
        what = f"a row with {wording.misstatement(one.delivery)}"
    elif one.held:
        what = "the row from before its amendment"
    return f"{what}, loaded on {day}"
