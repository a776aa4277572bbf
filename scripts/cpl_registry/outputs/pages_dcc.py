"""The DCC board: what can be delivered, what is held and why, what the DSP recognises by date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from cpl_registry.outputs import wording
from cpl_registry.outputs.answers import expected, outlook
from cpl_registry.outputs.charts import Chart
from cpl_registry.outputs.entry_rows import EntryRow, Listing
from cpl_registry.outputs.page import Page
from cpl_registry.outputs.pages_deliveries import VERDICTS, clock_months, delivery_views
from cpl_registry.outputs.queue_told import clock_words
from cpl_registry.records.dsp_profile import Reaction, Scope, Step
from cpl_registry.state.delivery import Delivery
from cpl_registry.state.dsp import known_steps
from cpl_registry.state.policy import policy_on
from cpl_registry.state.publication import PublishedState
from cpl_registry.state.queue import waiting
from cpl_registry.state.reconciliation import reconciled

DOWNLOADS = (
    ("cpl-dcc-extract.csv", "The extract: a row for each entry that the DCC is to hold"),
    ("cpl-dcc-delta.csv", "The delta: what changed in the extract since the delivery before"),
    ("cpl-dcc-held.csv", "The held list: what is kept out of the extract, and why"),
    ("cpl-dcc-changes.json", "The list of changes: rows added, changed and removed, and holds"),
    ("manifest.json", "The manifest: size, number of rows and SHA-256 of each file"),
    ("SHA256SUMS", "The SHA-256 of each file, for sha256sum -c"),
)
"""The files that stand beside the page, with what they are."""
_REACTIONS: Mapping[Reaction, str] = {
    Reaction.ACCEPT: "accepts it",
    Reaction.REJECT: "rejects it",
    Reaction.UNKNOWN: "what it does is not known",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldView:
    """A held entry: why, since when and for how many days, what the DCC has meanwhile, what is next.

    `expected` is the day of `outlook` in short.
    """

    row: EntryRow
    cause: str
    since: date
    days: int
    standing: str
    outlook: str
    expected: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StepView:
    """What the DSP recognises from a day on: by kind of value, and what is new in the step."""

    start: date
    state: str
    values: tuple[tuple[str, str], ...]
    new: str
    known_from: date | None
    source: str


def standing_words(delivery: Delivery) -> str:
    """What the DCC has while the present values are held."""
    if delivery.misstated:
        return f"a row with {wording.misstatement(delivery)} is sent"
    if delivery.row is None:
        return "none: the DCC has no row for it"
    return "the earlier row goes on being sent"


def held_views(listing: Listing) -> list[HeldView]:
    """What is held, longest first."""
    on = listing.state.on
    found = [
        HeldView(
            row=listing.rows[one.entry_id],
            cause=wording.hold_cause(hold, "the DSP"),
            since=hold.since,
            days=(on - hold.since).days + 1,
            standing=standing_words(one.delivery),
            outlook=outlook(one, hold, listing.state),
            expected=expected(one, hold, listing.state),
        )
        for one in listing.state.held
        if one.delivery and (hold := one.delivery.hold)
    ]
    return sorted(found, key=lambda view: (view.since, view.row.entry_id))


def dcc_page(listing: Listing, chart: Chart | None = None) -> Page:
    """`dcc/`; `chart` shows what was held over time."""
    state = listing.state
    dsp = state.register.dsp
    return Page(
        path="dcc/index",
        title="The DCC board",
        description=(
            f"What the DCC can be sent on {wording.day(state.on)}, what is held and why, and what "
            "its Data Service Provider (DSP) recognises by date."
        ),
        template="dcc.html.jinja",
        context={
            "on": state.on,
            "active": len(state.active),
            "extract": len(state.extract),
            "held": held_views(listing),
            "chart": chart,
            "queue": [
                (listing.rows[one.entry_id], one, clock_words(one)) for one in waiting(state)
            ],
            "steps": _steps(state),
            "whole_file": dsp.rejects is Scope.FILE,
            "unchanged": _REACTIONS[dsp.unchanged_row],
            "changed": _REACTIONS[dsp.changed_row],
            "policy": policy_on(state.register.policy, state.on),
            "downloads": DOWNLOADS,
            "deliveries": delivery_views(listing),
            "reconciled": reconciled(state),
            "months": clock_months(listing),
            "verdicts": VERDICTS,
            "known": listing.rows,
        },
        searchable=True,
    )


def _steps(state: PublishedState) -> list[StepView]:
    governing = state.register.dsp.step_on(state.on)
    before: Step | None = None
    views: list[StepView] = []
    for step in known_steps(state.register.dsp, state.on):
        if step is governing:
            told = "in force"
        elif step.expected and step.start < state.on:
            told = "announced, not seen yet"
        elif step.expected or step.start > state.on:
            told = "announced"
        else:
            told = "past"
        views.append(
            StepView(
                start=step.start,
                state=told,
                values=tuple(
                    (_kind(name), ", ".join(ordered(known))) for name, known in step.values.items()
                ),
                new=_new(before, step),
                known_from=step.known_from,
                source=step.source,
            )
        )
        before = step
    return views


def _new(before: Step | None, step: Step) -> str:
    if before is None:
        return "the first"
    parts = []
    for name, known in step.values.items():
        earlier = before.values.get(name, frozenset())
        for word, values in (("adds", known - earlier), ("drops", earlier - known)):
            if values:
                parts.append(f"{word} {_kind(name)} {wording.joined(ordered(values))}")
    return "; ".join(parts) or "no value more or fewer"


def _kind(name: str) -> str:
    words = {"gbcs_version": "GBCS", "device_type": "device type"}
    return words.get(name) or name.removeprefix("technical_specification.version of ")


def ordered(versions: frozenset[str]) -> list[str]:
    """Versions in the order of their numbers: 1.9 before 1.10. Words come after, by letter."""
    return sorted(
        versions, key=lambda text: ([int(part) for part in text.split(".") if part.isdigit()], text)
    )
