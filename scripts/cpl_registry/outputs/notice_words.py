"""What a campaign's notices say: why, by when, what each entry says and needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from cpl_registry.outputs import wording
from cpl_registry.records.campaign import Campaign, Way
from cpl_registry.records.device_model import Entry
from cpl_registry.records.register import Register
from cpl_registry.records.selector import Selector
from cpl_registry.records.specifications import GBCS, SpecificationVersion
from cpl_registry.state.campaigns import CampaignStanding, Position, Target, months_after
from cpl_registry.state.history import as_of


def says(entry: Entry, selector: Selector) -> str:
    """What an entry says that is to go: `GBCS 1.0`; what is meant of it where it is no version."""
    values = []
    if selector.technical_specifications:
        named = entry.technical_specification
        values.append(f"{named.name} {named.version}")
    if selector.gbcs_versions:
        values.append(f"{GBCS} {entry.gbcs_version}")
    if selector.held:
        values.append("a value that keeps it back from the DCC")
    return wording.joined(values)


def meant(selector: Selector) -> str:
    """What all entries meant say: `GBCS 1.0`; empty where it is no version."""
    values = [
        *(
            f"{family} {wording.joined(sorted(versions))}"
            for family, versions in sorted(selector.technical_specifications.items())
        ),
        *([f"{GBCS} {_either(selector.gbcs_versions)}"] if selector.gbcs_versions else ()),
        *(["a value that keeps it back from the DCC"] if selector.held else ()),
    ]
    return wording.joined(values)


def _either(versions: frozenset[str]) -> str:
    return " or ".join(sorted(versions))


def reasons(campaign: Campaign, register: Register, on: date) -> Iterator[str]:
    """Why the entries are to be corrected: the end of their versions, and the decision."""
    for one in _versions(campaign.selector, register):
        end = one.installation_end
        if end is None:
            continue
        sure = " (recalled, not checked)" if "installation_end" in one.unconfirmed else ""
        name = f"{one.family} {one.version}"
        if end < on:
            yield f"The last day of {name} for new entries was {wording.full_day(end)}{sure}."
        else:
            yield f"The last day of {name} for new entries is {wording.full_day(end)}{sure}."
    decisions = {one.reference: one for one in register.oversight.decisions if one.published}
    decision = decisions.get(campaign.decision or "")
    if decision is not None and decision.day <= on:
        day = wording.full_day(decision.day)
        yield f"The {decision.body} decided on {day} ({decision.reference}): {decision.title}."
    else:
        yield f"The campaign {campaign.reference} asks for it: {campaign.title}."


def _versions(selector: Selector, register: Register) -> Iterator[SpecificationVersion]:
    named = [
        *(
            (family, one)
            for family, ones in selector.technical_specifications.items()
            for one in ones
        ),
        *((GBCS, one) for one in selector.gbcs_versions),
    ]
    for family, version in sorted(named):
        found = register.specifications.find(family, version)
        if found is not None:
            yield found


def deadline_words(stand: CampaignStanding) -> str:
    """By when, and how that day follows from the notice."""
    campaign = stand.campaign
    if stand.deadline is None or campaign.notice is None:
        return ""
    period = wording.counted(campaign.notice_months, "calendar month")
    today = campaign.notice == stand.on
    notice = "this notice" if today else f"the notice of {wording.full_day(campaign.notice)}"
    verb = "was" if stand.deadline < stand.on else "is"
    moved = stand.deadline != months_after(campaign.notice, campaign.notice_months)
    working = ", moved on to the next Working Day" if moved else ""
    return (
        f"{wording.full_day(stand.deadline)} {verb} the last day: {period} after {notice}{working}."
    )


def afterwards(campaign: Campaign) -> str:
    """What becomes of an entry that is not corrected."""
    meeting = f" at its meeting on {wording.full_day(campaign.meeting)}" if campaign.meeting else ""
    return (
        f"What is not corrected by the last day comes before the {campaign.body}{meeting}. It may decide that"
        " the entry is removed from the list. Devices of a removed entry are suspended once the DCC"
        " has loaded the removal."
    )


def ways(campaign: Campaign) -> Iterator[str]:
    """What counts as a correction, one sentence each."""
    value = meant(campaign.selector)
    if Way.AMENDMENT in campaign.corrected_by:
        yield f"You amend the entry: {_amendment(campaign.selector)}."
    if Way.NEWER_FIRMWARE in campaign.corrected_by:
        without = f", and does not say {value}" if value else ""
        yield f"Newer firmware of the same Device Model is on the list{without}."


def _amendment(selector: Selector) -> str:
    if selector.gbcs_versions and not selector.technical_specifications:
        return "it then names a GBCS version that is in force and that the device meets"
    if selector.technical_specifications and not selector.gbcs_versions:
        return "it then names a specification version that is in force and that the device meets"
    return "it then names versions that are in force and that the device meets"


def counts_words(targets: Iterable[Target]) -> str:
    """Where some targets stand, what is left first: `3 still to be corrected and 5 corrected`."""
    found = [one.position for one in targets]
    told = [f"{found.count(one):,} {words}" for one, words in _COUNTED.items() if one in found]
    return wording.joined(told)


_COUNTED: Mapping[Position, str] = {
    Position.OVERDUE: "overdue",
    Position.OUTSTANDING: "still to be corrected",
    Position.SUBMITTED: "with a correction that waits to be listed",
    Position.DISPUTED: "disputed",
    Position.CORRECTED: "corrected",
    Position.EXEMPT: "spared",
    Position.REMOVED: "removed",
}


def standing_words(target: Target) -> str:
    """Where a target stands, for somebody who need do nothing about it: a sentence."""
    since = wording.full_day(target.since)
    match target.position:
        case Position.OUTSTANDING:
            told = "It is not corrected yet"
        case Position.OVERDUE:
            told = f"It is not corrected, and overdue since {since}"
        case Position.SUBMITTED:
            told = f"Its correction waits to be listed: {target.by}, submitted on {since}"
        case Position.DISPUTED:
            told = f"Its manufacturer has disputed it since {since}: {target.text}"
        case Position.EXEMPT:
            told = f"It is spared under {target.reference}: {target.text}"
        case Position.REMOVED:
            told = f"It was removed on {since}, with status {target.status}"
        case _ if target.by is not None:
            told = f"It counts as corrected, since newer firmware is on the list: {target.by}"
        case _:
            told = f"It was corrected on {since}"
    return wording.sentence(told)


def needs(target: Target, campaign: Campaign, register: Register, on: date) -> str:
    """What an entry's manufacturer is to do now, as a sentence."""
    if target.position is Position.OUTSTANDING:
        return f"To do: {_needed(target, campaign, register, on)}."
    if target.position is Position.OVERDUE:
        late = wording.full_day(target.since)
        return f"To do at once, late since {late}: {_needed(target, campaign, register, on)}."
    if target.position is Position.DISPUTED:
        since = wording.full_day(target.since)
        return f"Nothing to do while this is open: you have disputed it since {since}."
    return f"Nothing to do. {standing_words(target)}"


def _needed(target: Target, campaign: Campaign, register: Register, on: date) -> str:
    parts = []
    if Way.AMENDMENT in campaign.corrected_by:
        better = _better(as_of(target.entry, on), campaign.selector, register, on)
        parts.append(f"amend it to {better}" if better else "amend it")
    if Way.NEWER_FIRMWARE in campaign.corrected_by:
        parts.append("have newer firmware of it listed")
    return ", or ".join(parts)


def _better(entry: Entry, selector: Selector, register: Register, on: date) -> str:
    """The later GBCS versions in force that go with the entry's specification and are not to go."""
    own = register.specifications.gbcs.get(entry.gbcs_version)
    if own is None or not selector.gbcs_versions or selector.technical_specifications:
        return ""
    named = entry.technical_specification
    family = register.specifications.find(named.name, named.version)
    allowed = [
        version
        for version, one in register.specifications.gbcs.items()
        if one.in_force(on)
        and one.start > own.start
        and version not in selector.gbcs_versions
        and family is not None
        and version in family.gbcs_versions
    ]
    return f"{GBCS} {' or '.join(allowed)}" if allowed else ""
