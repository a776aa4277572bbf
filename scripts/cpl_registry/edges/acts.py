"""Acts on entries of a register on disk: found by id or path, carried out in memory, judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, cast

from cpl_registry.edges import installation
from cpl_registry.edges.folder import REGISTER
from cpl_registry.edges.proposing import Proposed, propose
from cpl_registry.edges.reading import Reading, read
from cpl_registry.records.device_model import Entry, id_of_path
from cpl_registry.records.documents import Kind
from cpl_registry.records.entry_fields import advice
from cpl_registry.records.findings import Severity
from cpl_registry.records.near_ids import did_you_mean
from cpl_registry.records.told_values import told_faults
from cpl_registry.records.yaml_text import shown
from cpl_registry.state.acts import Act, NotDone, acted


def carried_out(
    root: Path, on: date, names: Sequence[str], act_on: Callable[[Entry], Act]
) -> Proposed:
    """What an act makes of the named entries, judged; nothing is written.

    Raises:
        NotDone: an entry is not there or cannot be read, or the act cannot be done to it.
    """
    reading = read(root, on)
    schema = installation.schemas()[Kind.ENTRY]
    made: dict[str, dict[str, Any]] = {}
    for name in names:
        entry = entry_named(reading, name)
        if entry.path in made:
            continue
        data = cast("dict[str, Any]", reading.tree.documents[entry.path].data)
        after = acted(entry, data, act_on(entry), schema)
        faults = schema.faults(cast("Any", after)) or told_faults(after, schema)
        if faults:
            raise NotDone(f"{entry.entry_id}: {faults[0].message}; {advice(faults[0])}")
        made[entry.path] = after
    return propose(reading, made)


def entry_named(reading: Reading, name: str) -> Entry:
    """An entry by its id, or by the path of its file.

    Raises:
        NotDone: there is none, or its file cannot be read.
    """
    paths = set(_paths(reading, name))
    for entry in reading.report.register.entries:
        if entry.path in paths or (entry.in_place and entry.entry_id == name.lower()):
            return entry
    for path in reading.tree.documents:
        if path in paths or (id_of_path(path) == name.lower()):
            errors = (
                f" (line {one.line or 1}: {one.message})"
                for one in reading.report.findings
                if one.path == path and one.severity is Severity.ERROR
            )
            raise NotDone(
                f"{path} has to be mended first{next(errors, '')}; see: cpl validate {path}"
            )
    ids = reading.report.register.by_id
    raise NotDone(f"no entry {shown(name, 100)} in {reading.root}; {did_you_mean(name, ids)}")


def _paths(reading: Reading, name: str) -> Iterator[str]:
    """The paths within the register that a name can stand for, seen from here and from its root."""
    if not name.endswith(".yaml"):
        return
    for base in (Path.cwd(), reading.root):
        path = (base / name).resolve()
        if path.is_relative_to(reading.root / REGISTER):
            yield path.relative_to(reading.root).as_posix()
