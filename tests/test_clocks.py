"""Two clocks: one Working Day from the event to the delivery, 24 hours from there to the SMI.

The story is the scenario of 2018, with deliveries and answers made in memory.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

import pytest
from cpl_registry.edges.installation import working_days
from cpl_registry.records.delivery import WHOLE_FILE
from cpl_registry.records.device_model import Entry, EntryId
from cpl_registry.records.dsp_profile import PolicyStep, Substitution
from cpl_registry.records.register import Register
from cpl_registry.records.working_days import HolidaysUnknown, WorkingDays
from cpl_registry.state.clocks import (
    LOADING,
    Clock,
    EventClocks,
    Verdict,
    clock_table,
    clocks_of,
    clocks_until,
    end_of,
)
from cpl_registry.state.sent_rows import SentRows

from tests.registers import GBCS_1_1, STANDING_ROW, days, files_of, register_of, with_edit
from tests.repository import ROOT
from tests.sendings import answered, delivered, hours, noon

LAST = date(2018, 10, 1)
LISTED, FIX = date(2018, 5, 9), date(2018, 6, 22)
ESME = EntryId("esme-f0b1-0021-01-00-0d01000b")
SECOND_ESME = EntryId("esme-f0b1-0022-01-00-0d020005")
GSME = EntryId("gsme-f0b2-0031-01-01-03020113")  # listed on 2018-04-10, GBCS 1.0
GONE = EntryId("gsme-f0b2-0031-01-01-03020110")  # removed on 2018-04-17
HUB = EntryId("ch-f0b3-0041-01-02-04000004")  # listed on 2018-09-11, GBCS 1.1
METER = EntryId("esme-f0b1-0021-01-00-0d010008")
METER_FILE = "cpl/devices/esme/fenland-meters/f0b1-0021-0100-0d010008.yaml"
GBCS_CHANGE = '      gbcs_version:\n        from: "1.0"\n        to: "1.1"\n'
NAME_CHANGE = '      model_name:\n        from: "Old name"\n        to: "Fenland F1"\n'
NONE = Clock(verdict=Verdict.NOT_APPLICABLE)


@cache
def calendar() -> WorkingDays:
    return working_days(ROOT)


@cache
def the_register() -> Register:
    return register_of(files_of(GBCS_1_1), LAST)


def every(register: Register, on: date, entry: str) -> tuple[EventClocks, ...]:
    """The clocks of an entry, as of a day."""
    return clocks_of(register.by_id[EntryId(entry)], SentRows(register=register, on=on), calendar())


def one(register: Register, on: date, entry: str) -> EventClocks:
    """The clocks of an entry's last event."""
    return every(register, on, entry)[-1]


def with_day(entry: Entry, line: int, day: date) -> Entry:
    """An entry with one line of its history on another day."""
    history = list(entry.history)
    history[line] = replace(history[line], day=day)
    return replace(entry, history=tuple(history))


def with_listing(entry: str, day: date) -> Register:
    """The scenario with an entry listed on another day; submitted on that day too."""
    register = the_register()
    moved = with_day(with_day(register.by_id[EntryId(entry)], 0, day), 1, day)
    others = tuple(one for one in register.entries if one.entry_id != entry)
    return replace(register, entries=tuple(sorted((*others, moved), key=lambda e: e.entry_id)))


# ------------------------------------------------------------------------------------ the calendar


@pytest.mark.parametrize(
    ("event", "due"),
    [
        (date(2018, 5, 4), date(2018, 5, 8)),  # 7 May 2018 was a bank holiday
        (date(2018, 5, 9), date(2018, 5, 10)),
        (date(2018, 5, 25), date(2018, 5, 29)),  # so was 28 May
        (date(2026, 3, 27), date(2026, 3, 30)),  # the clocks went forward on the Sunday between
        (date(2026, 10, 23), date(2026, 10, 26)),  # and back on this one
        (date(2026, 12, 24), date(2026, 12, 29)),  # Christmas, and Boxing Day moved to the 28th
        (date(2026, 12, 28), date(2026, 12, 29)),
        (date(2027, 3, 25), date(2027, 3, 30)),  # Good Friday to Easter Monday
        (date(2022, 9, 16), date(2022, 9, 20)),  # a bank holiday for one year only
    ],
)
def test_delivery_is_due_by_the_end_of_the_next_working_day(event: date, due: date) -> None:
    register = with_listing(GSME, event)
    profile = replace(register.dsp.steps[-1], start=date(2016, 10, 27))
    register = replace(register, dsp=replace(register.dsp, steps=(profile,)))
    register = delivered(register, event - timedelta(days=1), kind="baseline")
    for on in days(event, due + timedelta(days=2)):
        clock = one(register, on, GSME).delivered
        assert clock.due == end_of(due)
        assert clock.verdict is (Verdict.RUNNING if on <= due else Verdict.MISSED), on
    in_time = delivered(register, due)
    assert one(in_time, due, GSME).delivered.verdict is Verdict.MET
    late = delivered(register, due + timedelta(days=1))
    assert one(late, due + timedelta(days=1), GSME).delivered.verdict is Verdict.MISSED


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 1, 15), datetime(2026, 1, 16, 0, 0, tzinfo=UTC)),
        (date(2026, 7, 15), datetime(2026, 7, 15, 23, 0, tzinfo=UTC)),
        (date(2026, 3, 28), datetime(2026, 3, 29, 0, 0, tzinfo=UTC)),  # the night before
        (date(2026, 3, 29), datetime(2026, 3, 29, 23, 0, tzinfo=UTC)),  # 23 hours long
        (date(2026, 10, 24), datetime(2026, 10, 24, 23, 0, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 26, 0, 0, tzinfo=UTC)),  # 25 hours long
        (date(2026, 12, 31), datetime(2027, 1, 1, 0, 0, tzinfo=UTC)),
    ],
)
def test_a_day_ends_at_midnight_in_london(day: date, end: datetime) -> None:
    assert end_of(day) == end


@pytest.mark.parametrize("event", [date(2026, 1, 14), date(2026, 7, 14)])  # winter, summer
def test_midnight_in_london_decides(event: date) -> None:
    register = delivered(with_listing(GSME, event), event - timedelta(days=1), kind="baseline")
    due = end_of(event + timedelta(days=1))
    for at, verdict in (
        (due - timedelta(seconds=1), Verdict.MET),
        (due, Verdict.MISSED),
    ):
        sent = delivered(register, event + timedelta(days=1), at=at)
        clock = one(sent, event + timedelta(days=2), GSME).delivered
        assert (clock.verdict, clock.stopped, clock.due) == (verdict, at, due)


def test_beyond_the_bank_holidays_nothing_is_guessed_and_the_rest_is_answered() -> None:
    last = date(2028, 12, 29)  # a Friday; Monday is New Year's Day of 2029
    with pytest.raises(HolidaysUnknown):
        calendar().after(last)
    before = date(2028, 12, 27)
    register = with_listing(GSME, last)
    hub = with_day(with_day(register.by_id[HUB], 0, before), 1, before)
    others = [one for one in register.entries if one.entry_id != HUB]
    register = replace(register, entries=(hub, *others))
    register = delivered(register, date(2028, 12, 26), kind="baseline")
    register = delivered(register, date(2028, 12, 28), last)
    register = answered(register, f"{last}-01", noon(last) + hours(3), GSME)
    clocks = one(register, last, GSME)
    assert clocks.delivered.verdict is Verdict.UNKNOWN
    assert clocks.delivered.reason.startswith("cannot be judged beyond 2028")
    assert clocks.delivered.stopped == noon(last)
    assert clocks.loaded.verdict is Verdict.MET
    assert one(register, last, HUB).delivered.verdict is Verdict.MET


def test_before_the_bank_holidays_too() -> None:
    register = with_listing(GSME, date(2011, 12, 30))
    step = replace(register.dsp.steps[0], start=date(2011, 1, 1))
    register = replace(register, dsp=replace(register.dsp, steps=(step,)))
    register = delivered(register, date(2011, 12, 29), kind="baseline")
    clock = one(register, date(2011, 12, 30), GSME).delivered
    assert clock.verdict is Verdict.UNKNOWN
    assert clock.reason.startswith("cannot be judged before 2012")


# --------------------------------------------------------------------------------- held and released


@cache
def story(*, until: date) -> Register:
    """A baseline, then a delivery on each Working Day."""
    register = delivered(the_register(), date(2018, 5, 8), kind="baseline")
    working = [day for day in days(LISTED, until) if calendar().is_working_day(day)]
    return delivered(register, *working)


def test_while_it_is_held_the_clock_stands_with_its_reason() -> None:
    register = story(until=date(2018, 6, 21))
    for on in days(LISTED, date(2018, 6, 21)):
        clocks = one(register, on, ESME)
        assert clocks.delivered.verdict is Verdict.PAUSED, on
        assert clocks.delivered.reason == "dsp-does-not-recognise: gbcs_version 1.1"
        assert [(pause.start, pause.end) for pause in clocks.delivered.pauses] == [(LISTED, None)]
        assert clocks.loaded.verdict is Verdict.NOT_APPLICABLE
        assert clocks.loaded.reason == "not delivered yet"


def test_once_released_the_working_day_begins_anew() -> None:
    before = story(until=date(2018, 6, 21))
    met = delivered(before, FIX)
    clock = one(met, FIX, ESME).delivered
    assert (clock.verdict, clock.serial) == (Verdict.MET, f"{FIX}-01")
    assert [(pause.start, pause.end) for pause in clock.pauses] == [(LISTED, FIX)]
    assert clock.due == end_of(date(2018, 6, 25))  # 22 June was a Friday
    for on, verdict in (
        (FIX, Verdict.RUNNING),
        (date(2018, 6, 25), Verdict.RUNNING),
        (date(2018, 6, 26), Verdict.MISSED),
    ):
        assert one(before, on, ESME).delivered.verdict is verdict
    late = delivered(before, date(2018, 6, 26))
    assert one(late, date(2018, 6, 26), ESME).delivered.verdict is Verdict.MISSED


def test_an_amendment_that_is_held_is_paused_and_its_listing_was_met() -> None:
    register = register_of(files_of(STANDING_ROW), date(2018, 7, 31))
    register = delivered(register, date(2016, 11, 1), kind="baseline")
    register = delivered(register, date(2016, 11, 22), date(2018, 5, 22), FIX)
    listing, amendment = every(register, date(2018, 6, 21), METER)
    assert listing.delivered.verdict is Verdict.MET
    assert amendment.delivered.verdict is Verdict.PAUSED
    amendment = one(register, FIX, METER)
    assert (amendment.delivered.verdict, amendment.delivered.serial) == (Verdict.MET, f"{FIX}-01")


def test_a_changed_row_that_the_dsp_refuses_pauses_the_amendment() -> None:
    files = with_edit(
        files_of(STANDING_ROW),
        "cpl/dcc/dsp-profile.yaml",
        "changed_row: unknown",
        "changed_row: reject",
    )
    register = register_of(files, date(2018, 7, 31))
    register = delivered(register, date(2016, 11, 23), kind="baseline")
    register = delivered(register, date(2018, 5, 22), FIX, date(2018, 6, 25))
    clock = one(register, date(2018, 7, 2), METER).delivered
    assert clock.verdict is Verdict.PAUSED
    assert clock.reason == "dsp-refuses-amendment: gbcs_version 1.1"
    assert [(pause.start, pause.end) for pause in clock.pauses] == [(date(2018, 5, 21), None)]


def test_a_substituted_row_is_no_delivery_of_the_true_one() -> None:
    swap = Substitution(field="gbcs_version", before="1.1", after="1.0")
    step = PolicyStep(
        start=LISTED,
        end=date(2018, 6, 21),
        policy="substitute",
        substitutions=(swap,),
        decision="DEC-2018-001",
    )
    register = replace(the_register(), policy=(step,))
    register = delivered(register, date(2018, 5, 8), kind="baseline")
    register = delivered(register, LISTED)
    assert ESME in {row.entry_id for row in register.deliveries[-1].delta}
    clocks = one(register, date(2018, 6, 21), ESME)
    assert clocks.delivered.verdict is Verdict.PAUSED
    assert clocks.delivered.reason == "substituted: gbcs_version 1.1"
    assert clocks.loaded.verdict is Verdict.NOT_APPLICABLE
    register = delivered(register, FIX)
    assert one(register, FIX, ESME).delivered.verdict is Verdict.MET


def test_a_later_layout_takes_no_delivery_back() -> None:
    register = sent()
    layout = register.extract_profile
    other = replace(layout, columns=layout.columns[::-1])
    register = replace(register, extract_profile=other)
    assert one(register, LAST, ESME).delivered.verdict is Verdict.MET


def test_what_was_missed_before_the_hold_stays_missed() -> None:
    """The DSP forgets GBCS 1.0 when the Working Day is long over."""
    register = the_register()
    steps = (
        register.dsp.steps[0],
        replace(register.dsp.steps[1], values={"gbcs_version": frozenset({"1.1"})}),
    )
    register = replace(register, dsp=replace(register.dsp, steps=steps))
    register = delivered(register, date(2018, 4, 9), kind="baseline")
    clock = one(register, date(2018, 7, 2), GSME).delivered
    assert (clock.verdict, clock.due, clock.pauses) == (
        Verdict.MISSED,
        end_of(date(2018, 4, 11)),
        (),
    )


# ------------------------------------------------------------------------------- what has no clock


def test_before_any_delivery_no_clock_runs() -> None:
    for clocks in every(the_register(), LAST, ESME):
        assert clocks.delivered == replace(NONE, reason="no delivery is recorded")
        assert clocks.loaded == replace(NONE, reason="no delivery is recorded")


def test_a_baseline_misses_no_clock() -> None:
    register = delivered(the_register(), LISTED, kind="baseline")
    for entry in (GSME, ESME):
        clocks = one(register, LAST, entry)
        assert clocks.delivered == replace(
            NONE, reason="taken over with the baseline 2018-05-09-01"
        )
        assert clocks.loaded.verdict is Verdict.NOT_APPLICABLE


def test_what_happened_before_the_first_delivery_has_no_clock() -> None:
    register = delivered(the_register(), date(2018, 4, 17))
    listing, removal = every(register, LAST, GONE)
    assert listing.delivered == replace(NONE, reason="before the first delivery, 2018-04-17-01")
    # The removal is of that day; no row of it was ever sent.
    assert removal.delivered == replace(NONE, reason="no row of it had been sent")


def test_an_amendment_that_leaves_the_row_as_it_is_has_no_clock() -> None:
    files = with_edit(files_of(STANDING_ROW), METER_FILE, GBCS_CHANGE, NAME_CHANGE)
    files = with_edit(files, METER_FILE, 'gbcs_version: "1.1"', 'gbcs_version: "1.0"')
    register = register_of(files, date(2018, 7, 31))
    register = delivered(register, date(2018, 5, 1), kind="baseline")
    clocks = one(register, date(2018, 7, 2), METER)
    assert clocks.event == "amended"
    assert clocks.delivered == replace(NONE, reason="changes nothing in the row")


def test_submissions_have_no_clock() -> None:
    register = delivered(the_register(), date(2018, 5, 2), kind="baseline")
    assert every(register, date(2018, 5, 8), ESME) == ()


def removed_on(day: date) -> Register:
    """The scenario in which an ESME is removed before it could ever be sent."""
    register = the_register()
    entry = register.by_id[ESME]
    removal = replace(register.by_id[GONE].history[-1], day=day)
    entries = tuple(
        replace(entry, history=(*entry.history, removal)) if one.entry_id == ESME else one
        for one in register.entries
    )
    return delivered(replace(register, entries=entries), date(2018, 5, 8), kind="baseline")


def test_an_entry_removed_while_held_has_no_clock_left() -> None:
    register = delivered(removed_on(date(2018, 6, 4)), LISTED, date(2018, 6, 1), date(2018, 6, 4))
    listing, removal = every(register, LAST, ESME)
    assert listing.delivered.verdict is Verdict.NOT_APPLICABLE
    assert listing.delivered.reason == "removed on 2018-06-04, before its row was sent"
    assert removal.delivered == replace(NONE, reason="no row of it had been sent")


def test_what_was_missed_before_the_removal_stays_missed() -> None:
    register = removed_on(date(2018, 7, 2))
    listing, _ = every(register, LAST, ESME)
    assert listing.delivered.verdict is Verdict.MISSED  # free from 22 June, due on 25 June
    assert [(pause.start, pause.end) for pause in listing.delivered.pauses] == [(LISTED, FIX)]


def test_a_removal_is_delivered_when_the_row_is_gone() -> None:
    register = delivered(the_register(), date(2018, 4, 16), kind="baseline")
    assert one(register, date(2018, 4, 18), GONE).delivered.verdict is Verdict.RUNNING
    assert one(register, date(2018, 4, 19), GONE).delivered.verdict is Verdict.MISSED
    register = delivered(register, date(2018, 4, 18))
    removal = one(register, date(2018, 4, 18), GONE)
    assert (removal.delivered.verdict, removal.loaded.verdict) == (Verdict.MET, Verdict.RUNNING)


# ----------------------------------------------------------------------------------------- loading


def sent() -> Register:
    """The two ESMEs delivered on the day of the fix, 12:00 in London."""
    return story(until=FIX)


@pytest.mark.parametrize("entries", [(), (ESME,)])
def test_24_elapsed_hours_decide(entries: tuple[str, ...]) -> None:
    due = noon(FIX) + hours(24)  # a Saturday: this clock knows no weekend
    for at, verdict in ((due, Verdict.MET), (due + timedelta(seconds=1), Verdict.MISSED)):
        register = answered(sent(), f"{FIX}-01", at, *entries)
        clock = one(register, date(2018, 6, 23), ESME).loaded
        assert (clock.verdict, clock.due, clock.stopped) == (verdict, due, at)


def test_24_hours_are_elapsed_over_the_change_of_the_clocks() -> None:
    for event, sent_at in (
        (date(2026, 3, 28), datetime(2026, 3, 28, 12, 0, tzinfo=UTC)),
        (date(2026, 10, 24), datetime(2026, 10, 24, 11, 0, tzinfo=UTC)),
    ):
        register = delivered(with_listing(GSME, event), event - timedelta(days=1), kind="baseline")
        register = delivered(register, event)
        clock = one(register, event, GSME).loaded
        assert clock.due == sent_at + timedelta(hours=24)
    assert timedelta(hours=24) == LOADING


def test_without_an_answer_it_runs_through_the_day_and_is_missed_after_it() -> None:
    register = sent()
    for on, verdict in (
        (FIX, Verdict.RUNNING),
        (date(2018, 6, 23), Verdict.RUNNING),
        (date(2018, 6, 24), Verdict.MISSED),
    ):
        clock = one(register, on, ESME).loaded
        assert (clock.verdict, clock.reason) == (verdict, "the DCC has not answered")


def test_a_rejection_is_told_and_a_later_delivery_may_load_it() -> None:
    register = answered(sent(), f"{FIX}-01", noon(FIX) + hours(1), loaded=False, reason="R7")
    clock = one(register, FIX, ESME).loaded
    assert (clock.verdict, clock.reason) == (Verdict.RUNNING, "the DCC rejected it: R7")
    again = delivered(register, date(2018, 6, 25))
    loaded = answered(again, "2018-06-25-01", noon(date(2018, 6, 25)) + hours(1))
    clock = one(loaded, date(2018, 6, 25), ESME).loaded
    assert (clock.verdict, clock.serial) == (Verdict.MISSED, "2018-06-25-01")
    assert clock.stopped == noon(date(2018, 6, 25)) + hours(1)


def test_an_answer_for_another_row_is_none_for_this_one() -> None:
    register = answered(sent(), f"{FIX}-01", noon(FIX), SECOND_ESME)
    assert one(register, FIX, ESME).loaded.verdict is Verdict.RUNNING
    assert one(register, FIX, SECOND_ESME).loaded.verdict is Verdict.MET


def test_a_hub_is_loaded_when_both_its_devices_are() -> None:
    listed = date(2018, 9, 11)
    register = delivered(the_register(), date(2018, 9, 10), kind="baseline")
    register = delivered(register, listed)
    half = answered(register, f"{listed}-01", noon(listed) + hours(1), HUB, devices=["CHF"])
    assert one(half, listed, HUB).loaded.verdict is Verdict.RUNNING
    both = answered(half, f"{listed}-01", noon(listed) + hours(2), HUB, devices=["GPF"])
    clock = one(both, listed, HUB).loaded
    assert (clock.verdict, clock.stopped) == (Verdict.MET, noon(listed) + hours(2))
    refused = answered(half, f"{listed}-01", noon(listed), HUB, devices=["GPF"], loaded=False)
    assert one(refused, listed, HUB).loaded.reason.startswith("the DCC rejected it")


def test_a_removal_is_loaded_when_the_dcc_says_that_it_applied_it() -> None:
    gone = date(2018, 4, 17)
    register = delivered(the_register(), date(2018, 4, 16), kind="baseline")
    register = delivered(register, gone)
    applied = answered(register, f"{gone}-01", noon(gone) + hours(23), GONE)
    clock = one(applied, date(2018, 4, 18), GONE).loaded
    assert (clock.verdict, clock.stopped) == (Verdict.MET, noon(gone) + hours(23))
    # Loading a later list whole says nothing of a row that is not in it.
    later = delivered(register, date(2018, 4, 18))
    later = answered(later, "2018-04-18-01", noon(date(2018, 4, 18)), WHOLE_FILE)
    assert one(later, date(2018, 4, 19), GONE).loaded.verdict is Verdict.MISSED


def test_an_answer_that_comes_after_the_asked_day_is_not_known_yet() -> None:
    register = answered(sent(), f"{FIX}-01", noon(FIX) + hours(20))
    assert one(register, FIX, ESME).loaded.verdict is Verdict.RUNNING
    assert one(register, date(2018, 6, 23), ESME).loaded.verdict is Verdict.MET


# --------------------------------------------------------------------------------------- the table


def test_the_table_counts_by_the_month_of_the_event() -> None:
    register = answered(sent(), f"{FIX}-01", noon(FIX) + hours(1))
    register = delivered(register, date(2018, 7, 12))
    told = {
        on: {
            month.first: (dict(month.delivered), dict(month.loaded))
            for month in clock_table(
                clocks for clocks in clocks_until(register, on, calendar()) if clocks.day >= LISTED
            )
        }
        for on in (date(2018, 5, 31), FIX, date(2018, 7, 12))
    }
    may, july = date(2018, 5, 1), date(2018, 7, 1)
    met, paused = {Verdict.MET: 2}, {Verdict.PAUSED: 2}
    assert told[date(2018, 5, 31)] == {may: (paused, {Verdict.NOT_APPLICABLE: 2})}
    assert told[FIX] == {may: (met, met)}
    # A GSME of 10 July went on the 12th: a day too late.
    assert told[date(2018, 7, 12)] == {
        may: (met, met),
        july: ({Verdict.MISSED: 1}, {Verdict.RUNNING: 1}),
    }
