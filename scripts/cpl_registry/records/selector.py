"""A selector: which entries an incident or a campaign is about, as a question and never as a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cpl_registry.records.device_model import Entry, Slug, Status


@dataclass(frozen=True, kw_only=True, slots=True)
class Selector:
    """Properties of the entries meant; one that is empty is not looked at.

    `technical_specifications` are the versions meant of each family. `held` asks for entries whose
    present values are kept out of the extract; what is held is answered for a day, elsewhere.
    """

    status: Status | None = None
    device_types: frozenset[str] = frozenset()
    manufacturers: frozenset[Slug] = frozenset()
    technical_specifications: Mapping[str, frozenset[str]] = field(default_factory=dict)
    gbcs_versions: frozenset[str] = frozenset()
    held: bool = False

    def takes_values_of(self, entry: Entry) -> bool:
        """Whether an entry's type, maker and versions are those meant; status and hold apart."""
        specification = entry.technical_specification
        versions = self.technical_specifications.get(specification.name, frozenset())
        return (
            (not self.device_types or entry.device_type in self.device_types)
            and (not self.manufacturers or entry.manufacturer in self.manufacturers)
            and (not self.technical_specifications or specification.version in versions)
            and (not self.gbcs_versions or entry.gbcs_version in self.gbcs_versions)
        )


def parse_selector(data: Mapping[str, Any]) -> Selector:
    """The selector of an incident's or a campaign's file."""
    return Selector(
        status=Status(data["status"]) if "status" in data else None,
        device_types=frozenset(data.get("device_types", ())),
        manufacturers=frozenset(Slug(one) for one in data.get("manufacturers", ())),
        technical_specifications={
            family: frozenset(versions)
            for family, versions in data.get("technical_specifications", {}).items()
        },
        gbcs_versions=frozenset(data.get("gbcs_versions", ())),
        held=data.get("held") == "true",
    )
