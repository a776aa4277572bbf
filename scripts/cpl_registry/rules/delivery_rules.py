"""7xx: what stands between the list and the DCC."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from cpl_registry.records.device_model import Entry
from cpl_registry.records.documents import Kind
from cpl_registry.records.findings import Problem, Severity
from cpl_registry.records.register import Register
from cpl_registry.rules.likeness import versions
from cpl_registry.rules.rule import Scope, rule
from cpl_registry.state.dsp import Unrecognised, expected_step, unrecognised
from cpl_registry.state.history import as_of, standing, submitted
from cpl_registry.state.policy import substituted

_PAPER = "SECP_56x_2205_01, section 3"
_PROFILE = "cpl/dcc/dsp-profile.yaml"


def _is_unrecognised(entry: Entry, register: Register, on: date) -> bool:
    return bool(unrecognised(as_of(entry, on), register.dsp.step_on(on)))


@rule(
    "CPL701",
    scope=Scope.ENTRY,
    severity=Severity.NOTICE,
    source=_PAPER,
    needs=(Kind.DSP_PROFILE,),
    about=_is_unrecognised,
    likeness=versions,
)
def dsp_recognises_the_values(entry: Entry, register: Register, on: date) -> Iterator[Problem]:
    """The DCC's DSP recognises the entry's values.

    Why: in May 2018 rows with a version that the DSP did not know blocked the whole upload. Such an
        entry is valid and listed; it is held back until the DSP recognises the value.
    Fix: nothing; the entry goes out by itself. The DCC board says what is held and since when.
    """
    then = as_of(entry, on)
    causes = unrecognised(then, register.dsp.step_on(on))
    if not causes:
        return
    active = standing(entry, on).active
    if not active and submitted(entry, on) is None:
        return
    what = _consequence(then, causes, register, on, active=active)
    for cause in causes:
        yield Problem(
            message=f"the DSP does not recognise {cause.field} {cause.value}: {what}",
            at=cause.field,
            fix="nothing: it goes out by itself when the DSP recognises the value",
        )


def _consequence(
    entry: Entry, causes: tuple[Unrecognised, ...], register: Register, on: date, *, active: bool
) -> str:
    """What follows for an entry on the list, or for a submission once it is listed."""
    instead = _instead(entry, causes, register, on)
    if active:
        return instead or "the entry is held"
    if instead:
        return f"when it is listed, {instead}"
    return f"when it is listed it will be {_held(entry, register, on)}"


def _instead(entry: Entry, causes: tuple[Unrecognised, ...], register: Register, on: date) -> str:
    """What a decision has the DCC sent in place of the values; empty where there is none."""
    step = register.dsp.step_on(on)
    swaps = substituted(entry, causes, step, on, register.policy, register.decisions)
    told = ", ".join(f"{one.field} {one.sent} in its place" for one in swaps)
    return f"under {swaps[0].decision} the DCC is sent {told}" if swaps else ""


def _held(entry: Entry, register: Register, on: date) -> str:
    """How long an entry would be held, as far as anyone has announced it."""
    step = expected_step(entry, register.dsp, on)
    if step is None:
        return "held until the DSP recognises it, and no day is announced for that"
    if step.start <= on:
        return f"held until the DSP is seen to recognise it, which was announced for {step.start}"
    return f"held until {step.start}, the day announced for it"


@rule("CPL702", scope=Scope.REGISTER, severity=Severity.WARNING, source=_PAPER)
def expected_steps_are_still_ahead(register: Register, on: date) -> Iterator[Problem]:
    """An announced change of the DSP lies ahead, or has been confirmed.

    Why: an announced step does not count until somebody has seen it; once its day has passed,
        entries may be held for nothing.
    Fix: remove `expected` when the DCC confirms the step, or move its day.
    """
    for index, step in enumerate(register.dsp.steps):
        if step.expected and step.start <= on:
            yield Problem(
                path=_PROFILE,
                at=f"/recognises/{index}",
                message=f"the step expected on {step.start} is neither confirmed nor moved",
                fix="remove expected when the DCC confirms it, or move its start",
            )


RULES = (dsp_recognises_the_values, expected_steps_are_still_ahead)
