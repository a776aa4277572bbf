"""The delivery policy by day: hold, or substitute under a decision for a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from cpl_registry.records.device_model import Entry
from cpl_registry.records.dsp_profile import PolicyStep, Step
from cpl_registry.state.dsp import Unrecognised

HOLD, SUBSTITUTE = "hold", "substitute"


@dataclass(frozen=True, kw_only=True, slots=True)
class Substituted:
    """A cell that says something else than the entry: field, true value, what is sent, decision."""

    field: str
    value: str
    sent: str
    decision: str


def policy_on(policy: Iterable[PolicyStep], on: date) -> PolicyStep | None:
    """The step that governs a day: the latest begun that has not ended. None means hold.

    A step that ends gives way by itself to the one before it. Of two that start on one day the
    later in the file counts.
    """
    running = [step for step in policy if step.start <= on and (step.end is None or on <= step.end)]
    return max(running[::-1], key=lambda step: step.start) if running else None


def policy_days(policy: Iterable[PolicyStep], until: date) -> set[date]:
    """The days on which the policy changes: starts, and the days after an end."""
    days = set()
    for step in policy:
        days.add(step.start)
        if step.end is not None:
            days.add(step.end + timedelta(days=1))
    return {day for day in days if day <= until}


def substituted(
    entry: Entry,
    causes: tuple[Unrecognised, ...],
    step: Step | None,
    on: date,
    policy: Iterable[PolicyStep],
    decisions: frozenset[str],
) -> tuple[Substituted, ...]:
    """The cells that the policy of the day replaces; empty where it cannot make the row loadable.

    Only under a step that says `substitute`, has an end and cites a published decision; only for
    the fields and values that it names; and only when the DSP recognises what is sent instead.
    """
    running = policy_on(policy, on)
    if running is None or running.policy != SUBSTITUTE or running.end is None or step is None:
        return ()
    if running.decision is None or running.decision not in decisions:
        return ()
    swaps = {(one.field, one.before): one.after for one in running.substitutions}
    found = []
    for cause in causes:
        sent = swaps.get((cause.field, cause.value))
        if sent is None or sent not in _known(step, cause.field, entry):
            return ()
        found.append(
            Substituted(field=cause.field, value=cause.value, sent=sent, decision=running.decision)
        )
    return tuple(found)


def _known(step: Step, field: str, entry: Entry) -> frozenset[str]:
    name = field
    if field == "technical_specification.version":
        name = f"{field} of {entry.technical_specification.name}"
    return step.values.get(name, frozenset())
