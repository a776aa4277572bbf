"""Lives of entries: read from files or made at random, and what the DCC must be sent of them.

Nothing here uses the package's own reading or state: this is the contract told a second time, day
by day and forwards, for tests to hold the package against.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import yaml
from hypothesis import strategies as st

Raw = dict[str, Any]
"""A file as YAML's own text-only loader gives it."""
Values = Mapping[str, str]
"""The scalars of an entry by dotted path, certificates by their scheme."""
KEY = (
    "device_type",
    "manufacturer_identifier",
    "model_identifier",
    "hardware_version",
    "hardware_revision",
    "firmware_version",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_text(text: str) -> Any:
    """YAML in which every scalar is the text that it is."""
    return yaml.BaseLoader(text).get_single_data()


def scalars(raw: Raw) -> dict[str, str]:
    """The texts of an entry's file by dotted path; lists and history are left out."""
    found: dict[str, str] = {}
    for name, value in raw.items():
        if name == "assurance_certificates":
            for one in value:
                lead = f"{name}.{one['scheme']}."
                found |= {lead + part: text for part, text in one.items() if part != "scheme"}
        elif isinstance(value, str):
            found[name] = value
        elif isinstance(value, dict):
            parts = value.items()
            found |= {f"{name}.{part}": text for part, text in parts if isinstance(text, str)}
    return found


def entry_id(values: Values) -> str:
    return "-".join(values[name] for name in KEY).lower()


def step_of(steps: list[Raw], on: date) -> Raw | None:
    """What the DSP recognises on a day, as the profile's own text says it."""
    begun = [
        step
        for step in steps
        if step.get("expected") != "true" and date.fromisoformat(step["start"]) <= on
    ]
    return max(begun, key=lambda step: date.fromisoformat(step["start"])) if begun else None


def not_recognised(values: Values, step: Raw | None) -> list[tuple[str, str]]:
    """Fields and values that the DSP does not know."""
    if step is None:
        return [("gbcs_version", values["gbcs_version"])]
    family = values["technical_specification.name"]
    known = {
        "gbcs_version": step.get("gbcs_versions"),
        "device_type": step.get("device_types"),
        "technical_specification.version": step.get("technical_specifications", {}).get(family),
    }
    return [
        (path, values[path])
        for path, texts in known.items()
        if texts is not None and values[path] not in texts
    ]


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What the DCC's tables say of an entry on a day: its row, and its rows in the held list."""

    row: tuple[str, ...] | None
    held: tuple[tuple[str, ...], ...] = ()


NOTHING = Sent(row=None)


@dataclass(frozen=True, kw_only=True)
class Life:
    """An entry: its file, and the values and the state that it has on a day."""

    raw: Raw
    values_on: Callable[[date], Values]

    @property
    def entry_id(self) -> str:
        return entry_id(scalars(self.raw))

    @property
    def days(self) -> list[date]:
        return [date.fromisoformat(line["date"]) for line in self.raw["history"]]

    def active_on(self, on: date) -> bool:
        told = [
            line["event"]
            for line in self.raw["history"]
            if date.fromisoformat(line["date"]) <= on
            and line["event"] in {"listed", "removed", "reinstated", "closed"}
        ]
        return bool(told) and told[-1] in {"listed", "reinstated"}

    def row_on(self, on: date, sources: list[str]) -> tuple[str, ...]:
        values = {"entry_id": self.entry_id, **self.values_on(on)}
        return tuple(values.get(source, "") for source in sources)

    def sent(self, until: date, dsp: Raw, sources: list[str]) -> Iterator[tuple[date, Sent]]:
        """Day by day from the first line of the history: what the DCC's tables must say."""
        row: tuple[str, ...] | None = None
        since: date | None = None
        turns = {*self.days, *(date.fromisoformat(step["start"]) for step in dsp["recognises"])}
        told = NOTHING
        day = self.days[0]
        while day <= until:
            if day in turns or day == self.days[0]:
                told = self._turn(day, dsp, sources, row, since)
                row = told.row
                since = date.fromisoformat(told.held[0][1]) if told.held else None
            yield day, told
            day += timedelta(days=1)

    def _turn(
        self,
        day: date,
        dsp: Raw,
        sources: list[str],
        before: tuple[str, ...] | None,
        since: date | None,
    ) -> Sent:
        if not self.active_on(day):
            return NOTHING
        row = self.row_on(day, sources)
        reason = "dsp-does-not-recognise"
        causes = not_recognised(self.values_on(day), step_of(dsp["recognises"], day))
        if not causes and before and row != before and dsp.get("changed_row") == "reject":
            reason = "dsp-refuses-amendment"
            cells = zip(sources, before, row, strict=True)
            causes = [(source, new) for source, old, new in cells if old != new]
        if not causes:
            return Sent(row=row)
        first = (since or day).isoformat()
        stands = "previous" if before else "none"
        held = tuple((self.entry_id, first, reason, *cause, stands) for cause in causes)
        return Sent(row=before, held=held)


def life_of(text: str) -> Life:
    """The life that an entry's file tells: its values, with later changes taken back."""
    raw = as_text(text)

    def values_on(on: date) -> Values:
        values = scalars(raw)
        for line in reversed(raw["history"]):
            if date.fromisoformat(line["date"]) > on:
                for path, change in line.get("changed", {}).items():
                    values.pop(path, None)
                    values |= {path: change["from"]} if "from" in change else {}
        return values

    return Life(raw=raw, values_on=values_on)


# ------------------------------------------------------------------------------------ at random

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


@dataclass
class _Course:
    """A life in the making: what is true from which day."""

    values: dict[str, str]
    turns: list[tuple[date, dict[str, str]]] = field(default_factory=list)
    history: list[Raw] = field(default_factory=list)

    def values_on(self, on: date) -> Values:
        return next(
            (values for day, values in reversed(self.turns) if day <= on), self.turns[0][1]
        )


@st.composite
def lives(draw: st.DrawFn, number: int = 0) -> Life:
    """A life told forwards; its file holds the last values and a history that leads to them."""
    kind = draw(st.sampled_from(["ESME", "CH"]))
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
            "technical_specification.version": draw(st.sampled_from(SPECIFICATION)),
            "gbcs_version": draw(st.sampled_from(GBCS)),
            "assurance_certificates.ZigBee.number": "DEMO-1",
            "assurance_certificates.ZigBee.issued": "2017-01-01",
            f"{_CPA}number": "DEMO-3",
            f"{_CPA}issued": "2017-01-01",
            "manufacturer_image.sha256": f"{number}0123456789ABCDE" * 4,
        }
    )
    state, day = "", FIRST_DAY + timedelta(days=draw(st.integers(0, 20)))
    for _ in range(draw(st.integers(1, 9))):
        event = draw(st.sampled_from(_NEXT[state]))
        changed = draw(_changes(course.values)) if event in {"amended", "corrected"} else {}
        line: Raw = {"date": day.isoformat(), "event": event}
        if event == "removed":
            line |= {"status": "Withdrawn", "cause": "manufacturer-request"}
        if changed:
            line["changed"] = {path: _told(course.values.get(path), to) for path, to in changed.items()}
        course.values = {**course.values, **changed}
        course.values = {path: text for path, text in course.values.items() if text is not None}
        course.history.append(line)
        course.turns.append((day, course.values))
        state = _LEADS_TO.get(event, event) or state
        day += timedelta(days=draw(st.integers(0, 12)))
    return Life(raw=_file(course), values_on=course.values_on)


def _told(before: str | None, after: str | None) -> Raw:
    return {
        part: text for part, text in (("from", before), ("to", after)) if text is not None
    }


def _changes(values: dict[str, str]) -> st.SearchStrategy[dict[str, Any]]:
    """At least one field with another value than it has."""
    each = {
        path: st.sampled_from([text for text in texts if text != values.get(path)])
        for path, texts in _CHANGEABLE.items()
    }
    paths = st.lists(st.sampled_from(sorted(each)), min_size=1, max_size=3, unique=True)
    return paths.flatmap(lambda chosen: st.fixed_dictionaries({path: each[path] for path in chosen}))


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
    offsets = draw(st.lists(st.integers(-5, 80), max_size=4, unique=True))
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
