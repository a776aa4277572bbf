"""What comes in from outside: the lock, the bill of materials, licences, and how young it may be."""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from keeping import licences
from packaging.utils import NormalizedName, canonicalize_name

from tests.repository import ROOT
from tests.test_street import locked
from tests.test_workflows import read

MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
SBOM = ".cache/sbom/cpl-registry.cdx.json"


# --- the lock ------------------------------------------------------------------------------------


def wheel(folder: Path) -> Path:
    """A package of one line, made by hand."""
    lines = {
        "tiny.py": "here = True\n",
        "tiny-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n",
        "tiny-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(
        f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b'=').decode()},{len(text)}\n"
        for name, text in lines.items()
    )
    made = folder / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in {**lines, "tiny-1.0.dist-info/RECORD": record}.items():
            archive.writestr(name, text)
    return made


def installed(folder: Path, lock: str) -> tuple[bool, str]:
    """Whether pip takes a lock, with the very options that the Makefile gives it, and what it says."""
    (options,) = re.findall(r"\$\(PIP\) (install .*) -r requirements\.lock", MAKEFILE)
    (folder / "requirements.lock").write_text(lock, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pip",
        "--isolated",
        "--disable-pip-version-check",
        "--no-input",
    ]
    where = ["--no-index", "--no-cache-dir", "--target", "there", "-r", "requirements.lock"]
    answer = subprocess.run(
        [*command, *options.split(), *where],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PIP_CONFIG_FILE": os.devnull},
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.returncode == 0, answer.stdout + answer.stderr


def test_a_changed_hash_fails_the_install(tmp_path: Path) -> None:
    """Of the package, one hexadecimal digit; of the lock, the same; and a line without a hash."""
    made = wheel(tmp_path)
    digest = hashlib.sha256(made.read_bytes()).hexdigest()
    line = f"tiny @ {made.as_uri()} --hash=sha256:{{}}\n"
    took, said = installed(tmp_path, line.format(digest))
    assert took, said
    assert (tmp_path / "there/tiny.py").is_file()

    other = ("0" if digest[0] != "0" else "1") + digest[1:]
    for spoilt, reason in (
        (line.format(other), "DO NOT MATCH THE HASHES"),
        (f"tiny @ {made.as_uri()}\n", "Hashes are required"),
    ):
        took, said = installed(tmp_path, spoilt)
        assert (took, reason in said) == (False, True), said

    made.write_bytes(made.read_bytes() + b"\0")
    took, said = installed(tmp_path, line.format(digest))
    assert (took, "DO NOT MATCH THE HASHES" in said) == (False, True), said


def test_every_install_from_outside_goes_by_the_lock() -> None:
    installs = re.findall(r"\$\(PIP\) install (.*)", MAKEFILE)
    assert len(installs) == 2
    outside, own = installs
    assert {"--require-hashes", "--no-deps", "--only-binary=:all:"} <= set(outside.split())
    assert own.split()[-1] == "."  # the project itself, which resolves nothing
    assert {"--no-deps", "--no-build-isolation"} <= set(own.split())


# --- how young it may be -------------------------------------------------------------------------


def test_nothing_younger_than_a_week_comes_in() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert project["tool"]["uv"]["exclude-newer"] == "7 days"
    dependabot = read((ROOT / ".github/dependabot.yml").read_text("utf-8"))
    for update in dependabot["updates"]:
        assert int(update["cooldown"]["default-days"]) >= 7
        assert update["schedule"]["interval"] == "weekly"
    assert [one["package-ecosystem"] for one in dependabot["updates"]] == ["github-actions"]


# --- the bill of materials -----------------------------------------------------------------------


def bill(folder: Path) -> bytes:
    """What `make sbom` writes, run from a folder that holds nothing but what it reads."""
    for name in ("Makefile", "pyproject.toml"):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    given = ("READY=", f"BIN={Path(sys.executable).parent}")
    told = subprocess.run(
        ["make", "-s", "sbom", *given], cwd=folder, capture_output=True, text=True, check=True
    )
    assert told.stdout == f"{SBOM}\n"
    return (folder / SBOM).read_bytes()


@pytest.fixture(scope="module")
def bills(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    return [bill(tmp_path_factory.mktemp(name)) for name in ("one", "another-place")]


def test_the_bill_of_materials_is_the_same_wherever_it_is_made(bills: list[bytes]) -> None:
    assert bills[0] == bills[1]


def test_the_bill_of_materials_is_cyclonedx(bills: list[bytes]) -> None:
    """Judged by the published schema, which comes along with the tool."""
    folder = resources.files("cyclonedx.schema") / "_res"
    names = [f"{name}.SNAPSHOT.schema.json" for name in ("bom-1.6", "spdx", "jsf-0.82")]
    schema, *others = (json.loads((folder / name).read_text("utf-8")) for name in names)
    where = schema["$id"].rpartition("/")[0]
    pairs = zip(names[1:], others, strict=True)
    registry = jsonschema_rs.Registry([(f"{where}/{name}", one) for name, one in pairs])
    judge = jsonschema_rs.validator_for(schema, registry=registry)
    told = json.loads(bills[0])
    judge.validate(told)
    assert not judge.is_valid({**told, "components": [{"type": "a package"}]})


def test_the_bill_of_materials_has_all_that_is_installed(bills: list[bytes]) -> None:
    told: dict[str, Any] = json.loads(bills[0])
    assert told["metadata"]["component"]["name"] == "cpl-registry"
    assert "timestamp" not in told["metadata"]
    found = {canonicalize_name(one["name"]): one["version"] for one in told["components"]}
    pins: dict[NormalizedName, set[str]] = {}
    for name, version, _ in locked():
        pins.setdefault(canonicalize_name(name), set()).add(version)
    assert {name for name in pins if found.get(name) not in pins[name]} == set()
    assert {*map(str, found)} - {*map(str, pins)} <= {"pip", "setuptools", "wheel"}  # Python's own
    depends = {one["ref"]: one.get("dependsOn", []) for one in told["dependencies"]}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert len(depends["root-component"]) == len(project["dependencies"])


# --- licences ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def found() -> list[licences.Package]:
    return licences.packages((ROOT / "requirements.lock").read_text("utf-8"))


def test_the_page_of_licences_is_that_of_the_lock(found: list[licences.Package]) -> None:
    """Version for version: run `make licences` after `make lock` or `make upgrade`."""
    assert licences.PAGE.read_text("utf-8") == licences.page(found), "run `make licences`"
    told = [(one.name, version) for one in found for version in one.versions]
    assert told == sorted((canonicalize_name(name), version) for name, version, _ in locked())


def test_no_licence_comes_in_at_run_time_that_nobody_agreed_to(
    found: list[licences.Package],
) -> None:
    assert licences.surprises(found, licences.FILE_COPYLEFT) == []
    names = {one.name for one in found if one.at_run_time}
    assert licences.FILE_COPYLEFT.keys() <= names
    assert {"click", "mkdocs-material", "colorama", "typing-extensions"} <= names
    assert not {"pytest", "text-unidecode", "hypothesis"} & names


def test_a_surprise_is_seen(found: list[licences.Package]) -> None:
    for licence in ("GPL-3.0-only", "AGPL-3.0-or-later", "LGPL-2.1", "MPL-2.0", "Proprietary"):
        (one,) = (one for one in found if one.name == "click")
        spoilt = [replace(one, licence=licence)]
        assert licences.surprises(spoilt, licences.FILE_COPYLEFT) == [f"click: {licence}"]
    assert licences.surprises(found, {}) == ["certifi: MPL-2.0", "pathspec: MPL-2.0"]


def test_a_package_that_tells_nothing_is_told() -> None:
    with pytest.raises(licences.NoLicence, match="cpl-registry tells no licence"):
        licences.licence_of("cpl-registry")
    with pytest.raises(licences.NoLicence, match="not-there is not installed"):
        licences.licence_of("not-there")
