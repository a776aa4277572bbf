"""The list over time is what a publication of each of those days would have said."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import cache

import pytest
from cpl_registry.outputs.entry_rows import Listing
from cpl_registry.outputs.pages_charts import Pictures
from cpl_registry.outputs.timeline import Timelines
from cpl_registry.records.register import Register
from cpl_registry.state.over_time import days_of_holds, days_over_time, over_time
from cpl_registry.state.publication import publish

from tests.builders import LISTED, dsp, entry, register
from tests.registers import files_of, register_of
from tests.repository import ROOT

DAY = date(2026, 11, 22)
REFUSING = register(
    entry(
        gbcs_version="4.3",
        history=[
            *LISTED,
            {
                "date": "2026-05-11",
                "event": "amended",
                "changed": {"gbcs_version": {"from": "3.2", "to": "4.3"}},
            },
        ],
    ),
    dsp_profile=dsp(
        {"start": "2026-08-01", "gbcs_versions": ["3.2", "4.3"], "source": "a test"},
        changed_row="reject",
    ),
)


@cache
def shipped() -> Register:
    return register_of(files_of(ROOT), DAY)


@pytest.mark.parametrize("read", [shipped, lambda: REFUSING], ids=["shipped", "refusing"])
def test_each_day_is_counted_as_it_was_published(read: Callable[[], Register]) -> None:
    of = read()
    state = publish(of, DAY)
    asked = {*days_over_time(state)[::5], *days_of_holds(state)[-8:], DAY}
    for moment in over_time(state, sorted(asked)):
        then = publish(of, moment.day)
        held = len(then.held)
        gone = len(then.entries) - len(then.active) - len(then.queue)
        assert (moment.going, moment.held, moment.waiting, moment.gone) == (
            len(then.active) - held,
            held,
            len(then.queue),
            gone,
        ), moment.day
        assert moment.gbcs == Counter(one.entry.gbcs_version for one in then.active), moment.day


def test_no_hold_falls_between_the_days_that_are_drawn() -> None:
    of = register(
        entry(gbcs_version="4.3", history=[*LISTED[:1], {"date": "2026-02-10", "event": "listed"}]),
        dsp_profile=dsp(
            {"start": "2026-02-20", "gbcs_versions": ["3.2", "4.3"], "source": "a test"}
        ),
    )
    state = publish(of, DAY)
    assert not any(one.held for one in over_time(state, days_over_time(state)))
    steps = {one.day: one.held for one in over_time(state, days_of_holds(state))}
    assert steps[date(2026, 2, 10)] == 1
    assert steps[date(2026, 2, 20)] == 0


def test_an_empty_register_has_no_pictures() -> None:
    pictures = Pictures(listing=Listing(state=publish(register(), DAY)))
    assert [pictures.by_status, pictures.by_gbcs, pictures.held, pictures.events] == [None] * 4
    assert pictures.clocks == ()


def test_a_timeline_draws_each_happening_once_and_within_its_frame() -> None:
    state = publish(shipped(), DAY)
    timelines = Timelines(listing=Listing(state=state))
    for one in state.entries:
        timeline = timelines.of(one)
        drawn: list[int] = []
        for knot in timeline.knots:
            first, _, last = knot.text.partition("-")
            drawn += range(int(first), int(last or first) + 1)
            assert 0 < knot.x < 720
            assert knot.y > 0
        assert sorted(drawn) == list(range(1, len(timeline.happenings) + 1))
        assert [one.day for one in timeline.happenings] == sorted(
            one.day for one in timeline.happenings
        )
        assert sum(bool(one.change) for one in timeline.happenings) == len(one.entry.history)
