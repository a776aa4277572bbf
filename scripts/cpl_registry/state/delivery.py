"""Listed is not delivered: which row of an entry may go to the DCC, and what is held and why.

The rule is the founding paper's Option A: a valid entry that the DSP does not recognise stays on
the list, is kept out of the extract, and goes out by itself when it is recognised. An entry whose
amendment is held keeps its standing row: leaving the row out would suspend the devices in the
field, and sending a mixture would invent a row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cpl_registry.records.device_model import Entry
from cpl_registry.records.dsp_profile import DspProfile, Reaction
from cpl_registry.records.extract_profile import ExtractProfile
from cpl_registry.state.dsp import Unrecognised, unrecognised
from cpl_registry.state.history import as_of, standing


class Reason(StrEnum):
    """Why a row is held, in the words of the held list."""

    NOT_RECOGNISED = "dsp-does-not-recognise"
    REFUSES_AMENDMENT = "dsp-refuses-amendment"
    SUBSTITUTED = "substituted"


class StandingRow(StrEnum):
    """What the extract shows in place of a held row."""

    NONE = "none"
    PREVIOUS = "previous"
    MISSTATED = "misstated"


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
    `stands_from` is the day whose values a standing row shows, None where the row is of today.
    """

    row: tuple[str, ...] | None
    hold: Hold | None = None
    stands_from: date | None = None


def delivery_on(
    entry: Entry, on: date, dsp: DspProfile, profile: ExtractProfile
) -> Delivery | None:
    """What the extract holds for an entry on a day; None where the entry is not Active.

    Without delivery files, the standing row is the last listed state that the profile recognised:
    the days on which the entry or the profile changed are played through in order.
    """
    if not standing(entry, on).active:
        return None
    if _simple(entry, on):
        found = unrecognised(entry, dsp.step_on(on))
        if not found:
            return Delivery(row=profile.row(entry))
    return _played(entry, on, dsp, profile)


def _simple(entry: Entry, on: date) -> bool:
    """Whether no amendment stands behind the values: then only the day itself matters."""
    return entry.history[-1].day <= on and not any(line.changed for line in entry.history)


def _played(entry: Entry, on: date, dsp: DspProfile, profile: ExtractProfile) -> Delivery:
    days = sorted({*(line.day for line in entry.history if line.day <= on), *dsp.step_days(on)})
    sent: tuple[str, ...] | None = None
    sent_on: date | None = None
    hold: Hold | None = None
    for day in days:
        if not standing(entry, day).active:
            sent, sent_on, hold = None, None, None
            continue
        then = as_of(entry, day)
        row = profile.row(then)
        causes = unrecognised(then, dsp.step_on(day))
        reason = Reason.NOT_RECOGNISED
        if not causes and sent is not None and row != sent and dsp.changed_row is Reaction.REJECT:
            reason = Reason.REFUSES_AMENDMENT
            causes = _changed_cells(sent, row, profile)
        if causes:
            hold = Hold(
                since=hold.since if hold else day,
                reason=reason,
                causes=causes,
                standing_row=StandingRow.NONE if sent is None else StandingRow.PREVIOUS,
            )
        else:
            hold, sent, sent_on = None, row, day
    return Delivery(row=sent, hold=hold, stands_from=sent_on if hold and sent else None)


def _changed_cells(
    before: tuple[str, ...], after: tuple[str, ...], profile: ExtractProfile
) -> tuple[Unrecognised, ...]:
    return tuple(
        Unrecognised(field=column.source, value=new)
        for column, old, new in zip(profile.columns, before, after, strict=True)
        if old != new
    )
