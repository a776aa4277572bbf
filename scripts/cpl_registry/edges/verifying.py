"""A release judged as a recipient judges it, and against the chain of deliveries of a register.

What a recipient can judge is in `verify`, which is published as it stands, and what needs the
register in `delivery_chain`; here the two meet.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from cpl_registry.edges import verify
from cpl_registry.edges.delivery_chain import chain_at, judge_chain
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.verify import Certificate, Verdict


class DoesNotHold(CannotJudge):
    """A release that must hold does not, or cannot be judged in full; `verdict` says what."""

    def __init__(self, folder: Path, verdict: Verdict) -> None:
        self.verdict = verdict
        lines = [*verdict.faults, *verdict.unjudged]
        more = f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""
        super().__init__(f"{folder} does not hold: {lines[0]}{more}")


def certificate_at(path: Path) -> Certificate:
    """The one certificate of a file.

    Raises:
        CannotJudge: the file cannot be read, or does not hold exactly one certificate.
    """
    try:
        return verify.certificate_of(path)
    except OSError as error:
        raise CannotJudge(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise CannotJudge(str(error)) from error


def files_of(folder: Path) -> dict[str, bytes]:
    """The files of a release's folder by their names.

    Raises:
        CannotJudge: there is no such folder, or a file cannot be read.
    """
    try:
        return verify.read_release(folder)
    except OSError as error:
        raise CannotJudge(f"{error.filename} cannot be read: {error.strerror}") from error


def must_hold(folder: Path, *, signed: bool) -> None:
    """Judges a release by itself, one that waits for its signature too.

    Raises:
        DoesNotHold: it does not hold, or its signature cannot be judged.
    """
    files = files_of(folder)
    found = verify.judge_files(files, signed=signed)
    if signed and {verify.MANIFEST, verify.SIGNATURE} <= files.keys():
        verify.judge_signature(found, files, None)
    if found.code:
        raise DoesNotHold(folder, found)


def verified(
    folder: Path,
    certificate: Path | None,
    *,
    chain_of: Path | None = None,
    on: date | None = None,
    memory: Path | None = None,
) -> Verdict:
    """Judges a release by itself and, with `chain_of`, against the register in that folder.

    `memory` is a file that keeps the last release that held; it is written when this one holds.

    Raises:
        CannotJudge: something cannot be read, or the memory cannot be written.
    """
    trusted = certificate_at(certificate) if certificate is not None else None
    files = files_of(folder)
    try:
        found = verify.verify(files, trusted, on, memory)
        if chain_of is not None and found.manifest:
            judge_chain(found, files, chain_at(chain_of))
        if memory is not None and found.code == 0:
            verify.remember(memory, found)
    except OSError as error:
        raise CannotJudge(f"{error.filename}: {error.strerror}") from error
    except ValueError as error:
        raise CannotJudge(str(error)) from error
    return found
