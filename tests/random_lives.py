"""Lives of entries and DSP profiles at random: always possible ones, told forwards."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Protocol, TypeVar

from hypothesis import strategies as st

from tests.lives import Life, Raw, Values

FIRST_DAY = date(2018, 1, 1)
LAST_DAY = date(2018, 3, 31)
GBCS = ("1.0", "1.1", "1.10", "2.0")
SPECIFICATION = ("2.0", "4.2", "4.20")
_CPA = "assurance_certificates.CPA."
_CHANGEABLE = {
    "gbcs_version": GBCS,
    "technical_specification.version": SPECIFICATION,
    "model_name": ("Model A", "Model B", "Model C, new"),
    "assurance_certificates.ZigBee.number": ("DEMO-1", "DEMO-2"),
    f"{_CPA}expires": (None, "2024-01-01", "2026-01-01"),
    f"{_CPA}renewal_due": (None, "2030-01-01"),
}
_NEXT = {
    "": ("submitted", "listed"),
    "submitted": ("listed", "listed", "amended", "closed"),
    "closed": ("submitted",),
    "listed": ("amended", "amended", "amended", "corrected", "removed"),
    "removed": ("reinstated", "reinstated", "amended"),
}
_LEADS_TO = {"reinstated": "listed", "amended": None, "corrected": None}


T = TypeVar("T")


class Chance(Protocol):
    """What makes a life one among many: Hypothesis, or a seed."""

    def one_of(self, of: Sequence[T]) -> T:
        """One of some things."""

    def between(self, first: int, last: int) -> int:
        """A number, both ends included."""

    def some(self, of: Sequence[T], most: int) -> list[T]:
        """At least one of some things, each once."""


@dataclass(frozen=True)
class _Drawn:
    """As Hypothesis draws, which also looks for the smallest life that fails."""

    draw: st.DrawFn

    def one_of(self, of: Sequence[T]) -> T:
        return self.draw(st.sampled_from(of))

    def between(self, first: int, last: int) -> int:
        return self.draw(st.integers(first, last))

    def some(self, of: Sequence[T], most: int) -> list[T]:
        return self.draw(st.lists(st.sampled_from(of), min_size=1, max_size=most, unique=True))


@dataclass(frozen=True)
class Seeded:
    """Always the same for one seed, and evenly spread: longer lives than Hypothesis draws."""

    random: Random

    def one_of(self, of: Sequence[T]) -> T:
        return self.random.choice(of)

    def between(self, first: int, last: int) -> int:
        return self.random.randint(first, last)

    def some(self, of: Sequence[T], most: int) -> list[T]:
        return self.random.sample(of, self.random.randint(1, min(most, len(of))))


@dataclass
class _Course:
    """A life in the making: what is true from which day."""

    values: dict[str, str]
    turns: list[tuple[date, dict[str, str]]] = field(default_factory=list)
    history: list[Raw] = field(default_factory=list)

    def values_on(self, on: date) -> Values:
        return next((values for day, values in reversed(self.turns) if day <= on), self.turns[0][1])


@st.composite
def lives(draw: st.DrawFn, number: int = 0) -> Life:
    """A life told forwards; its file holds the last values and a history that leads to them."""
    return lived(_Drawn(draw), number)


def lived(chance: Chance, number: int = 0, gbcs: Sequence[str] = GBCS) -> Life:
    """One life. Versions of GBCS that are named twice come up twice as often."""
    kind = chance.one_of(["ESME", "CH"])
    course = _Course(
        values={
            "device_type": kind,
            "manufacturer": "albion-metering",
            "manufacturer_identifier": "F0A1",
            "model_identifier": "0005",
            "model_name": "Model A",
            "hardware_version": "02",
            "hardware_revision": "03",
            "firmware_version": f"3804040{number}",
            "technical_specification.name": "SMETS2" if kind == "ESME" else "CHTS",
            "technical_specification.version": chance.one_of(SPECIFICATION),
            "gbcs_version": chance.one_of(gbcs),
            "assurance_certificates.ZigBee.number": "DEMO-1",
            "assurance_certificates.ZigBee.issued": "2017-01-01",
            f"{_CPA}number": "DEMO-3",
            f"{_CPA}issued": "2017-01-01",
            "manufacturer_image.sha256": f"{number}0123456789ABCDE" * 4,
        }
    )
    state, day = "", FIRST_DAY + timedelta(days=chance.between(0, 20))
    for _ in range(chance.between(1, 9)):
        event = chance.one_of(_NEXT[state])
        changed: dict[str, str | None] = {}
        if event in {"amended", "corrected"}:
            changed = _changes(chance, course.values, gbcs)
        line: Raw = {"date": day.isoformat(), "event": event}
        if event == "removed":
            line |= {"status": "Withdrawn", "cause": "manufacturer-request"}
        if changed:
            line["changed"] = {
                path: _told(course.values.get(path), to) for path, to in changed.items()
            }
        after = {**course.values, **changed}
        course.values = {path: text for path, text in after.items() if text is not None}
        course.history.append(line)
        course.turns.append((day, course.values))
        state = _LEADS_TO.get(event, event) or state
        day += timedelta(days=chance.between(0, 12))
    return Life(raw=_file(course), values_on=course.values_on)


def _told(before: str | None, after: str | None) -> Raw:
    return {part: text for part, text in (("from", before), ("to", after)) if text is not None}


def _changes(chance: Chance, values: dict[str, str], gbcs: Sequence[str]) -> dict[str, str | None]:
    """At least one field with another value than it has."""
    may = {**_CHANGEABLE, "gbcs_version": gbcs}
    paths = chance.some(sorted(may), 3)
    return {
        path: chance.one_of([text for text in may[path] if text != values.get(path)])
        for path in paths
    }


def _file(course: _Course) -> Raw:
    raw: Raw = {}
    certificates: dict[str, Raw] = {}
    for path, text in course.values.items():
        parts = path.split(".")
        if parts[0] == "assurance_certificates":
            certificates.setdefault(parts[1], {"scheme": parts[1]})[parts[2]] = text
        elif len(parts) == 2:
            raw.setdefault(parts[0], {})[parts[1]] = text
        else:
            raw[path] = text
    return {**raw, "assurance_certificates": [*certificates.values()], "history": course.history}


@st.composite
def profiles(draw: st.DrawFn) -> Raw:
    """A DSP profile: steps in any order of days, announced ones among them."""
    offsets = draw(st.lists(st.integers(-5, 80), min_size=1, max_size=4, unique=True))
    profile: Raw = {"rejects": draw(st.sampled_from(["file", "row"]))}
    if reaction := draw(st.sampled_from([None, "accept", "reject", "reject", "unknown"])):
        profile["changed_row"] = reaction
    profile["recognises"] = [draw(_steps(FIRST_DAY + timedelta(days=n))) for n in offsets]
    return profile


@st.composite
def _steps(draw: st.DrawFn, start: date) -> Raw:
    def some(*texts: str) -> list[str]:
        return draw(st.lists(st.sampled_from(texts), min_size=1, unique=True))

    step: Raw = {"start": start.isoformat(), "source": "made up"}
    if draw(st.integers(0, 3)):
        step["gbcs_versions"] = some(*GBCS)
    if not draw(st.integers(0, 2)):
        families = draw(st.lists(st.sampled_from(["SMETS2", "CHTS"]), min_size=1, unique=True))
        step["technical_specifications"] = {family: some(*SPECIFICATION) for family in families}
    if not draw(st.integers(0, 5)):
        step["device_types"] = some("ESME", "CH")
    if not draw(st.integers(0, 3)):
        step["expected"] = "true"
    return step
