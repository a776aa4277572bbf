"""A delivery rehearsed: verified as the DCC would, then given to the stand-in for the DSP."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cpl_registry.edges import smi, verify
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.record_file import read_record
from cpl_registry.records.csv_cells import place_of
from cpl_registry.records.documents import Kind
from cpl_registry.records.dsp_profile import parse_dsp_profile
from cpl_registry.records.extract_profile import DEFAULT_PROFILE, parse_extract_profile
from cpl_registry.records.findings import Problem
from cpl_registry.records.shipment import DELTA, EXTRACT, MANIFEST, Shipment, read_shipment
from cpl_registry.state.stand_in import FULL, Holding, Outcome, Verdict, received

SMI = Path(".cache/cpl/smi.sqlite")
"""Where the stand-in keeps what it holds, below the register's root."""

_DSP_PROFILE = Path("cpl/dcc/dsp-profile.yaml")
_EXTRACT_PROFILE = Path("cpl/dcc/extract-profile.yaml")


class DoesNotHold(Exception):
    """The release is not what its maker signed; the lines say what is wrong, one each."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("; ".join(self.lines))


@dataclass(frozen=True, kw_only=True, slots=True)
class Rehearsal:
    """What came of it: the delivery, the artefact that was loaded, the outcome, the inventory.

    `notes` is what the verification found worth knowing.
    """

    shipment: Shipment
    artefact: str
    outcome: Outcome
    inventory: Path
    notes: tuple[str, ...]

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
        CannotJudge: no release, no profile, no openssl, or an inventory that cannot be used.
        DoesNotHold: the release does not verify, or its tables cannot be read; nothing is loaded.
    """
    dsp = parse_dsp_profile(read_record(profile or root / _DSP_PROFILE, Kind.DSP_PROFILE))
    layout = DEFAULT_PROFILE
    if (root / _EXTRACT_PROFILE).is_file():
        record = read_record(root / _EXTRACT_PROFILE, Kind.EXTRACT_PROFILE)
        layout = parse_extract_profile(record)
    files, notes = _verified(folder, certificate)
    shipment = read_shipment(files[MANIFEST], files[EXTRACT], files[DELTA], layout.header)
    if not isinstance(shipment, Shipment):
        raise DoesNotHold(map(_line, shipment))
    artefact = FULL if full else dsp.loads
    path = (inventory or root / SMI).resolve()
    with smi.opened(path) as held:
        outcome = received(shipment, held.holding(), dsp, layout, artefact)
        if outcome.verdict is Verdict.TAKEN:
            digest = sha256(files[MANIFEST]).hexdigest()
            held.load(shipment, outcome, layout, artefact, digest)
    return Rehearsal(
        shipment=shipment, artefact=artefact, outcome=outcome, inventory=path, notes=notes
    )


def _verified(folder: Path, certificate: Path | None) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """The files of a release that holds, by name, and what is worth knowing of it.

    What is loaded are the very bytes that were judged.
    """
    try:
        trusted = verify.certificate_of(certificate) if certificate else None
        files = verify.read_release(folder)
    except OSError as error:
        raise CannotJudge(f"{error.filename} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise CannotJudge(str(error)) from error
    found = verify.judge_files(files)
    if {verify.MANIFEST, verify.SIGNATURE} <= files.keys():
        verify.judge_signature(found, files, trusted)
    if found.faults:
        raise DoesNotHold(found.faults)
    if found.unjudged:
        raise CannotJudge(f"{'; '.join(found.unjudged)}; nothing was loaded")
    return files, tuple(found.notes)


def _line(problem: Problem) -> str:
    """A problem of a file as one line: where, what, how to mend it."""
    where = ":".join(filter(None, (problem.path, place_of(problem))))
    return f"{where}: {problem.message}" + (f" ({problem.fix})" if problem.fix else "")
