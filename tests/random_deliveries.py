"""Histories of deliveries at random: entries and the DSP change, the DCC answers as it likes.

What each delivery must hold is told here a second time and forwards, from the lives of the entries
and the answers alone; the package is held against it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from hashlib import sha256
from random import Random
from typing import Any

from cpl_registry.edges.installation import schemas
from cpl_registry.outputs.delivery_file import delivery_file
from cpl_registry.outputs.extract import held_rows
from cpl_registry.outputs.manifest import Sending
from cpl_registry.records.csv_text import csv_bytes
from cpl_registry.records.days import london_day
from cpl_registry.records.delivery import (
    HUB_DEVICES,
    WHOLE_FILE,
    Acknowledgement,
    DeliveryFile,
    Result,
    Serial,
    parse_delivery,
)
from cpl_registry.records.documents import Document, Kind
from cpl_registry.records.dsp_profile import Reaction
from cpl_registry.records.entry_file import parse_entry
from cpl_registry.records.extract_profile import DEFAULT_PROFILE
from cpl_registry.records.register import Register
from cpl_registry.records.shipment import Shipment
from cpl_registry.state.fidelity import infidelities
from cpl_registry.state.publication import PublishedState, publish
from cpl_registry.state.sending import refused, stopped
from cpl_registry.state.stand_in import DELTA, FULL, NOTHING_HELD, Holding, Verdict, received

from tests import builders
from tests.lives import Life, Row, not_recognised, step_of
from tests.random_plans import DECISION, Moment, Plan
from tests.sendings import noon

HEADER = DEFAULT_PROFILE.header
SOURCES = [column.source for column in DEFAULT_PROFILE.columns]
Rows = dict[str, Row]


@dataclass(frozen=True, kw_only=True)
class Made:
    """A delivery that was made: its file, read again, and the extract that was sent."""

    raw: bytes
    delivery: DeliveryFile
    extract: Rows
    held: dict[str, str]
    state: PublishedState

    @property
    def csv(self) -> bytes:
        return csv_bytes(HEADER, self.extract.values())


@dataclass(frozen=True, kw_only=True)
class Believed:
    """What the DCC holds or is about to hold, what it said that it has loaded, what is untrue.

    Untrue are rows whose GBCS version was sent in place of the true one.
    """

    stands: Rows
    loaded: Rows
    untrue: set[str]


@dataclass(kw_only=True)
class History:
    """A register that delivers, and the book that is kept beside it."""

    plan: Plan
    register: Register
    made: list[Made] = field(default_factory=list)
    verdicts: list[tuple[int, date, dict[str, bool]]] = field(default_factory=list)
    by_delta: Holding = NOTHING_HELD
    by_full: Holding = NOTHING_HELD
    honest: Holding = NOTHING_HELD
    seen: Counter[str] = field(default_factory=Counter)

    # ------------------------------------------------------------------------------- the book

    def believed(self, on: date) -> Believed:
        """What the deliveries and the answers dated by a day make of it."""
        told: list[dict[str, bool]] = [{} for _ in self.made]
        for number, day, verdict in self.verdicts:
            if day <= on:
                told[number] |= verdict
        stands: Rows = {}
        loaded: Rows = {}
        untrue: set[str] = set()
        before: Rows = {}
        for one, verdict in zip(self.made, told, strict=True):
            after = dict(one.extract)
            says_untrue = {name for name, stand in one.held.items() if stand == "misstated"}
            for entry_id in before.keys() | one.extract.keys():
                if verdict.get(entry_id) is False:
                    _put(after, entry_id, stands.get(entry_id))
                    says_untrue -= {entry_id}
                    says_untrue |= untrue & {entry_id}
                elif verdict.get(entry_id) is True:
                    _put(loaded, entry_id, one.extract.get(entry_id))
            stands, untrue, before = after, says_untrue, one.extract
        return Believed(stands=stands, loaded=loaded, untrue=untrue)

    def expected(self, on: date) -> tuple[Rows, dict[str, str]]:
        """The extract of a day, and what is held with what stands instead."""
        believed = self.believed(on)
        rows: Rows = {}
        held: dict[str, str] = {}
        for life in self.plan.lives:
            if life.active_on(on):
                row, stand = self._due(life, on, believed)
                _put(rows, life.entry_id, row)
                if stand is not None:
                    held[life.entry_id] = stand
        return dict(sorted(rows.items())), held

    def _due(self, life: Life, on: date, believed: Believed) -> tuple[Row | None, str | None]:
        """The row of an Active entry, and what stands in its place where it is held."""
        if self.made:
            before = believed.stands.get(life.entry_id)
            return self._at(life, on, before, life.entry_id in believed.untrue)
        # Without deliveries: as if there had been one on each day on which something changed.
        dsp, policy = self.plan.dsp["recognises"], self.plan.policy
        turns = {*life.days, *(date.fromisoformat(step["start"]) for step in dsp)}
        turns |= {step.start for step in policy}
        turns |= {step.end + timedelta(days=1) for step in policy if step.end}
        row: Row | None = None
        stand: str | None = None
        for day in sorted(turn for turn in turns if turn < on):
            row, stand = (
                self._at(life, day, row, stand == "misstated")
                if life.active_on(day)
                else (None, None)
            )
        return self._at(life, on, row, stand == "misstated")

    def _at(
        self, life: Life, on: date, before: Row | None, untrue: bool
    ) -> tuple[Row | None, str | None]:
        """What a day makes of the row that stood before it, which may have been untrue."""
        dsp, values, row = self.plan.dsp, life.values_on(on), life.row_on(on, SOURCES)
        step = step_of(dsp["recognises"], on)
        unknown = not_recognised(values, step)
        refuses = dsp.get("changed_row") == "reject"
        instead = self.plan.sent_instead(on).get(values["gbcs_version"])
        if step and instead and [field for field, _ in unknown] == ["gbcs_version"]:
            swapped = tuple(
                instead if source == "gbcs_version" else cell
                for source, cell in zip(SOURCES, row, strict=True)
            )
            known = instead in step.get("gbcs_versions", ())
            if known and not (refuses and before not in {None, swapped}):
                return swapped, "misstated"
        if unknown or (refuses and before not in {None, row}):
            return before, ("misstated" if untrue else "previous") if before else "none"
        return row, None

    # ------------------------------------------------------------------------------- the register

    def deliver(self, moment: Moment) -> None:
        """Judges what is to be sent at a moment and sends it, unless the register stops it."""
        on = moment.on
        state = publish(self.register, on)
        assert list(infidelities(state)) == []
        rows, held = self.expected(on)
        assert dict(state.rows) == rows
        assert {row[0]: row[-1] for row in held_rows(state)} == held
        assert {one: told.row for one, told in state.sent.loaded.items()} == self.believed(
            on
        ).loaded
        self._nothing_vanishes(state)
        step = step_of(self.plan.dsp["recognises"], on)
        given_up = {
            entry_id
            for entry_id, row in rows.items()
            if not_recognised(dict(zip(SOURCES, row, strict=True)), step)
        }
        assert {line.split(":")[0] for line in stopped(state)} == given_up
        assert list(refused(state)) == []
        if given_up:
            # The DSP holds a row that it no longer recognises: nothing is sent that day.
            self.seen["stopped"] += 1
            return
        self._count(state, held)
        self._send(state, held)
        self._load()
        self._answer(moment)

    def _nothing_vanishes(self, state: PublishedState) -> None:
        """Who leaves the extract was removed, or its row was rejected and the DCC has none."""
        if not self.made:
            return
        stands = self.believed(state.on).stands
        for entry_id in self.made[-1].extract.keys() - state.rows.keys():
            life = next(one for one in self.plan.lives if one.entry_id == entry_id)
            assert not life.active_on(state.on) or entry_id not in stands
            self.seen["removed" if entry_id in stands else "taken back after a rejection"] += 1

    def _count(self, state: PublishedState, held: dict[str, str]) -> None:
        """What happened, so that nobody takes an empty history for a proof."""
        self.seen["delivered"] += 1
        self.seen.update(f"held, {stands}" for stands in held.values())
        if not self.made:
            return
        last = self.made[-1]
        self.seen["again on one day"] += last.delivery.on == state.on
        were = {one.entry_id for one in last.delivery.held}
        self.seen["released"] += len(were & state.rows.keys() - held.keys())
        for entry_id in state.rows.keys() - last.extract.keys():
            back = any(entry_id in one.extract for one in self.made)
            self.seen["reinstated" if back else "added"] += 1
        for entry_id in state.rows.keys() & last.extract.keys():
            self.seen["changed"] += state.rows[entry_id] != last.extract[entry_id]

    def _send(self, state: PublishedState, held: dict[str, str]) -> None:
        """The delivery's file: written, read as any file of the register, put into the register."""
        number = sum(one.delivery.on == state.on for one in self.made) + 1
        sent_at = noon(state.on) + timedelta(minutes=number)
        serial = Serial(f"{state.on}-{number:02}")
        kind = "baseline" if self.plan.baseline and not self.made else "delivery"
        sending = Sending(serial=serial, sent_at=sent_at, valid_until=sent_at)
        plan = schemas()[Kind.DELIVERY].plan
        raw = delivery_file(state, state.rows, sending, plan, kind=kind)
        delivery = read_again(raw, serial)
        # A list that is taken over does not tell which of its rows are untrue.
        held = {} if delivery.is_baseline else held
        made = Made(raw=raw, delivery=delivery, extract=dict(state.rows), held=held, state=state)  # type: ignore[arg-type]
        assert (sha256(made.csv).hexdigest(), len(made.extract)) == (
            delivery.extract_sha256,
            delivery.extract_rows,
        )
        self.made.append(made)
        self.register = replace(self.register, deliveries=(*self.register.deliveries, delivery))
        if delivery.is_baseline:
            self.verdicts.append((0, state.on, dict.fromkeys(made.extract, True)))

    def _load(self) -> None:
        """The stand-in takes every delta, and another every full extract: they hold the same."""
        shipment = shipment_of(self.made[-1])
        dsp, layout = self.register.dsp, self.register.extract_profile
        takes = replace(dsp, changed_row=Reaction.ACCEPT, unchanged_row=Reaction.ACCEPT)
        by_delta = received(shipment, self.by_delta, takes, layout, DELTA)
        by_full = received(shipment, self.by_full, takes, layout, FULL)
        for outcome in (by_delta, by_full):
            assert outcome.verdict is Verdict.TAKEN, outcome.reason
            assert all(one.loaded for one in outcome.handled)
        self.by_delta, self.by_full = by_delta.holding, by_full.holding
        assert self.by_delta == self.by_full
        assert dict(self.by_full.rows) == self.made[-1].extract

    # ------------------------------------------------------------------------------- the answers

    def _answer(self, moment: Moment) -> None:
        chance = Random(moment.chance)  # noqa: S311  # the same every time
        number = len(self.made) - 1
        made = self.made[number]
        if self.plan.honest:
            self._honest_answer(made)
            return
        before = self.made[number - 1].extract if number else {}
        rows = sorted(made.extract.keys() | before.keys())
        hours = timedelta(hours=moment.hours)
        if moment.answer == "none" or not rows or made.delivery.is_baseline:
            return
        if moment.answer in {"loaded", "file rejected"}:
            loaded = moment.answer == "loaded"
            self._put_answer(number, hours, [(WHOLE_FILE, None, loaded)])
            return
        self._put_answer(number, hours, _by_row(rows, chance))
        if moment.answer == "twice":
            # A later answer takes the place of an earlier one.
            self._put_answer(number, hours * 2, [(row, chance.random() < 0.7) for row in rows])

    def _honest_answer(self, made: Made) -> None:
        """The DCC is what the profile says: what the model let pass is taken, row by row."""
        dsp = replace(self.register.dsp, unchanged_row=Reaction.ACCEPT)
        artefact = (DELTA, FULL)[len(self.plan.moments) % 2]
        outcome = received(
            shipment_of(made), self.honest, dsp, self.register.extract_profile, artefact
        )
        assert outcome.verdict is Verdict.TAKEN, outcome.reason
        assert all(one.loaded for one in outcome.handled), outcome.handled
        self.honest = outcome.holding
        assert dict(self.honest.rows) == made.extract
        if outcome.handled and not made.delivery.is_baseline:
            answers = [(one.entry_id, one.logical_device, one.loaded) for one in outcome.results]
            self._put_answer(len(self.made) - 1, timedelta(hours=1), answers)

    def _put_answer(self, number: int, after: timedelta, told: Sequence[tuple[Any, ...]]) -> None:
        """An answer into the register and into the book."""
        made = self.made[number]
        at = made.delivery.sent_at + after
        results: list[Result] = []
        verdict: dict[str, bool] = {}
        for entry_id, *device, loaded in told:
            devices = device or (HUB_DEVICES if entry_id.startswith("ch-") else (None,))
            reason = None if loaded else "made up"
            results += [
                Result(entry_id=entry_id, logical_device=one, loaded=loaded, reason=reason, at=at)
                for one in devices
            ]
            if entry_id == WHOLE_FILE:
                before = self.made[number - 1].extract if number else {}
                verdict |= dict.fromkeys(made.extract.keys() | before.keys(), loaded)
            else:
                # A hub is loaded when both of its devices are.
                verdict[entry_id] = verdict.get(entry_id, True) and loaded
        self.seen["rejected"] += sum(not loaded for loaded in verdict.values())
        self.verdicts.append((number, london_day(at), verdict))
        serial = made.delivery.serial
        answer = Acknowledgement(
            serial=serial,
            answer=1 + sum(one.serial == serial for one in self.register.acknowledgements),
            sha256="0" * 64,
            results=tuple(results),
        )
        self.register = replace(
            self.register, acknowledgements=(*self.register.acknowledgements, answer)
        )


def _by_row(rows: Sequence[str], chance: Random) -> list[tuple[str, bool]]:
    """Some rows loaded, some rejected, some not answered."""
    answered = [row for row in rows if chance.random() < 0.8] or list(rows)
    return [(row, chance.random() < 0.7) for row in answered]


def _put(rows: Rows, entry_id: str, row: Row | None) -> None:
    if row is None:
        rows.pop(entry_id, None)
    else:
        rows[entry_id] = row


def read_again(raw: bytes, serial: str) -> DeliveryFile:
    """A delivery's file as the register reads it; it must fit its schema."""
    document = Document(f"cpl/dcc/deliveries/{serial}.yaml", Kind.DELIVERY, raw)
    assert document.usable
    data: Any = document.data
    assert schemas()[Kind.DELIVERY].fits(data), schemas()[Kind.DELIVERY].faults(data)
    return parse_delivery(data, document.digest)


def shipment_of(made: Made) -> Shipment:
    """A delivery as its recipient reads it."""
    delivery = made.delivery
    return Shipment(
        serial=delivery.serial,
        based_on=delivery.based_on,
        on=delivery.on,
        sent_at=delivery.sent_at,
        header=delivery.header,
        extract=tuple(made.extract.values()),
        delta=delivery.delta,
    )


def played(plan: Plan) -> History:
    """A history from its first delivery to its last."""
    read = (parse_entry(f"cpl/devices/{n}.yaml", one.raw) for n, one in enumerate(plan.lives))
    history = History(
        plan=plan,
        register=builders.register(
            *read, dsp_profile=plan.dsp, policy=plan.policy, decisions=frozenset({DECISION})
        ),
    )
    for moment in plan.moments:
        history.deliver(moment)
    return history


def pairs(made: Sequence[Made]) -> Iterator[tuple[Made, Made]]:
    """Each delivery with each later one."""
    return ((early, late) for n, late in enumerate(made) for early in made[:n])
