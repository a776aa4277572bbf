"""The signature of a release: a detached CMS over the manifest, made by the program `openssl`.

DER, SHA-256, ECDSA with a P-256 key, the certificate and the time of signing inside. Nothing is
handed out that `verify` would not take.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from cpl_registry.edges import verify
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.verifying import DoesNotHold, certificate_at, files_of
from cpl_registry.edges.writer import write_file
from cpl_registry.outputs.artefact import Artefact
from cpl_registry.outputs.manifest import sums

# A key with a passphrase fails at once: a release must not wait for somebody at a keyboard.
_NO_PASSPHRASE = ("-passin", "pass:")


def sign(manifest: bytes, key: Path, certificate: Path) -> bytes:
    """The detached signature over a manifest, in DER.

    Raises:
        CannotJudge: no openssl; key or certificate cannot be read, do not belong together, are not
            for P-256, or the certificate is not valid now.
    """
    signer = certificate_at(certificate)
    public = _openssl("x509", "-inform", "DER", "-noout", "-pubkey", given=signer.der)
    if public is None:
        raise CannotJudge(f"{certificate}: openssl cannot read its public key")
    own = _openssl("pkey", "-in", key, "-pubout", *_NO_PASSPHRASE)
    if own is None:
        raise CannotJudge(f"{key} is not a private key in PEM without a passphrase")
    if own.split() != public.split():
        raise CannotJudge(f"{key} and {certificate} do not belong together: another key is inside")
    if not signer.p256:
        raise CannotJudge(f"{key} is not a P-256 key, the only kind that a release is signed with")
    command = ("cms", "-sign", "-binary", "-md", "sha256", "-nosmimecap", "-outform", "DER")
    files = ("-signer", certificate, "-inkey", key)
    signature = _openssl(*command, *files, *_NO_PASSPHRASE, given=manifest)
    if signature is None:
        raise CannotJudge(f"openssl cannot sign with {key} and {certificate}")
    found = verify.Verdict()
    verify.judge_signature(
        found, {verify.MANIFEST: manifest, verify.SIGNATURE: signature}, trusted=signer
    )
    if found.code:
        raise CannotJudge(f"no signature that counts: {[*found.faults, *found.unjudged][0]}")
    return signature


def sign_release(folder: Path, key: Path, certificate: Path) -> None:
    """Signs the release in a folder.

    Raises:
        CannotJudge: it is signed already, or key and certificate are not fit for it.
        DoesNotHold: the files are not those of its manifest.
    """
    files = _unsigned(folder)
    found = verify.judge_files({**files, verify.SUMS: _sums(files)}, signed=False)
    if found.code:
        raise DoesNotHold(folder, found)
    complete(folder, sign(files[verify.MANIFEST], key, certificate))


def complete(folder: Path, signature: bytes) -> None:
    """Puts a signature into the folder of an unsigned release and completes its SHA256SUMS.

    The signature is written last: a crash before leaves a release that can be signed again.

    Raises:
        CannotJudge: it is signed already.
        DoesNotHold: with this signature the release would not hold; nothing is written.
    """
    files = {**_unsigned(folder), verify.SIGNATURE: signature}
    files[verify.SUMS] = _sums(files)
    found = verify.judge_files(files)
    if verify.MANIFEST in files:
        verify.judge_signature(found, files, None)
    if found.code:
        raise DoesNotHold(folder, found)
    write_file(folder / verify.SUMS, files[verify.SUMS], aside_in=folder.resolve().parent)
    write_file(folder / verify.SIGNATURE, signature, aside_in=folder.resolve().parent)


def _unsigned(folder: Path) -> dict[str, bytes]:
    files = files_of(folder)
    if verify.SIGNATURE in files:
        raise CannotJudge(f"{folder} is signed already: a signature is never written over")
    return files


def _sums(files: dict[str, bytes]) -> bytes:
    """SHA256SUMS over what is there."""
    there = (Artefact(path=name, content=raw) for name, raw in files.items() if name != verify.SUMS)
    return sums(there).content


def _openssl(*arguments: str | Path, given: bytes = b"") -> bytes | None:
    """What openssl answers; None where it refuses.

    Raises:
        CannotJudge: there is no openssl on this machine.
    """
    try:
        ran = subprocess.run(
            ["openssl", *arguments], input=given, capture_output=True, check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotJudge(
            f"openssl cannot be run, and nothing is signed without it: {error}"
        ) from error
    return ran.stdout if ran.returncode == 0 else None
