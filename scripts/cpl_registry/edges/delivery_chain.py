"""A release held against the register: its delivery files and the signing certificates it records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

from cpl_registry.edges import verify
from cpl_registry.edges.clock import today
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.installation import schemas
from cpl_registry.edges.verify import Certificate, Verdict
from cpl_registry.edges.worktree import read_files
from cpl_registry.outputs.extract import HELD_HEADER
from cpl_registry.records.csv_text import csv_bytes
from cpl_registry.records.days import london_day
from cpl_registry.records.delivery import DeliveryFile, Row, moment, moment_text
from cpl_registry.records.device_model import EntryId
from cpl_registry.records.documents import TreeFile
from cpl_registry.records.findings import Severity
from cpl_registry.records.register import sort_files
from cpl_registry.records.signing_keys import SigningKey, parse_signing_keys
from cpl_registry.rules.run import validate
from cpl_registry.state.sent import rows_after

_DCC = "cpl/dcc/"
_DELIVERIES = f"{_DCC}deliveries/"
_KEYS = f"{_DCC}keys.yaml"


@dataclass(frozen=True, kw_only=True, slots=True)
class Chain:
    """What a register knows of deliveries: its files, its certificates, what is wrong with them."""

    deliveries: tuple[DeliveryFile, ...]
    keys: tuple[SigningKey, ...]
    faults: tuple[str, ...]


def fingerprint_of(certificate: Certificate) -> str:
    """SHA-256 over a certificate's DER form, in lower-case hex."""
    return sha256(certificate.der).hexdigest()


def chain_at(root: Path) -> Chain:
    """The deliveries and certificates of a register, with every error that is found in them.

    Raises:
        CannotJudge: there is no register, or its record of certificates is broken.
    """
    return chain_of(read_files(root), root)


def chain_of(files: Iterable[TreeFile], root: Path) -> Chain:
    """The same of files that were read already; `root` is where they come from, for messages.

    Raises:
        CannotJudge: the record of certificates is broken.
    """
    tree = sort_files(file for file in files if file.path.startswith(_DCC))
    report = validate(tree, schemas(), today())
    errors = [one for one in report.findings if one.severity is Severity.ERROR]
    for one in errors:
        if one.path == _KEYS:
            raise CannotJudge(f"{root / _KEYS}:{one.line or 1}: {one.message}")
    keys = tree.documents.get(_KEYS)
    return Chain(
        deliveries=report.register.deliveries,
        keys=parse_signing_keys(cast("Any", keys.data)) if keys is not None else (),
        faults=tuple(
            f"{one.path}:{one.line or 1}: {one.message}"
            for one in errors
            if one.path.startswith(_DELIVERIES)
        ),
    )


def judge_chain(found: Verdict, files: dict[str, bytes], chain: Chain) -> None:
    """Holds a release against the deliveries of a register and the certificates that it records."""
    serial = found.manifest["serial"]
    own = next((one for one in chain.deliveries if one.serial == serial), None)
    found.faults += chain.faults
    if own is None:
        found.faults.append(f"{_DELIVERIES}{serial}.yaml: missing: no delivery has this serial")
    else:
        found.faults += _differences(found, files, own, chain)
        later = [one.serial for one in chain.deliveries if one.serial > own.serial]
        if later:
            found.notes.append(f"later deliveries: {len(later)}, the last is {later[-1]}")
    if chain.keys and found.signer is not None:
        found.faults += key_faults(found.signer, found.signed_at, chain.keys)


def _differences(
    found: Verdict, files: dict[str, bytes], own: DeliveryFile, chain: Chain
) -> Iterator[str]:
    """Where the delivery's file says otherwise than the release."""
    rows: dict[EntryId, Row] = {}
    for one in chain.deliveries:
        if one.serial <= own.serial:
            rows = rows_after(rows, one)
    manifest, extract = found.manifest, files.get(verify.EXTRACT, b"")
    facts = {
        "SHA-256 of the manifest": (own.manifest_sha256, found.digest),
        "SHA-256 of the extract": (own.extract_sha256, sha256(extract).hexdigest()),
        "day": (own.on.isoformat(), manifest.get("on")),
        "moment of sending": (moment_text(own.sent_at), manifest.get("sent_at")),
        "commit": (own.commit, manifest.get("commit")),
        "delivery before": (own.based_on, manifest.get("based_on")),
        "digest of the delivery before": (own.previous, manifest.get("previous")),
    }
    path = f"{_DELIVERIES}{own.serial}.yaml"
    for what, (kept, told) in facts.items():
        if kept != told:
            yield f"{path}: {what} is {kept}, the release says {verify.plain(told)}"
    delta = ((one.change.value, *one.cells) for one in own.delta)
    held = (
        (one.entry_id, str(one.since), one.reason, one.field, one.value, one.standing_row)
        for one in own.held
    )
    tables = {
        verify.EXTRACT: csv_bytes(own.header, rows.values()),
        verify.DELTA: csv_bytes(("change", *own.header), delta),
        verify.HELD: csv_bytes(HELD_HEADER, held),
    }
    for name, content in tables.items():
        if files.get(name) != content:
            yield f"{name}: not the rows that {path} and those before it lead to"


def key_faults(signer: Certificate, at: str, keys: tuple[SigningKey, ...]) -> Iterator[str]:
    """Whether the register counts what a certificate signed at a moment."""
    fingerprint = fingerprint_of(signer)
    recorded = [key for key in keys if key.sha256 == fingerprint]
    if not recorded:
        yield f"{verify.SIGNATURE}: {_KEYS} does not record the signer {signer}"
        return
    day = london_day(moment(at))
    refusals = [why for key in recorded if (why := key.refusal(day))]
    # One record that counts is enough, unless the certificate was withdrawn in another.
    withdrawn = any(key.withdrawn is not None and key.withdrawn <= day for key in recorded)
    if withdrawn or len(refusals) == len(recorded):
        yield from (f"{verify.SIGNATURE}: signed {at}, but {why} ({_KEYS})" for why in refusals)
