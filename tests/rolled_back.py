"""The demonstration register as it stood on an earlier day, as files: what came later is taken back."""

from datetime import date
from pathlib import Path
from typing import Any, cast

from cpl_registry.edges import installation
from cpl_registry.records.canonical import canonical, first_line
from cpl_registry.records.documents import Document, Kind, kind_of
from cpl_registry.records.entry_fields import with_value

from tests.demonstration_facts import made as demonstration
from tests.registers import files_of
from tests.repository import ROOT

LATER = ("cpl/dcc/deliveries/", "cpl/dcc/acknowledgements/", "cpl/panel/")


def rolled_back(on: date, root: Path = ROOT) -> dict[str, str]:
    """The files of a register on a day, without deliveries, answers and the Panel's files.

    Of the demonstration there are the entries of the first part of its plan alone.
    """
    made = {}
    wider = {entry.path for entry in demonstration()[0] if entry.family.part > 1}
    for path, text in files_of(root).items():
        if path.startswith(LATER) or path in wider:
            continue
        if kind_of(path) is Kind.ENTRY:
            entry = _entry(path, text, on)
            if entry is not None:
                made[path] = entry
        else:
            made[path] = text
    return made


def _entry(path: str, text: str, on: date) -> str | None:
    data = cast("dict[str, Any]", Document(path, Kind.ENTRY, text.encode()).data)
    for line in reversed(data["history"]):
        if line["date"] > on.isoformat():
            for name, change in line.get("changed", {}).items():
                before = change.get("from")
                data = with_value(data, name, tuple(before) if isinstance(before, list) else before)
    data["history"] = [line for line in data["history"] if line["date"] <= on.isoformat()]
    if not data["history"]:
        return None
    plan = installation.schemas()[Kind.ENTRY].plan
    return canonical(cast("Any", data), plan, first_line(path, Kind.ENTRY))
