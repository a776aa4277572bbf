"""The two clocks of an event in words: one Working Day to delivery, then 24 hours to loading."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from cpl_registry.outputs import wording
from cpl_registry.records.days import LONDON
from cpl_registry.state.clocks import Clock, EventClocks, Verdict

_NAMES = {"delivered": "delivery within one Working Day", "loaded": "loading within 24 hours"}


def both_clocks(clocks: EventClocks) -> str:
    """Both clocks as one sentence: `delivered in time, on 15 September 2026; loaded in time, ...`."""
    return f"{_words(clocks.delivered, 'delivered')}; {_words(clocks.loaded, 'loaded')}."


def _words(clock: Clock, done: str) -> str:
    name = _NAMES[done]
    if clock.verdict is Verdict.MET:
        return f"{done} in time, {_moment(clock.stopped)}"
    if clock.verdict is Verdict.MISSED:
        due = f" (it was due by {_due(clock.due)})" if clock.due else ""
        if clock.stopped is None:
            told = f": {clock.reason}" if clock.reason else ""
            return f"not {done} in time{due}{told}"
        return f"{done} late, {_moment(clock.stopped)}{due}"
    if clock.verdict is Verdict.RUNNING:
        due = f", due by {_due(clock.due)}" if clock.due else ""
        return f"{name} still runs{due}"
    if clock.verdict is Verdict.PAUSED:
        held = clock.pauses[-1].hold if clock.pauses else None
        because = f": {wording.hold_cause(held, 'the DSP')}" if held else ""
        return f"{name} is paused{because}"
    told = f": {clock.reason}" if clock.reason else ""
    verb = "does not apply" if clock.verdict is Verdict.NOT_APPLICABLE else "cannot be judged"
    return f"{name} {verb}{told.removeprefix(': cannot be judged')}"


def _moment(when: datetime | None) -> str:
    if when is None:
        return "at a time that is not recorded"
    return f"{when.astimezone(UTC):%H:%M} UTC on {wording.day(when.astimezone(LONDON).date())}"


def _due(when: datetime) -> str:
    """A due moment: the end of a London day where it is one, else to the minute."""
    local = when.astimezone(LONDON)
    if local.time() == time():
        return f"the end of {wording.day(local.date() - timedelta(days=1))}"
    return _moment(when)
