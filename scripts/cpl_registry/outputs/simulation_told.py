"""A simulation in words and figures, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from cpl_registry.outputs import wording
from cpl_registry.records.dsp_profile import Reaction
from cpl_registry.state.policy import HOLD
from cpl_registry.state.simulated_days import SimulatedDay, Simulation
from cpl_registry.state.trial import Trial, TriedSubstitution

_WIDTH = 92
_COLUMNS = ("from", "to", "days", "loadable", "held", "misstated", "owed", "late")
_LEGEND = (
    ("loadable", "rows of the day's extract that the DSP recognises"),
    ("held", "Active entries whose present values are kept out of the extract"),
    ("misstated", "rows of the extract in which another value is sent than the entry has"),
    ("owed", "misstated rows at the DCC whose correction is due that day, or overdue"),
    ("late", "listings and amendments of which nothing went within one Working Day, so far"),
)


def simulation_told(found: Simulation) -> str:
    """The whole answer: what was tried, a line for each day on which a figure changes, totals."""
    first, last = found.days[0].day, found.days[-1].day
    lines = [
        f"Simulation from {wording.day(first)} to {wording.day(last)}: {found.trial.policy}",
        *_told(_intention(found.trial)),
        "",
        *_table(found),
        "",
        *(line for name, text in _LEGEND for line in _labelled(name, text)),
    ]
    for day, _ in found.stretches:
        if day.stopped:
            lines += ["", *_told(_stop(day))]
            break
    lines += ["", "In all", *(f"  {name:<57}{figure:>6}" for name, figure in _totals(found))]
    if note := _changed_rows(found):
        lines += ["", *_told(note)]
    return "\n".join(lines) + "\n"


def _intention(trial: Trial) -> str:
    if trial.policy == HOLD:
        return (
            "What the DSP does not recognise is held, and goes out by itself once it is"
            " recognised. Nothing in the register is changed."
        )
    parts = [_tried(one) for one in trial.tried]
    if trial.from_file:
        parts.append("The policy of a file is tried in place of the register's own.")
    if trial.undecided:
        names = wording.joined([*trial.undecided])
        parts.append(f"Tried as if published, and not published in the register: {names}.")
    if trial.tried:
        parts.append(
            "This is tried, not decided: a real substitution needs a published decision with an"
            " end (cpl/dcc/delivery-policy.yaml)."
        )
    elif not trial.from_file:
        parts.append("No entry of these days needs a substitution that the DSP would take.")
    return " ".join([*parts, "Nothing in the register is changed."])


def _tried(one: TriedSubstitution) -> str:
    told = (
        f"From {wording.day(one.start)} to {wording.day(one.end)} GBCS {one.before} is sent as"
        f" GBCS {one.after}."
    )
    if one.broken_pairs:
        pairs = wording.joined([*one.broken_pairs])
        told += (
            f" GBCS {one.after} does not go with {pairs}: such rows name a pair that is not known."
        )
    return told


def _table(found: Simulation) -> Iterator[str]:
    stretches = found.stretches
    stops = any(day.stopped for day, _ in stretches)
    names = (*_COLUMNS, "stopped") if stops else _COLUMNS
    yield _line(names)
    for index, (day, count) in enumerate(stretches):
        last = stretches[index + 1][0].day if index + 1 < len(stretches) else None
        end = found.days[-1].day if last is None else last.fromordinal(last.toordinal() - 1)
        figures = day.figures if stops else day.figures[:-1]
        yield _line((day.day.isoformat(), end.isoformat(), *(str(n) for n in (count, *figures))))


def _line(cells: tuple[str, ...]) -> str:
    widths = (12, 12, 5, 10, 6, 11, 6, 6, 9)
    first = "".join(f"{cell:<{width}}" for cell, width in zip(cells[:2], widths, strict=False))
    return first + "".join(
        f"{cell:>{width}}" for cell, width in zip(cells[2:], widths[2:], strict=False)
    )


def _labelled(name: str, text: str) -> list[str]:
    first, *rest = wrap(text, _WIDTH - 11)
    return [f"{name:<11}{first}", *(f"{'':<11}{line}" for line in rest)]


def _stop(day: SimulatedDay) -> str:
    return (
        f"From {wording.day(day.day)} deliveries stop: {day.stopped[0]}"
        f" ({wording.counted(len(day.stopped), 'row')}); a decision must say what to do."
    )


def _totals(found: Simulation) -> Iterator[tuple[str, int]]:
    last = found.days[-1]
    yield "entry-days held", found.held_days
    yield "most entries held on one day", found.most_held
    yield "entries held on any day", len(found.ever_held)
    yield "entry-days misstated", found.misstated_days
    yield "most entries misstated on one day", found.most_misstated
    yield "entries misstated on any day", len(found.ever_misstated)
    yield "corrections sent", found.corrections
    yield "corrections still owed after the last day", len(last.owed - last.corrected)
    yield "listings and amendments not sent within one Working Day", found.late


def _changed_rows(found: Simulation) -> str:
    """What is not known of the corrections: each changes a row that the DCC holds."""
    reaction = found.trial.register.dsp.changed_row
    if not found.ever_misstated or reaction is Reaction.ACCEPT:
        return ""
    does = "the DSP refuses a changed row"
    if reaction is Reaction.UNKNOWN:
        does = "whether the DSP takes a changed row is not known"
    return (
        f"A correction changes a row that the DCC holds: {does} (changed_row: {reaction} in its"
        " profile)."
    )


def _told(text: str) -> list[str]:
    return wrap(text, _WIDTH, break_on_hyphens=False)
