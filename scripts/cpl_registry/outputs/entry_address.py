"""Where an entry is shown: on a page of its own, or by the one page that reads the shards."""

from __future__ import annotations

from cpl_registry.records.device_model import EntryId
from cpl_registry.state.publication import PublishedState


def entry_address(entry_id: EntryId, state: PublishedState) -> str:
    """The address of an entry, from the site's root."""
    return address_pattern(state).replace("{id}", entry_id)


def address_pattern(state: PublishedState) -> str:
    """The address of any entry, with `{id}` in the place of its id."""
    return "devices/{id}/" if state.entry_pages else "devices/entry/?id={id}"


def model_of(entry_id: EntryId) -> str:
    """The name of an entry's model, which is that of a shard: type, manufacturer and model identifier."""
    return "-".join(entry_id.split("-")[:3])
