"""From families to entries: firmware versions, what each release was built to, certificates."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from demonstration.certificates import CertificateSet, certificate_set
from demonstration.draws import Draws, sha256_of
from demonstration.entries import MISTYPED, Entry, entry_id
from demonstration.plan import Era, Family, Mistake, Plan, PlanError
from demonstration.rounds import Rounds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from demonstration.working_days import WorkingDays

_PREFIX = {"ZigBee": "ZIG", "DLMS": "DLMS", "CPA": "CPA"}
_DAYS_A_MONTH = 30
_HASH = "manufacturer_image.sha256"
_OF_THE_IMAGE = (_HASH, "technical_specification.version", "gbcs_version")
"""What one image is and was built to, whatever the model that bears it."""


@dataclass(frozen=True, slots=True)
class Succession:
    """All entries of a plan as first submitted, and the certificate set each of them stands on."""

    entries: tuple[Entry, ...]
    sets: dict[str, CertificateSet]


def succession(plan: Plan, days: WorkingDays) -> Succession:
    """The entries of all families, mistyped ones included, with their first values."""
    by_label: dict[str, Entry] = {}
    for family in plan.families:
        by_label |= {one.label: one for one in _releases(plan, days, family, by_label)}
    entries = [*by_label.values()]
    entries += [_mistyped(plan, days, mistake, by_label) for mistake in plan.mistakes]
    return Succession(tuple(entries), _certify(plan, days, entries))


def _releases(
    plan: Plan, days: WorkingDays, family: Family, before: Mapping[str, Entry]
) -> Iterator[Entry]:
    """The releases of one family, oldest first, each with the one it upgrades from."""
    draws = Draws(plan.seed)
    firmware = family.firmware
    links: list[str] = []
    for number, (day, listed) in enumerate(_dates(plan, days, family), 1):
        if number > 1:
            steps = draws.between(1, 3, family.key, number, "step")
            firmware = _next_version(firmware, steps * family.step)
        source = _source(family, number, day, before)
        if source is not None and source.family.code == family.code:
            firmware = source.firmware
        submitted = day
        if listed:
            submitted = days.before(day, draws.between(1, 3, family.key, number, "queue"))
        entry = _entry(plan, family, f"{family.key}/{number}", firmware, submitted, listed)
        if source is not None:
            entry.values |= {path: source.values[path] for path in _OF_THE_IMAGE}
        entry.upgrades_from = tuple(_earlier(draws, family, number, links))
        if draws.between(1, 5, family.key, number, "evidence") == 1:
            entry.evidence = f"DEMO-EV-{draws.between(1000, 9999, entry.entry_id):04d}"
        if listed:
            links.append(entry.entry_id)
        yield entry


def _source(family: Family, number: int, day: date, before: Mapping[str, Entry]) -> Entry | None:
    """The release whose image this one is too; its family stands earlier in the plan."""
    if not family.image_of:
        return None
    found = before.get(f"{family.image_of}/{number}")
    if found is None or found.listed is None or found.listed > day:
        raise PlanError(f"{family.key}/{number}: {family.image_of} lists no such release by {day}")
    return found


def _earlier(draws: Draws, family: Family, number: int, links: list[str]) -> list[str]:
    """What a release upgrades from: the one before it, at times the one before that as well.

    Where a family has branches, every third release forks from the one before the last, and the
    release after it joins both lines.
    """
    if family.branches and number > 2 and number % 3 == 0:
        return links[-2:-1]
    back = 2 if draws.between(1, 4, family.key, number, "links") == 1 else 1
    return links[-2 if family.branches and number > 3 and number % 3 == 1 else -back :]


def _dates(plan: Plan, days: WorkingDays, family: Family) -> list[tuple[date, date | None]]:
    """Day of listing twice, or day of submission and None: in order, all Working Days."""
    draws = Draws(plan.seed)
    rounds = Rounds(days, plan.pauses) if family.start is not None else days
    listed = [rounds.on_or_after(family.start)] if family.start is not None else [*family.listed]
    for number in range(family.further):
        months = _DAYS_A_MONTH * family.months_apart
        gap = months + draws.between(-months // 4, months // 4, family.key, number, "gap")
        following = listed[-1] + timedelta(days=gap)
        if following > plan.last_day or (day := rounds.on_or_after(following)) > plan.last_day:
            break
        listed.append(day)
    if family.start is not None:
        listed += family.listed
    dates: list[tuple[date, date | None]] = [(day, day) for day in listed]
    dates += [(day, None) for day in family.submitted]
    for day, _ in dates:
        if not days.is_one(day) or day > plan.last_day:
            raise PlanError(f"family {family.key}: {day} is no Working Day before the last day")
    return sorted(dates, key=lambda pair: pair[0])


def _entry(
    plan: Plan, family: Family, label: str, firmware: str, submitted: date, listed: date | None
) -> Entry:
    """An entry with all its values but the certificates."""
    era = _era(plan, family, listed or submitted)
    specification = plan.specification_of[family.device_type]
    values = {
        "model_name": family.name,
        "technical_specification.name": specification,
        "technical_specification.version": era.versions[specification],
        "gbcs_version": era.gbcs,
        _HASH: sha256_of(f"demonstration image {entry_id(family, firmware)}"),
    }
    if family.variant:
        values["esme_variant"] = family.variant
    return Entry(family, label, firmware, submitted, listed, (), values)


def _mistyped(plan: Plan, days: WorkingDays, mistake: Mistake, by_label: dict[str, Entry]) -> Entry:
    """The entry under the wrong firmware version; what it upgrades from is that of the right one."""
    right = by_label.get(mistake.of)
    if right is None or right.listed is None or not mistake.listed < right.listed:
        raise PlanError(f"mistake of {mistake.of}: no such release listed later")
    submitted = days.before(mistake.listed)
    label = mistake.of + MISTYPED
    wrong = _entry(plan, right.family, label, mistake.firmware, submitted, mistake.listed)
    wrong.upgrades_from = right.upgrades_from
    right.submitted = right.listed
    return wrong


def _era(plan: Plan, family: Family, day: date) -> Era:
    """What a release listed on that day was built to: the newest era that the maker had taken up.

    An era in which nothing new may be listed any more gives way to the one after it.
    """
    taken_up = day - timedelta(days=family.adoption_days)
    number = max((n for n, era in enumerate(plan.eras) if era.start <= taken_up), default=0)
    while day > plan.eras[number].installation_end:
        number += 1
    if day < plan.eras[number].start:
        raise PlanError(f"family {family.key}: nothing to build to on {day}")
    return plan.eras[number]


def _next_version(version: str, step: int) -> str:
    """The firmware version some steps on, in the maker's own way of counting: decimal or hex."""
    if version.isdigit():
        return f"{int(version) + step:08d}"
    return f"{int(version, 16) + step:08X}"


def _certify(plan: Plan, days: WorkingDays, entries: list[Entry]) -> dict[str, CertificateSet]:
    """Give every entry its certificates; sets are numbered by their first use, part by part."""
    groups: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        version = entry.values["technical_specification.version"]
        groups[entry.family.key, f"{version}/{entry.values['gbcs_version']}"].append(entry)
    by_first_use = sorted(
        groups, key=lambda key: (groups[key][0].family.part, _first(groups[key]), key)
    )
    sets: dict[str, CertificateSet] = {}
    for number, (key, specification) in enumerate(by_first_use, 1):
        group = groups[key, specification]
        certificates = certificate_set(plan, days, group[0].family, specification, _first(group))
        for entry in group:
            sets[entry.label] = certificates
            for scheme, issued in certificates.issued.items():
                path = f"assurance_certificates.{scheme}"
                entry.values[f"{path}.number"] = f"DEMO-{_PREFIX[scheme]}-{number:04d}"
                entry.values[f"{path}.issued"] = issued.isoformat()
            if certificates.terms:
                entry.values |= certificates.term_on(entry.started).values()
    return sets


def _first(group: list[Entry]) -> date:
    """The first submission of a group."""
    return min(entry.submitted for entry in group)
