"""The cases of the rules, as they lie in `cases/`: what each lays over the register, what is asked.

`cases/<RULE>-<name>/` holds the cases of one rule: `ok-*` keep it, `bad-*` break it. A case is

- one entry, judged in its place in the register of `cases/register/`;
- or a folder with `cpl/`: files that are laid over that register;
- or a folder with `head/cpl/`, and `base/cpl/` if need be: a submission, which turns that register,
  with `base` laid over it, into one with `head` laid over that.

In a folder `tree.txt` says what files cannot say themselves: `- PATH` is absent (of a submission:
deleted), `MODE PATH` has another mode, `on DAY` asks for another day, `by ACCOUNT` names who acts.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from cpl_registry.edges import installation
from cpl_registry.edges.worktree import read_files
from cpl_registry.records.documents import REGULAR, TreeFile
from cpl_registry.records.findings import Finding
from cpl_registry.records.manufacturers import AccountId
from cpl_registry.records.register import Tree, sort_files
from cpl_registry.rules.change_rules import Submission
from cpl_registry.rules.run import judge_change, validate

from tests.judging import Files
from tests.repository import ROOT

FOLDER = ROOT / "tests" / "cases"
REGISTER = FOLDER / "register"
ON = date(2026, 11, 22)
USUAL_KEY = {
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
    """One situation. `base` is None where it is a register and not a submission."""

    name: str
    files: Files
    base: Files | None = None
    absent: frozenset[str] = frozenset()
    modes: Mapping[str, str] = field(default_factory=dict)
    on: date = ON
    actor: str | None = None

    def findings(self) -> tuple[Finding, ...]:
        """What all gates say of a register, or the change gate of a submission."""
        schemas = installation.schemas()
        before = {**standard_register(), **(self.base or {})}
        after = {
            path: raw for path, raw in {**before, **self.files}.items() if path not in self.absent
        }
        tree = self._tree(after)
        report = validate(tree, schemas, self.on)
        if self.base is None:
            return report.findings
        submission = Submission(
            base=validate(self._tree(before), schemas, self.on).register,
            head=report.register,
            touched=frozenset(path for path in after if after[path] != before.get(path)),
            deleted=frozenset(set(before) - set(after)),
            actor=AccountId(self.actor) if self.actor else None,
            on=self.on,
        )
        return judge_change(submission, tree)

    def _tree(self, files: Files) -> Tree:
        return sort_files(
            TreeFile(path=path, raw=raw, mode=self.modes.get(path, REGULAR))
            for path, raw in files.items()
        )


@cache
def standard_register() -> Files:
    """The small right register around every case."""
    return files_in(REGISTER)


def files_in(folder: Path) -> Files:
    return {one.path: one.raw for one in read_files(folder)} if (folder / "cpl").exists() else {}


def place_of(raw: bytes) -> str:
    """Where the file of an entry belongs, going by the key in it."""
    key = dict(USUAL_KEY)
    for name, value in re.findall(
        r'^(\w+): *"?([A-Za-z0-9-]+)"?', raw.decode("latin-1"), re.MULTILINE
    ):
        if name in key:
            key[name] = value
    code, model, version, revision, firmware = (key[name].lower() for name in list(key)[2:])
    folder = f"cpl/devices/{key['device_type'].lower()}/{key['manufacturer']}"
    return f"{folder}/{code}-{model}-{version}{revision}-{firmware}.yaml"


def read_case(path: Path) -> Case:
    if path.is_file():
        raw = path.read_bytes()
        return Case(name=path.stem, files={place_of(raw): raw})
    said = path / "tree.txt"
    lines = said.read_text(encoding="utf-8").splitlines() if said.exists() else []
    told = [line.split(" ", 1) for line in lines]
    single = dict(told)
    changes = (path / "head").exists()
    return Case(
        name=path.name,
        files=files_in(path / "head" if changes else path),
        base=files_in(path / "base") if changes else None,
        absent=frozenset(rest for word, rest in told if word == "-"),
        modes={rest: word for word, rest in told if word.isdigit()},
        on=date.fromisoformat(single["on"]) if "on" in single else ON,
        actor=single.get("by"),
    )


def rule_folders() -> list[Path]:
    """The folders of the rules, in the order of their ids."""
    return sorted(path for path in FOLDER.iterdir() if path != REGISTER)


def cases_of(folder: Path) -> Iterator[Case]:
    """The cases of a rule in the order of their names."""
    for path in sorted(folder.iterdir()):
        if path.name != "expected.txt":
            yield read_case(path)
