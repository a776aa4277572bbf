"""The layout of the DCC's CSV: which columns, in which order, from where.

The DCC's real layout is not public. Ours is data, versioned, so that theirs is one edit away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cpl_registry.records.device_model import Entry

ENTRY_ID = "entry_id"


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column: its name in the header and the dotted path of the field it shows."""

    name: str
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ExtractProfile:
    """The columns of the extract, in order, with the version and name of the layout."""

    version: str
    label: str
    columns: tuple[Column, ...]

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)

    def row(self, entry: Entry) -> tuple[str, ...]:
        """An entry's cells: the text of each field as it is, empty where the entry lacks it."""
        return tuple(self.cell(entry, column) for column in self.columns)

    def cell(self, entry: Entry, column: Column) -> str:
        """One cell."""
        if column.source == ENTRY_ID:
            return entry.entry_id
        value = entry.fields.get(column.source, "")
        return value if isinstance(value, str) else " ".join(value)


DEFAULT_PROFILE = ExtractProfile(
    version="1.0",
    label="The contract's default layout",
    columns=tuple(
        Column(name=name, source=source)
        for name, source in (
            (ENTRY_ID, ENTRY_ID),
            ("device_type", "device_type"),
            ("manufacturer_identifier", "manufacturer_identifier"),
            ("model_identifier", "model_identifier"),
            ("hardware_version", "hardware_version"),
            ("hardware_revision", "hardware_revision"),
            ("firmware_version", "firmware_version"),
            ("technical_specification", "technical_specification.name"),
            ("technical_specification_version", "technical_specification.version"),
            ("gbcs_version", "gbcs_version"),
            ("manufacturer_image_hash", "manufacturer_image.sha256"),
            ("cpa_certificate", "assurance_certificates.CPA.number"),
            ("cpa_expires", "assurance_certificates.CPA.expires"),
            ("cpa_renewal_due", "assurance_certificates.CPA.renewal_due"),
            ("zigbee_certificate", "assurance_certificates.ZigBee.number"),
            ("dlms_certificate", "assurance_certificates.DLMS.number"),
        )
    ),
)
"""The contract's default header (section 4), for a register that has no layout of its own."""


def parse_extract_profile(data: Mapping[str, Any]) -> ExtractProfile:
    """The layout of `dcc/extract-profile.yaml`."""
    return ExtractProfile(
        version=data["version"],
        label=data.get("label", ""),
        columns=tuple(Column(name=one["name"], source=one["from"]) for one in data["columns"]),
    )
