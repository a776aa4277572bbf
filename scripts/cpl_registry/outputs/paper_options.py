"""The options in a paper for the Panel: hold against substitute, played day by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from cpl_registry.outputs import wording
from cpl_registry.outputs.charts import Chart, Series, step_chart
from cpl_registry.outputs.paper_parts import Block, Cell, Figure, PaperTable, Told, key_of
from cpl_registry.records.device_model import EntryId
from cpl_registry.records.register import Register
from cpl_registry.records.working_days import HolidaysUnknown
from cpl_registry.state.announced import calendars
from cpl_registry.state.dated_changes import Change, ChangeKind
from cpl_registry.state.publication import PublishedState
from cpl_registry.state.readiness import Readiness
from cpl_registry.state.simulated_days import SimulatedDay, Simulation
from cpl_registry.state.simulation import simulate
from cpl_registry.state.trial import hold_from, substitute_between

_AFTER = timedelta(days=7)
_WITHOUT_END = timedelta(days=90)
_LONGEST = timedelta(days=400)


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """Both policies played from the asked day on, and the blocks that tell of them.

    `hold` and `substitute` are None where nothing is held or no Working Day can be told. `frees`
    is the first announced day on which the DSP takes something that is held.
    """

    blocks: tuple[Block, ...]
    hold: Simulation | None = None
    substitute: Simulation | None = None
    frees: Change | None = None


def options_of(state: PublishedState, answer: Readiness) -> Options:
    """What holding and substituting would each do from the asked day on."""
    frees = next((one for one in answer.ahead if _frees(one, state)), None)
    if not state.held:
        text = "Nothing is held today, so holding and substituting send the DCC the same."
        if answer.alarms:
            text += " What section 4 tells of concerns entries that are not listed yet."
        return Options(blocks=(Block(heading="No choice is needed", told=(Told(text=text),)),))
    end = state.on + _WITHOUT_END
    if frees is not None:
        last = max(one.day for one in answer.ahead if _frees(one, state))
        end = min(last + _AFTER, state.on + _LONGEST)
    try:
        hold, other = _played(state, end)
    except HolidaysUnknown as error:
        text = f"The options cannot be played, since Working Days cannot be told: {error}."
        return Options(blocks=(Block(heading="Not played", told=(Told(text=text),)),), frees=frees)
    return Options(
        blocks=tuple(_blocks(hold, other, frees)), hold=hold, substitute=other, frees=frees
    )


def _played(state: PublishedState, end: date) -> tuple[Simulation, Simulation]:
    calendar, start = state.calendar, state.on
    if calendar is None:
        raise HolidaysUnknown("no bank holidays are at hand")
    last = min(end, calendar.last - _AFTER)
    if last < start:
        raise HolidaysUnknown(f"the list of bank holidays ends on {calendar.last}")
    register = known_register(state)
    return (
        simulate(register, hold_from(register, start), calendar, start, last),
        simulate(register, substitute_between(register, start, last), calendar, start, last),
    )


def known_register(state: PublishedState) -> Register:
    """The register as it was known on the asked day: nothing that was written down later."""
    return replace(
        state.register,
        entries=tuple(one.entry for one in state.entries),
        deliveries=state.sent.deliveries,
        dsp=calendars(state.register, state.on).dsp,
    )


def _frees(change: Change, state: PublishedState) -> bool:
    held = {one.entry_id for one in state.held}
    return change.kind is ChangeKind.LEARNS and bool(held & {*change.entries})


def _blocks(hold: Simulation, other: Simulation, frees: Change | None) -> Iterator[Block]:
    first, last = hold.days[0].day, hold.days[-1].day
    until = (
        f"Both are played from {wording.full_day(first)} to {wording.full_day(last)},"
        " on what is listed on the first of these days, with a delivery on each Working Day on"
        " which it would change something."
    )
    if frees is None:
        until += " No day is announced on which the DSP takes what is held."
    yield Block(
        heading="Option A: hold",
        told=(
            Told(
                text="What the DSP does not recognise is not sent, and goes out by itself once it"
                " does. The list and the extract say the same, and nothing has to be put right"
                " afterwards. Meanwhile the DCC does not have the held rows: the devices"
                " concerned cannot be added, and their 24 hours do not begin."
            ),
        ),
    )
    tried = [
        f"GBCS {one.before} is sent as GBCS {one.after}"
        + (
            f", which does not go with {wording.joined([*one.broken_pairs])}"
            if one.broken_pairs
            else ""
        )
        for one in other.trial.tried
    ]
    words = wording.joined(tried) or "no value can be sent in place of what is held"
    yield Block(
        heading="Option B: substitute for a time",
        told=(
            Told(
                text=f"Another value is sent than the entry has: {words}. It needs a published"
                " decision with an end. The rows go out at once, and say something untrue until"
                " each is corrected; whether the DSP takes the correction depends on what it"
                " does with a changed row"
                f" ({other.trial.register.dsp.changed_row.value} by its profile)."
            ),
        ),
    )
    yield Block(
        heading="The options side by side",
        told=(Told(text=until),),
        tables=(_totals(hold, other), _days(hold, other)),
        charts=(_chart(hold, "A"), _chart(other, "B")),
    )


def _totals(hold: Simulation, other: Simulation) -> PaperTable:
    rows: tuple[tuple[str, Callable[[Simulation], Figure]], ...] = (
        ("Entries held on any day", lambda run: _set(run, "ever held", run.ever_held)),
        ("Entry-days held", lambda run: _sum(run, "days held", (day.held for day in run.days))),
        (
            "Entries misstated on any day",
            lambda run: _set(run, "ever misstated", run.ever_misstated),
        ),
        (
            "Entry-days misstated",
            lambda run: _sum(run, "days misstated", (day.misstated for day in run.days)),
        ),
        (
            "Corrections sent",
            lambda run: _sum(run, "corrections", (day.corrected for day in run.days)),
        ),
        (
            "Corrections still owed after the last day",
            lambda run: _set(run, "still owed", run.days[-1].owed - run.days[-1].corrected),
        ),
        (
            "Listings and amendments from the first day on, not sent within one Working Day",
            _late,
        ),
    )
    return PaperTable(
        caption="In all",
        columns=("What", "A: hold", "B: substitute"),
        rows=tuple((name, made(hold), made(other)) for name, made in rows),
        note="An entry-day is one entry on one day.",
    )


def _set(run: Simulation, what: str, ids: Iterable[EntryId]) -> Figure:
    return Figure(
        key=key_of("option", run.trial.policy, what),
        label=f"{run.trial.policy}: {what}",
        items=tuple(sorted(ids)),
    )


def _sum(run: Simulation, what: str, days: Iterable[Iterable[EntryId]]) -> Figure:
    found = Counter(entry_id for ids in days for entry_id in ids)
    return Figure(
        key=key_of("option", run.trial.policy, what),
        label=f"{run.trial.policy}: {what}",
        items=tuple(sorted(found)),
        weights=tuple(found[one] for one in sorted(found)),
    )


def _late(run: Simulation) -> Figure:
    entries = run.trial.register.by_id
    late = sorted(run.days[-1].late)
    items = (f"{entry_id}, {entries[entry_id].history[line].day}" for entry_id, line in late)
    return Figure(
        key=key_of("option", run.trial.policy, "late"),
        label=f"{run.trial.policy}: not sent within one Working Day",
        items=tuple(items),
    )


def _days(hold: Simulation, other: Simulation) -> PaperTable:
    """The days on which a figure of either changes."""
    rows: list[tuple[Cell, ...]] = []
    before: tuple[int, ...] = ()
    for one, two in zip(hold.days, other.days, strict=True):
        figures = tuple(
            number
            for day in (one, two)
            for number in (day.loadable, len(day.held), len(day.misstated))
        )
        if figures != before:
            rows.append((wording.full_day(one.day), *_day_cells(one, "A"), *_day_cells(two, "B")))
        before = figures
    columns = [
        f"{option}: {what}" for option in "AB" for what in ("rows loadable", "held", "misstated")
    ]
    return PaperTable(
        caption="The days on which something changes",
        columns=("From", *columns),
        rows=tuple(rows),
        note=(
            "Rows loadable are rows of the day's extract that the DSP recognises; cpl simulate prints"
            " the same tables."
        ),
    )


def _day_cells(day: SimulatedDay, option: str) -> tuple[Cell, ...]:
    def figure(what: str, ids: frozenset[EntryId]) -> Figure:
        label = f"{option}, {what} on {day.day}"
        return Figure(
            key=key_of("day", option, what, day.day), label=label, items=tuple(sorted(ids))
        )

    return (f"{day.loadable:,}", figure("held", day.held), figure("misstated", day.misstated))


def _chart(run: Simulation, option: str) -> Chart:
    """What is held, and what is misstated, on each day under one option."""
    steps: list[tuple[date, int, int]] = []
    for day in run.days:
        now = (len(day.held), len(day.misstated))
        if not steps or steps[-1][1:] != now:
            steps.append((day.day, *now))
    held = Series(name="Held", values=tuple(one for _, one, _ in steps))
    misstated = Series(name="Sent with another value", values=tuple(one for *_, one in steps))
    return step_chart(
        f"option-{option.lower()}",
        f"Option {option}: entries held or misstated, day by day",
        f"Steps from {wording.day(run.days[0].day)} to {wording.day(run.days[-1].day)}.",
        days=[day for day, *_ in steps],
        series=[held, misstated],
        until=run.days[-1].day,
    )
