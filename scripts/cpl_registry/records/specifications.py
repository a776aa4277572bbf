"""Technical specifications by version and day, and what each device type needs.

Start and end days are inclusive. An installation end stops new listings on a version; it does not
remove what is listed (contract, section 2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cpl_registry.records.days import day
from cpl_registry.records.device_model import Scheme

GBCS = "GBCS"


@dataclass(frozen=True, kw_only=True, slots=True)
class SpecificationVersion:
    """One version of one family, with its days in force.

    `gbcs_versions` are the GBCS versions that go with it; empty for a version of GBCS itself.
    `unconfirmed` names the fields whose value is recalled and was not read in a source.
    """

    family: str
    version: str
    start: date
    installation_end: date | None = None
    maintenance_end: date | None = None
    gbcs_versions: tuple[str, ...] = ()
    unconfirmed: tuple[str, ...] = ()
    known_from: date | None = None
    source: str = ""

    def in_force(self, on: date) -> bool:
        """Whether a new listing may name this version on a day."""
        return self.start <= on and (self.installation_end is None or on <= self.installation_end)


@dataclass(frozen=True, kw_only=True, slots=True)
class SpecificationBook:
    """All versions of all families, in the order of the file."""

    families: Mapping[str, Mapping[str, SpecificationVersion]]

    def find(self, family: str, version: str) -> SpecificationVersion | None:
        """A version of a family; None where the book does not know it."""
        return self.families.get(family, {}).get(version)

    @property
    def gbcs(self) -> Mapping[str, SpecificationVersion]:
        """The versions of GBCS."""
        return self.families.get(GBCS, {})


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceType:
    """A Physical Device Type: the specification families it may name, the certificates it needs."""

    code: str
    name: str
    specifications: tuple[str, ...]
    certificates: tuple[Scheme, ...]
    unconfirmed: tuple[str, ...] = ()


def parse_specifications(data: Mapping[str, Any]) -> SpecificationBook:
    """The book of `reference/specifications.yaml`. The first line of a version counts."""
    families: dict[str, dict[str, SpecificationVersion]] = {}
    for family, versions in data.items():
        book = families.setdefault(family, {})
        for record in versions:
            book.setdefault(record["version"], _version(family, record))
    return SpecificationBook(families=families)


def _version(family: str, record: Mapping[str, Any]) -> SpecificationVersion:
    def optional(name: str) -> date | None:
        return day(record[name]) if name in record else None

    start = optional("start")
    return SpecificationVersion(
        family=family,
        version=record["version"],
        start=start or date.max,
        installation_end=optional("installation_end"),
        maintenance_end=optional("maintenance_end"),
        gbcs_versions=tuple(record.get("gbcs_versions", ())),
        unconfirmed=tuple(record.get("unconfirmed", ())),
        known_from=optional("known_from"),
        source=record.get("source", ""),
    )


def parse_device_types(data: Mapping[str, Any]) -> dict[str, DeviceType]:
    """The device types of `reference/device-types.yaml`, by code."""
    return {
        code: DeviceType(
            code=code,
            name=record["name"],
            specifications=tuple(record["specifications"]),
            certificates=tuple(Scheme(one) for one in record["certificates"]),
            unconfirmed=tuple(record.get("unconfirmed", ())),
        )
        for code, record in data.items()
    }
