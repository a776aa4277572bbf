"""Signed releases of a register kept in memory, day by day, and what the stand-in holds of them."""

import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from cpl_registry.edges import installation
from cpl_registry.edges.rehearsing import Rehearsal, rehearse
from cpl_registry.outputs.artefact import Artefact
from cpl_registry.outputs.delivery_file import delivery_file
from cpl_registry.outputs.extract import tables
from cpl_registry.outputs.manifest import Sending, manifest_file, sums
from cpl_registry.outputs.register_csv import data_files
from cpl_registry.records.answer_file import Answer, read_answer
from cpl_registry.records.delivery import Serial
from cpl_registry.records.documents import Kind
from cpl_registry.state.publication import publish

from tests.registers import called, register_of

PROFILE = "cpl/dcc/dsp-profile.yaml"
SIGNATURE = "manifest.json.p7s"


@dataclass(frozen=True, kw_only=True)
class Signer:
    """A key of this test run and its certificate."""

    key: Path
    certificate: Path

    def sign(self, manifest: bytes) -> bytes:
        command = ["openssl", "cms", "-sign", "-binary", "-md", "sha256", "-outform", "DER"]
        command += ["-signer", str(self.certificate), "-inkey", str(self.key)]
        return subprocess.run(command, input=manifest, capture_output=True, check=True).stdout


def new_signer(folder: Path, name: str) -> Signer:
    """A P-256 key and a certificate of its own, good for ten years from now."""
    made = Signer(key=folder / f"{name}.key", certificate=folder / f"{name}.pem")
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-sha256", "-nodes", "-days", "3650", "-subj", f"/CN={name}"]
    command += ["-keyout", str(made.key), "-out", str(made.certificate)]
    subprocess.run(command, capture_output=True, check=True)
    return made


@dataclass
class Chain:
    """A register and its deliveries: each release adds its delivery file to the files."""

    files: Mapping[str, str]
    folder: Path
    signer: Signer

    def release(self, on: date) -> Path:
        """The signed release of a day, in a folder of its own."""
        state = publish(register_of(self.files, on), on)
        number = sum(path.startswith(f"cpl/dcc/deliveries/{on}") for path in self.files) + 1
        sent_at = datetime.combine(on, time(11), UTC)
        serial = Serial(f"{on}-{number:02}")
        sending = Sending(serial=serial, sent_at=sent_at, valid_until=sent_at + timedelta(days=7))
        files = [*tables(state, state.sent.rows), *data_files(state)]
        files.append(manifest_file(state, files, state.sent.last, sending))
        manifest = files[-1].content
        files.append(Artefact(path=SIGNATURE, content=self.signer.sign(manifest)))
        files.append(replace(sums(files), path="SHA256SUMS"))
        folder = self.folder / serial
        folder.mkdir(parents=True)
        for file in files:
            (folder / file.path.rpartition("/")[2]).write_bytes(file.content)
        plan = installation.schemas()[Kind.DELIVERY].plan
        content = delivery_file(state, state.rows, sending, plan, manifest=manifest)
        self.files = {**self.files, f"cpl/dcc/deliveries/{serial}.yaml": content.decode()}
        return folder


def write_register(files: Mapping[str, str], root: Path) -> Path:
    """The files of a register on the disk."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8", newline="")
    return root


def table(inventory: Path, name: str) -> list[tuple[str, ...]]:
    """A table of an inventory, whole."""
    with closing(sqlite3.connect(inventory)) as connection:
        return connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall()  # noqa: S608


def run(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    """The command."""
    done = called("rehearse", *arguments)
    assert b"Traceback" not in done.stderr
    return done


def done_in_process(root: Path, folder: Path, inventory: Path, **options: Any) -> Rehearsal:
    """The same without a process of its own."""
    asked = {"certificate": None, "profile": None, "full": False} | options
    return rehearse(root, folder, inventory=inventory, **asked)


def edited_profile(root: Path, to: Path, before: str, after: str) -> Path:
    text = (root / PROFILE).read_text(encoding="utf-8")
    assert text.count(before) == 1
    to.write_text(text.replace(before, after), encoding="utf-8")
    return to


def answer(raw: bytes) -> Answer:
    read = read_answer(raw)
    assert isinstance(read, Answer), read
    return read
