"""Whoever delivers every day and is answered at once misses no clock; who does not, misses some."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from cpl_registry.edges.installation import working_days
from cpl_registry.records.days import london_day
from cpl_registry.records.entry_file import parse_entry
from cpl_registry.records.register import Register
from cpl_registry.state.clocks import Verdict, clocks_until
from cpl_registry.state.publication import publish
from cpl_registry.state.simulation import delivery_of
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests import builders
from tests.lives import Life, Raw
from tests.random_lives import FIRST_DAY, LAST_DAY, lives, profiles
from tests.registers import days
from tests.repository import ROOT
from tests.sendings import answered, hours

PHASES = (Phase.explicit, Phase.generate)
CALENDAR = working_days(ROOT)
BEFORE = FIRST_DAY - timedelta(days=1)


def register_of_lives(entries: Sequence[Life], dsp: Raw) -> Register:
    read = (parse_entry(f"cpl/devices/{n}.yaml", one.raw) for n, one in enumerate(entries))
    return builders.register(*read, dsp_profile=dsp)


def with_deliveries(register: Register, on: Sequence[date]) -> Register:
    """The register with a delivery for each day, answered as loaded within the hour."""
    for day in on:
        kind = "delivery" if register.deliveries else "baseline"
        made = delivery_of(publish(register, day), kind)
        register = replace(register, deliveries=(*register.deliveries, made))
        register = answered(register, made.serial, made.sent_at + hours(1))
    return register


@settings(max_examples=25, deadline=None, derandomize=True, database=None, phases=PHASES)
@given(entries=st.tuples(lives(0), lives(1), lives(2)), dsp=profiles())
def test_a_delivery_a_day_misses_no_clock(entries: tuple[Life, ...], dsp: Raw) -> None:
    register = with_deliveries(register_of_lives(entries, dsp), days(BEFORE, LAST_DAY))
    held = {
        day: {one.entry_id for one in publish(register, day).held} for day in days(BEFORE, LAST_DAY)
    }
    for on in (LAST_DAY, FIRST_DAY + timedelta(days=40)):
        for one in clocks_until(register, on, CALENDAR):
            if one.delivered.verdict is Verdict.MET:
                assert one.delivered.stopped is not None
                day = london_day(one.delivered.stopped)
                # It went on the first day on which the entry was not held.
                assert one.entry_id not in held[day]
                assert all(one.entry_id in held[waited] for waited in days(one.day, day)[:-1])
                assert one.loaded.verdict is Verdict.MET
            elif one.delivered.verdict is Verdict.PAUSED:
                assert all(one.entry_id in held[waited] for waited in days(one.day, on))
                assert one.loaded.verdict is Verdict.NOT_APPLICABLE
            else:
                assert one.delivered.verdict is Verdict.NOT_APPLICABLE, one
                assert one.delivered.reason


def test_without_deliveries_clocks_run_out() -> None:
    seen: Counter[Verdict] = Counter()

    @settings(max_examples=25, deadline=None, derandomize=True, database=None, phases=PHASES)
    @given(entries=st.tuples(lives(0), lives(1)), dsp=profiles())
    def run_out(entries: tuple[Life, ...], dsp: Raw) -> None:
        register = with_deliveries(register_of_lives(entries, dsp), [BEFORE])
        for one in clocks_until(register, LAST_DAY, CALENDAR):
            seen[one.delivered.verdict] += 1
            assert one.delivered.stopped is None
            assert one.loaded.verdict is Verdict.NOT_APPLICABLE
            overdue = (
                one.delivered.due is not None
                and london_day(one.delivered.due - timedelta(seconds=1)) < LAST_DAY
            )
            if one.delivered.verdict is Verdict.MISSED:
                assert overdue
            elif one.delivered.verdict is Verdict.RUNNING:
                assert not overdue

    run_out()
    assert {Verdict.MISSED, Verdict.PAUSED, Verdict.NOT_APPLICABLE} <= set(seen)
    assert Verdict.MET not in seen
