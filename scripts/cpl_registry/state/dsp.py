"""A model of the DSP: which values of a row it would not recognise on a day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from cpl_registry.records.delivery import Row
from cpl_registry.records.device_model import Entry
from cpl_registry.records.dsp_profile import DspProfile, Step
from cpl_registry.records.extract_profile import ExtractProfile

SPECIFICATION = "technical_specification.version of "
"""Before the family: how a step names the versions of a technical specification."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unrecognised:
    """A field of an entry (dotted path) whose text the DSP does not know."""

    field: str
    value: str


def unrecognised(entry: Entry, step: Step | None) -> tuple[Unrecognised, ...]:
    """What the DSP would not recognise in an entry under a step of its profile.

    Before the first step nothing is recognised, and the GBCS version stands for that: it is the
    value on which the DSP decides (founding paper, section 3). A kind of value that the step does
    not name is not checked.
    """
    return _unknown(lambda path: entry.get(path) or "", step)


def unrecognised_row(
    row: Row, profile: ExtractProfile, step: Step | None
) -> tuple[Unrecognised, ...]:
    """The same of a row as it was or would be sent."""
    cells = dict(zip((column.source for column in profile.columns), row, strict=False))
    return _unknown(lambda path: cells.get(path, ""), step)


def known_steps(dsp: DspProfile, on: date) -> Iterator[Step]:
    """The steps of the DSP profile that were known on a day, in order of their days."""
    for step in sorted(dsp.steps, key=lambda one: one.start):
        if (
            step.known_from is None
            or step.known_from <= on
            or (step.start <= on and not step.expected)
        ):
            yield step


def expected_step(entry: Entry, dsp: DspProfile, on: date) -> Step | None:
    """The first announced step under which the values of an entry would be recognised."""
    ahead = (step for step in known_steps(dsp, on) if step.expected or step.start > on)
    return next((step for step in ahead if not unrecognised(entry, step)), None)


def _unknown(value_of: Callable[[str], str], step: Step | None) -> tuple[Unrecognised, ...]:
    if step is None:
        return (Unrecognised(field="gbcs_version", value=value_of("gbcs_version")),)
    found = []
    own = SPECIFICATION + value_of("technical_specification.name")
    for name, known in step.values.items():
        field = name
        if name == own:
            field = "technical_specification.version"
        elif name.startswith(SPECIFICATION):
            continue
        if value_of(field) not in known:
            found.append(Unrecognised(field=field, value=value_of(field)))
    return tuple(found)
