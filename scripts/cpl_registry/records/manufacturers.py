"""Who makes Device Models, who may submit them, and who administers the register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NewType

from cpl_registry.records.device_model import Slug

AccountId = NewType("AccountId", str)
"""`github:` and the numeric id of an account; names can be changed and taken over, ids cannot."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Manufacturer:
    """A manufacturer: its name, the Zigbee codes that belong to it, and who may submit for it."""

    slug: Slug
    name: str
    zigbee_codes: tuple[str, ...]
    submitters: tuple[AccountId, ...] = ()
    white_label_of: tuple[Slug, ...] = ()
    illustrative: bool = False


def parse_manufacturers(data: Mapping[str, Any]) -> dict[Slug, Manufacturer]:
    """The manufacturers of `reference/manufacturers.yaml`, by slug."""
    return {
        Slug(slug): Manufacturer(
            slug=Slug(slug),
            name=record["name"],
            zigbee_codes=tuple(record.get("zigbee_codes", ())),
            submitters=tuple(AccountId(one) for one in record.get("submitters", ())),
            white_label_of=tuple(Slug(one) for one in record.get("white_label_of", ())),
            illustrative=record.get("illustrative") == "true",
        )
        for slug, record in data.items()
    }


def parse_zigbee_codes(rows: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """The public list of Zigbee manufacturer codes: four hex digits to the name in the list."""
    return {row["code_hex"]: row["name_in_list"] for row in rows}
