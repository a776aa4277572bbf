"""Lives of entries, and what the DCC must be sent of them.

Nothing here uses the package's own reading or state: this is the contract told a second time, day
by day and forwards, for tests to hold the package against.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import yaml

Raw = dict[str, Any]
"""A file as YAML's own text-only loader gives it."""
Values = Mapping[str, str]
"""The scalars of an entry by dotted path, certificates by their scheme."""
Row = tuple[str, ...]
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
    return yaml.CBaseLoader(text).get_single_data()


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

    row: Row | None
    held: tuple[Row, ...] = ()


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

    def row_on(self, on: date, sources: list[str]) -> Row:
        values = {"entry_id": self.entry_id, **self.values_on(on)}
        return tuple(values.get(source, "") for source in sources)

    def sent(self, until: date, dsp: Raw, sources: list[str]) -> Iterator[tuple[date, Sent]]:
        """Day by day from the first line of the history: what the DCC's tables must say."""
        row: Row | None = None
        since: date | None = None
        turns = {*self.days, *(date.fromisoformat(step["start"]) for step in dsp["recognises"])}
        told = NOTHING
        day = self.days[0]
        while day <= until:
            if day in turns:
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
        before: Row | None,
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


def applied(before: Sequence[Row], delta: Sequence[Row]) -> list[Row]:
    """The extract that a delta makes of the one before, told strictly: no row twice, none missing."""
    rows = {row[0]: row for row in before}
    for change, *cells in delta:
        row = tuple(cells)
        assert (row[0] in rows) == (change != "added"), row
        if change == "removed":
            assert rows.pop(row[0]) == row, row
        else:
            assert rows.get(row[0]) != row, row
            rows[row[0]] = row
    return [rows[entry_id] for entry_id in sorted(rows)]
