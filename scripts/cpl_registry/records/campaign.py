"""Campaigns: who must correct what by when. The file says what was decided; counts are derived."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from cpl_registry.records.days import day, day_of
from cpl_registry.records.device_model import EntryId
from cpl_registry.records.selector import Selector, parse_selector


class Way(StrEnum):
    """What counts as corrected."""

    AMENDMENT = "amendment"
    """The entry itself no longer has the values meant."""
    NEWER_FIRMWARE = "newer-firmware"
    """Newer firmware of the same model is listed, without the values meant."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Exemption:
    """An entry that is spared, with the reason and the decision that says so.

    `since` is the first day; None: the day of the decision.
    """

    entry_id: EntryId
    reason: str
    reference: str
    since: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Dispute:
    """An entry of which the manufacturer says that it needs no correction; days are inclusive."""

    entry_id: EntryId
    since: date
    settled: date | None
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Campaign:
    """One campaign. A day that has not come yet is None.

    `targets` are the entries meant, frozen on the day of notice; empty until then. `meeting` is the
    day on which `body` decides on what is left, `outcome` the decision that it then took.
    """

    path: str
    reference: str
    title: str
    selector: Selector
    corrected_by: tuple[Way, ...]
    opened: date
    notice: date | None
    notice_months: int
    body: str
    meeting: date | None = None
    decision: str | None = None
    outcome: str | None = None
    targets: tuple[EntryId, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    closed: date | None = None
    illustrative: bool = False


def parse_campaign(path: str, data: Mapping[str, Any]) -> Campaign:
    """The campaign of `panel/campaigns/<reference>.yaml`."""
    return Campaign(
        path=path,
        reference=data["reference"],
        title=data["title"],
        selector=parse_selector(data["selector"]),
        corrected_by=tuple(Way(one) for one in data["corrected_by"]),
        opened=day_of(data, "opened"),
        notice=day(data.get("notice", "")),
        notice_months=int(data["notice_months"]),
        body=data["body"],
        meeting=day(data.get("meeting", "")),
        decision=data.get("decision"),
        outcome=data.get("outcome"),
        targets=tuple(EntryId(one) for one in data.get("targets", ())),
        exemptions=tuple(
            Exemption(
                entry_id=EntryId(one["entry_id"]),
                reason=one["reason"],
                reference=one["reference"],
                since=day(one.get("since", "")),
            )
            for one in data.get("exemptions", ())
        ),
        disputes=tuple(
            Dispute(
                entry_id=EntryId(one["entry_id"]),
                since=day_of(one, "since"),
                settled=day(one.get("settled", "")),
                reason=one["reason"],
            )
            for one in data.get("disputes", ())
        ),
        closed=day(data.get("closed", "")),
        illustrative=data.get("illustrative") == "true",
    )
