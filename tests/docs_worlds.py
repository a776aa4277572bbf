"""Where the commands in docs/ are run: small registers with releases, made anew by the real commands.

Everything is played with the register of tests/scenarios/2018-gbcs-1.1 and a key of one's own.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from contextlib import chdir
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

from cpl_registry.edges import publishing
from cpl_registry.edges.writer import write_artefacts

from tests.firmware_samples import firmware_file
from tests.registers import CPL, GBCS_1_1, STANDING_ROW, called
from tests.repository import ROOT
from tests.workbooks import book, published

VERIFY = ROOT / "scripts/cpl_registry/edges/verify.py"
CASES = ROOT / "tests" / "cases" / "register"
SERIALS = ("2018-05-08-01", "2018-05-09-01", "2018-06-22-01")
SUBSTITUTE = """\
- start: "2018-05-14"
  end: "2018-06-29"
  policy: substitute
  substitutions:
    - field: gbcs_version
      from: "1.1"
      to: "1.0"
  decision: "DEC-2018-002"
"""
ANNOUNCED = """\
  - start: "2027-02-25"
    gbcs_versions:
      - "3.1"
      - "3.2"
      - "4.2"
    expected: true
    known_from: "2026-10-05"
    source: "illustrative"
"""
MAPPING = """\
entries:
  sheet: "Meters"
  header_row: "1"
  columns:
    - field: model_identifier
      headers:
        - "Model"
    - field: firmware_version
      headers:
        - "Firmware"
        - "FW"
    - field: gbcs_version
      headers:
        - "GBCS"
    - field: assurance_certificates.CPA.number
      headers:
        - "CPA"
    - field: assurance_certificates.CPA.issued
      headers:
        - "CPA from"
      date_cells: taken
    - field: assurance_certificates.CPA.expires
      headers:
        - "CPA to"
      date_cells: taken
    - field: manufacturer_image.sha256
      headers:
        - "SHA-256"
  constants:
    device_type: "ESME"
    manufacturer: "albion-metering"
    manufacturer_identifier: "F0A1"
    hardware_version: "02"
    hardware_revision: "03"
    technical_specification.name: "SMETS2"
    technical_specification.version: "4.2"
    esme_variant: "ADE"
    assurance_certificates.ZigBee.number: "DEMO-ZIG-0011"
    assurance_certificates.ZigBee.issued: "2020-01-15"
    assurance_certificates.DLMS.number: "DEMO-DLMS-0001"
    assurance_certificates.DLMS.issued: "2020-01-20"
    manufacturer_image.upgrades_from: "not-applicable"
"""
REMOVED = """\
  - date: "2018-05-14"
    event: removed
    status: Withdrawn
    cause: panel-decision
    reason: "Made up for an example"
    reference: "DEC-2018-002"
"""


def run(folder: Path, *command: str | Path) -> str:
    """What a command prints, which must succeed; one of `cpl` runs in this process."""
    if command[0] == "cpl":
        made = called_in(folder, *command[1:])
        assert made.returncode == 0, f"{command}: {made.stdout!r}"
        return made.stdout.decode()
    answer = subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, f"{command}: {answer.stdout}{answer.stderr}"
    return answer.stdout


def called_in(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    """`cpl` in this process, in a folder and in the environment of a user."""
    with chdir(folder), patch.dict(os.environ, environment(), clear=True):
        return called(*arguments, mixed=True)


def environment() -> dict[str, str]:
    """That of a user with the tools on the path, and an author for Git; the same everywhere."""
    # PYTHONPATH: a working tree whose tools are tested without being installed.
    names = ("HOME", "LANG", "LC_ALL", "PYTHONPATH", "TMPDIR")
    return {
        **{name: os.environ[name] for name in names if name in os.environ},
        "PATH": f"{CPL.parent}{os.pathsep}{os.environ['PATH']}",
        # The environment of the tools is this one, made already.
        "MAKEFLAGS": f"READY= BIN={CPL.parent}",
        "GIT_AUTHOR_NAME": "Administrator",
        "GIT_AUTHOR_EMAIL": "administrator@localhost",
        "GIT_AUTHOR_DATE": "2018-05-08T12:00:00Z",
        "GIT_COMMITTER_NAME": "Administrator",
        "GIT_COMMITTER_EMAIL": "administrator@localhost",
        "GIT_COMMITTER_DATE": "2018-05-08T12:00:00Z",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }


def signer(folder: Path) -> None:
    """A key and its certificate."""
    key = ("openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "key.pem")
    run(folder, *key)
    request = ("openssl", "req", "-x509", "-new", "-key", "key.pem", "-days", "30")
    run(folder, *request, "-subj", "/CN=Demonstration signer", "-out", "certificate.pem")


def register(folder: Path, source: Path = GBCS_1_1) -> Path:
    """A register in a repository of its own."""
    shutil.copytree(source / "cpl", folder / "cpl")
    (folder / ".gitignore").write_text("/release/\n/.cache/\n", encoding="utf-8")
    run(folder, "git", "init", "--quiet", "--initial-branch=main")
    return committed(folder, "The register")


def committed(folder: Path, message: str) -> Path:
    run(folder, "git", "add", "--all")
    run(folder, "git", "commit", "--quiet", "--message", message)
    return folder


def released(folder: Path, *serials: str) -> None:
    """Deliveries, each committed."""
    signed = ("--key", "../key.pem", "--certificate", "../certificate.pem")
    for serial in serials:
        run(folder, "cpl", "release", *signed, "--on", serial[:10])
        committed(folder, f"Delivery {serial}")


def base(folder: Path) -> None:
    """A register with three deliveries, one without, and what belongs to them."""
    folder.mkdir(parents=True)
    signer(folder)
    released(register(folder / "delivered"), *SERIALS)
    register(folder / "register")
    before = folder / "register/cpl/dcc/dsp-profile.yaml"
    text = before.read_text(encoding="utf-8")
    step = text.index('  - start: "2018-06-22"')
    (folder / "dsp-of-may-2018.yaml").write_text(text[:step], encoding="utf-8")


def dcc(folder: Path) -> Path:
    """What the DCC has: the releases that it downloaded, the certificate and verify.py."""
    here = folder / "dcc"
    here.mkdir()
    for serial in SERIALS:
        shutil.copytree(folder / "delivered" / "release" / serial, here / serial)
    for name in ("certificate.pem", "dsp-of-may-2018.yaml"):
        shutil.copy(folder / name, here / name)
    shutil.copy(VERIFY, here / "verify.py")
    return here


def administrator(folder: Path) -> Path:
    """A register that never delivered; beside it one to adopt, and one with a mass change."""
    shutil.copytree(folder / "register", folder / "adopted")
    extract = folder / "delivered/release/2018-05-08-01/cpl-dcc-extract.csv"
    shutil.copy(extract, folder / "held-by-the-dcc.csv")
    mass = folder / "mass"
    shutil.copytree(folder / "register", mass)
    released(mass, SERIALS[0])
    decide(mass)
    sent = (folder / "held-by-the-dcc.csv").read_text("utf-8")
    for row in sent.splitlines()[1:7]:
        remove(mass, row.split(",")[0])
    committed(mass, "Six removals")
    return folder / "register"


def remove(folder: Path, entry_id: str) -> None:
    """A removal of 14 May 2018 at the end of an entry's file."""
    _, code, model, version, revision, firmware = entry_id.split("-")
    name = f"{code}-{model}-{version}{revision}-{firmware}.yaml"
    (path,) = (folder / "cpl/devices").rglob(name)
    path.write_text(path.read_text("utf-8") + REMOVED, encoding="utf-8")


def decide(folder: Path) -> None:
    """A decision DEC-2018-002."""
    decisions = folder / "cpl/panel/decisions"
    decisions.mkdir(parents=True, exist_ok=True)
    text = (GBCS_1_1 / "cpl/panel/decisions/DEC-2018-001.yaml").read_text("utf-8")
    text = text.replace("DEC-2018-001", "DEC-2018-002").replace("2018-04-13", "2018-05-11")
    text = text.replace("Removal of a gas meter", "An example")
    (decisions / "DEC-2018-002.yaml").write_text(text, encoding="utf-8")


def holds(folder: Path) -> Path:
    """Four registers, one for each thing that a held list may say."""
    here = folder / "holds"
    here.mkdir()
    shutil.copytree(folder / "register", here / "held")
    register(here / "amended", STANDING_ROW)
    shutil.copytree(folder / "register", here / "substituted")
    decide(here / "substituted")
    policy = here / "substituted/cpl/dcc/delivery-policy.yaml"
    policy.write_text(policy.read_text("utf-8") + SUBSTITUTE, encoding="utf-8")
    committed(here / "substituted", "A substitution, decided")
    refused = register(here / "refused", STANDING_ROW)
    profile = refused / "cpl/dcc/dsp-profile.yaml"
    text = profile.read_text("utf-8").replace("changed_row: unknown", "changed_row: reject")
    profile.write_text(text, encoding="utf-8")
    committed(refused, "The DSP refuses a changed row")
    return here


def delivered(folder: Path) -> Path:
    """The register with three deliveries."""
    shutil.copy(VERIFY, folder / "delivered" / "verify.py")
    return folder / "delivered"


def acts(folder: Path) -> Path:
    """The small register of the rules' cases, in the default layout, and a firmware file."""
    here = register(folder / "acts", CASES)
    (here / "cpl/dcc/extract-profile.yaml").unlink(missing_ok=True)
    (here / ".gitignore").write_text("/.cache/\n*.ota\n", encoding="utf-8")
    raw = firmware_file(manufacturer=0xF0A1, firmware=0x38040402, hardware=(0x0203, 0x0203))
    (here / "firmware.ota").write_bytes(raw)
    return committed(here, "The default layout")


def waiting_and_gone(folder: Path) -> Path:
    """The register of `acts` with one entry more of each kind that an act is for, on 16 November 2026.

    38040400 was removed, 38040403 waits, 38040405 has the specification that goes with GBCS 4.2.
    """
    here = acts(folder)
    entry, day = "esme-f0a1-0005-02-03-3804040", ("--on", "2026-11-16")
    base = ("--from", f"{entry}1", "--upgrades-from", "not-applicable")
    for digit, more in (("0", ()), ("3", ()), ("5", ("--specification-version", "5.2"))):
        number = ("--firmware-version", f"3804040{digit}", "--image-hash", f"{digit}E" * 32)
        run(here, "cpl", "new", *base, *number, *more, *day)
    committed(here, "Three submissions")
    run(here, "cpl", "accept", f"{entry}0", f"{entry}5", *day)
    committed(here, "Two are listed")
    grave = ("--status", "Withdrawn", "--cause", "certificate-withdrawn")
    run(here, "cpl", "remove", f"{entry}0", *grave, "--reference", "DEC-2026-001", *day)
    profile = here / "cpl/dcc/dsp-profile.yaml"
    profile.write_text(profile.read_text("utf-8") + ANNOUNCED, encoding="utf-8")
    return committed(here, "One is removed")


def undecided(folder: Path) -> Path:
    """The register of `acts` without the decision, which nothing there cites yet."""
    here = acts(folder)
    shutil.rmtree(here / "cpl/panel")
    return committed(here, "No decision yet")


def clone(folder: Path) -> Path:
    """A clone of the register of `undecided`, with a bare repository as where it came from."""
    source = undecided(folder)
    run(folder, "git", "clone", "--quiet", "--bare", source, "list.git")
    run(folder, "git", "clone", "--quiet", "list.git", "clone")
    return folder / "clone"


def workbooks(folder: Path) -> Path:
    """The register of `acts`, its own workbook, and one as a maker keeps it, which is damaged."""
    here = acts(folder)
    (here / ".gitignore").write_text("/.cache/\n*.ota\n*.xlsx\nmapping.yaml\n", encoding="utf-8")
    (here / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    maker, day = ("Model", "FW", "GBCS", "CPA", "CPA from", "CPA to", "SHA-256"), date(2026, 1, 9)
    rows: list[tuple[Any, ...]] = [
        ("0005", "38040402", "3.2", "DEMO-CPA-0002", day, date(2032, 1, 9), "2E" * 32),
        ("0006", "38040402", 3.1, "DEMO-CPA-0003", day, date(2032, 1, 9), "3E" * 32),
        (5, "38040403", "3.2", "DEMO-CPA-0002", day, date(2032, 1, 9), "4E" * 32),
    ]
    tables = [dict(zip(maker, row, strict=True)) for row in rows]
    (here / "meters.xlsx").write_bytes(book({"Meters": tables}))
    (here / "cpl.xlsx").write_bytes(published(here))
    return committed(here, "Workbooks stay where they are")


def consumer(folder: Path) -> Path:
    """The files of the site for programs, on 22 June 2018, and the scripts that the page shows."""
    here = folder / "consumer"
    _, state = publishing.published_state(folder / "register", date(2018, 6, 22))
    made = publishing.artefacts(state)
    files = [replace(one, path=one.path.removeprefix("site/")) for one in made]
    wanted = ("api/", "data/", "feeds/")
    write_artefacts(here, [one for one in files if one.path.startswith(wanted)])
    text = (ROOT / "docs/developers/clients.md").read_text("utf-8")
    for name, script in re.findall(r"^\$ cat (\w+\.py)\n(.*?)^\$ ", text, re.DOTALL | re.MULTILINE):
        (here / name).write_text(script, encoding="utf-8")
    return here


def keeper(folder: Path) -> Path:
    """A register that never delivered, with the verbs of the project beside it."""
    here = folder / "register"
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, here / name)
    return committed(here, "The verbs")


WORLDS: dict[str, Callable[[Path], Path]] = {
    "administrators/deliver.md": administrator,
    "dcc/columns.md": dcc,
    "developers/clients.md": consumer,
    "dcc/fetch-and-verify.md": dcc,
    "dcc/holds.md": holds,
    "dcc/load-and-answer.md": dcc,
    "dcc/recover.md": delivered,
    "maintain/bank-holidays.md": keeper,
    "maintain/disaster-recovery.md": lambda folder: folder,
    "maintain/index.md": delivered,
    "maintain/keys.md": keeper,
    "maintain/new-field.md": keeper,
    "maintain/new-gbcs-version.md": keeper,
    "maintain/releases.md": delivered,
    "maintain/upgrade.md": keeper,
    "submit/changes-of-maker.md": undecided,
    "submit/examples.md": waiting_and_gone,
    "submit/from-a-workbook.md": workbooks,
    "submit/with-commands.md": acts,
    "submit/with-git.md": clone,
    # These only ask, and ask registers of the repository itself.
    "how-to/check-an-inventory.md": lambda _: ROOT,
}
"""For each page with examples, what makes the folder in which they are run."""
