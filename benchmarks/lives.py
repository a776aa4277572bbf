"""Lives of entries from a seed, as the real list has them.

Makers release firmware after firmware; certificates are renewed or run out; GBCS versions move on;
some entries are removed, a few come back, the newest wait in the queue. Everything is made up.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from cpl_registry.records.device_model import entry_id
from cpl_registry.records.specifications import (
    DeviceType,
    SpecificationBook,
    SpecificationVersion,
)

TODAY = date(2026, 11, 20)
FIRST_DAY = date(2016, 11, 1)
LIFETIME_FROM = date(2022, 8, 1)
MAKERS = 14
KINDS = ("ESME", "ESME", "ESME", "GSME", "GSME", "CH", "PPMID", "HCALCS")
VARIANTS = ("A", "AD", "ADE", "BD", "CDE")
_EXPIRES, _DUE = (f"assurance_certificates.CPA.{part}" for part in ("expires", "renewal_due"))

Record = dict[str, Any]


def maker_slug(number: int) -> str:
    return f"maker-{number:02}"


def maker_code(number: int) -> str:
    """A code outside the Zigbee list."""
    return f"F0{0xC0 + number:02X}"


@dataclass(frozen=True, kw_only=True)
class Product:
    """A device that a maker sells: everything in its key but the firmware."""

    kind: DeviceType
    maker: int
    model: str
    hardware: tuple[str, str]

    @property
    def slug(self) -> str:
        return maker_slug(self.maker)

    @property
    def code(self) -> str:
        return maker_code(self.maker)


@dataclass
class Release:
    """One firmware of a product, from its submission on: values of today, and how they came."""

    fields: Record
    certificates: dict[str, Record]
    history: list[Record] = field(default_factory=list)

    def tell(self, day: date, event: str, **more: Any) -> None:
        self.history.append({"date": day.isoformat(), "event": event, **more})

    def amend(self, day: date, changed: dict[str, Record], reason: str) -> None:
        self.tell(day, "amended", changed=changed, reason=reason)

    def record(self) -> Record:
        certificates = [{"scheme": name, **one} for name, one in self.certificates.items()]
        return {**self.fields, "assurance_certificates": certificates, "history": self.history}


class Lives:
    """Everything that one seed gives. `decisions` are those that the lives refer to, by their day."""

    def __init__(self, seed: int, book: SpecificationBook, kinds: Mapping[str, DeviceType]) -> None:
        self._random = random.Random(seed)  # noqa: S311  # nothing here is secret
        self._book = book
        self._kinds = kinds
        self._certificate = 0
        self.decisions: dict[str, date] = {}

    def records(self, entries: int) -> Iterator[Record]:
        """Entries as the data of their files, product by product."""
        made = number = 0
        while made < entries:
            product = self._product(number)
            number += 1
            for record in self._releases(product):
                yield record
                made += 1
                if made == entries:
                    return

    def _product(self, number: int) -> Product:
        maker, model = number % MAKERS, number // MAKERS
        return Product(
            kind=self._kinds[KINDS[(number + model) % len(KINDS)]],
            maker=maker,
            model=f"{model + 1:04X}",
            hardware=(f"{self._random.randint(1, 9):02X}", f"{self._random.randint(0, 3):02X}"),
        )

    def _releases(self, product: Product) -> Iterator[Record]:
        day = self._after(FIRST_DAY, 0, 2600)
        firmware = self._random.randrange(0x01000000, 0xF0000000)
        before: str | None = None
        for _ in range(self._random.randint(4, 14)):
            if day > TODAY:
                return
            record = self._release(product, f"{firmware:08X}", day, before)
            yield record
            before = entry_id(record)
            firmware += self._random.randint(1, 40)
            day = self._after(day, 60, 320)

    def _release(self, product: Product, firmware: str, day: date, before: str | None) -> Record:
        listed = self._after(day, 1, 8)
        version, gbcs = self._versions(product.kind, listed)
        fields: Record = {
            "device_type": product.kind.code,
            "manufacturer": product.slug,
            "manufacturer_identifier": product.code,
            "model_identifier": product.model,
            "model_name": f"Model {product.model} of maker {product.maker:02}",
            "hardware_version": product.hardware[0],
            "hardware_revision": product.hardware[1],
            "firmware_version": firmware,
            "technical_specification": {"name": version.family, "version": version.version},
            "gbcs_version": gbcs,
        }
        if product.kind.code == "ESME":
            fields["esme_variant"] = VARIANTS[int(product.model, 16) % len(VARIANTS)]
        image = hashlib.sha256(f"benchmark image {entry_id(fields)}".encode()).hexdigest().upper()
        fields["manufacturer_image"] = {
            "sha256": image,
            "upgrades_from": [before] if before else "not-applicable",
        }
        if self._chance(30):
            reference = f"DEMO-EV-{self._random.randint(1, 9999):04}"
            fields["evidence"] = [{"kind": "zigbee-firmware-mapping", "reference": reference}]
        release = Release(fields=fields, certificates=self._certificates(product.kind, day))
        release.tell(day, "submitted", by=product.slug)
        if listed <= TODAY:
            self._live(release, listed, version)
        return release.record()

    def _versions(self, kind: DeviceType, day: date) -> tuple[SpecificationVersion, str]:
        """One of the two newest pairs in force on a day."""
        pairs = [
            (version, gbcs)
            for family in kind.specifications
            for version in self._book.families[family].values()
            if version.in_force(day)
            for gbcs in version.gbcs_versions
            if self._book.gbcs[gbcs].in_force(day)
        ]
        return self._random.choice(pairs[-2:])

    def _certificates(self, kind: DeviceType, submitted: date) -> dict[str, Record]:
        found: dict[str, Record] = {}
        for scheme in (one.value for one in kind.certificates):
            self._certificate += 1
            issued = submitted - timedelta(days=self._random.randint(10, 90))
            found[scheme] = {
                "number": f"DEMO-{scheme.upper()}-{self._certificate:06}",
                "issued": issued.isoformat(),
            }
            if scheme == "CPA":
                lifetime = issued >= LIFETIME_FROM and self._chance(40)
                part = "renewal_due" if lifetime else "expires"
                found[scheme][part] = _six_years_after(issued).isoformat()
        return found

    def _live(self, release: Release, listed: date, version: SpecificationVersion) -> None:
        """From the listing to today."""
        if self._chance(1):
            release.tell(listed, "closed", reason="Taken back by the manufacturer")
            return
        release.tell(listed, "listed")
        moved = self._move_on(release, listed, version)
        if self._chance(6):
            gone = self._after(moved, 100, 1500)
            end = self._end(release)
            if gone <= TODAY and (end is None or gone < end):
                self._remove(release, gone, "Withdrawn", "manufacturer-request")
                back = self._after(gone, 5, 40)
                if self._chance(10) and back <= TODAY and (end is None or back < end):
                    release.tell(back, "reinstated", reference=self._decided(back))
                    moved = back
                else:
                    return
        end = self._end(release)
        if end is None or end > TODAY:
            return
        if self._chance(75):
            self._renew(release, max(moved, end - timedelta(days=self._random.randint(20, 60))))
        else:
            self._remove(release, end + timedelta(days=1), "Expired", "certificate-expired")

    def _move_on(self, release: Release, listed: date, version: SpecificationVersion) -> date:
        """The GBCS version of an entry moves on where its specification knows a newer one."""
        now = self._book.gbcs[release.fields["gbcs_version"]]
        newer = [
            self._book.gbcs[one]
            for one in version.gbcs_versions
            if self._book.gbcs[one].start > now.start
        ]
        if not newer or self._chance(30):
            return listed
        day = self._after(max(listed, newer[-1].start), 10, 200)
        end = self._end(release)
        if day > TODAY or not newer[-1].in_force(day) or (end is not None and day >= end):
            return listed
        change = {"from": now.version, "to": newer[-1].version}
        release.amend(day, {"gbcs_version": change}, f"Certified against GBCS {newer[-1].version}")
        release.fields["gbcs_version"] = newer[-1].version
        return day

    def _end(self, release: Release) -> date | None:
        text = release.certificates.get("CPA", {}).get("expires")
        return date.fromisoformat(text) if text else None

    def _renew(self, release: Release, day: date) -> None:
        certificate = release.certificates["CPA"]
        before = certificate.pop("expires")
        after = _six_years_after(date.fromisoformat(before)).isoformat()
        changed: dict[str, Record] = {_EXPIRES: {"from": before, "to": after}}
        certificate["expires"] = after
        if day >= LIFETIME_FROM and self._chance(40):
            changed = {_EXPIRES: {"from": before}, _DUE: {"to": after}}
            certificate["renewal_due"] = certificate.pop("expires")
        release.amend(day, changed, "CPA certificate renewed")

    def _remove(self, release: Release, day: date, status: str, cause: str) -> None:
        release.tell(day, "removed", status=status, cause=cause, reference=self._decided(day))

    def _decided(self, day: date) -> str:
        """The Panel's decision of the quarter."""
        quarter = (day.month - 1) // 3
        reference = f"DEC-{day.year}-00{quarter + 1}"
        self.decisions[reference] = date(day.year, 3 * quarter + 1, 1)
        return reference

    def _chance(self, percent: int) -> bool:
        return self._random.randrange(100) < percent

    def _after(self, day: date, low: int, high: int) -> date:
        """A weekday some days later."""
        later = day + timedelta(days=self._random.randint(low, high))
        return later + timedelta(days=max(0, 7 - later.weekday()) if later.weekday() > 4 else 0)


def _six_years_after(day: date) -> date:
    return date(day.year + 6, day.month, min(day.day, 28))
