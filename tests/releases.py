"""Releases in memory, one after the other, with keys of all kinds and signatures of any moment."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from cpl_registry.edges import verify
from cpl_registry.edges.verify import SIGNED_AT, Certificate, Verdict, certificate_of

from tests.registers import GBCS_1_1, called, cpl, files_of
from tests.rehearsals import Chain, Signer, new_signer, write_register

Files = dict[str, bytes]
Parts = list[tuple[int, bytes]]
"""Values that stand in a row in DER: tag and content of each."""
SCRIPT = Path(verify.__file__)
DAYS = (date(2018, 5, 8), date(2018, 5, 21), date(2018, 6, 22), date(2018, 6, 25))
"""Days of the deliveries: before the hold, in it, and after the two held rows went out."""

_AUTHORITY = """\
[ca]
default_ca = own
[own]
database = {folder}/index.txt
new_certs_dir = {folder}
rand_serial = yes
default_md = sha256
policy = names
x509_extensions = leaf
[names]
commonName = supplied
[leaf]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
[req]
distinguished_name = none
[none]
"""


def openssl(*arguments: str | Path, given: bytes = b"") -> bytes:
    """What openssl answers; it must take what it is given."""
    return subprocess.run(
        ["openssl", *arguments], input=given, capture_output=True, check=True
    ).stdout


def signer_between(folder: Path, name: str, start: datetime, end: datetime) -> Signer:
    """A P-256 key and a certificate of its own that is valid from one moment to another, UTC."""
    folder.mkdir()
    made = Signer(key=folder / "key.pem", certificate=folder / "certificate.pem")
    settings, request = folder / "ca.cnf", folder / "request.pem"
    settings.write_text(_AUTHORITY.format(folder=folder), encoding="utf-8")
    (folder / "index.txt").write_bytes(b"")
    curve = ("-pkeyopt", "ec_paramgen_curve:P-256")
    openssl("genpkey", "-algorithm", "EC", *curve, "-out", made.key)
    subject = ("-config", settings, "-key", made.key, "-subj", f"/CN={name}")
    openssl("req", "-new", *subject, "-out", request)
    window = ("-startdate", f"{start:%Y%m%d%H%M%SZ}", "-enddate", f"{end:%Y%m%d%H%M%SZ}")
    own = ("-config", settings, "-keyfile", made.key, "-in", request, "-out", made.certificate)
    openssl("ca", "-batch", "-selfsign", "-notext", *window, *own)
    return made


def signer_of_kind(folder: Path, name: str, *kind: str) -> Signer:
    """A key of another kind, as `openssl req -newkey` takes it, and a certificate of its own."""
    made = Signer(key=folder / f"{name}.key", certificate=folder / f"{name}.pem")
    files = ("-keyout", made.key, "-out", made.certificate)
    openssl(
        "req", "-x509", "-nodes", "-days", "30", "-subj", f"/CN={name}", "-newkey", *kind, *files
    )
    return made


def in_der(tag: int, content: bytes) -> bytes:
    """A value in DER."""
    size = len(content)
    length = bytes([size]) if size < 128 else b"\x82" + size.to_bytes(2, "big")
    if 128 <= size < 256:
        length = bytes([0x81, size])
    return bytes([tag]) + length + content


def altered(signature: bytes, change: Callable[[Parts, Parts], None]) -> bytes:
    """A signature whose parts, and those of what its signer says, were changed in place."""
    ((_, info),) = verify.der(signature)
    kind, (_, wrapped) = verify.der(info)
    ((_, signed),) = verify.der(wrapped)
    parts = verify.der(signed)
    signer = verify.der(verify.der(parts[4][1])[0][1])
    change(parts, signer)
    parts[4] = (0x31, in_der(0x30, b"".join(in_der(*part) for part in signer)))
    inner = in_der(0x30, b"".join(in_der(*part) for part in parts))
    return in_der(0x30, in_der(*kind) + in_der(0xA0, inner))


def signed_at(signature: bytes, at: datetime, signer: Signer) -> bytes:
    """The same signature as if it had been made at another moment: its time moved, signed anew."""

    def move(_: Parts, told: Parts) -> None:
        attributes = told[3][1]
        time = attributes.index(SIGNED_AT) + len(SIGNED_AT) + 4
        moment = at.strftime("%y%m%d%H%M%SZ").encode()
        moved = attributes[:time] + moment + attributes[time + len(moment) :]
        # What is signed has the tag of a set (RFC 5652, section 5.4).
        new = openssl("dgst", "-sha256", "-sign", signer.key, given=in_der(0x31, moved))
        told[3], told[5] = (0xA0, moved), (0x04, new)

    return altered(signature, move)


def sums_of(files: Mapping[str, bytes]) -> bytes:
    """SHA256SUMS over what is there, as anybody can write it."""
    names = sorted(name for name in files if name != verify.SUMS)
    return "".join(f"{sha256(files[name]).hexdigest()}  {name}\n" for name in names).encode()


def resealed(files: Mapping[str, bytes]) -> Files:
    """The files with SHA256SUMS written anew, as somebody would who changed one."""
    return {**files, verify.SUMS: sums_of(files)}


def signed_anew(files: Mapping[str, bytes], sign: Callable[[bytes], bytes]) -> Files:
    """The files with another signature over the manifest."""
    return resealed({**files, verify.SIGNATURE: sign(files[verify.MANIFEST])})


def laid(files: Mapping[str, bytes], folder: Path) -> Path:
    """The files in a folder."""
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def judged(files: Files, trusted: Certificate | None, memory: Path | None = None) -> Verdict:
    """What `verify.py` and `cpl verify` say of files, without a folder."""
    return verify.verify(files, trusted, None, memory)


@dataclass(frozen=True, kw_only=True)
class Series:
    """A register with its deliveries, and the releases that were made of it."""

    root: Path
    signer: Signer
    folders: tuple[Path, ...]

    @property
    def releases(self) -> list[Files]:
        """The files of each release."""
        return [verify.read_release(folder) for folder in self.folders]

    @property
    def trusted(self) -> Certificate:
        """The certificate that signed them."""
        return certificate_of(self.signer.certificate)


def new_series(folder: Path) -> Series:
    """The scenario of 2018 with a signed release for each of `DAYS`."""
    chain = Chain(
        files=files_of(GBCS_1_1), folder=folder / "releases", signer=new_signer(folder, "Demo")
    )
    folders = tuple(chain.release(day) for day in DAYS)
    return Series(
        root=write_register(chain.files, folder / "register"), signer=chain.signer, folders=folders
    )


def script(*arguments: str | Path, python: str | Path = sys.executable) -> tuple[int, str]:
    """The script as a recipient runs it: exit code and all that it says."""
    command = [str(python), "-I", str(SCRIPT), *map(str, arguments)]
    return _ended(subprocess.run(command, capture_output=True, check=False))


def command(*arguments: str | Path) -> tuple[int, str]:
    """The same of `cpl verify`."""
    return _ended(cpl("verify", *arguments))


def verify_here(*arguments: str | Path) -> tuple[int, str]:
    """The same in this process."""
    return _ended(called("verify", *arguments))


def _ended(ran: subprocess.CompletedProcess[bytes]) -> tuple[int, str]:
    said = (ran.stdout + ran.stderr).decode()
    assert "Traceback" not in said
    return ran.returncode, said


def faults(files: Files, series: Series) -> list[str]:
    """What does not hold of files that the signer of a series should have signed."""
    return judged(files, series.trusted).faults


def remade(
    release: Files, series: Series, tables: Mapping[str, bytes], told: Mapping[str, Any]
) -> Files:
    """The release with other tables and another manifest over them, signed by the same signer."""
    manifest = {**json.loads(release[verify.MANIFEST]), **told}
    files = {**release, **tables}
    for one in manifest["files"]:
        content = files[one["name"]]
        rows = content.count(b"\r\n") - 1 if one["rows"] is not None else None
        one.update(rows=rows, sha256=sha256(content).hexdigest(), size=len(content))
    text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    return signed_anew({**files, verify.MANIFEST: text.encode()}, series.signer.sign)


def edited(release: Files, name: str, change: Callable[[list[bytes]], list[bytes]]) -> bytes:
    """A table with its lines changed."""
    lines = release[name].splitlines(keepends=True)
    return b"".join(change(lines))
