"""A campaign's file as an act leaves it: opened, noticed, exempted, disputed, closed.

Nothing is written here: what comes of an act is data, to be judged and written by `proposing`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from cpl_registry.edges import installation
from cpl_registry.edges.reading import Reading
from cpl_registry.outputs import wording
from cpl_registry.records.campaign import Campaign
from cpl_registry.records.device_model import EntryId
from cpl_registry.records.documents import Kind
from cpl_registry.records.entry_fields import advice
from cpl_registry.records.near_ids import did_you_mean, near_reference
from cpl_registry.records.selector import parse_selector
from cpl_registry.records.yaml_text import Data, shown
from cpl_registry.state.acts import NotDone
from cpl_registry.state.campaigning import Campaigning
from cpl_registry.state.campaigns import CampaignStanding, Position
from cpl_registry.state.selection import Selecting

FOLDER = "cpl/panel/campaigns"
_TARGETS = "its targets are told by: cpl campaign status {}"
Files = dict[str, dict[str, Any]]
"""The data of files by their paths."""


def campaign_named(reading: Reading, name: str) -> Campaign:
    """A campaign by its reference.

    Raises:
        NotDone: there is none, or its file cannot be read.
    """
    for one in reading.report.register.oversight.campaigns:
        if one.reference == name:
            return one
    path = f"{FOLDER}/{name}.yaml"
    if path in reading.tree.documents:
        raise NotDone(f"{path} has to be mended first; see: cpl validate {path}")
    campaigns = reading.report.register.campaigns
    known = wording.joined(sorted(campaigns)) or "there is none yet"
    near = near_reference(name, campaigns)
    raise NotDone(f"no campaign {shown(name, 60)} in {reading.root}; campaigns: {known}{near}")


def standing_of(reading: Reading, campaign: Campaign) -> CampaignStanding:
    """A campaign as it stands on the day of a reading."""
    asked = Campaigning(reading.report.register)
    return asked.standing(campaign, reading.on, installation.working_days(reading.root))


def opened(reading: Reading, reference: str, fields: Mapping[str, Any]) -> Files:
    """A new campaign; `fields` are those of its file but reference and day.

    Raises:
        NotDone: there is one of that reference, a field cannot be, or nothing is meant.
    """
    data = {"reference": reference, "opened": reading.on.isoformat(), **fields}
    _well_shaped(data)
    path = f"{FOLDER}/{reference}.yaml"
    if reference in reading.report.register.panel or (reading.root / path).exists():
        raise NotDone(f"{reference} is the reference of a file under cpl/panel/ already")
    selector = parse_selector(data["selector"])
    if not Selecting(register=reading.report.register).selected(selector, reading.on):
        raise NotDone(
            f"the selector means no entry on {wording.full_day(reading.on)}: a campaign without"
            " targets corrects nothing; try it with cpl status, then give other values"
        )
    return {path: data}


def noticed(reading: Reading, campaign: Campaign) -> Files:
    """The campaign with the reading's day as its day of notice, and its targets frozen.

    Raises:
        NotDone: notice was given, the campaign is closed or not open yet, or nothing is meant.
    """
    on = reading.on
    if campaign.notice is not None:
        raise NotDone(
            f"{campaign.reference} gave notice on {wording.full_day(campaign.notice)}; its targets"
            " are frozen, and a second notice would change the deadline of everybody"
        )
    if campaign.closed is not None:
        raise NotDone(f"{campaign.reference} is closed since {wording.full_day(campaign.closed)}")
    if campaign.opened > on:
        raise NotDone(f"{campaign.reference} is opened on {wording.full_day(campaign.opened)}")
    meant = Campaigning(reading.report.register).meant(campaign, on)
    if not meant:
        raise NotDone(f"{campaign.reference} means no entry on {wording.full_day(on)}: close it")
    targets = [one.entry_id for one in meant]
    return _with(reading, campaign, notice=on.isoformat(), targets=targets)


def exempted(
    reading: Reading, campaign: Campaign, entries: Sequence[str], reason: str, reference: str
) -> Files:
    """The campaign with some targets spared under a decision.

    Raises:
        NotDone: the decision is not there, or one of the entries is no target or spared already.
    """
    _running(campaign)
    published_decision(reading, reference)
    spared = {one.entry_id for one in campaign.exemptions}
    lines = [
        {
            "entry_id": one,
            "since": reading.on.isoformat(),
            "reason": reason,
            "reference": reference,
        }
        for one in _targets_named(reading, campaign, entries)
        if one not in spared
    ]
    if not lines:
        raise NotDone("all of these entries are spared already: nothing would change")
    return _with(reading, campaign, exemptions=[*_list(reading, campaign, "exemptions"), *lines])


def disputed(reading: Reading, campaign: Campaign, entries: Sequence[str], reason: str) -> Files:
    """The campaign with some targets disputed from the reading's day on.

    Raises:
        NotDone: one of the entries is no target, or disputed already.
    """
    _running(campaign)
    named = _targets_named(reading, campaign, entries)
    for one in campaign.disputes:
        if one.entry_id in named and one.settled is None:
            raise NotDone(f"{one.entry_id} is disputed since {wording.full_day(one.since)}")
    lines = [{"entry_id": one, "since": reading.on.isoformat(), "reason": reason} for one in named]
    return _with(reading, campaign, disputes=[*_list(reading, campaign, "disputes"), *lines])


def settled(reading: Reading, campaign: Campaign, entries: Sequence[str]) -> Files:
    """The campaign with the disputes about some targets settled on the reading's day.

    Raises:
        NotDone: one of the entries is not disputed.
    """
    _running(campaign)
    named = _targets_named(reading, campaign, entries)
    lines = [dict(one) for one in _list(reading, campaign, "disputes")]
    for name in named:
        running = [one for one in lines if one["entry_id"] == name and "settled" not in one]
        if not running:
            raise NotDone(f"{name} is not disputed: nothing would change")
        running[-1]["settled"] = reading.on.isoformat()
    return _with(reading, campaign, disputes=lines)


def closed(reading: Reading, campaign: Campaign, outcome: str | None) -> Files:
    """The campaign closed on the reading's day, with the decision on what was left.

    Raises:
        NotDone: it is closed already, the decision is not there, or targets are overdue that were
            neither removed nor spared.
    """
    _running(campaign)
    if outcome is not None:
        published_decision(reading, outcome)
    overdue = [
        one for one in standing_of(reading, campaign).targets if one.position is Position.OVERDUE
    ]
    if overdue:
        named = "\n".join(f"  {one.entry_id} ({one.entry.manufacturer})" for one in overdue)
        raise NotDone(
            f"{wording.counted(len(overdue), 'target is', 'targets are')} overdue, neither removed"
            f" nor spared:\n{named}\nremove them with cpl campaign propose-removal"
            f" {campaign.reference}, or spare them with cpl campaign exempt {campaign.reference}"
        )
    fields = {"closed": reading.on.isoformat()}
    if outcome is not None:
        fields["outcome"] = outcome
    return _with(reading, campaign, **fields)


def published_decision(reading: Reading, reference: str) -> None:
    """Whether an act may rest on a decision.

    Raises:
        NotDone: it is a draft, is dated after the reading's day, or is not there.
    """
    decisions = {one.reference: one for one in reading.report.register.oversight.decisions}
    found = decisions.get(reference)
    if found is None:
        raise NotDone(
            f"no decision {shown(reference, 60)} under cpl/panel/decisions/; record it first:"
            f" cpl decide {shown(reference, 60)}{near_reference(reference, decisions)}"
        )
    if not found.published:
        raise NotDone(f"{reference} is a draft: nothing may rest on it until it is published")
    if found.day > reading.on:
        raise NotDone(
            f"{reference} is of {wording.full_day(found.day)}, after"
            f" {wording.full_day(reading.on)}: nothing may rest on it before its day"
        )


def _running(campaign: Campaign) -> None:
    if campaign.closed is not None:
        raise NotDone(
            f"{campaign.reference} was closed on {wording.full_day(campaign.closed)}: it is not"
            " changed any more"
        )


def _targets_named(
    reading: Reading, campaign: Campaign, entries: Sequence[str]
) -> tuple[EntryId, ...]:
    known = [
        one.entry_id for one in Campaigning(reading.report.register).targets(campaign, reading.on)
    ]
    for name in entries:
        if name not in known:
            raise NotDone(
                f"{shown(name, 60)} is no target of {campaign.reference};"
                f" {did_you_mean(name, known, _TARGETS.format(campaign.reference))}"
            )
    return tuple(EntryId(name) for name in dict.fromkeys(entries))


def _list(reading: Reading, campaign: Campaign, name: str) -> list[Any]:
    return list(_data(reading, campaign).get(name, ()))


def _data(reading: Reading, campaign: Campaign) -> dict[str, Any]:
    return dict(cast("dict[str, Any]", reading.tree.documents[campaign.path].data))


def _with(reading: Reading, campaign: Campaign, **fields: Any) -> Files:
    data = {**_data(reading, campaign), **fields}
    _well_shaped(data)
    return {campaign.path: data}


def _well_shaped(data: Mapping[str, Any]) -> None:
    faults = installation.schemas()[Kind.CAMPAIGN].faults(cast("Data", data))
    if faults:
        where = faults[0].pointer.removeprefix("/") or "the campaign"
        raise NotDone(f"{where}: {faults[0].message}; {advice(faults[0])}")
