"""A register, judged as an administrator looks after it: what runs out, and what is out of date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from cpl_registry.outputs.checkup import Check, Verdict
from cpl_registry.outputs.wording import counted, full_day
from cpl_registry.records.days import london_day
from cpl_registry.records.dsp_profile import DspProfile
from cpl_registry.records.register import Register
from cpl_registry.records.signing_keys import SigningKey
from cpl_registry.records.waivers import Waiver
from cpl_registry.records.working_days import WorkingDays
from cpl_registry.state.waiting import REFRESH

CALENDAR_AHEAD = timedelta(days=180)
KEY_AHEAD = timedelta(days=90)
PROFILE_AGE = timedelta(days=365)
WAIVER_AHEAD = timedelta(days=90)
"""From when on each of them is worth a look."""

_A_YEAR = 8
"""Bank holidays of England and Wales in a year: so many at least in every year since 1978."""


def register_checks(
    register: Register, on: date, errors: int, broken: int, calendar: WorkingDays | None
) -> Iterator[Check]:
    """A register on a day, a line each.

    `errors` counts what the rules find, `broken` those of them in the chain of deliveries;
    `calendar` is None where the list of bank holidays cannot be relied on.
    """
    yield _rules(register, errors)
    yield _chain(register, broken)
    yield _sent(register, on)
    yield _administrators(register)
    yield _keys(register.keys, on)
    yield _profile(register.dsp, on)
    yield _waivers(register.waivers, on)
    yield _holidays(calendar, on)


def _rules(register: Register, errors: int) -> Check:
    if errors:
        advice = "nothing is published or delivered until they are mended: cpl validate"
        return _of("register", Verdict.MEND, counted(errors, "error"), advice)
    return _of(
        "register", Verdict.OK, f"{counted(len(register.entries), 'entry', 'entries')}, no error"
    )


def _chain(register: Register, broken: int) -> Check:
    told = counted(len(register.deliveries), "delivery", "deliveries")
    if broken:
        advice = (
            "a delivery's file never changes: bring back what was sent, from Git or its release"
        )
        return _of("chain", Verdict.MEND, f"{told}, {counted(broken, 'error')} among them", advice)
    return _of("chain", Verdict.OK, told)


def _sent(register: Register, on: date) -> Check:
    made = [one for one in register.deliveries if one.on <= on]
    if not made:
        advice = "make the first one, or take over the list that the DCC holds: cpl baseline"
        return _of("last delivery", Verdict.ATTENTION, "none", advice)
    day = london_day(made[-1].sent_at)
    told = f"{made[-1].serial}, sent {full_day(day)}"
    if day + REFRESH < on:
        return _of("last delivery", Verdict.ATTENTION, told, "it grows stale: cpl release")
    return _of("last delivery", Verdict.OK, told)


def _administrators(register: Register) -> Check:
    count = len(register.administrators)
    told = counted(count, "account")
    if not count:
        advice = "nobody may list anything: name them in cpl/reference/administrators.yaml"
        return _of("administrators", Verdict.MEND, told, advice)
    if count == 1:
        advice = "reference data and releases need two people: name another"
        return _of("administrators", Verdict.ATTENTION, told, advice)
    return _of("administrators", Verdict.OK, told)


def _keys(keys: tuple[SigningKey, ...], on: date) -> Check:
    if not keys:
        advice = "any certificate is taken: record the one that signs in cpl/dcc/keys.yaml"
        return _of("signing certificate", Verdict.ATTENTION, "none is recorded", advice)
    counting = [key for key in keys if key.refusal(on) is None]
    if not counting:
        advice = (
            "no release that is signed today would count: record its successor in cpl/dcc/keys.yaml"
        )
        return _of(
            "signing certificate", Verdict.MEND, "none that is recorded counts today", advice
        )
    last = max(counting, key=lambda key: key.end)
    told = f"{last.name}, counts until {full_day(last.end)}"
    followed = any(key.withdrawn is None and key.end > last.end for key in keys)
    if last.end <= on + KEY_AHEAD and not followed:
        advice = "order its successor, and record it in cpl/dcc/keys.yaml before that day"
        return _of("signing certificate", Verdict.ATTENTION, told, advice)
    return _of("signing certificate", Verdict.OK, told)


def _profile(dsp: DspProfile, on: date) -> Check:
    step = dsp.step_on(on)
    if step is None:
        advice = "so every row is held: say in cpl/dcc/dsp-profile.yaml what the DSP takes"
        return _of("DSP profile", Verdict.ATTENTION, "it recognises nothing today", advice)
    passed = [one.start for one in dsp.steps if one.expected and one.start < on]
    if passed:
        told = f"a step of {full_day(min(passed))} is still called expected"
        advice = "ask the DCC whether it went in, then take `expected` out or move its day"
        return _of("DSP profile", Verdict.ATTENTION, told, advice)
    newest = max(one.known_from or one.start for one in dsp.steps if one.start <= on)
    told = f"last heard of on {full_day(newest)}"
    if newest + PROFILE_AGE < on:
        advice = "ask the DCC whether it still holds, and write what it says, with `known_from`"
        return _of("DSP profile", Verdict.ATTENTION, told, advice)
    return _of("DSP profile", Verdict.OK, told)


def _waivers(waivers: tuple[Waiver, ...], on: date) -> Check:
    """Once a waiver has ended its rule applies again, and an error stops what is published."""
    lasting = sorted(one.last_day for one in waivers if one.last_day >= on)
    if not lasting:
        return _of("waivers", Verdict.OK, "none")
    told = f"{len(lasting)}, the next ends with {full_day(lasting[0])}"
    if lasting[0] <= on + WAIVER_AHEAD:
        advice = (
            "mend what it is for, or have it given again: afterwards its rule applies, and an error"
            " stops every build and delivery (cpl/reference/waivers.yaml)"
        )
        return _of("waivers", Verdict.ATTENTION, told, advice)
    return _of("waivers", Verdict.OK, told)


def _holidays(calendar: WorkingDays | None, on: date) -> Check:
    if calendar is None:
        advice = "no Working Day can be told: cpl validate says where, mend it there"
        return _of("calendar", Verdict.MEND, "the list of bank holidays is broken", advice)
    until = calendar.last
    told = f"bank holidays are known until {full_day(until)}"
    advice = "add the official list of the next years to cpl/reference/bank-holidays.csv"
    if until < on:
        return _of("calendar", Verdict.MEND, told, f"no Working Day can be told: {advice}")
    if until < on + CALENDAR_AHEAD:
        return _of("calendar", Verdict.ATTENTION, told, advice)
    counts = calendar.count_by_year()
    for year in range(on.year, until.year + 1):
        if counts[year] < _A_YEAR:
            told = f"of {year} only {counted(counts[year], 'bank holiday')}; a year has {_A_YEAR}"
            advice = "add the others: a day that is missing is taken for a Working Day"
            return _of("calendar", Verdict.ATTENTION, told, advice)
    return _of("calendar", Verdict.OK, told)


def _of(name: str, verdict: Verdict, found: str, advice: str | None = None) -> Check:
    return Check(name=name, verdict=verdict, found=found, advice=advice)
