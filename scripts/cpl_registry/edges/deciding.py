"""A decision into the register: recorded, kept as a draft first, or published from its draft."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, cast

from cpl_registry.edges import installation
from cpl_registry.edges.proposing import Proposed, propose
from cpl_registry.edges.reading import Reading, read
from cpl_registry.records.documents import Kind
from cpl_registry.records.yaml_text import shown
from cpl_registry.state.acts import NotDone

WHITE = "white"
"""The classification of what everybody may read, in the words of the paper SECP_56x_2205_01."""
_NEEDED = ("title", "text", "body")


def decided(
    root: Path,
    on: date,
    reference: str,
    given: Mapping[str, str | None],
    day: date | None,
    *,
    draft: bool,
) -> Proposed:
    """The file of a decision, judged; nothing is written.

    `given` are the fields that are said now; what a draft says already need not be said again. `day`
    is the day of the decision where it is said, else the draft's, else the asked one.

    Raises:
        NotDone: the decision is published already, something is missing, or a value is not right.
    """
    reading = read(root, on)
    path = f"cpl/panel/decisions/{reference}.yaml"
    before = _draft(reading, path, reference)
    said = {name: value for name, value in given.items() if value is not None}
    data = {
        "classification": WHITE,
        "date": on.isoformat(),
        **before,
        **said,
        **({"date": day.isoformat()} if day else {}),
        "reference": reference,
        "status": "draft" if draft else "published",
    }
    missing = [f"--{name}" for name in _NEEDED if name not in data]
    if missing:
        raise NotDone(f"{', '.join(missing)} missing: a decision says what was decided and by whom")
    faults = installation.schemas()[Kind.DECISION].faults(cast("Any", data))
    if faults:
        where = faults[0].pointer.removeprefix("/") or "the decision"
        raise NotDone(f"{where}: {faults[0].message}; {faults[0].fix}")
    return propose(reading, {path: data})


def _draft(reading: Reading, path: str, reference: str) -> dict[str, Any]:
    """What a draft of the decision says; nothing where there is none.

    Raises:
        NotDone: the decision is published, its file cannot be read, or something else under
            cpl/panel/ has its reference.
    """
    document = reading.tree.documents.get(path)
    if document is None:
        if reference.lower() in {one.lower() for one in reading.report.register.panel}:
            raise NotDone(
                f"{shown(reference)} is the reference of a file under cpl/panel/ already:"
                " take another"
            )
        return {}
    found = next(
        (one for one in reading.report.register.oversight.decisions if one.path == path), None
    )
    if found is None:
        raise NotDone(f"{path} has to be mended first; see: cpl validate {path}")
    if found.published:
        raise NotDone(
            f"{shown(reference)} is published since {found.day} and is not changed any more;"
            " record a new decision that says what changes"
        )
    return dict(cast("dict[str, Any]", document.data))
