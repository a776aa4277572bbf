"""An entry: one Device Model on the Certified Products List, with its history.

Source of the fields: SEC Appendix Z as far as the founding paper quotes it; contract, section 2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, NewType, TypeAlias, cast

from cpl_registry.records.days import day
from cpl_registry.records.once import once

EntryId = NewType("EntryId", str)
"""The key in lower case joined by `-`: never reused, never changed."""
Slug = NewType("Slug", str)
"""A manufacturer's name in the register: lower-case words joined by `-`."""

Value: TypeAlias = "str | tuple[str, ...]"
"""What a field holds: the text of its scalar, or the texts of a list."""

NOT_APPLICABLE = "not-applicable"
"""The word that stands for "no earlier firmware can be upgraded to this one"."""

KEY_FIELDS = (
    "device_type",
    "manufacturer_identifier",
    "model_identifier",
    "hardware_version",
    "hardware_revision",
    "firmware_version",
)
"""The fields that make the key, in the order of the entry id."""


class Event(StrEnum):
    """What happened to an entry."""

    SUBMITTED = "submitted"
    LISTED = "listed"
    AMENDED = "amended"
    CORRECTED = "corrected"
    REMOVED = "removed"
    REINSTATED = "reinstated"
    CLOSED = "closed"


class Status(StrEnum):
    """The CPL status, in the DCC's own words (DUIS V5.4, CPLStatus)."""

    ACTIVE = "Active"
    CANCELLED = "Cancelled"
    EXPIRED = "Expired"
    WITHDRAWN = "Withdrawn"


class Scheme(StrEnum):
    """The schemes of Assurance Certificates."""

    ZIGBEE = "ZigBee"
    DLMS = "DLMS"
    CPA = "CPA"


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One field of an amendment or correction: dotted path, value before and after.

    `before` is None where a value was added, `after` where it was dropped.
    """

    path: str
    before: Value | None
    after: Value | None


@dataclass(frozen=True, kw_only=True, slots=True)
class HistoryLine:
    """One line of an entry's history. An event counts from 00:00 Europe/London of its date."""

    day: date
    event: Event
    by: str | None = None
    status: Status | None = None
    cause: str | None = None
    replaced_by: EntryId | None = None
    changed: tuple[Change, ...] = ()
    reason: str | None = None
    reference: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TechnicalSpecification:
    """A version of a technical specification: family (`SMETS2`) and version (`4.2`) apart."""

    name: str
    version: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Certificate:
    """The current Assurance Certificate of one scheme. Days are inclusive."""

    scheme: Scheme
    number: str | None
    issued: date | None = None
    expires: date | None = None
    renewal_due: date | None = None

    @property
    def ends(self) -> date | None:
        """The last day, whether the certificate expires or is due for renewal."""
        return self.expires or self.renewal_due


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """A document that is held and not published: its kind and the reference to ask for."""

    kind: str
    reference: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One Device Model as its file says it, with the history that led there.

    `schemes` are the certificates' schemes as the file lists them, told twice where the file does.
    `fields` is the same record flat: dotted path to the text in the file, the only source of what
    is published, so that no value can change its form on the way out.
    """

    path: str
    entry_id: EntryId
    fields: Mapping[str, Value]
    schemes: tuple[Scheme, ...]
    history: tuple[HistoryLine, ...]

    @property
    def device_type(self) -> str:
        """ESME, GSME, CH, PPMID or HCALCS."""
        return self.text("device_type")

    @property
    def manufacturer(self) -> Slug:
        """The manufacturer's slug."""
        return Slug(self.text("manufacturer"))

    @property
    def technical_specification(self) -> TechnicalSpecification:
        """Family and version of the technical specification."""
        return TechnicalSpecification(
            name=self.text("technical_specification.name"),
            version=self.text("technical_specification.version"),
        )

    @property
    def gbcs_version(self) -> str:
        """The GBCS version."""
        return self.text("gbcs_version")

    @once
    def image_hash(self) -> str | None:
        """SHA-256 of the Manufacturer Image, 64 upper-case hex digits."""
        return self.get("manufacturer_image.sha256")

    @property
    def upgrades_from(self) -> tuple[EntryId, ...]:
        """Entries whose firmware can be upgraded to this one."""
        value = self.fields.get("manufacturer_image.upgrades_from", ())
        return () if isinstance(value, str) else cast("tuple[EntryId, ...]", value)

    @once
    def in_place(self) -> bool:
        """Whether the file lies where its key says; where not, one of the two is wrong."""
        return self.path == _path(self.entry_id, self.manufacturer)

    def text(self, path: str) -> str:
        """The text of a scalar that every entry has."""
        value = self.fields[path]
        if not isinstance(value, str):
            raise TypeError(f"{path} of {self.entry_id} is a list")
        return value

    def get(self, path: str) -> str | None:
        """The text of a scalar; None where the entry does not have it."""
        value = self.fields.get(path)
        return value if isinstance(value, str) else None

    def certificates(self) -> tuple[Certificate, ...]:
        """The Assurance Certificates, one a scheme."""
        return self._certificates

    @once
    def _certificates(self) -> tuple[Certificate, ...]:
        text: Callable[[str], Any] = self.fields.get  # the schema lets no list stand here
        found = []
        for scheme, paths in _CERTIFICATES:
            if paths[0] not in self.fields and self.fields.keys().isdisjoint(paths):
                continue
            issued, expires, renewal_due = text(paths[1]), text(paths[2]), text(paths[3])
            found.append(
                Certificate(
                    scheme=scheme,
                    number=text(paths[0]),
                    issued=day(issued) if issued else None,
                    expires=day(expires) if expires else None,
                    renewal_due=day(renewal_due) if renewal_due else None,
                )
            )
        return tuple(found)

    @once
    def ends(self) -> str:
        """The earliest end of a certificate, expiry or renewal, as text; late where there is none."""
        text = self.fields.get
        return cast("str", min(text(path) or _LATE for path in _ENDS))

    @once
    def amended(self) -> frozenset[str]:
        """The dotted paths of all fields that any amendment changed: most entries have none."""
        lines = [line for line in self.history if line.event is Event.AMENDED]
        return frozenset([one.path for line in lines for one in line.changed]) if lines else _NONE

    @once
    def listed_on(self) -> date | None:
        """The day of the first listing; None where there was none."""
        for line in self.history:
            if line.event is Event.LISTED:
                return line.day
        return None

    def evidence(self) -> tuple[Evidence, ...]:
        """The evidence that is held elsewhere."""
        lead = "evidence."
        return tuple(
            Evidence(kind=path.removeprefix(lead), reference=reference)
            for path, value in self.fields.items()
            if path.startswith(lead)
            for reference in ((value,) if isinstance(value, str) else value)
        )


_NONE: frozenset[str] = frozenset()
_CERTIFICATES = tuple(
    (
        one,
        tuple(
            f"assurance_certificates.{one}.{part}"
            for part in ("number", "issued", "expires", "renewal_due")
        ),
    )
    for one in Scheme
)
"""The dotted paths of each scheme's certificate."""
_ENDS = tuple(path for _, paths in _CERTIFICATES for path in paths[2:])
_LATE = "9999-12-31"


def entry_id(fields: Mapping[str, Value]) -> EntryId:
    """The entry id that follows from the key."""
    return EntryId("-".join([str(fields[name]) for name in KEY_FIELDS]).lower())


def entry_path(fields: Mapping[str, Value]) -> str:
    """Where the file of a key belongs, relative to the register's root."""
    return _path(entry_id(fields), str(fields["manufacturer"]))


def _path(key: EntryId, maker: str) -> str:
    device_type, code, model, version, revision, firmware = key.split("-")
    return f"cpl/devices/{device_type}/{maker}/{code}-{model}-{version}{revision}-{firmware}.yaml"


_PATH = re.compile(
    r"cpl/devices/([a-z]+)/[^/]+/"
    r"([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{2})([0-9a-f]{2})-([0-9a-f]{8})\.yaml"
)


def id_of_path(path: str) -> EntryId | None:
    """The entry id that the path of an entry's file stands for; None for any other path."""
    match = _PATH.fullmatch(path)
    return EntryId("-".join(match.groups())) if match else None
