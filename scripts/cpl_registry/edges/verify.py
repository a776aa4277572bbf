"""Judges a release of the Certified Products List: python3 verify.py DIR [--certificate CERT].

Standard library only, Python 3.9 or newer, nothing of the project: it is published as it stands.
The program `openssl` judges the signature. What does not hold is told in one line each. Exit code:
0 the release holds, 1 it does not, 2 it cannot be judged.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

TABLES = EXTRACT, DELTA, HELD = "cpl-dcc-extract.csv", "cpl-dcc-delta.csv", "cpl-dcc-held.csv"
OWN = MANIFEST, SIGNATURE, SUMS = "manifest.json", "manifest.json.p7s", "SHA256SUMS"
DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
MOMENT = f"{DAY}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}Z"
# Object identifiers of CMS and of the one algorithm, as DER has them.
SIGNED_DATA, DATA = (bytes.fromhex(f"06092a864886f70d0107{end}") for end in ("02", "01"))
MESSAGE_DIGEST, SIGNED_AT = (bytes.fromhex(f"2a864886f70d0109{end}") for end in ("04", "05"))
SHA_256 = bytes.fromhex("0609608648016503040201")
ECDSA_SHA_256 = bytes.fromhex("06082a8648ce3d040302")
P_256 = bytes.fromhex("06072a8648ce3d020106082a8648ce3d030107")
Files = dict[str, bytes]


class Unjudgeable(Exception):
    """The question cannot be answered; the message is one line."""


class Certificate(NamedTuple):
    """What counts of an X.509 certificate; its first and last moment are in UTC."""

    der: bytes
    name: str
    start: str
    end: str
    p256: bool

    def __str__(self) -> str:
        return f"{self.name}, SHA-256 fingerprint {sha256(self.der).hexdigest()}"


@dataclass
class Verdict:
    """What does not hold, a line each; what could not be judged; what is worth knowing."""

    faults: list[str] = field(default_factory=list)
    unjudged: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    manifest: dict[str, Any] = field(default_factory=dict)
    signer: Certificate | None = None
    signed_at: str = ""

    @property
    def code(self) -> int:
        """The exit code."""
        return 1 if self.faults else 2 if self.unjudged else 0

    def __str__(self) -> str:
        end = ("holds", f"does not hold: {len(self.faults)} faults", "is not judged in full")
        name = self.manifest.get("serial", "the release")
        return "\n".join([*self.faults, *self.unjudged, *self.notes, f"{name} {end[self.code]}"])


def plain(text: object) -> str:
    """A text from outside, safe and short enough for one line."""
    return str(text) if re.fullmatch("[ -~]{1,120}", str(text)) else ascii(str(text)[:120])


def read_release(folder: Path) -> Files:
    """The files of a folder; what is no ordinary file has no content."""
    if not folder.is_dir():
        raise Unjudgeable(f"{folder} is not a folder")
    ordinary = {path: path.is_file() and not path.is_symlink() for path in folder.iterdir()}
    return {path.name: path.read_bytes() if is_so else b"" for path, is_so in ordinary.items()}


def judge_files(files: Files, *, signed: bool = True) -> Verdict:
    """Judges the files of a release but the signature, which may still be to come."""
    found = Verdict()
    needed = OWN if signed else (MANIFEST, SUMS)
    found.faults += [f"{name}: missing" for name in needed if name not in files]
    try:
        found.faults += manifest_faults(found, files) if MANIFEST in files else ()
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        what = plain(f"{type(error).__name__} {error}")
        found.faults.append(f"{MANIFEST}: not the manifest of a release: {what}")
    lines = files.get(SUMS, b"").splitlines(keepends=True)
    sums = [(name, sha256(files[name]).hexdigest()) for name in sorted(files) if name != SUMS]
    right = [os.fsencode(f"{digest}  {name}\n") for name, digest in sums]
    if SUMS in files and lines != right:
        wrong = [plain(name) for (name, _), line in zip(sums, right) if line not in lines]  # noqa: B905
        what = f"the digest of {', '.join(wrong)}" if wrong else "one line a file in order of names"
        found.faults.append(f"{SUMS}: is not {what}")
    return found


def manifest_faults(found: Verdict, files: Files) -> list[str]:
    """The manifest's own form; then each file against it: there, its size, rows and digest."""
    manifest = json.loads(files[MANIFEST].decode("utf-8"))
    form = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    for what, pattern in (
        ("serial", f"{DAY}-[0-9]{{2}}"),
        ("sent_at", MOMENT),
        ("valid_until", MOMENT),
    ):
        if not re.fullmatch(pattern, manifest[what]):
            raise ValueError(f"{what} is {manifest[what]}")
    found.manifest, named = manifest, {one["name"]: one for one in manifest["files"]}
    faults = [
        f"{plain(name)}: extra: the manifest does not name it"
        for name in sorted(files.keys() - named.keys() - set(OWN))
    ]
    if form.encode() != files[MANIFEST]:
        faults.append(f"{MANIFEST}: not canonical JSON: sorted keys, two spaces, LF at the end")
    if [one["name"] for one in manifest["files"]] != sorted(
        named.keys() - set(OWN)
    ) or not named.keys() >= set(TABLES):
        faults.append(f"{MANIFEST}: files are not in order, each once, the three tables among them")
    for name, one in named.items():
        if name not in files:
            faults.append(f"{plain(name)}: missing")
            continue
        raw = files[name]
        rows = raw.count(b"\r\n") - 1 if name.endswith(".csv") else None
        for what, value in {
            "size": len(raw),
            "rows": rows,
            "sha256": sha256(raw).hexdigest(),
        }.items():
            if value != one[what]:
                faults.append(
                    f"{plain(name)}: {what} is {value}, the manifest says {plain(one[what])}"
                )
        if rows is not None and what:
            ...
    return faults or table_faults(files, manifest)
