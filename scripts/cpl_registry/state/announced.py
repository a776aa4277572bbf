"""Two calendars as they were known on a day: which versions are in force, what the DSP recognises.

A version or step whose `known_from` lies after the asked day is not seen. An announced step counts
from its day as long as that day lies ahead; once it has passed unconfirmed, nothing rests on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from cpl_registry.records.device_model import Entry
from cpl_registry.records.dsp_profile import DspProfile, Step
from cpl_registry.records.extract_profile import Column, ExtractProfile
from cpl_registry.records.register import Register
from cpl_registry.records.specifications import GBCS, DeviceType, SpecificationBook
from cpl_registry.state.dsp import Unrecognised, unrecognised_row

DEVICE_TYPE = "device type"
SPECIFICATION = "technical_specification.version of "
"""Stands before the family where a step of the DSP names versions of one."""
_CHECKED = (
    "device_type",
    "technical_specification.name",
    "technical_specification.version",
    "gbcs_version",
)
_LAYOUT = ExtractProfile(
    version="", label="", columns=tuple(Column(name=path, source=path) for path in _CHECKED)
)


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Named:
    """A value that an entry names: a version of GBCS or of another family, or its device type."""

    kind: str
    value: str

    def __str__(self) -> str:
        """`GBCS 1.1`, `SMETS2 2.0`, `device type CH`."""
        return f"{self.kind} {self.value}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """What a new entry of a device type may name together."""

    device_type: str
    family: str
    version: str
    gbcs: str

    @property
    def names(self) -> tuple[Named, ...]:
        """The values, one by one."""
        return (
            Named(kind=DEVICE_TYPE, value=self.device_type),
            Named(kind=self.family, value=self.version),
            Named(kind=GBCS, value=self.gbcs),
        )

    def lacks(self, step: Step | None) -> tuple[Named, ...]:
        """What the DSP would not recognise in it."""
        row = (self.device_type, self.family, self.version, self.gbcs)
        return tuple(named(one, self.family) for one in unrecognised_row(row, _LAYOUT, step))


def named(one: Unrecognised, family: str) -> Named:
    """What the DSP does not recognise, by the family whose version it is."""
    kinds = {"gbcs_version": GBCS, "technical_specification.version": family}
    return Named(kind=kinds.get(one.field, DEVICE_TYPE), value=one.value)


def recognises(step: Step | None, one: Named) -> bool:
    """Whether the DSP recognises a value under a step; what a step does not name is not checked."""
    fields = {GBCS: "gbcs_version", DEVICE_TYPE: "device_type"}
    field = fields.get(one.kind, f"{SPECIFICATION}{one.kind}")
    return step is not None and one.value in step.values.get(field, {one.value})


def option_of(entry: Entry) -> Option:
    """What an entry names."""
    specification = entry.technical_specification
    return Option(
        device_type=entry.device_type,
        family=specification.name,
        version=specification.version,
        gbcs=entry.gbcs_version,
    )


@dataclass(frozen=True, kw_only=True)
class Calendars:
    """The specification versions and the steps of the DSP that were known on a day.

    In `dsp` no step is `expected` any more: those ahead are taken to come true. `steps` are the
    same as the register has them; `overdue` were expected by the day and are not confirmed.
    """

    on: date
    book: SpecificationBook
    dsp: DspProfile
    steps: tuple[Step, ...]
    overdue: tuple[Step, ...]
    device_types: Mapping[str, DeviceType]

    @cached_property
    def stretches(self) -> tuple[tuple[date, date | None], ...]:
        """Days between which nothing changes in either calendar; the last stretch has no end."""
        days = {step.start for step in self.steps}
        for versions in self.book.families.values():
            for version in versions.values():
                days.add(version.start)
                if version.installation_end is not None:
                    days.add(version.installation_end + timedelta(days=1))
        starts = sorted(days)
        ends = [start - timedelta(days=1) for start in starts[1:]]
        return tuple(zip(starts, [*ends, None], strict=True))

    def options(self, device_type: str, day: date) -> tuple[Option, ...]:
        """What a new entry may name on a day: pairs of versions that go together, both in force."""
        gbcs = self.book.gbcs
        return tuple(
            Option(device_type=device_type, family=family, version=version.version, gbcs=one)
            for family in self.device_types[device_type].specifications
            for version in self.book.families.get(family, {}).values()
            if version.in_force(day)
            for one in version.gbcs_versions
            if one in gbcs and gbcs[one].in_force(day)
        )


def calendars(register: Register, on: date) -> Calendars:
    """Both calendars of a register as they were known on a day."""

    def known(since: date | None) -> bool:
        return since is None or since <= on

    steps = [step for step in register.dsp.steps if known(step.known_from)]
    overdue = [step for step in steps if step.expected and step.start <= on]
    steps = sorted((step for step in steps if step not in overdue), key=lambda one: one.start)
    families = {
        family: {name: one for name, one in versions.items() if known(one.known_from)}
        for family, versions in register.specifications.families.items()
    }
    coming = tuple(replace(step, expected=False) for step in steps)
    return Calendars(
        on=on,
        book=SpecificationBook(families=families),
        dsp=replace(register.dsp, steps=coming),
        steps=tuple(steps),
        overdue=tuple(overdue),
        device_types=register.device_types,
    )
