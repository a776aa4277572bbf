"""The devices for API v1: one list, the same rows by manufacturer, and each model in full.

The list and the file of each device end at a number of entries, so that a list of any length stays
within what a static host takes; the shards are there at any number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cpl_registry.outputs.api_envelope import FOLDER, envelope
from cpl_registry.outputs.artefact import Artefact, compact_bytes, json_bytes
from cpl_registry.outputs.dcc_history import DccHistory
from cpl_registry.outputs.entry_address import model_of
from cpl_registry.outputs.entry_rows import Listing
from cpl_registry.outputs.firmware_family import Products
from cpl_registry.outputs.register_csv import full_record, record
from cpl_registry.records.delivery import moment_text
from cpl_registry.records.device_model import Slug
from cpl_registry.records.manufacturers import Manufacturer
from cpl_registry.state.publication import Published, PublishedState


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is said of devices in full, worked out once for all of them."""

    state: PublishedState

    @cached_property
    def listing(self) -> Listing:
        """The answers."""
        return Listing(state=self.state)

    @cached_property
    def products(self) -> Products:
        """What is newest for each hardware."""
        return Products(listing=self.listing)

    @cached_property
    def dcc(self) -> DccHistory:
        """What was sent and answered."""
        return DccHistory(state=self.state)


def device_lists(known: Known) -> Iterator[Artefact]:
    """`devices.json`, `manufacturers/<slug>.json` and `models/<model>.json`."""
    state = known.state
    makers: dict[str, list[dict[str, Any]]] = defaultdict(list)
    models: dict[str, list[Published]] = defaultdict(list)
    for one in state.entries:
        makers[one.entry.manufacturer].append(device_row(one, state))
        models[model_of(one.entry_id)].append(one)
    yield _list(state, makers)
    register = state.register.manufacturers
    for slug in sorted({*register, *makers}):
        maker = register.get(Slug(slug)) or Manufacturer(
            slug=Slug(slug), name=slug, zigbee_codes=()
        )
        told: dict[str, Any] = {
            "slug": slug,
            "name": maker.name,
            "zigbee_codes": list(maker.zigbee_codes),
            "white_label_of": list(maker.white_label_of),
            "illustrative": maker.illustrative,
        }
        rows = makers.get(slug, [])
        answer = envelope(state, manufacturer=told, total=len(rows), devices=rows)
        yield _shard(f"manufacturers/{slug}", answer)
    for name, entries in models.items():
        first = entries[0].entry
        fields = ("device_type", "manufacturer_identifier", "model_identifier")
        devices = [device_data(one, known) for one in entries]
        model = {field: first.text(field) for field in fields}
        answer = envelope(state, model=model, total=len(devices), devices=devices)
        yield _shard(f"models/{name}", answer)


def _list(state: PublishedState, makers: dict[str, list[dict[str, Any]]]) -> Artefact:
    whole = state.entry_pages
    rows = (row for rows in makers.values() for row in rows)
    answer = envelope(
        state,
        total=len(state.entries),
        complete=whole,
        shards=[
            {
                "manufacturer": slug,
                "total": len(found),
                "path": f"api/v1/manufacturers/{slug}.json",
            }
            for slug, found in sorted(makers.items())
        ],
        devices=sorted(rows, key=lambda row: str(row["entry_id"])) if whole else [],
    )
    return Artefact(path=f"{FOLDER}/devices.json", content=json_bytes(answer))


def _shard(name: str, answer: dict[str, Any]) -> Artefact:
    return Artefact(path=f"{FOLDER}/{name}.json", content=compact_bytes(answer))


def device_row(one: Published, state: PublishedState) -> dict[str, Any]:
    """A device as one row of a list."""
    row: dict[str, Any] = dict(record(one, state))
    row.pop("illustrative")
    row["upgrades_from"] = list(one.entry.upgrades_from)
    return row


def device_data(one: Published, known: Known) -> dict[str, Any]:
    """A device in full: its row, certificates, histories, the answer, and what touches it."""
    state = known.state
    device = full_record(one, state)
    device.pop("illustrative")
    said = known.listing.answers[one.entry_id]
    device["answer"] = said.sentence
    device["state"] = said.kind.value
    device["install"] = said.install.value
    device["installing"] = said.installing
    device["word"] = said.word
    device["notes"] = [*said.lines, *said.notes]
    device["newest"] = known.products.newest(one) or ""
    device["dcc_history"] = [
        {
            "date": line.day.isoformat(),
            "event": line.event.value,
            "delivery": line.serial,
            "at": moment_text(line.at) if line.at else "",
            "reason": line.reason,
        }
        for line in known.dcc.of(one.entry_id)
    ]
    device["incidents"] = [
        {
            "reference": touch.reference,
            "open": touch.open,
            "since": touch.touched[one.entry_id].isoformat(),
        }
        for touch in state.incidents_by_entry.get(one.entry_id, ())
    ]
    device["campaigns"] = [
        {
            "reference": stand.campaign.reference,
            "stage": stand.stage.value,
            "position": target.position.value,
            "since": target.since.isoformat(),
            "deadline": stand.deadline.isoformat() if stand.deadline else "",
        }
        for stand, target in state.campaigns_by_entry.get(one.entry_id, ())
    ]
    return device
