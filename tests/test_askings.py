"""A rule that is asked once for many entries finds what it finds when it is asked for each."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from cpl_registry.edges.reading import read
from cpl_registry.records.device_model import (
    Change,
    Entry,
    EntryId,
    Event,
    HistoryLine,
    Scheme,
    Status,
)
from cpl_registry.records.register import Register
from cpl_registry.rules.askings import Askings
from cpl_registry.rules.rule import Rule, Scope
from cpl_registry.rules.run import _DATED, RULES

from benchmarks.lives import TODAY
from benchmarks.registers import write
from tests.repository import ROOT

ENTRIES = 150
SAVING = [rule for rule in RULES if rule.scope is Scope.ENTRY and (rule.about or rule.likeness)]
OPTIONAL = ("esme_variant", "manufacturer_image.sha256", "assurance_certificates.CPA.expires",
            "assurance_certificates.CPA.renewal_due", "assurance_certificates.DLMS.issued")  # fmt: skip

ODD = (
    ("manufacturer", "nobody"),
    ("manufacturer_identifier", "F0FF"),
    ("manufacturer_identifier", "1002"),
    ("gbcs_version", "9.9"),
    ("technical_specification.version", "9.9"),
    ("technical_specification.name", "NOTS"),
    ("assurance_certificates.ZigBee.expires", "2020-01-01"),
    ("assurance_certificates.CPA.issued", "2031-01-01"),
    ("assurance_certificates.CPA.expires", "2015-01-01"),
)


END = "assurance_certificates.CPA.expires"


@cache
def made() -> Register:
    with TemporaryDirectory() as folder:
        write(Path(folder), ENTRIES, seed=5, home=ROOT)
        return read(Path(folder), TODAY).report.register


def disordered(seed: int) -> Register:
    """A register in which every third entry took something over from another one, or lost it."""
    random = Random(seed)  # noqa: S311  # nothing here is secret
    entries = list(made().entries)
    for at in range(0, len(entries), 3):
        entries[at] = _disordered(entries[at], random.choice(made().entries), random)
    return replace(made(), entries=tuple(entries))


def _disordered(entry: Entry, other: Entry, random: Random) -> Entry:
    way = random.randrange(7)
    fields = dict(entry.fields)
    if way == 0:
        return replace(entry, history=other.history)
    if way == 1:
        return _another_number_of_certificates(entry, random)
    if way == 2:
        fields.pop(random.choice(OPTIONAL), None)
    if way == 4:
        fields.update([random.choice(ODD)])
    if way == 5:
        return replace(entry, history=_disordered_history(entry, random))
    if way == 6:
        return _ending_early(entry, random)
    name = random.choice(["esme_variant", *other.fields])
    if way == 3 and name not in {"manufacturer_image.upgrades_from", "device_type"}:
        fields[name] = other.fields.get(name, "AD")
    return _with(entry, fields)


def _with(entry: Entry, fields: dict[str, Any]) -> Entry:
    """An entry with other fields: a certificate that it has now has its scheme."""
    added = [
        one
        for one in Scheme
        if one not in entry.schemes
        and any(path.startswith(f"assurance_certificates.{one}.") for path in fields)
    ]
    return replace(entry, fields=fields, schemes=(*entry.schemes, *added))


def _ending_early(entry: Entry, random: Random) -> Entry:
    """An entry, listed or not, whose certificate ends about the days of its history."""
    day = random.choice(entry.history).day - timedelta(days=1)
    issued = random.choice([day - timedelta(days=9), day, day + timedelta(days=1)])
    lead = "assurance_certificates.CPA."
    fields = {**entry.fields, f"{lead}expires": str(day), f"{lead}issued": str(issued)}
    fields.pop(f"{lead}renewal_due", None)
    kept = random.choice([1, len(entry.history)])
    return replace(_with(entry, fields), history=entry.history[:kept])


def _disordered_history(entry: Entry, random: Random) -> tuple[HistoryLine, ...]:
    lines = list(entry.history)
    at = random.randrange(len(lines))
    same = Change(path="gbcs_version", before="1.0", after="1.0")
    hash_changed = Change(path="manufacturer_image.sha256", before="A" * 64, after="B" * 64)
    key = Change(path="model_identifier", before="0001", after="0002")
    odd: list[dict[str, Any]] = [
        {"status": Status.CANCELLED},
        {"cause": "entered-in-error"},
        {"replaced_by": EntryId("esme-f0a1-0001-01-01-00000001")},
        {"event": Event.REMOVED},
        {"event": Event.SUBMITTED, "by": "nobody"},
        {"event": Event.AMENDED},
        {"event": Event.AMENDED, "changed": (replace(same, path=END, before="2015-01-01"),)},
        {"event": Event.AMENDED, "changed": (replace(same, path=END, before="2015-01-01"),)},
        {"event": Event.AMENDED, "changed": (same, hash_changed, key)},
        {"event": Event.CORRECTED, "changed": (replace(same, before="9.9"),)},
    ]
    lines[at] = replace(lines[at], **random.choice(odd))
    return tuple(lines if random.random() < 0.7 else lines[::-1])


def _another_number_of_certificates(entry: Entry, random: Random) -> Entry:
    scheme = random.choice(entry.schemes)
    if random.random() < 0.5:
        return replace(entry, schemes=(*entry.schemes, scheme))
    lead = f"assurance_certificates.{scheme}."
    left = {path: value for path, value in entry.fields.items() if not path.startswith(lead)}
    schemes = tuple(one for one in entry.schemes if one is not scheme)
    return replace(entry, fields=left, schemes=schemes)


def found(rule: Rule, entries: Any, facts: tuple[Any, ...]) -> list[tuple[str, str]]:
    told = [(one.path, repr(problem)) for one in entries for problem in rule.check(one, *facts)]
    return sorted(told)


@pytest.mark.parametrize("on", [TODAY, date(2018, 3, 1)])
def test_a_rule_asked_for_few_finds_what_it_finds_in_all(on: date) -> None:
    hits = dict.fromkeys((rule.id for rule in SAVING), 0)
    for seed in range(20):
        register = disordered(seed)
        askings = Askings(register.entries)
        for rule in SAVING:
            facts = (register, on) if rule.id in _DATED else (register,)
            asked = askings.of(rule, facts)
            wanted = found(rule, register.entries, facts)
            assert found(rule, asked, facts) == wanted, rule.id
            hits[rule.id] += bool(wanted)
    # What finds nothing in any of these registers would prove nothing here.
    assert [rule for rule, count in hits.items() if not count] == []


def test_a_rule_is_asked_for_few_entries_of_a_good_register() -> None:
    register = made()
    askings = Askings(register.entries)
    rule = next(rule for rule in SAVING if rule.id == "CPL204")
    assert askings.of(rule, (register,)) == []
    with_a_fault = replace(register, manufacturers={})
    assert len(Askings(register.entries).of(rule, (with_a_fault,))) == len(register.entries)
