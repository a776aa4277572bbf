"""How the texts of a device are read as the key of an entry: exactly, or not at all.

DUIS gives model identifier, hardware version and hardware revision in one, eight hex digits; that
they split into 4, 2 and 2 is inferred from published answers. Letters count the same in either
case. A text of another shape is not mended: a near hit would be a wrong answer.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import asdict, dataclass

from cpl_registry.records.delivery import HUB, HUB_DEVICES
from cpl_registry.records.device_model import EntryId, entry_id
from cpl_registry.records.inventory_device import InventoryDevice
from cpl_registry.records.yaml_text import shown

TYPE_2 = ("IHD", "CAD")
"""The Type 2 devices of DUIS. That the list has none is recalled, not read in a source."""

_TYPE = re.compile(r"[A-Za-z0-9]{1,10}")
_CODE = re.compile(r"[0-9A-Fa-f]{4}")
_DIGITS = re.compile(r"[0-9A-Fa-f]{8}")
_SPECIFICATION = re.compile(
    r"(?:([A-Za-z]{2,})([0-9])?(?: +V?|V)|V)?([0-9]+(?:\.[0-9]+)+)", re.IGNORECASE | re.ASCII
)
_SMETS, _SMETS1 = "SMETS", "SMETS1"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadModel:
    """The key that a device's texts were read as, in the register's letters."""

    device_type: str
    manufacturer_identifier: str
    model_identifier: str
    hardware_version: str
    hardware_revision: str
    firmware_version: str

    @property
    def entry_id(self) -> EntryId:
        """The entry id that follows from the key."""
        return entry_id(asdict(self))


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadVersion:
    """A specification version as an inventory writes it: `SMETS V5.0` is SMETS and 5.0.

    `family` is empty where the text names none. `generation` is the digit of `SMETS2`, else empty.
    """

    family: str
    generation: str
    version: str

    def fits(self, family: str) -> bool:
        """Whether the text can mean a version of a family: `SMETS` means any generation of it."""
        if not self.family:
            return True
        if self.generation:
            return family == self.family + self.generation
        return re.fullmatch(f"{self.family}[0-9]?", family) is not None


def physical_type(text: str) -> str | None:
    """The type of a device as the list has it: CHF and GPF are one CH. None for another shape."""
    if _TYPE.fullmatch(text) is None:
        return None
    return HUB if text.upper() in HUB_DEVICES else text.upper()


def read_model(device: InventoryDevice, device_types: Collection[str]) -> ReadModel | str:
    """The key of a device, or in words what of it is not understood."""
    kind = physical_type(device.device_type)
    odd = []
    if kind is None or kind not in device_types:
        odd.append(_odd("device type", device.device_type, "one that the list knows"))
    for name, text, shape, length in (
        ("manufacturer", device.manufacturer, _CODE, 4),
        ("device model", device.device_model, _DIGITS, 8),
        ("firmware version", device.firmware_version, _DIGITS, 8),
    ):
        if shape.fullmatch(text) is None:
            odd.append(_odd(name, text, f"{length} hex digits"))
    if odd or kind is None:
        return "; ".join(odd)
    model = device.device_model.upper()
    return ReadModel(
        device_type=kind,
        manufacturer_identifier=device.manufacturer.upper(),
        model_identifier=model[:4],
        hardware_version=model[4:6],
        hardware_revision=model[6:],
        firmware_version=device.firmware_version.upper(),
    )


def _odd(name: str, text: str, wanted: str) -> str:
    return f"{name} {shown(text)} is not {wanted}" if text else f"no {name}"


def read_version(text: str) -> ReadVersion | None:
    """A specification or GBCS version: `V4.2`, `SMETS V5.0`, `4.2`. None for another shape."""
    match = _SPECIFICATION.fullmatch(text)
    if match is None:
        return None
    family, generation, version = match.groups()
    return ReadVersion(family=(family or "").upper(), generation=generation or "", version=version)


def is_smets1(text: str, families: Collection[str]) -> bool:
    """Whether a specification version is one of SMETS1, for a type of some families.

    Without a family in the text, 1.x is of the type's own: SMETS for a meter, CHTS for a hub.
    """
    read = read_version(text)
    if read is None or _SMETS1 in families or not read.version.startswith("1."):
        return False
    if read.family:
        return read.family == _SMETS and read.generation in {"", "1"}
    return any(family.startswith(_SMETS) for family in families)
