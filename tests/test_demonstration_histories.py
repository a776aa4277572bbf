"""The demonstration register: what its histories tell hangs together."""

from collections import Counter, defaultdict
from datetime import date

import pytest
from demonstration.entries import Entry
from demonstration.plan import Plan
from demonstration.references import waivers_of
from demonstration.working_days import WorkingDays

from tests.demonstration_facts import lines, listed_on, made, the_days, the_plan, value_on
from tests.repository import ROOT

HASH = "manufacturer_image.sha256"
HELD_FROM_9_MAY_2018 = {"esme-f0a2-0101-01-00-0b0a0013", "esme-f0a2-0102-01-00-0b0b0013"}


@pytest.fixture
def plan() -> Plan:
    return the_plan()


@pytest.fixture
def days() -> WorkingDays:
    return the_days()


@pytest.fixture
def entries() -> tuple[Entry, ...]:
    return made()[0]


@pytest.fixture
def by_id(entries: tuple[Entry, ...]) -> dict[str, Entry]:
    return {entry.entry_id: entry for entry in entries}


def test_all_types_manufacturers_and_years_are_there(entries: tuple[Entry, ...]) -> None:
    assert len(entries) >= 600
    assert {entry.family.device_type for entry in entries} == {
        "ESME",
        "GSME",
        "CH",
        "PPMID",
        "HCALCS",
    }
    assert len({entry.family.manufacturer for entry in entries}) == 12
    types = Counter(entry.family.device_type for entry in entries)
    assert min(types.values()) > 50
    assert types["ESME"] > types["GSME"] > types["PPMID"]
    years = {line.date.year for entry in entries for line in entry.history}
    assert years == set(range(2016, 2027))


def test_histories_run_forward_on_working_days(
    entries: tuple[Entry, ...], days: WorkingDays, plan: Plan
) -> None:
    for entry in entries:
        told = [line.date for line in entry.history]
        assert told == sorted(told), entry.label
        assert all(days.is_one(day) and day <= plan.last_day for day in told), entry.label


def test_each_kind_of_end_is_told_with_its_cause(entries: tuple[Entry, ...]) -> None:
    removed = {(line.status, line.cause) for _, line in lines(entries, "removed")}
    assert removed >= {
        ("Cancelled", "certificate-cancelled"),
        ("Cancelled", "entered-in-error"),
        ("Expired", "certificate-expired"),
        ("Withdrawn", "certificate-withdrawn"),
        ("Withdrawn", "manufacturer-request"),
        ("Withdrawn", "panel-decision"),
        ("Withdrawn", "specification-ended"),
    }
    for event in ("amended", "corrected", "reinstated", "closed"):
        assert any(lines(entries, event)), event
    assert any(len(entry.history) == 1 for entry in entries), "nothing waits in the queue"


def test_grave_acts_cite_a_decision_made_before_them(days: WorkingDays) -> None:
    entries, decisions = made()
    known = {decision.reference: decision.ruling.date for decision in decisions}
    cited = {waiver.reference for waiver in waivers_of(the_plan(), entries, decisions)}
    assert cited <= set(known)
    for event in ("removed", "corrected", "reinstated"):
        for entry, line in lines(entries, event):
            assert known[line.reference] <= line.date, entry.label
            cited.add(line.reference)
    assert cited == set(known)
    assert all(days.is_one(day) for day in known.values())


def test_what_was_entered_in_error_is_replaced_on_the_same_day(
    entries: tuple[Entry, ...], by_id: dict[str, Entry]
) -> None:
    errors = [
        (entry, line)
        for entry, line in lines(entries, "removed")
        if line.cause == "entered-in-error"
    ]
    assert errors
    for entry, line in errors:
        right = by_id[line.replaced_by]
        assert right.listed == line.date, entry.label
        assert right.family is entry.family, entry.label


def test_two_esmes_of_one_manufacturer_bring_gbcs_1_1_on_9_may_2018(
    entries: tuple[Entry, ...],
) -> None:
    start, fix = date(2018, 5, 8), date(2018, 6, 22)
    new = {entry.entry_id for entry in entries if entry.listed and start <= entry.listed < fix}
    assert new == HELD_FROM_9_MAY_2018
    told = {line.date for entry in entries for line in entry.history if start < line.date < fix}
    assert told == {date(2018, 5, 9)}


def test_gbcs_1_0_is_gone_by_october_2018(entries: tuple[Entry, ...]) -> None:
    def on_1_0(day: date) -> int:
        return sum(
            listed_on(entry, day) and value_on(entry, "gbcs_version", day) == "1.0"
            for entry in entries
        )

    course = [on_1_0(date(2018, month, 24)) for month in (6, 7, 8)]
    assert course == sorted(set(course), reverse=True), "they move on over the summer"
    assert on_1_0(date(2018, 9, 23)) > 0, "some are left at the end of the notice"
    assert on_1_0(date(2018, 10, 1)) == 0


def test_an_image_hash_belongs_to_one_entry_or_to_those_that_the_plan_joins(
    entries: tuple[Entry, ...],
) -> None:
    own = [one for one in entries if not one.family.image_of]
    hashes = {one.values[HASH]: one for one in own}
    assert len(hashes) == len(own)
    shared = [(one, hashes[one.values[HASH]]) for one in entries if one.family.image_of]
    assert {one.family.code == other.family.code for one, other in shared} == {True, False}
    for one, other in shared:
        assert other.family.key == one.family.image_of
        assert other.listed is not None
        assert one.listed is not None
        assert other.listed <= one.listed, one.label


def test_upgrades_lead_back_within_the_product(by_id: dict[str, Entry]) -> None:
    linked = [(entry, by_id[one]) for entry in by_id.values() for one in entry.upgrades_from]
    assert len(linked) > 30
    for newer, older in linked:
        assert newer.family is older.family, newer.label
        assert older.listed is not None, newer.label
        assert older.listed < newer.submitted, newer.label


def test_entries_on_one_certificate_tell_the_same_of_it(
    entries: tuple[Entry, ...], plan: Plan
) -> None:
    """While listed they show one end, and its withdrawal takes all of them off the list."""
    shared: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if number := entry.values.get("assurance_certificates.CPA.number"):
            shared[number].append(entry)
    assert any(len(group) > 1 for group in shared.values())
    ended = {"certificate-cancelled", "certificate-withdrawn", "certificate-expired"}
    for number, group in shared.items():
        changes = {line.date for entry in group for line in entry.history} | {plan.last_day}
        for day in sorted(changes):
            ends = {
                value_on(entry, f"assurance_certificates.CPA.{end}", day)
                for entry in group
                if listed_on(entry, day)
                for end in ("expires", "renewal_due")
            } - {""}
            assert len(ends) <= 1, (number, day)
        for entry, line in lines(group, "removed"):
            if line.cause in ended:
                assert not [other.label for other in group if listed_on(other, line.date)], (
                    entry.label
                )


def test_certificates_are_renewed_also_for_life_and_one_has_ended(
    entries: tuple[Entry, ...], plan: Plan
) -> None:
    expires, renewal = (f"assurance_certificates.CPA.{end}" for end in ("expires", "renewal_due"))
    renewed = [line for _, line in lines(entries, "amended") if expires in line.changed]
    for_life = [line for line in renewed if renewal in line.changed]
    assert len(renewed) > len(for_life) > 0
    assert all(
        line.date >= plan.lifetime_from and not line.changed[expires][1] for line in for_life
    )
    today = plan.last_day
    ends = {
        entry.entry_id: date.fromisoformat(entry.values[expires])
        for entry in entries
        if entry.values.get(expires) and listed_on(entry, today)
    }
    ended = {name: end for name, end in ends.items() if end < today}
    assert {(end.year, end.month) for end in ended.values()} == {(2026, 10), (2026, 11)}
    assert sum(today <= end <= date(2027, 11, 20) for end in ends.values()) >= 4


def test_no_code_is_on_the_zigbee_list(entries: tuple[Entry, ...]) -> None:
    listed = (ROOT / "cpl/reference/zigbee-manufacturer-codes.csv").read_text(encoding="utf-8")
    codes = {line.partition(",")[0] for line in listed.splitlines()[1:]}
    assert len(codes) > 500
    assert not codes & {entry.family.code for entry in entries}
