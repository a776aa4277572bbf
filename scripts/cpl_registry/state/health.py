"""Is anything wrong today? What needs somebody's attention, each with its entries and first day.

A hold is in order as far as rules go, and a Party still wants to know of it: whatever keeps the
DCC's list from being the published one, or will soon, is told here, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cpl_registry.records.days import london_day
from cpl_registry.records.delivery import DeltaKind
from cpl_registry.records.device_model import EntryId
from cpl_registry.state.campaigns import Position, Stage
from cpl_registry.state.clocks import LOADING, EventClocks, Verdict
from cpl_registry.state.dsp import expected_step, known_steps
from cpl_registry.state.publication import Published, PublishedState
from cpl_registry.state.reconciliation import reconciled
from cpl_registry.state.waiting import REFRESH

_DAY = timedelta(days=1)


class Condition(StrEnum):
    """The answer in one word."""

    WELL = "well"
    ATTENTION = "attention"
    INCIDENT = "incident"


class Matter(StrEnum):
    """What a concern is about, gravest first."""

    INCIDENT = "open-incidents"
    STOPPED = "dsp-stopped-recognising"
    REJECTED = "rejected"
    NOT_SENT = "not-sent-in-time"
    UNANSWERED = "not-answered-in-time"
    FRESHNESS = "freshness-ends"
    HELD = "held"
    STEP = "announced-step-not-seen"
    CAMPAIGN = "campaigns-past-deadline"
    EXPIRED = "certificates-expired"
    RENEWAL = "renewals-overdue"


@dataclass(frozen=True, kw_only=True, slots=True)
class Concern:
    """One thing that needs attention.

    `since` is the first day on which it did; `until` the day by which it is expected to be over,
    None where nobody knows one. `entries` are what it is about, `references` the incidents,
    campaigns, deliveries or days that it rests on. `count` counts the former, or the latter where
    it is about no entry.
    """

    matter: Matter
    since: date
    entries: tuple[EntryId, ...] = ()
    references: tuple[str, ...] = ()
    until: date | None = None

    @property
    def count(self) -> int:
        """How many entries it is about, or how many references."""
        by_reference = self.matter in {Matter.INCIDENT, Matter.CAMPAIGN}
        return len(self.references if by_reference or not self.entries else self.entries)


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """The answer for a day: what needs attention, gravest first."""

    on: date
    concerns: tuple[Concern, ...]

    @property
    def verdict(self) -> Condition:
        """The answer in one word: an open incident outweighs everything else."""
        if not self.concerns:
            return Condition.WELL
        incident = self.concerns[0].matter is Matter.INCIDENT
        return Condition.INCIDENT if incident else Condition.ATTENTION


def health_on(state: PublishedState) -> Health:
    """What needs attention on the day of a state."""
    found = (
        *_incidents(state),
        *_stopped(state),
        *_deliveries(state),
        *_held(state),
        *_steps(state),
        *_campaigns(state),
        *_certificates(state),
    )
    order = list(Matter)
    concerns = sorted(found, key=lambda one: order.index(one.matter))
    return Health(on=state.on, concerns=tuple(concerns))


def _incidents(state: PublishedState) -> Iterator[Concern]:
    going = [one for one in state.incidents if one.open]
    if going:
        ends = [one.expected_end for one in going]
        yield Concern(
            matter=Matter.INCIDENT,
            since=min(one.incident.start for one in going),
            entries=tuple(sorted({entry_id for one in going for entry_id in one.touched})),
            references=tuple(one.reference for one in going),
            until=_last(end for end in ends),
        )


def _stopped(state: PublishedState) -> Iterator[Concern]:
    """Rows that the DCC has and its DSP has stopped recognising: a decision is needed."""
    stopped = [one for one in state.extract if one.delivery and one.delivery.stopped]
    step = state.register.dsp.step_on(state.on)
    if stopped and step is not None:
        yield Concern(matter=Matter.STOPPED, since=step.start, entries=_ids(stopped))


def _held(state: PublishedState) -> Iterator[Concern]:
    if state.held:
        dsp, on = state.register.dsp, state.on
        steps = [expected_step(one.entry, dsp, on) for one in state.held]
        ends = [step.start if step and step.start >= on else None for step in steps]
        holds = [one.delivery.hold for one in state.held if one.delivery and one.delivery.hold]
        yield Concern(
            matter=Matter.HELD,
            since=min(hold.since for hold in holds),
            entries=_ids(state.held),
            until=_last(ends),
        )


def _deliveries(state: PublishedState) -> Iterator[Concern]:
    """What should have been sent or answered by the day, and was not."""
    last = state.sent.last
    if last is None:
        return
    late = [one for one in _newest(state.clocks) if _open(one.delivered.verdict, one)]
    if late:
        due = [one.delivered.due for one in late if one.delivered.due is not None]
        yield Concern(
            matter=Matter.NOT_SENT,
            # Due by the end of a day, which is the first moment of the next.
            since=min((london_day(at) for at in due), default=state.on),
            entries=tuple(one.entry_id for one in late),
        )
    found = reconciled(state)
    refused = [state.sent.rejected[one] for one in found.rejected]
    if refused:
        yield Concern(
            matter=Matter.REJECTED,
            since=min(london_day(one.since) for one in refused),
            entries=found.rejected,
            references=tuple(sorted({str(one.serial) for one in refused})),
        )
    yield from _unanswered(state, {*found.missing, *found.lingering} - {*found.rejected})
    if not last.is_baseline and (stale := london_day(last.sent_at + REFRESH)) <= state.on:
        yield Concern(matter=Matter.FRESHNESS, since=stale, references=(str(last.serial),))


def _unanswered(state: PublishedState, waiting: set[EntryId]) -> Iterator[Concern]:
    """Rows, and removals, whose 24 hours are over without an answer."""
    last, sent = state.sent.last, state.sent
    # A row that is no longer sent waits for the answer to its removal, not to what once brought it.
    removed = {
        one.entry_id: file
        for file in (sent.deliveries if waiting - sent.rows.keys() else ())
        for one in file.delta
        if one.change is DeltaKind.REMOVED
    }
    brought = {
        one: (sent.came_with if one in sent.rows else removed).get(one) or last for one in waiting
    }
    over = {
        one: london_day(file.sent_at + LOADING)
        for one, file in brought.items()
        if file is not None and london_day(file.sent_at + LOADING) < state.on
    }
    if over:
        serials = {str(file.serial) for one, file in brought.items() if file and one in over}
        yield Concern(
            matter=Matter.UNANSWERED,
            since=min(over.values()) + _DAY,
            entries=tuple(sorted(over)),
            references=tuple(sorted(serials)),
        )


def _newest(clocks: Iterable[EventClocks]) -> list[EventClocks]:
    """The clocks of each entry's last event: what came before has been overtaken."""
    return list({one.entry_id: one for one in clocks}.values())


def _open(verdict: Verdict, one: EventClocks) -> bool:
    return verdict is Verdict.MISSED and one.delivered.stopped is None


def _steps(state: PublishedState) -> Iterator[Concern]:
    steps = known_steps(state.register.dsp, state.on)
    passed = [step.start for step in steps if step.expected and step.start < state.on]
    if passed:
        yield Concern(
            matter=Matter.STEP,
            since=min(passed) + _DAY,
            references=tuple(day.isoformat() for day in passed),
        )


def _campaigns(state: PublishedState) -> Iterator[Concern]:
    late = [one for one in state.campaigns if one.stage is Stage.PAST_DEADLINE]
    days = [one.deadline + _DAY for one in late if one.deadline is not None]
    if days:
        yield Concern(
            matter=Matter.CAMPAIGN,
            since=min(days),
            entries=tuple(
                sorted(
                    target.entry_id
                    for one in late
                    for target in one.targets
                    if target.position is Position.OVERDUE
                )
            ),
            references=tuple(one.campaign.reference for one in late),
        )


def _certificates(state: PublishedState) -> Iterator[Concern]:
    """Certificates of Active entries past their end: an expiry apart from a renewal that was due."""
    for matter, name in ((Matter.EXPIRED, "expires"), (Matter.RENEWAL, "renewal_due")):
        ended = [
            (end, one.entry_id)
            for one in state.active
            for certificate in one.entry.certificates()
            if (end := getattr(certificate, name)) is not None and end < state.on
        ]
        if ended:
            yield Concern(
                matter=matter,
                since=min(end for end, _ in ended) + _DAY,
                entries=tuple(sorted({entry_id for _, entry_id in ended})),
            )


def _ids(entries: Iterable[Published]) -> tuple[EntryId, ...]:
    return tuple(one.entry_id for one in entries)


def _last(days: Iterable[date | None]) -> date | None:
    """The last of some days; None where one of them is not known."""
    found = list(days)
    known = [day for day in found if day is not None]
    return max(known) if known and len(known) == len(found) else None
