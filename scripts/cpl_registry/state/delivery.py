"""Listed is not delivered: which row of an entry may go to the DCC, and what is held and why.

The rule is the founding paper's Option A: a valid entry that the DSP does not recognise stays on
the list, is kept out of the extract, and goes out by itself when it is recognised. An entry whose
amendment is held keeps its standing row: leaving the row out would suspend the devices in the
field, and sending a mixture would invent a row. Option B, a substituted value, needs a decision.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from cpl_registry.records.delivery import Row
from cpl_registry.records.device_model import Entry
from cpl_registry.records.dsp_profile import DspProfile, PolicyStep, Reaction
from cpl_registry.records.extract_profile import ExtractProfile
from cpl_registry.state.dsp import Unrecognised, unrecognised, unrecognised_row
from cpl_registry.state.history import as_of, standing
from cpl_registry.state.policy import Substituted, policy_days, substituted
from cpl_registry.state.sent import MISSTATED, SUBSTITUTED, Sent


class Reason(StrEnum):
    """Why a row is held, in the words of the held list."""

    NOT_RECOGNISED = "dsp-does-not-recognise"
    REFUSES_AMENDMENT = "dsp-refuses-amendment"
    SUBSTITUTED = SUBSTITUTED


class StandingRow(StrEnum):
    """What the extract shows in place of a held row."""

    NONE = "none"
    PREVIOUS = "previous"
    MISSTATED = MISSTATED


@dataclass(frozen=True, kw_only=True, slots=True)
class Hold:
    """An Active entry whose present values the DSP cannot take.

    `since` is the first day of the present unbroken hold. `causes` are the fields and values.
    """

    since: date
    reason: Reason
    causes: tuple[Unrecognised, ...]
    standing_row: StandingRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """What the extract holds for an Active entry on a day.

    `row` are the cells in the order of the extract's header, None where nothing may be sent.
    `stands_from` is the day since which a standing row has been in the extract.
    `stopped` are the values in `row` that the DSP has stopped recognising: it holds the row, so it
    must neither be sent nor left out without a decision. `misstated` names the substituted cells.
    """

    row: Row | None
    hold: Hold | None = None
    stands_from: date | None = None
    stopped: tuple[Unrecognised, ...] = ()
    misstated: tuple[Substituted, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Route:
    """What decides on the way to the DCC: the DSP, the layout, the policy, what was sent before.

    `decisions` are the references of published decisions: a substitution without one is not done.
    `sent` is None for a register that has no delivery file.
    """

    dsp: DspProfile
    profile: ExtractProfile
    policy: tuple[PolicyStep, ...] = ()
    decisions: frozenset[str] = field(default_factory=frozenset)
    sent: Sent | None = None


def delivery_on(entry: Entry, on: date, route: Route) -> Delivery | None:
    """What the extract holds for an entry on a day; None where the entry is not Active."""
    if not standing(entry, on).active:
        return None
    then = as_of(entry, on)
    altered = any(line.changed for line in then.history) or any(
        step.substitutions for step in route.policy
    )
    if route.sent is None and not altered:
        # Nothing else than the values was ever true or sent: what counts is the day itself.
        if not unrecognised(then, route.dsp.step_on(on)):
            return Delivery(row=route.profile.row(then))
        return _played(entry, on, route)
    if route.sent is None:
        return _played(entry, on, route)
    return _after_deliveries(then, on, route, route.sent)


def _after_deliveries(entry: Entry, on: date, route: Route, sent: Sent) -> Delivery:
    """The standing row is the last sent row that was not rejected."""
    before = _Before()
    if (row := sent.standing.get(entry.entry_id)) is not None:
        came_with = sent.came_with[entry.entry_id]
        misstated = _misstated_then(entry, sent, route)
        before = _Before(row=row, since=came_with.on, misstated=misstated)
    found = _step(entry, on, route, before)
    if found.hold is None:
        return found
    played = _played(entry, on, route).hold
    since = played.since if played is not None else entry.history[-1].day
    return replace(found, hold=replace(found.hold, since=since))


def _misstated_then(entry: Entry, sent: Sent, route: Route) -> tuple[Substituted, ...]:
    """The cells of the standing row that a policy had substituted when it was sent."""
    row = sent.standing[entry.entry_id]
    # A row of another layout (CPL715) is read as far as it goes.
    cells = dict(zip((column.source for column in route.profile.columns), row, strict=False))
    return tuple(
        Substituted(
            field=held.field,
            value=held.value,
            sent=cells.get(held.field, ""),
            decision=_decision(route, held.field, held.value),
        )
        for held in sent.substituted.get(entry.entry_id, ())
        if held.reason == SUBSTITUTED or _decision(route, held.field, held.value)
    )


def _decision(route: Route, field_name: str, value: str) -> str:
    """The last decision that let a value be substituted."""
    found = [
        step.decision
        for step in route.policy
        for one in step.substitutions
        if step.decision and (one.field, one.before) == (field_name, value)
    ]
    return found[-1] if found else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Before:
    """What stood in the extract before the day: the row, since when, and its substituted cells."""

    row: Row | None = None
    since: date | None = None
    misstated: tuple[Substituted, ...] = ()


def _step(entry: Entry, on: date, route: Route, before: _Before) -> Delivery:
    """One day: what the extract holds, given what stood in it before. `since` is the day itself."""
    row = route.profile.row(entry)
    step = route.dsp.step_on(on)
    causes = unrecognised(entry, step)
    reason = Reason.NOT_RECOGNISED
    swap = substituted(entry, causes, step, on, route.policy, route.decisions) if causes else ()
    sent = _with(row, swap, route.profile)
    # A substitution must make the row loadable: a DSP that refuses changed rows refuses this one.
    if swap and (before.row in {None, sent} or route.dsp.changed_row is not Reaction.REJECT):
        return Delivery(
            row=sent,
            hold=Hold(
                since=on,
                reason=Reason.SUBSTITUTED,
                causes=causes,
                standing_row=StandingRow.MISSTATED,
            ),
            misstated=swap,
        )
    if not causes and before.row not in {None, row} and route.dsp.changed_row is Reaction.REJECT:
        reason = Reason.REFUSES_AMENDMENT
        causes = _changed_cells(before.row or (), row, route.profile)
    if not causes:
        return Delivery(row=row)
    kind = StandingRow.NONE
    if before.row is not None:
        kind = StandingRow.MISSTATED if before.misstated else StandingRow.PREVIOUS
    return Delivery(
        row=before.row,
        hold=Hold(since=on, reason=reason, causes=causes, standing_row=kind),
        stands_from=before.since,
        stopped=unrecognised_row(before.row, route.profile, step) if before.row else (),
        misstated=before.misstated,
    )


def _played(entry: Entry, on: date, route: Route) -> Delivery:
    """The days on which entry, profile or policy changed, played through in order.

    This is how a register without deliveries knows the standing row: the last listed state that
    the profile recognised. It also tells since when a hold has not been broken.
    """
    days = {line.day for line in entry.history if line.day <= on}
    days.update(route.dsp.step_days(on), policy_days(route.policy, on))
    before, found, since = _Before(), Delivery(row=None), None
    for day in sorted(days):
        if not standing(entry, day).active:
            before, since = _Before(), None
            continue
        found = _step(as_of(entry, day), day, route, before)
        since = None if found.hold is None else since or day
        stood = before.since if found.row == before.row else day
        before = _Before(row=found.row, since=stood, misstated=found.misstated)
    if found.hold is None or since is None:
        return found
    return replace(found, hold=replace(found.hold, since=since))


def _with(row: Row, swap: tuple[Substituted, ...], profile: ExtractProfile) -> Row:
    """A row with the substituted cells in place of the true ones."""
    sent = {one.field: one.sent for one in swap}
    return tuple(
        sent.get(column.source, cell) for column, cell in zip(profile.columns, row, strict=True)
    )


def _changed_cells(before: Row, after: Row, profile: ExtractProfile) -> tuple[Unrecognised, ...]:
    return tuple(
        Unrecognised(field=column.source, value=new)
        for column, old, new in zip(profile.columns, before, after, strict=False)
        if old != new
    )
