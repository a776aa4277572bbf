"""Every rule on files that keep it and files that break it: whole finding lines compared.

`cases/<RULE>-<name>/` holds the cases of one rule. `ok-*` keep it, `bad-*` break it. A case is one
entry, judged in its place in the register of `cases/register/`, or a folder of files that are laid
over that register. In such a folder `tree.txt` says what files cannot say themselves: `- PATH` is
absent, `MODE PATH` has another mode, `on DAY` asks for another day. `expected.txt` beside the cases
holds every finding of every case: `<case>: CPL404 error <path>:<line>:<column> <message>`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from cpl_registry.edges import installation
from cpl_registry.edges.worktree import read_files
from cpl_registry.records.documents import REGULAR, TreeFile
from cpl_registry.records.findings import Finding
from cpl_registry.records.register import sort_files
from cpl_registry.rules.run import validate

from tests.judging import hold_against, line_of
from tests.repository import ROOT

FOLDER = ROOT / "tests" / "cases"
REGISTER = FOLDER / "register"
ON = date(2026, 11, 22)
USUAL = {
    "device_type": "ESME",
    "manufacturer": "albion-metering",
    "manufacturer_identifier": "F0A1",
    "model_identifier": "0005",
    "hardware_version": "02",
    "hardware_revision": "03",
    "firmware_version": "38040404",
}
"""The key of an entry that a case does not tell otherwise: it decides where its file lies."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One situation: the files that are laid over the register, absent paths, modes, and a day."""

    name: str
    files: dict[str, bytes]
    absent: frozenset[str] = frozenset()
    modes: dict[str, str]
    on: date = ON

    def findings(self) -> tuple[Finding, ...]:
        files = {**standard_register(), **self.files}
        tree = sort_files(
            TreeFile(path=path, raw=raw, mode=self.modes.get(path, REGULAR))
            for path, raw in files.items()
            if path not in self.absent
        )
        return validate(tree, installation.schemas(), self.on).findings


@cache
def standard_register() -> dict[str, bytes]:
    return {file.path: file.raw for file in read_files(REGISTER)}


def place_of(raw: bytes) -> str:
    """Where the file of an entry belongs, going by the key in it."""
    key = dict(USUAL)
    for name, value in re.findall(r'^(\w+): *"?([A-Za-z0-9-]+)"?', raw.decode("latin-1"), re.M):
        if name in key:
            key[name] = value
    code, model, version, revision, firmware = (key[name].lower() for name in list(USUAL)[2:])
    folder = f"cpl/devices/{key['device_type'].lower()}/{key['manufacturer']}"
    return f"{folder}/{code}-{model}-{version}{revision}-{firmware}.yaml"


def read_case(path: Path) -> Case:
    if path.is_file():
        raw = path.read_bytes()
        return Case(name=path.stem, files={place_of(raw): raw}, modes={})
    said = path / "tree.txt"
    lines = said.read_text(encoding="utf-8").splitlines() if said.exists() else []
    told = [line.split(" ", 1) for line in lines]
    days = [date.fromisoformat(rest) for word, rest in told if word == "on"]
    files = {one.path: one.raw for one in read_files(path)} if (path / "cpl").exists() else {}
    return Case(
        name=path.name,
        files=files,
        absent=frozenset(rest for word, rest in told if word == "-"),
        modes={rest: word for word, rest in told if word.isdigit()},
        on=days[0] if days else ON,
    )


def cases_of(folder: Path) -> Iterator[Case]:
    """The cases of a rule in the order of their names."""
    for path in sorted(folder.iterdir()):
        if path.name != "expected.txt":
            yield read_case(path)


RULE_FOLDERS = sorted(path for path in FOLDER.iterdir() if path != REGISTER)


def test_the_register_around_the_cases_is_right() -> None:
    whole = Case(name="register", files={}, modes={})
    assert [line_of(one) for one in whole.findings()] == []


@pytest.mark.parametrize("folder", RULE_FOLDERS, ids=lambda path: path.name)
def test_the_cases_of_a_rule(folder: Path) -> None:
    rule = folder.name.split("-")[0]
    told = []
    for case in cases_of(folder):
        assert case.name.startswith(("ok-", "bad-")), case.name
        findings = case.findings()
        broken = [one for one in findings if one.rule == rule]
        assert bool(broken) == case.name.startswith("bad-"), case.name
        assert all(one.fix for one in findings), case.name
        told += [f"{case.name}: {line_of(one)}\n" for one in findings]
    hold_against(folder / "expected.txt", "".join(told))
