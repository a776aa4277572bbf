"""A delivery rehearsed: verified as the DCC would, then given to the stand-in for the DSP."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from cpl_registry.edges import smi
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.installation import schemas
from cpl_registry.records.csv_cells import place_of
from cpl_registry.records.documents import SINGLE_FILES, Document, Kind
from cpl_registry.records.dsp_profile import parse_dsp_profile
from cpl_registry.records.extract_profile import DEFAULT_PROFILE, parse_extract_profile
from cpl_registry.records.findings import Problem
from cpl_registry.records.shipment import DELTA, EXTRACT, MANIFEST, Shipment, read_shipment
from cpl_registry.state.stand_in import FULL, Holding, Outcome, Verdict, received

SMI = Path(".cache/cpl/smi.sqlite")
"""Where the stand-in keeps what it holds, below the register's root."""

_PATHS = {kind: Path(path) for path, kind in SINGLE_FILES.items()}


class DoesNotHold(Exception):
    """The release is not what its maker signed; the lines say what is wrong, one each."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("; ".join(self.lines))


@dataclass(frozen=True, kw_only=True, slots=True)
class Rehearsal:
    """What came of it: the delivery, the artefact that was loaded, the outcome, the inventory."""

    shipment: Shipment
    artefact: str
    outcome: Outcome
    inventory: Path

    @property
    def holding(self) -> Holding:
        """What the stand-in holds now."""
        return self.outcome.holding

    @property
    def clean(self) -> bool:
        """Whether every row was taken."""
        return self.outcome.verdict is Verdict.TAKEN and all(
            one.loaded for one in self.outcome.handled
        )


def rehearse(
    root: Path,
    folder: Path,
    *,
    certificate: Path | None,
    inventory: Path | None,
    profile: Path | None,
    full: bool,
) -> Rehearsal:
    """Verifies a release and loads it as the DSP of a profile would, whole or not at all.

    The layout of the tables and the profile are those of the register's root, unless another
    profile is given.

    Raises:
        CannotJudge: no release, no profile, or an inventory that cannot be used.
        DoesNotHold: the release does not verify, or its tables cannot be read; nothing is loaded.
    """
    dsp = parse_dsp_profile(_record(profile or root / _PATHS[Kind.DSP_PROFILE], Kind.DSP_PROFILE))
    layout_path = root / _PATHS[Kind.EXTRACT_PROFILE]
    layout = DEFAULT_PROFILE
    if layout_path.is_file():
        layout = parse_extract_profile(_record(layout_path, Kind.EXTRACT_PROFILE))
    files = _verified(folder, certificate)
    shipment = read_shipment(files[MANIFEST], files[EXTRACT], files[DELTA], layout.header)
    if not isinstance(shipment, Shipment):
        raise DoesNotHold(_line(one, one.path or "") for one in shipment)
    artefact = FULL if full else dsp.loads
    path = (inventory or root / SMI).resolve()
    with smi.opened(path) as held:
        outcome = received(shipment, held.holding(), dsp, layout, artefact)
        if outcome.verdict is Verdict.TAKEN:
            digest = sha256(files[MANIFEST]).hexdigest()
            held.load(shipment, outcome, layout, artefact, digest)
    return Rehearsal(shipment=shipment, artefact=artefact, outcome=outcome, inventory=path)


def _verified(folder: Path, certificate: Path | None) -> dict[str, bytes]:
    """The files of a release that holds, by name."""
    try:
        files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    except OSError as error:
        raise CannotJudge(f"{folder} cannot be read: {error.strerror}") from error
    try:
        told = {one["name"]: one["sha256"] for one in json.loads(files[MANIFEST])["files"]}
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise DoesNotHold([f"{MANIFEST}: cannot be read"]) from error
    wrong = [
        f"{name}: not the file that the manifest names"
        for name, digest in told.items()
        if sha256(files.get(name, b"")).hexdigest() != digest
    ]
    if wrong or not {EXTRACT, DELTA} <= told.keys():
        raise DoesNotHold(wrong or [f"{MANIFEST}: does not name the tables"])
    return files


def _record(path: Path, kind: Kind) -> Any:
    """The data of a YAML file of the register, of the right shape."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CannotJudge(f"{path} cannot be read: {error.strerror}") from error
    document = Document(_PATHS[kind].as_posix(), kind, raw)
    if not document.usable:
        raise CannotJudge(_line(document.refused[0].problem, str(path)))
    data = document.data
    for fault in schemas()[kind].faults(data or ""):
        span = document.span(fault.pointer, on_key=fault.on_key)
        raise CannotJudge(
            _line(Problem(message=fault.message, fix=fault.fix, span=span), str(path))
        )
    return data


def _line(problem: Problem, path: str) -> str:
    """A problem as one line: where, what, how to mend it."""
    where = ":".join(filter(None, (path, place_of(problem))))
    return f"{where}: {problem.message}" + (f" ({problem.fix})" if problem.fix else "")
