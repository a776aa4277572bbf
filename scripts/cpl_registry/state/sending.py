"""What stands in the way of a delivery: asked before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator

from cpl_registry.records.dsp_profile import Reaction
from cpl_registry.state.breaker import MassChange, mass_change
from cpl_registry.state.deltas import delta_between
from cpl_registry.state.dsp import unrecognised_row
from cpl_registry.state.publication import PublishedState


def stopped(state: PublishedState) -> Iterator[str]:
    """Rows that the DSP holds and has stopped recognising.

    Sending such a row blocks the file, leaving it out suspends a fleet: a decision must say which.
    """
    for one in state.extract:
        for cause in one.delivery.stopped if one.delivery else ():
            yield (
                f"{one.entry_id}: the DSP holds this row and no longer recognises"
                f" {cause.field} {cause.value}"
            )


def refused(state: PublishedState) -> Iterator[str]:
    """Rows about to be sent that the model of the DSP would refuse; by the rules there are none."""
    step = state.register.dsp.step_on(state.on)
    profile = state.register.extract_profile
    for one in state.extract:
        if one.delivery is None or one.delivery.row is None or one.delivery.stopped:
            continue
        for cause in unrecognised_row(one.delivery.row, profile, step):
            yield f"{one.entry_id}: the DSP would refuse {cause.field} {cause.value}"


def unknowns(state: PublishedState) -> Iterator[str]:
    """What the model cannot know of the DSP's answer to this delivery."""
    dsp, rows = state.register.dsp, state.rows
    delta = delta_between(state.sent.rows, rows)
    changed = sum(row.change == "changed" for row in delta)
    unchanged = len(rows) - sum(row.change != "removed" for row in delta)
    if changed and dsp.changed_row is Reaction.UNKNOWN:
        told = "1 changed row is sent" if changed == 1 else f"{changed} changed rows are sent"
        yield f"{told}; whether the DSP takes a changed row is not known"
    if unchanged and dsp.loads == "full" and dsp.unchanged_row is Reaction.UNKNOWN:
        told = (
            "1 unchanged row is sent" if unchanged == 1 else f"{unchanged} unchanged rows are sent"
        )
        yield f"{told}; whether the DSP takes them again is not known"


def change_at_once(state: PublishedState, campaigns: frozenset[str]) -> MassChange:
    """How much the delivery changes and removes, by cause."""
    # A row that the DCC rejected is not taken from it by leaving it out.
    delta = [
        row
        for row in delta_between(state.sent.rows, state.rows)
        if row.change != "removed" or row.entry_id in state.sent.standing
    ]
    held_now = {one.entry_id for one in state.held}
    released = {held.entry_id for held in state.sent.held} - held_now
    entries = {one.entry_id: one.entry for one in state.entries}
    header = state.register.extract_profile.header
    return mass_change(delta, state.sent.rows, entries, released, campaigns, header)
