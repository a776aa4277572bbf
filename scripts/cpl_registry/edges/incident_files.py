"""Acts on incidents of a register on disk: opened, noted, closed; judged before they are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

from cpl_registry.edges import installation
from cpl_registry.edges.proposing import Proposed, propose
from cpl_registry.edges.reading import Reading, read
from cpl_registry.records.device_model import EntryId
from cpl_registry.records.documents import Kind
from cpl_registry.records.entry_fields import advice
from cpl_registry.records.incident import Incident, parse_incident
from cpl_registry.records.near_ids import near_reference
from cpl_registry.records.yaml_text import shown
from cpl_registry.state.acts import NotDone
from cpl_registry.state.incidents import held_still
from cpl_registry.state.selection import Selecting

FOLDER = "cpl/panel/incidents"
_NAMED = 10
_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class IncidentAct:
    """An act on an incident: what it would write, and the entries that the incident has touched."""

    proposed: Proposed
    incident: Incident
    touched: Mapping[EntryId, date]


def opened(root: Path, on: date, data: Mapping[str, Any]) -> IncidentAct:
    """A new incident, as the data of its file.

    Raises:
        NotDone: the data cannot be written down, the reference is taken, or it starts ahead.
    """
    if not data["selector"]:
        raise NotDone("say which entries are touched, for example --gbcs-version 1.1 or --held")
    reading = read(root, on)
    incident = _readable(data)
    taken = {name.lower() for name in reading.report.register.panel}
    if incident.reference.lower() in taken:
        raise NotDone(f"{incident.reference} is there already: take another reference")
    if incident.start > on:
        raise NotDone(f"an incident that starts on {incident.start} has not begun on {on}")
    return _act(reading, incident, data)


def noted(
    root: Path, on: date, reference: str, text: str | None, expected_end: date | None
) -> IncidentAct:
    """An incident with one more line in its timeline, and the end that is expected now.

    Raises:
        NotDone: there is no such incident, or it is over.
    """
    reading = read(root, on)
    incident, data = _open_one(reading, reference)
    if expected_end is not None:
        data["expected_end"] = expected_end.isoformat()
        data["expected_known_from"] = on.isoformat()
        text = text or f"The end is expected by {expected_end.isoformat()}"
    if text is None:
        raise NotDone("say what happened with --text, or by when the end is expected")
    data["timeline"] = [*data["timeline"], {"date": on.isoformat(), "text": text}]
    return _act(reading, incident, data)


def closed(root: Path, on: date, reference: str, text: str, decision: str | None) -> IncidentAct:
    """An incident that is over on a day: its last day is the one before, or its first.

    Raises:
        NotDone: there is no such incident, it is over already, or something it touched is held.
    """
    reading = read(root, on)
    incident, data = _open_one(reading, reference)
    if incident.start > on:
        raise NotDone(f"{reference} starts on {incident.start}: it cannot end before")
    held = held_still(incident, Selecting(register=reading.report.register), on)
    if held:
        more = f" and {len(held) - _NAMED} more" if len(held) > _NAMED else ""
        raise NotDone(
            f"{reference} touches what is still held on {on}: {', '.join(held[:_NAMED])}{more};"
            " close it on the day on which they go out (see cpl status ENTRY)"
        )
    data["end"] = max(incident.start, on - _DAY).isoformat()
    if decision is not None:
        data["decision"] = decision
    data["timeline"] = [*data["timeline"], {"date": on.isoformat(), "text": text}]
    return _act(reading, incident, data)


def _open_one(reading: Reading, reference: str) -> tuple[Incident, dict[str, Any]]:
    incidents = {one.reference: one for one in reading.report.register.oversight.incidents}
    incident = incidents.get(reference)
    if incident is None:
        path = f"{FOLDER}/{reference}.yaml"
        if path in reading.tree.documents:
            raise NotDone(f"{path} has to be mended first; see: cpl validate {path}")
        are_open = sorted(name for name, one in incidents.items() if one.end is None)
        known = f"open: {', '.join(are_open)}" if are_open else "none is open"
        near = near_reference(reference, incidents)
        raise NotDone(f"no incident {shown(reference, 60)}; {known}{near}")
    if incident.end is not None:
        raise NotDone(f"{reference} is over: its last day was {incident.end}")
    return incident, dict(cast("dict[str, Any]", reading.tree.documents[incident.path].data))


def _readable(data: Mapping[str, Any]) -> Incident:
    """The incident that data make; a fault of theirs is told as the schema tells it."""
    faults = installation.schemas()[Kind.INCIDENT].faults(cast("Any", dict(data)))
    if faults:
        name = faults[0].pointer.strip("/").replace("/", ", ")
        raise NotDone(f"{name}: {faults[0].message}; {advice(faults[0])}")
    return parse_incident(f"{FOLDER}/{data['reference']}.yaml", data)


def _act(reading: Reading, before: Incident, data: Mapping[str, Any]) -> IncidentAct:
    """The act laid over the register, with what the incident has touched by the day."""
    incident = _readable(data)
    selecting = Selecting(register=reading.report.register)
    last = min(incident.end or reading.on, reading.on)
    return IncidentAct(
        proposed=propose(reading, {before.path: data}),
        incident=incident,
        touched=selecting.touched(incident.selector, incident.start, last),
    )
