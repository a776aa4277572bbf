"""A model of the DSP: which values of a row it would not recognise on a day."""

from __future__ import annotations

from dataclasses import dataclass

from cpl_registry.records.device_model import Entry
from cpl_registry.records.dsp_profile import Step

_SPECIFICATION = "technical_specification.version of "


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
    if step is None:
        return (Unrecognised(field="gbcs_version", value=entry.gbcs_version),)
    found = []
    for name, known in step.values.items():
        if name.startswith(_SPECIFICATION):
            specification = entry.technical_specification
            if name.removeprefix(_SPECIFICATION) != specification.name:
                continue
            field, value = "technical_specification.version", specification.version
        else:
            field, value = name, entry.text(name)
        if value not in known:
            found.append(Unrecognised(field=field, value=value))
    return tuple(found)
