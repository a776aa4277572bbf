"""One device of an inventory, as a file from outside tells it. Nothing in it is trusted yet.

The names are those of the DCC User Interface Specification (DUIS), schema V5.4, type `Device`. What
a Read Inventory answer says of people and places (address, meter point) is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cpl_registry.records.findings import Problem
from cpl_registry.records.yaml_text import shown

MOST_BYTES = 64 * 1024 * 1024
MOST_DEVICES = 250_000
MOST_VALUES = 4_000_000
"""So many values (cells, members, elements) may stand in one file: what is read stays in memory."""
MOST_LENGTH = 200
"""Characters in one value. DUIS allows 30 for a manufacturer or a model."""
BLANKS = " \t\r\n"

DUIS_NAMES: Mapping[str, str] = {
    "DeviceID": "device_id",
    "DeviceType": "device_type",
    "DeviceManufacturer": "manufacturer",
    "DeviceModel": "device_model",
    "SMETSCHTSVersion": "specification_version",
    "DeviceFirmwareVersion": "firmware_version",
    "DeviceFirmwareVersionStatus": "firmware_status",
    "CPLStatus": "cpl_status",
    "ESMEVariant": "esme_variant",
    "DeviceGBCSVersion": "gbcs_version",
}
"""The elements of a DUIS `Device` that are read, and the field that each becomes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class InventoryDevice:
    """The texts of one device as they were given, but for blanks round them; empty where absent.

    `place` says where it stands in the file: `line 9`, or `device 3` in JSON, which has no lines.
    """

    place: str
    device_id: str = ""
    device_type: str = ""
    manufacturer: str = ""
    device_model: str = ""
    specification_version: str = ""
    firmware_version: str = ""
    gbcs_version: str = ""
    cpl_status: str = ""
    firmware_status: str = ""
    esme_variant: str = ""


class Unreadable(Exception):
    """A file is not an inventory that can be read. Never leaves `records.inventory`."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


Told = Callable[[str, str], Problem]
"""Makes a problem of a message and the way to mend it, at the place that is being read."""


def put(values: dict[str, str], field: str, name: str, text: str, problem: Told) -> None:
    """A value of a device under its field, where the file may have it under another name.

    Raises:
        Unreadable: the device has the field already, or the value is longer than any can be.
    """
    if field in values:
        raise Unreadable(
            problem(f"{shown(name)} is told twice of one device", "say once what it is")
        )
    plain = text.strip(BLANKS)
    if len(plain) > MOST_LENGTH:
        raise Unreadable(
            problem(
                f"{shown(name)} has {len(plain)} characters, at most {MOST_LENGTH} are read",
                "DUIS allows far fewer: is this an inventory?",
            )
        )
    values[field] = plain


def too_many(problem: Told) -> Unreadable:
    """The refusal of a file with more devices than are read at once."""
    return Unreadable(problem(f"more than {MOST_DEVICES:,} devices in one file", "split the file"))
