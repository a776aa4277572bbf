"""The programs that are measured beside ours: in the environment, or installed from `package-lock.json`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.bench import HOME
from benchmarks.measuring import Command, NotMeasured

SCHEMA = HOME / "schema" / "device-model.schema.json"
INSTALLED = HOME / ".cache" / "peers"
_LISTS = ("package.json", "package-lock.json")
_HERE = Path(__file__).parent


def check_jsonschema(entries: Sequence[Path]) -> Command:
    """check-jsonschema on entry files."""
    program = Path(sys.executable).with_name("check-jsonschema")
    return (program, "--schemafile", SCHEMA, *entries)


def ajv(root: Path) -> Command:
    """ajv-cli on the entry files of a register, with the formats that the schema names."""
    return (
        *(package(".bin/ajv"), "validate", "--spec=draft2020", "--strict=false"),
        *("-c", package("ajv-formats"), "-s", SCHEMA, "-d", f"{root}/cpl/devices/**/*.yaml"),
    )


def package(name: str) -> Path:
    """A file of an npm package; the packages are installed now if they are not, or are others.

    Raises:
        NotMeasured: there is no npm, or it cannot install them.
    """
    wanted = [(_HERE / one).read_bytes() for one in _LISTS]
    there = [INSTALLED / one for one in _LISTS]
    if not all(one.is_file() for one in there) or [one.read_bytes() for one in there] != wanted:
        _install()
    return INSTALLED / "node_modules" / name


def _install() -> None:
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise NotMeasured("no Node.js here: install node and npm (Debian: apt-get install npm)")
    made = INSTALLED.with_name("peers.new")
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(parents=True)
    for one in _LISTS:
        shutil.copyfile(_HERE / one, made / one)
    done = subprocess.run(
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=made,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise NotMeasured(f"npm could not install the peers: {done.stderr.strip()[:300]}")
    shutil.rmtree(INSTALLED, ignore_errors=True)
    made.rename(INSTALLED)
