"""Judges a release of the Certified Products List: python3 verify.py DIR [--certificate CERT].

Standard library only, Python 3.9 or newer, nothing of the project: it is published as it stands.
The program `openssl` judges the signature. Exit code: 0 holds, 1 does not hold, 2 cannot judge.
"""

from __future__ import annotations

import argparse
import base64
import csv
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

EXTRACT, DELTA, HELD = "cpl-dcc-extract.csv", "cpl-dcc-delta.csv", "cpl-dcc-held.csv"
Files = dict[str, bytes]
MANIFEST, SIGNATURE, SUMS = "manifest.json", "manifest.json.p7s", "SHA256SUMS"
RELEASE = "[0-9]{4}(-[0-9]{2}){3}( [0-9]{4}(-[0-9]{2}){2}T[0-9]{2}(:[0-9]{2}){2}Z){2}"
# What a spreadsheet leaves behind. The entry id still tells what stood in the row's other cells.
RESAVED = {
    "a byte order mark": b"\\A\xef\xbb\xbf",
    "lines that end with LF, not CRLF": rb"(?<!\r)\n",
    "a number with an exponent": rb'[,;\t"][0-9]([.,][0-9]+)?E\+[0-9]+',
    "leading zeros lost": rb'-0+([0-9]+)\b.{0,400}?[,;\t"]\1(?=[,;\t"\r\n])',
}
# Object identifiers of CMS and of the one algorithm, as DER has them.
DATA, SHA_256 = map(bytes.fromhex, ("06092a864886f70d010701", "0609608648016503040201"))
ECDSA_SHA_256 = bytes.fromhex("06082a8648ce3d040302")
P_256 = bytes.fromhex("06072a8648ce3d020106082a8648ce3d030107")
MESSAGE_DIGEST, SIGNED_AT = (bytes.fromhex(f"2a864886f70d0109{end}") for end in ("04", "05"))


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
    """What does not hold, what could not be judged, what is worth knowing: a line each."""

    faults: list[str] = field(default_factory=list)
    unjudged: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    manifest: dict[str, Any] = field(default_factory=dict)
    digest: str = ""
    signer: Certificate | None = None
    signed_at: str = ""

    @property
    def code(self) -> int:
        """The exit code."""
        return 1 if self.faults else 2 if self.unjudged else 0

    def __str__(self) -> str:
        end = ("holds", f"does not hold; faults: {len(self.faults)}", "is not judged in full")
        name = self.manifest.get("serial", "the release")
        return "\n".join([*self.faults, *self.unjudged, *self.notes, f"{name} {end[self.code]}"])


def plain(text: object) -> str:
    """A text from outside, safe and short enough for one line."""
    return str(text) if re.fullmatch("[ -~]{1,160}", str(text)) else ascii(str(text)[:160])


def read_release(folder: Path) -> Files:
    """The files of a folder; what is no ordinary file counts as empty."""
    ordinary = {path: path.is_file() and not path.is_symlink() for path in folder.iterdir()}
    return {path.name: path.read_bytes() if is_so else b"" for path, is_so in ordinary.items()}


def judge_files(files: Files, *, signed: bool = True) -> Verdict:
    """Judges the files of a release but the signature, which may still be to come."""
    found = Verdict(digest=sha256(files.get(MANIFEST, b"")).hexdigest())
    needed = (MANIFEST, SIGNATURE, SUMS) if signed else (MANIFEST, SUMS)
    found.faults += [f"{name}: missing" for name in needed if name not in files]
    try:
        faults = list(manifest_faults(found, files)) if MANIFEST in files else []
        found.faults += faults or (table_faults(files, found.manifest) if found.manifest else ())
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, csv.Error) as error:
        found.faults.append(f"{MANIFEST}: not the manifest of a release: {plain(error)}")
    sums = {name: sha256(files[name]).hexdigest() for name in sorted(files) if name != SUMS}
    right = [os.fsencode(f"{digest}  {name}\n") for name, digest in sums.items()]
    lines = files.get(SUMS, b"").splitlines(keepends=True)
    if SUMS in files and lines != right:
        wrong = [plain(os.fsdecode(line[66:-1])) for line in right if line not in lines]
        found.faults.append(f"{SUMS}: wrong: {', '.join(wrong) or 'the number or order of lines'}")
    return found


def manifest_faults(found: Verdict, files: Files) -> Iterator[str]:
    """The manifest's form; each file against it: there, and of its size, rows and digest."""
    manifest = json.loads(files[MANIFEST].decode("utf-8"))
    form = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    if form.encode() != files[MANIFEST]:
        raise ValueError("the JSON is not canonical: sorted keys, two spaces, LF at the end")
    if not re.fullmatch(RELEASE, "{serial} {sent_at} {valid_until}".format(**manifest)):
        raise ValueError("serial, sent_at and valid_until are not those of a release")
    found.manifest, told = manifest, {one["name"]: one for one in manifest["files"]}
    for name in sorted({EXTRACT, DELTA, HELD, *told, *files} - {MANIFEST, SIGNATURE, SUMS}):
        if name not in files or name not in told:
            yield f"{plain(name)}: {'extra: not in the manifest' if name in files else 'missing'}"
            continue
        raw, says = files[name], told[name]
        rows = raw.count(b"\r\n") - 1 if name.endswith(".csv") else None
        now = {"rows": rows, "sha256": sha256(raw).hexdigest(), "size": len(raw)}
        for what in (what for what in now if now[what] != says[what]):
            yield f"{plain(name)}: {what} is {now[what]}, the manifest says {plain(says[what])}"
        if rows is not None and now["sha256"] != says["sha256"]:
            for sign in (sign for sign, pattern in RESAVED.items() if re.search(pattern, raw)):
                yield f"{plain(name)}: saved again by a spreadsheet? {sign}"


def table_faults(files: Files, manifest: dict[str, Any]) -> Iterator[str]:
    """Whether the delta leads to the extract, and the counts are those of the tables."""
    texts = (files[name].decode("utf-8").split("\r\n")[:-1] for name in (EXTRACT, DELTA, HELD))
    (header, *rows), (delta_header, *delta), (_, *held) = (list(csv.reader(text)) for text in texts)
    extract, standing = {row[0]: row for row in rows}, {row[0]: row[5] for row in held}
    if delta_header != ["change", *header] or len({row[1] for row in delta}) != len(delta):
        yield f"{DELTA}: other columns than the extract, or an entry twice"
    if manifest["based_on"] is None and len(delta) != len(rows):
        yield f"{DELTA}: does not lead to the extract: the first delivery adds every row"
    for change, *row in delta:
        if extract.get(row[0]) != {"added": row, "changed": row, "removed": None}.get(change, []):
            yield f"{DELTA}: does not lead to the extract: {plain(change)} {plain(row[0])}"
    if {name for name in standing if standing[name] != "none"} != extract.keys() & standing.keys():
        yield f"{HELD}: other rows stand in the extract than it says"
    reasons = [reason for _, reason in {(row[0], row[2]) for row in held}]
    held_by = {one: reasons.count(one) for one in {*manifest["counts"]["held"], *reasons}}
    counts = {"delivered": len(rows), "held": held_by, "listed": len({*extract, *standing})}
    if counts != manifest["counts"]:
        yield f"{MANIFEST}: counts are {manifest['counts']}, the tables have {counts}"


def der(data: bytes) -> list[tuple[int, bytes]]:
    """The values that stand in a row in DER, which has one form: the tag and content of each."""
    found = []
    while data:
        start, length = 2, data[1]
        if length > 127:
            start, length = length - 126, int.from_bytes(data[2 : length - 126], "big")
        tag, content, data = data[0], data[start : start + length], data[start + length :]
        if len(content) != length or bool(tag & 32) != (tag > 63 or tag & 31 in {16, 17}):
            raise ValueError("not DER")
        if tag & 32:
            der(content)
        found.append((tag, content))
    return found


def moment(tag: int, content: bytes) -> str:
    """A GeneralizedTime, or a UTCTime, which has no century (RFC 5280)."""
    text = ("" if tag == 24 else "20" if content < b"5" else "19") + content.decode("ascii")
    (parts,) = re.findall("^([0-9]{4})" + "([0-9]{2})" * 5 + "Z$", text)
    return "{}-{}-{}T{}:{}:{}Z".format(*parts)


def certificate_in(data: bytes) -> Certificate:
    """A certificate from its DER form."""
    ((_, whole),) = der(data)
    fields = [content for tag, content in der(der(whole)[0][1]) if tag != 0xA0]  # [0] is a version
    start, end = (moment(*one) for one in der(fields[3]))
    names = [der(one)[1][1] for _, several in der(fields[4]) for _, one in der(several)]
    name = ", ".join(plain(one.decode("utf-8", "replace")) for one in names)
    return Certificate(data, name, start, end, der(fields[5])[0][1] == P_256)


def certificate_of(path: Path) -> Certificate:
    """The one certificate of a file in PEM or DER."""
    with path.open("rb") as file:
        raw = file.read(65536)
    pem = re.findall(b"-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----", raw)
    try:
        (one,) = (base64.b64decode(inner) for inner in pem) if pem else (raw,)
        return certificate_in(one)
    except (ValueError, LookupError, RecursionError):
        raise ValueError(f"{path} does not hold one X.509 certificate in PEM or DER") from None


def judge_signature(found: Verdict, files: Files, trusted: Certificate | None) -> None:
    """The detached CMS over the manifest, at the moment that it names; by `trusted`, if given."""
    try:
        ((_, info),) = der(files[SIGNATURE][:65536])
        ((_, signed),) = der(der(info)[1][1])
        version, _, content, certificate, signers = (inner for _, inner in der(signed))
        ((_, only),) = der(signers)
        level, sid, hashed, attributes, algorithm, _ = (inner for _, inner in der(only))
        values = {oid: value for (_, oid), (_, value) in (der(one) for _, one in der(attributes))}
        ((_, digest),), (at,) = der(values[MESSAGE_DIGEST]), der(values[SIGNED_AT])
        signer, signed_at = certificate_in(certificate), moment(*at)
        named = all(part in certificate for _, part in der(sid))
        right = hashed.startswith(SHA_256) and algorithm.startswith(ECDSA_SHA_256) and signer.p256
        valid = f"its certificate is valid from {signer.start} to {signer.end}"
        checks = [
            (content == DATA and version == level and named, "not a detached CMS of its signer"),
            (right, "not ECDSA P-256 with SHA-256"),
            (digest == sha256(files[MANIFEST]).digest(), "made over another manifest than this"),
            (signer.start <= signed_at <= signer.end, f"made at {signed_at}; {valid}"),
            (trusted in {None, signer}, f"made by {signer}; the certificate given is {trusted}"),
        ]
    except (ValueError, LookupError, RecursionError):
        found.faults.append(f"{SIGNATURE}: not a CMS in DER with one signer and a signing time")
        return
    if faults := [f"{SIGNATURE}: {what}" for holds, what in checks if not holds]:
        found.faults += faults
        return
    with tempfile.TemporaryDirectory() as folder:
        for name in (MANIFEST, SIGNATURE):
            Path(folder, name).write_bytes(files[name])
        command = ["openssl", "cms", "-verify", "-binary", "-noverify", "-inform", "DER"]
        command += ["-in", SIGNATURE, "-content", MANIFEST, "-out", os.devnull]
        try:
            subprocess.run(command, cwd=folder, capture_output=True, check=True, timeout=60)
        except subprocess.CalledProcessError:
            found.faults.append(f"{SIGNATURE}: not made with the key of the certificate inside")
        except (OSError, subprocess.TimeoutExpired) as error:
            found.unjudged.append(f"{SIGNATURE}: signature not judged: openssl: {plain(error)}")
        else:
            found.signer, found.signed_at = signer, signed_at
            compared = "" if trusted else "; not compared with one that you trust: --certificate"
            found.notes.append(f"signed {signed_at} by {signer}{compared}")


def remembered(memory: Path) -> tuple[str, str]:
    """Serial and manifest digest of the release that was verified last; empty where none was."""
    try:
        seen = json.loads(memory.read_text(encoding="utf-8"))
        return str(seen["serial"]), str(seen["manifest"])
    except FileNotFoundError:
        return "", ""
    except (ValueError, LookupError, TypeError):
        raise ValueError(f"{memory} is not what --remember wrote") from None


def remember(memory: Path, found: Verdict) -> None:
    """Keeps serial and manifest digest of a release that holds, in one step."""
    seen = {"manifest": found.digest, "serial": found.manifest["serial"]}
    aside = memory.with_name(f".{memory.name}.{os.getpid()}")
    aside.write_text(json.dumps(seen) + "\n", encoding="utf-8")
    aside.replace(memory)


def verify(files: Files, by: Certificate | None, on: date | None, memory: Path | None) -> Verdict:
    """Judges a release: its files, the signature, the day, and what was verified before."""
    serial, digest = remembered(memory) if memory else ("", "")
    found = judge_files(files)
    if {MANIFEST, SIGNATURE} <= files.keys():
        judge_signature(found, files, by)
    own, until = (found.manifest.get(name, "") for name in ("serial", "valid_until"))
    if on and own and str(on) > until[:10]:
        found.faults.append(f"{MANIFEST}: frozen: valid until {until}, a newer release is due")
    if own and own < serial:
        found.faults.append(f"{MANIFEST}: rollback: {own} is older than {serial}, verified before")
    elif own and own == serial and found.digest != digest:
        found.faults.append(f"{MANIFEST}: fork: {own} was verified before with another manifest")
    elif serial and own > serial != found.manifest.get("based_on"):
        found.notes.append(f"gap: the delta does not start from {serial}: load the full extract")
    return found


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="Judges a release of the Certified Products List.")
    parser.add_argument("folder", metavar="DIR", type=Path, help="the folder of the release")
    parser.add_argument("--certificate", type=Path, help="the signer that you trust, PEM or DER")
    parser.add_argument("--on", type=date.fromisoformat, help="the day, for `valid until`")
    parser.add_argument("--remember", type=Path, help="a file for the last release that held")
    asked = parser.parse_args()
    try:
        trusted = certificate_of(asked.certificate) if asked.certificate else None
        found = verify(read_release(asked.folder), trusted, asked.on, asked.remember)
        if asked.remember and found.code == 0:
            remember(asked.remember, found)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"verify.py: {error}\n")
        return 2
    sys.stdout.write(f"{found}\n")
    return found.code


if __name__ == "__main__":
    sys.exit(main())
