"""A release: built aside, verified, switched once; then the delivery's file into the register.

A crash at any moment leaves the last release and the register as they were. A release folder
without a delivery file was never sent: its serial stays used, and nothing builds on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import click

from cpl_registry.edges import publishing, signing, verify, verifying
from cpl_registry.edges.clock import now, today
from cpl_registry.edges.delivery_chain import chain_at, key_faults
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.git_history import delivery_files, is_shallow, repository
from cpl_registry.edges.given import given
from cpl_registry.edges.installation import schemas
from cpl_registry.edges.verify import Certificate
from cpl_registry.edges.writer import ASIDE, replaced_folder, write_artefacts, write_file
from cpl_registry.outputs.artefact import Artefact
from cpl_registry.outputs.dcc_files import changes
from cpl_registry.outputs.delivery_file import delivery_file
from cpl_registry.outputs.extract import tables
from cpl_registry.outputs.manifest import Sending, manifest_file, sums
from cpl_registry.records.days import LONDON
from cpl_registry.records.delivery import Serial, moment_text
from cpl_registry.records.documents import Kind
from cpl_registry.records.signing_keys import SigningKey
from cpl_registry.state.publication import PublishedState
from cpl_registry.state.sending import change_at_once, refused, stopped, unknowns

DELIVERIES = Path("cpl/dcc/deliveries")
FRESH = timedelta(days=7)
"""How long a release is fresh: a reader that sees an older one must ask for a newer."""

_SIGNATURE_BYTES = 65536
_SERIAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{2}", re.ASCII)


class NotReleasable(Exception):
    """Something stands in the way of a delivery; the lines say what, and what to do."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("; ".join(self.lines))


@dataclass(frozen=True, kw_only=True, slots=True)
class Signer:
    """Key and certificate that sign the manifest."""

    key: Path
    certificate: Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Released:
    """A release that was made: serial, folder, delivery file, and what is not known of it."""

    serial: Serial
    folder: Path
    file: Path
    notes: tuple[str, ...]


def release(
    root: Path, on: date, signer: Signer | None, out: Path | None, decision: str | None
) -> Released:
    """Makes the release of a day and writes its delivery file.

    Raises:
        NotPublishable: the register has errors.
        NotReleasable: a mass change, a value that the DSP stopped recognising, a day that is past.
    """
    if is_shallow(root):
        raise NotReleasable(
            [
                "this clone is shallow and may not know every delivery: run git fetch --unshallow first"
            ]
        )
    _, state = publishing.settled_state(root, on)
    brought = _brought(root, state)
    if brought:
        raise NotReleasable(
            f"the delivery {name} was made and its file is not in the register yet:"
            f" commit {DELIVERIES / name} first, so that the chain goes on from it"
            for name in brought
        )
    if state.commit is None and repository(root) is not None:
        raise NotReleasable(
            ["the register differs from its commit: commit it, so that the delivery can name it"]
        )
    if signer is not None:
        certificate = verifying.certificate_at(signer.certificate)
        _must_count(certificate, moment_text(now()), state.register.keys)
    _releasable(state, decision)
    serial = next_serial(root, on)
    sent_at = moment_of(on)
    if state.sent.last is not None and sent_at < state.sent.last.sent_at:
        before = f"{state.sent.last.serial} was sent at {moment_text(state.sent.last.sent_at)}"
        raise NotReleasable(
            [f"{before}, and this would be sent at {moment_text(sent_at)}: wait, or mend the clock"]
        )
    sending = Sending(serial=serial, sent_at=sent_at, valid_until=sent_at + FRESH)
    folder = (out or root / "release" / serial).resolve()
    if folder.exists():
        raise CannotJudge(f"{folder} exists: a release is never written over")
    files = release_files(state, sending)
    manifest = files[-1].content
    with replaced_folder(folder) as new:
        write_artefacts(new, files)
        if signer is not None:
            signature = signing.sign(manifest, signer.key, signer.certificate)
            write_artefacts(new, [Artefact(path="manifest.json.p7s", content=signature)])
            files.append(Artefact(path="manifest.json.p7s", content=signature))
        write_artefacts(new, [replace(sums(files), path="SHA256SUMS")])
        verifying.must_hold(new, signed=signer is not None)
    content = delivery_file(
        state,
        state.rows,
        sending,
        schemas()[Kind.DELIVERY].plan,
        manifest=manifest,
        decision=decision,
    )
    file = root / DELIVERIES / f"{serial}.yaml"
    write_file(file, content, aside_in=root / ASIDE)
    return Released(serial=serial, folder=folder, file=file, notes=tuple(unknowns(state)))


def moment_of(on: date) -> datetime:
    """When a delivery of a day is sent, in UTC: now, or at noon in London of another day."""
    return now() if on == today() else datetime.combine(on, time(12), LONDON).astimezone(UTC)


def release_files(state: PublishedState, sending: Sending) -> list[Artefact]:
    """The files of a release, the manifest last; names without folders."""
    base = state.sent.last
    files = [*tables(state, state.sent.rows), changes(state, base, state.sent.rows)]
    files += publishing.data_of(state)
    files.append(manifest_file(state, files, base, sending))
    return [replace(file, path=file.path.rpartition("/")[2]) for file in publishing.checked(files)]


def _releasable(state: PublishedState, decision: str | None) -> None:
    """Asks everything that may stop a delivery."""
    last = state.sent.last
    known = state.register.decisions | state.register.campaigns
    later = [one for one in state.register.deliveries if one.on > state.on]
    if later:
        raise NotReleasable(
            [f"{later[-1].serial} was sent after {state.on}: a delivery goes on from the last"]
        )
    if decision is not None and decision not in known:
        raise NotReleasable(
            [f"{decision} names no published decision and no campaign of cpl/panel/"]
        )
    problems = [*stopped(state), *refused(state)]
    if problems:
        raise NotReleasable(
            [*problems, "put it to the Panel: a substitution or the removals must be decided first"]
        )
    if last is None:
        return
    mass = change_at_once(state, state.register.campaigns)
    if mass.trips and decision is None:
        raise NotReleasable(
            [
                f"{len(mass.causes)} removals and changes in one delivery, more than {mass.most}:",
                *(f"  {cause}" for cause in mass.causes),
                "name the decision or campaign that explains them with --decision ID",
            ]
        )


def _must_count(signer: Certificate, at: str, keys: tuple[SigningKey, ...]) -> None:
    """Refuses what the register would not take for a signature, before a delivery hangs on it."""
    if keys and (faults := list(key_faults(signer, at, keys))):
        raise NotReleasable(
            [*faults, "sign with a certificate that counts, or record this one there first"]
        )


def _brought(root: Path, state: PublishedState) -> list[str]:
    """Delivery files that another branch holds and the register does not."""
    here = {f"{one.serial}.yaml" for one in state.register.deliveries}
    return sorted(name for name in delivery_files(root) if name not in here)


def next_serial(root: Path, on: date) -> Serial:
    """The first serial of a day that was never used, by a delivery, a branch or a release."""
    used = {path.stem for path in (root / DELIVERIES).glob("*.yaml")}
    used |= {name.removesuffix(".yaml") for name in delivery_files(root)}
    used |= {path.name for path in (root / "release").glob("*") if _SERIAL.fullmatch(path.name)}
    numbers = [int(name[-2:]) for name in used if _SERIAL.fullmatch(name) and name[:10] == str(on)]
    number = max(numbers, default=0) + 1
    if number > 99:
        raise CannotJudge(f"{on} has used its 99 serials: the next delivery is of the next day")
    return Serial(f"{on}-{number:02}")


def attach(root: Path, signature: Path, folder: Path) -> None:
    """Puts a signature that was made elsewhere to an unsigned release and completes its sums.

    Raises:
        CannotJudge: there is no such release, or it does not hold with this signature.
        NotReleasable: the register does not count its signer.
    """
    if not (folder / "manifest.json").is_file():
        raise CannotJudge(f"{folder} holds no release: name it with --out")
    content = given(signature, _SIGNATURE_BYTES)
    found = verify.Verdict()
    files = {verify.MANIFEST: (folder / verify.MANIFEST).read_bytes(), verify.SIGNATURE: content}
    verify.judge_signature(found, files, None)
    if found.signer is not None and (root / DELIVERIES).is_dir():
        _must_count(found.signer, found.signed_at, chain_at(root).keys)
    signing.complete(folder, content)
    verifying.must_hold(folder, signed=True)
    click.echo(f"signed {folder}")
