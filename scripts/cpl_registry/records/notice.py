"""Notices: the record that something was told, to whom and when. No address of a person is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from cpl_registry.records.days import day
from cpl_registry.records.device_model import EntryId, Slug


class Audience(StrEnum):
    """Who a notice is written for."""

    PARTIES = "parties"
    MANUFACTURER = "manufacturer"
    SUPPLIERS = "suppliers"
    WEBSITE = "website"


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """One notice: what it is about, its text's SHA-256, and when it was sent (None until then)."""

    path: str
    reference: str
    title: str
    about: str
    audience: Audience
    manufacturer: Slug | None
    sent: date | None
    sha256: str
    entries: tuple[EntryId, ...] = ()
    illustrative: bool = False


def parse_notice(path: str, data: Mapping[str, Any]) -> Notice:
    """The notice of `panel/notices/<reference>.yaml`."""
    return Notice(
        path=path,
        reference=data["reference"],
        title=data["title"],
        about=data["about"],
        audience=Audience(data["audience"]),
        manufacturer=Slug(data["manufacturer"]) if "manufacturer" in data else None,
        sent=day(data.get("sent", "")),
        sha256=data["sha256"],
        entries=tuple(EntryId(one) for one in data.get("entries", ())),
        illustrative=data.get("illustrative") == "true",
    )
