"""A file of the register: its path, its bytes, its data, and where everything in it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from types import EllipsisType
from typing import cast

from cpl_registry.records.canonical_places import canonical_places, field_place
from cpl_registry.records.file_text import DELIVERY_BYTES, ENTRY_BYTES, OTHER_BYTES, decode
from cpl_registry.records.findings import Span
from cpl_registry.records.refusals import Refusal, refused_whole
from cpl_registry.records.yaml_places import Examined, Place, examine
from cpl_registry.records.yaml_text import Data, quick_data

REGULAR = "100644"
"""Git's mode of an ordinary file, the only one that the register knows."""
DEVICES = "cpl/devices/"
"""The folder of the entries."""
_CHAIN = ("cpl/dcc/deliveries/", "cpl/dcc/acknowledgements/")


class Kind(StrEnum):
    """What a file of the register is; the value names its schema."""

    ENTRY = "device-model"
    MANUFACTURERS = "manufacturers"
    ADMINISTRATORS = "administrators"
    SPECIFICATIONS = "specifications"
    DEVICE_TYPES = "device-types"
    WAIVERS = "waivers"
    SEVERITIES = "incident-severities"
    CALENDAR = "calendar"
    LICENCE = "licence"
    DSP_PROFILE = "dsp-profile"
    DELIVERY_POLICY = "delivery-policy"
    EXTRACT_PROFILE = "extract-profile"
    KEYS = "keys"
    DELIVERY = "delivery"
    ACKNOWLEDGEMENT = "acknowledgement"
    INCIDENT = "incident"
    DECISION = "decision"
    CAMPAIGN = "campaign"
    NOTICE = "notice"


SINGLE_FILES = {
    "cpl/reference/manufacturers.yaml": Kind.MANUFACTURERS,
    "cpl/reference/administrators.yaml": Kind.ADMINISTRATORS,
    "cpl/reference/specifications.yaml": Kind.SPECIFICATIONS,
    "cpl/reference/device-types.yaml": Kind.DEVICE_TYPES,
    "cpl/reference/waivers.yaml": Kind.WAIVERS,
    "cpl/reference/incident-severities.yaml": Kind.SEVERITIES,
    "cpl/reference/calendar.yaml": Kind.CALENDAR,
    "cpl/reference/licence.yaml": Kind.LICENCE,
    "cpl/dcc/dsp-profile.yaml": Kind.DSP_PROFILE,
    "cpl/dcc/delivery-policy.yaml": Kind.DELIVERY_POLICY,
    "cpl/dcc/extract-profile.yaml": Kind.EXTRACT_PROFILE,
    "cpl/dcc/keys.yaml": Kind.KEYS,
}
FOLDERS = {
    "cpl/dcc/deliveries/": Kind.DELIVERY,
    "cpl/dcc/acknowledgements/": Kind.ACKNOWLEDGEMENT,
    "cpl/panel/incidents/": Kind.INCIDENT,
    "cpl/panel/decisions/": Kind.DECISION,
    "cpl/panel/campaigns/": Kind.CAMPAIGN,
    "cpl/panel/notices/": Kind.NOTICE,
}
TABLES = {
    "cpl/reference/zigbee-manufacturer-codes.csv": "code_hex,name_in_list",
    "cpl/reference/bank-holidays.csv": "division,date,title",
}
"""Files of the register that are tables and not YAML, with their header rows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TreeFile:
    """A file as a tree holds it: path with `/`, Git's mode, bytes (a link's target for a link)."""

    path: str
    raw: bytes
    mode: str = REGULAR


def kind_of(path: str) -> Kind | None:
    """What a path holds; None for a table, and for what the register does not know."""
    if path.startswith(DEVICES):
        return Kind.ENTRY
    if single := SINGLE_FILES.get(path):
        return single
    folder, _, name = path.rpartition("/")
    if name.endswith(".yaml"):
        return FOLDERS.get(f"{folder}/")
    return None


def most_bytes(path: str) -> int:
    """The most bytes that a file at a path may have."""
    if path.startswith(DEVICES):
        return ENTRY_BYTES
    return DELIVERY_BYTES if path.startswith(_CHAIN) else OTHER_BYTES


class Document:
    """One YAML file, read. Places are worked out only when somebody asks for one."""

    __slots__ = ("_data", "_examined", "canonical", "digest", "kind", "path", "refused", "text")

    def __init__(self, path: str, kind: Kind, raw: bytes) -> None:
        self.path = path
        self.kind = kind
        self.text, self.refused = decode(raw, most_bytes(path))
        # Deliveries are chained by the digest of their files.
        self.digest = sha256(raw).hexdigest() if kind is Kind.DELIVERY else ""
        self._examined: Examined | None = None
        self.canonical = False  # said by whoever held the file against its canonical form
        data: Data | None = quick_data(self.text) if self.text else None
        if data is None and not any(one.kind in _FINAL for one in self.refused):
            self.refused = [*self.refused, *self.examined().refused]
            data = self.examined().data
        if isinstance(data, str):
            message = "not a record: the file holds one text and no fields"
            if data.startswith("version https://git-lfs"):
                message = "not a record: a Git LFS pointer stands in place of the file"
            fix = "write the record itself; see an example of its kind"
            self.refused = [*self.refused, refused_whole(Refusal.EMPTY, message, fix)]
            data = None
        self._data: Data | EllipsisType | None = data

    @property
    def data(self) -> Data | None:
        """What the file says; None where it could not be read."""
        if isinstance(self._data, EllipsisType):
            data = quick_data(self.text)
            self._data = self.examined().data if data is None else data
        return self._data

    @property
    def is_record(self) -> bool:
        """Whether it says fields."""
        return isinstance(self._data, dict | EllipsisType)

    def let_go(self) -> None:
        """Forgets what it says until somebody asks: of a long list that is much, and seldom asked."""
        if isinstance(self._data, dict):
            self._data = ...

    @property
    def usable(self) -> bool:
        """Whether the data can be judged further: it was read, and no part of it is ambiguous."""
        return self._data is not None and all(one.kind in _MENDABLE for one in self.refused)

    def examined(self) -> Examined:
        """The careful reading, done once."""
        if self._examined is None:
            self._examined = examine(self.text)
        return self._examined

    def is_text(self, pointer: str) -> bool:
        """Whether a pointer leads to a scalar of the file."""
        place = self.examined().places.get(pointer)
        return place is not None and place.scalar

    def _places(self, pointer: str) -> Mapping[str, Place]:
        if not self.canonical or self._examined is not None:
            return self.examined().places
        if (here := field_place(self.text, pointer)) is not None:
            return {pointer: here}
        return canonical_places(self.text, cast("Data", self.data), pointer)

    def span(self, pointer: str | None, *, on_key: bool = False) -> Span | None:
        """Where a pointer's value stands, or its key; None for the whole file.

        A mapping or list under a key is shown at that key, where a person looks for it. What is
        not in the file is shown at the nearest thing around it.
        """
        if pointer is None:
            return None
        places = self._places(pointer)
        while pointer not in places and pointer:
            pointer = pointer.rpartition("/")[0]
            on_key = False
        place = places.get(pointer)
        if place is None:
            return None
        if place.key is not None and (on_key or not place.scalar):
            return place.key
        return place.value


_MENDABLE = frozenset({Refusal.BYTE_ORDER_MARK, Refusal.LINE_ENDS})
_FINAL = frozenset({Refusal.SIZE, Refusal.ENCODING, Refusal.CHARACTER, Refusal.TAB})
