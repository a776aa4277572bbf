"""Judges a release of the Certified Products List: python3 verify.py DIR [--certificate CERT].

Standard library only, Python 3.9 or newer, nothing of the project: this file is published beside
the list. The signature is judged by the program `openssl`. One line is told for each thing that
does not hold. Exit code: 0 the release holds, 1 it does not, 2 it cannot be judged.
"""

from __future__ import annotations

import argparse
import base64
import csv
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

Files = dict[str, bytes]
EXTRACT, DELTA, HELD = "cpl-dcc-extract.csv", "cpl-dcc-delta.csv", "cpl-dcc-held.csv"
MANIFEST, SIGNATURE, SUMS = "manifest.json", "manifest.json.p7s", "SHA256SUMS"
SERIAL = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{2}")
DAY = re.compile("[12][0-9]{3}-[0-9]{2}-[0-9]{2}")
MOMENT = re.compile("[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
DIGEST = re.compile("[0-9a-f]{64}")
NAME = re.compile("[a-z0-9][a-z0-9.-]{0,79}")
REASONS = ("dsp-does-not-recognise", "dsp-refuses-amendment", "substituted")
# What a manifest must say: a pattern or type for each value, a tuple where it may also be null.
FORM: dict[str, Any] = {
    "based_on": (SERIAL,),
    "commit": (re.compile("[0-9a-f]{40}"),),
    "counts": {"delivered": int, "held": dict.fromkeys(REASONS, int), "listed": int},
    "files": [{"name": NAME, "rows": (int,), "sha256": DIGEST, "size": int}],
    "illustrative": bool,
    "on": DAY,
    "previous": (DIGEST,),
    "profiles": {"dsp": {}, "extract": {}, "policy": {}},
    "sent_at": MOMENT,
    "serial": SERIAL,
    "substituted": [dict.fromkeys(("decision", "entry_id", "field", "sent", "value"), str)],
    "valid_until": MOMENT,
}
MEMORY = {"manifest": DIGEST, "serial": SERIAL}
# Object identifiers and algorithms, as DER.
SIGNED_DATA, DATA = bytes.fromhex("2a864886f70d010702"), bytes.fromhex("2a864886f70d010701")
MESSAGE_DIGEST, SIGNED_AT = (bytes.fromhex("2a864886f70d01090" + last) for last in "45")
SHA_256, ECDSA_SHA_256 = bytes.fromhex("608648016503040201"), bytes.fromhex("2a8648ce3d040302")
P_256 = bytes.fromhex("301306072a8648ce3d020106082a8648ce3d030107")
WIDTHS = {"firmware_version": 8, "manufacturer_identifier": 4, "model_identifier": 4}
WIDTHS.update(hardware_version=2, hardware_revision=2)


class Unjudgeable(Exception):
    """The question cannot be answered; the message is one line."""


class Certificate(NamedTuple):
    """What counts of an X.509 certificate; the days are moments in UTC."""

    der: bytes
    name: str
    start: datetime
    end: datetime
    p256: bool

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the DER form, in lower-case hex."""
        return sha256(self.der).hexdigest()


class Signed(NamedTuple):
    """What a CMS signature says: signer, when, over which digest, by which algorithms."""

    signer: Certificate
    at: datetime
    digest: bytes
    algorithms: tuple[bytes, bytes]


class Link(NamedTuple):
    """A file of `cpl/dcc/deliveries/`, with the SHA-256 of its bytes (`digest`)."""

    serial: str
    based_on: str | None
    previous: str | None
    manifest: str | None
    extract: str
    rows: int
    digest: str


@dataclass
class Verdict:
    """What was found: faults, what could not be judged, what is worth knowing."""

    faults: list[str] = field(default_factory=list)
    unjudged: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    manifest: dict[str, Any] | None = None
    digest: str = ""
    signed: Signed | None = None

    @property
    def code(self) -> int:
        """The exit code."""
        return 1 if self.faults else 2 if self.unjudged else 0


def judge(
    files: Files,
    certificate: Certificate | None = None,
    on: str | None = None,
    memory: dict[str, str] | None = None,
    links: list[Link] | None = None,
    *,
    signed: bool = True,
) -> Verdict:
    """Judges the files of a release; `signed=False` where the signature is still to come."""
    found = Verdict()
    if MANIFEST not in files:
        found.faults.append(f"{MANIFEST}: missing: nothing says what the release consists of")
    else:
        found.digest = sha256(files[MANIFEST]).hexdigest()
        manifest, faults = read_manifest(files[MANIFEST])
        found.faults += faults
        if manifest is not None:
            found.manifest = manifest
            content = list(content_faults(files, manifest))
            found.faults += content or table_faults(files, manifest)
            found.faults += chain_faults(links, manifest, found.digest) if links is not None else ()
            _sequence(found, manifest, on, memory)
    found.faults += sums_faults(files)
    if signed:
        _signature(found, files, certificate)
    return found


def plain(text: str) -> str:
    """A text from outside, safe and short enough for one line."""
    return text if re.fullmatch("[ -~]{1,100}", text) else ascii(text[:100])


def misfits(value: Any, form: Any, at: str = "") -> Iterator[str]:
    """Where a value does not have the form."""
    if isinstance(form, tuple) and value is None:
        return
    form = form[0] if isinstance(form, tuple) else form
    if isinstance(form, dict) and isinstance(value, dict):
        for key, inner in form.items():
            if key in value:
                yield from misfits(value[key], inner, f"{at}.{key}" if at else key)
            else:
                yield f"{at}.{key} is missing" if at else f"{key} is missing"
    elif isinstance(form, list) and isinstance(value, list):
        for number, one in enumerate(value):
            yield from misfits(one, form[0], f"{at}[{number}]")
    elif isinstance(form, re.Pattern) and isinstance(value, str):
        if not form.fullmatch(value):
            yield f"{at} is {plain(value)}, which it cannot be"
    elif type(value) is not form:
        yield f"{at or 'the whole'} is {plain(json.dumps(value)[:60])}, which it cannot be"


def read_manifest(raw: bytes) -> tuple[dict[str, Any] | None, list[str]]:
    """The manifest, None where it is not fit to judge by, and what is wrong with it."""
    try:
        data = json.loads(raw.decode("utf-8"))
        same = (json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
    except (ValueError, RecursionError) as error:
        return None, [f"{MANIFEST}: not JSON in UTF-8: {plain(str(error))}"]
    faults = [f"{MANIFEST}: {what}" for what in misfits(data, FORM)]
    if raw != same:
        faults.append(f"{MANIFEST}: not canonical JSON (sorted keys, two spaces, LF at the end)")
    return (None if len(faults) > (raw != same) else data), faults


def content_faults(files: Files, manifest: dict[str, Any]) -> Iterator[str]:
    """Each file against the manifest: there, and of its size, rows and digest."""
    names = [one["name"] for one in manifest["files"]]
    if names != sorted(set(names)) or {MANIFEST, SIGNATURE} & set(names):
        yield f"{MANIFEST}: files are not in order, told twice, or name the manifest itself"
    for name in sorted({EXTRACT, DELTA, HELD} - set(names)):
        yield f"{MANIFEST}: files lack {name}"
    for name in sorted(set(files) - {*names, MANIFEST, SIGNATURE, SUMS}):
        yield f"{plain(name)}: an extra file, which the manifest does not name"
    for one in manifest["files"]:
        name, raw = one["name"], files.get(one["name"])
        if raw is None:
            yield f"{name}: missing"
            continue
        if len(raw) != one["size"]:
            yield f"{name}: {len(raw)} bytes, the manifest says {one['size']}"
        digest, table = sha256(raw).hexdigest(), name.endswith(".csv")
        if digest != one["sha256"]:
            yield f"{name}: SHA-256 is {digest}, the manifest says {one['sha256']}"
            yield from (f"{name}: re-saved? {sign}" for sign in resaved(raw) if table)
        rows = raw.count(b"\r\n") - 1 if table else None
        if rows != one["rows"]:
            yield f"{name}: {rows} rows, the manifest says {one['rows']}"


def resaved(raw: bytes) -> Iterator[str]:
    """The signs that a spreadsheet or an editor wrote a table anew, each once."""
    text = raw.decode("utf-8", "replace")
    if text.startswith("\ufeff"):
        yield "a byte order mark at its start"
    if b"\n" in raw and b"\r\n" not in raw:
        yield "lines end with LF, not CRLF"
    header, *lines = text.lstrip("\ufeff").splitlines() or [""]
    mark = ";" if ";" in header else "\t" if "\t" in header else ","
    if mark != ",":
        yield "cells are not parted by commas"
    names, told = header.replace('"', "").split(mark), set()
    for number, line in enumerate(lines, 2):
        for name, cell in zip(names, line.replace('"', "").split(mark)):  # noqa: B905  # Python 3.9
            sign = ""
            if re.fullmatch(r"[0-9]([.,][0-9]+)?E\+[0-9]+", cell):
                sign = "became a number with an exponent"
            elif cell.isdigit() and len(cell) < WIDTHS.get(name, 0):
                sign = "lost its leading zeros"
            elif re.fullmatch("[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}", cell):
                sign = "is a date turned round"
            if sign and sign not in told:
                told.add(sign)
                yield f"line {number}, {plain(name)}: {plain(cell)} {sign}"


def table_faults(files: Files, manifest: dict[str, Any]) -> list[str]:
    """What the tables say of each other and the counts say of them; the digests already hold."""
    try:
        tables = [read_table(name, files[name]) for name in (EXTRACT, DELTA, HELD)]
    except ValueError as error:
        return [str(error)]
    (header, *rows), (delta_header, *delta), (_, *held) = tables
    faults, extract, counts = [], {row[0]: row for row in rows}, manifest["counts"]
    if [row[0] for row in rows] != sorted(extract):
        faults.append(f"{EXTRACT}: rows are not in entry id order, each once")
    if delta_header != ["change", *header]:
        faults.append(f"{DELTA}: its header is not that of the extract with change in front")
    if [row[1] for row in delta] != sorted({row[1] for row in delta}):
        faults.append(f"{DELTA}: rows are not in entry id order, each once")
    for change, *row in delta:
        name = plain(row[0])
        if change == "removed" and row[0] in extract:
            faults.append(f"{DELTA}: {name} is removed here and stands in the extract")
        elif change in {"added", "changed"} and extract.get(row[0]) != row:
            faults.append(f"{DELTA}: {name} is {change} here and not the same in the extract")
        elif change not in {"added", "changed", "removed"}:
            faults.append(f"{DELTA}: {name}: {plain(change)} is no kind of change")
    if manifest["based_on"] is None and [row[1:] for row in delta if row[0] == "added"] != rows:
        faults.append(f"{DELTA}: the first delivery must add every row of the extract")
    standing = {row[0]: row[5] for row in held}
    if {name for name, kind in standing.items() if kind != "none"} != extract.keys() & standing:
        faults.append(f"{HELD}: the extract holds other standing rows than this list says")
    misstated = {name for name, kind in standing.items() if kind == "misstated"}
    if misstated != {one["entry_id"] for one in manifest["substituted"]}:
        faults.append(f"{MANIFEST}: substituted names other entries than {HELD}")
    kinds = {(row[0], row[2]) for row in held}
    told = {"delivered": len(rows), "listed": len(extract.keys() | standing.keys())}
    told.update((reason, sum(one[1] == reason for one in kinds)) for reason in REASONS)
    for name, number in told.items():
        says = counts["held"][name] if name in REASONS else counts[name]
        if says != number:
            faults.append(f"{MANIFEST}: counts say {says} {name}, the tables have {number}")
    return faults


def read_table(name: str, raw: bytes) -> list[list[str]]:
    """Header and rows of a table, every row as wide as the header."""
    try:
        table = list(csv.reader(io.StringIO(raw.decode("utf-8"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{name}: not CSV in UTF-8: {plain(str(error))}") from None
    width = len(table[0]) if table else 0
    if width < (6 if name == HELD else 2) or any(len(row) != width for row in table):
        raise ValueError(f"{name}: not a table: the rows are not as wide as the header")
    return table


def sums_faults(files: Files) -> Iterator[str]:
    """SHA256SUMS against the files that are there, byte for byte."""
    if SUMS not in files:
        yield f"{SUMS}: missing"
        return
    right = [
        f"{sha256(files[name]).hexdigest()}  {name}\n".encode("utf-8", "surrogateescape")
        for name in sorted(files)
        if name != SUMS
    ]
    lines = files[SUMS].splitlines(keepends=True)
    for line in right:
        if line not in lines:
            name = line[66:-1].decode("utf-8", "replace")
            yield f"{SUMS}: the line of {plain(name)} is missing or names another digest"
    if lines != right and all(line in lines for line in right):
        yield f"{SUMS}: lines that belong to no file, or not in order of the names"


def chain_faults(links: list[Link], manifest: dict[str, Any], digest: str) -> Iterator[str]:
    """The chain of deliveries, each named by the digest in the next; and this release in it."""
    links = sorted(links)
    before: Link | None = None
    for link in links:
        if link.based_on != (before and before.serial):
            yield f"{link.serial}.yaml: is based on {link.based_on}, before it stands {before and before.serial}"
        elif link.previous != (before and before.digest):
            yield f"{link.serial}.yaml: {link.based_on}.yaml is not the file that it follows: it was changed"
        before = link
    own = next((link for link in links if link.serial == manifest["serial"]), None)
    if own is None:
        yield f"{manifest['serial']}.yaml: missing: no delivery has the serial of this release"
        return
    extract = next((one for one in manifest["files"] if one["name"] == EXTRACT), {})
    for what, here, there in (
        ("manifest's SHA-256", digest, own.manifest),
        ("extract's SHA-256", extract.get("sha256"), own.extract),
        ("number of rows", extract.get("rows"), own.rows),
        ("delivery before", manifest["based_on"], own.based_on),
        ("digest of the delivery before", manifest["previous"], own.previous),
    ):
        if here != there:
            yield f"{own.serial}.yaml: {what}: it says {there}, the release has {here}"
