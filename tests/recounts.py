"""A campaign counted again, by PyYAML and some lines of its own: nothing of the tools is used.

It knows campaigns that mean Active entries by their GBCS versions, as the ones of the tests do.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

POSITIONS = ("corrected", "exempt", "removed", "disputed", "submitted", "outstanding", "overdue")
Raw = Mapping[str, Any]


@cache
def _read(root: Path, folder: str) -> tuple[Raw, ...]:
    """The files of a folder: read once, so that they may not change between two questions."""
    paths = sorted((root / "cpl" / folder).rglob("*.yaml"))
    return tuple(yaml.load(path.read_text("utf-8"), Loader=yaml.CBaseLoader) for path in paths)


def _id(entry: Raw) -> str:
    return f"{_product(entry)}-{entry['firmware_version']}".lower()


def _product(entry: Raw) -> str:
    names = ("device_type", "manufacturer_identifier", "model_identifier")
    return "-".join(
        entry[name] for name in (*names, "hardware_version", "hardware_revision")
    ).lower()


def _gbcs(entry: Raw, on: str) -> str:
    value: str = entry["gbcs_version"]
    for line in reversed(entry["history"]):
        if line["date"] > on and "gbcs_version" in line.get("changed", {}):
            value = line["changed"]["gbcs_version"]["from"]
    return value


def _status(entry: Raw, on: str) -> str:
    status = ""
    for line in entry["history"]:
        if line["date"] <= on:
            event = line["event"]
            status = {"listed": "Active", "reinstated": "Active", "submitted": "waits"}.get(
                event, {"removed": line.get("status", ""), "closed": "closed"}.get(event, status)
            )
    return status


def positions(root: Path, reference: str, on: str, deadline: str) -> dict[str, str]:
    """Where each target of a campaign stands on a day after its notice."""
    (campaign,) = [one for one in _read(root, "panel/campaigns") if one["reference"] == reference]
    decisions = {one["reference"]: one["date"] for one in _read(root, "panel/decisions")}
    return positions_of(campaign, _read(root, "devices"), decisions, on, deadline)


def positions_of(
    campaign: Raw, devices: Iterable[Raw], decisions: Mapping[str, str], on: str, deadline: str
) -> dict[str, str]:
    """The same, of data: `decisions` are their days by reference."""
    entries = {_id(one): one for one in devices}
    kinds: dict[str, list[Raw]] = {}
    for one in entries.values():
        kinds.setdefault(_product(one), []).append(one)
    meant, ways = campaign["selector"]["gbcs_versions"], campaign["corrected_by"]
    on = min(on, campaign.get("closed", on))
    listed = {
        name: min((x["date"] for x in one["history"] if x["event"] == "listed"), default="9")
        for name, one in entries.items()
    }
    found = {}
    for name in campaign["targets"]:
        entry = entries[name]
        kin = kinds[_product(entry)]
        right = [one for one in kin if one is not entry and _gbcs(one, on) not in meant]
        newer = [one for one in right if listed[name] < listed[_id(one)] <= on]
        if _status(entry, on) != "Active":
            found[name] = "removed"
        elif any(
            one["entry_id"] == name and max(decisions[one["reference"]], one.get("since", "")) <= on
            for one in campaign.get("exemptions", ())
        ):
            found[name] = "exempt"
        elif ("amendment" in ways and _gbcs(entry, on) not in meant) or (
            "newer-firmware" in ways and any(_status(one, on) == "Active" for one in newer)
        ):
            found[name] = "corrected"
        elif any(
            one["entry_id"] == name and one["since"] <= on < one.get("settled", "9")
            for one in campaign.get("disputes", ())
        ):
            found[name] = "disputed"
        elif "newer-firmware" in ways and any(_status(one, on) == "waits" for one in right):
            found[name] = "submitted"
        else:
            found[name] = "overdue" if on > deadline else "outstanding"
    return found


def counts(found: Mapping[str, str]) -> dict[str, int]:
    """How many targets stand where; every position is there."""
    counted = Counter(found.values())
    return {name: counted[name] for name in POSITIONS}


def by_manufacturer(root: Path, found: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """The same for each manufacturer."""
    makers = {_id(one): one["manufacturer"] for one in _read(root, "devices")}
    return {
        maker: counts({name: word for name, word in found.items() if makers[name] == maker})
        for maker in sorted({makers[name] for name in found})
    }


def active_on(root: Path, gbcs: str, on: str) -> set[str]:
    """The entries that are Active on a version of GBCS on a day."""
    return {
        _id(one)
        for one in _read(root, "devices")
        if _status(one, on) == "Active" and _gbcs(one, on) == gbcs
    }
