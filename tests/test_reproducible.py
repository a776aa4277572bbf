"""One commit and one day give the same bytes: in any folder, time zone and locale, on any machine."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from tests.registers import REAL
from tests.repository import ROOT, committed, name_of

DAY = "2024-02-29"
START = [sys.executable, "-c", "from cpl_registry.edges.cli import main; main()"]
ANOTHER_MACHINE = [sys.executable, str(ROOT / "tests" / "another_machine.py")]
SMALL = REAL.relative_to(ROOT)
# Python is kept from mending an ASCII locale by itself.
ASCII = {"LC_ALL": "C", "LANG": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}

Files = dict[str, tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Machine:
    """Where a build runs: the clone, and what surrounds it."""

    clone: Path
    environment: dict[str, str] = field(default_factory=dict)
    umask: int = 0o022
    start: tuple[str, ...] = tuple(START)

    def build(self, register: Path, out: Path) -> Files:
        """Mode and digest of every file and folder that the build gives."""
        names = ("PATH", "HOME", "VIRTUAL_ENV", "SYSTEMROOT")
        environment = {
            **{name: os.environ[name] for name in names if name in os.environ},
            "PYTHONPATH": str(self.clone / "scripts"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "1",
            "TZ": "Europe/London",
            "LC_ALL": "C.UTF-8",
            **self.environment,
        }
        answer = subprocess.run(
            [*self.start, "build", "--root", self.clone / register, "--out", out, "--on", DAY],
            env=environment,
            umask=self.umask,
            cwd=self.clone,
            capture_output=True,
            check=False,
        )
        assert (answer.returncode, answer.stderr) == (0, b"")
        return contents(out)


def contents(folder: Path) -> Files:
    found = {}
    for path in sorted(folder.rglob("*")):
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
        found[path.relative_to(folder).as_posix()] = (oct(path.stat().st_mode), digest)
    return found


def differing(one: Files, other: Files) -> list[str]:
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def git(folder: Path, *arguments: str | Path) -> str:
    settings = ("user.name=Test", "user.email=test@localhost", "commit.gpgsign=false")
    options = [part for setting in settings for part in ("-c", setting)]
    command = ["git", *options, "-C", folder, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def copied(paths: Iterable[Path], folder: Path) -> None:
    for path in paths:
        target = folder / name_of(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)


@pytest.fixture(scope="module")
def clones(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The repository as it lies here, as one commit, in two folders."""
    first = tmp_path_factory.mktemp("first") / "register"
    copied(committed(), first)
    git(first.parent, "init", "--quiet", "--initial-branch=main", first)
    git(first, "add", "--all")
    git(first, "commit", "--quiet", "--no-verify", "--message=The register")
    second = tmp_path_factory.mktemp("second") / "deeper" / "another folder, with é"
    git(first, "clone", "--quiet", "--no-hardlinks", first, second)
    for path in second.rglob("*.y*ml"):
        os.utime(path, (0, 0))
    return first, second


@pytest.fixture(scope="module")
def machine(clones: tuple[Path, Path]) -> Machine:
    return Machine(clone=clones[0])


@pytest.fixture(scope="module")
def small_build(machine: Machine, tmp_path_factory: pytest.TempPathFactory) -> Files:
    return machine.build(SMALL, tmp_path_factory.mktemp("out") / "build")


def other(machine: Machine, what: str, clones: tuple[Path, Path]) -> Machine:
    """The machine with one thing, or everything, being another."""
    changes = {
        "folder": replace(machine, clone=clones[1]),
        # Where the locale is not installed, the C library falls back to C.
        "time zone and language": replace(
            machine, environment={"TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8"}
        ),
        "locale without letters": replace(machine, environment=ASCII),
        "umask and hash seed": replace(machine, umask=0o077, environment={"PYTHONHASHSEED": "2"}),
        "clock and order of folders": replace(machine, start=tuple(ANOTHER_MACHINE)),
        "everything": Machine(
            clone=clones[1],
            environment={**ASCII, "TZ": "Pacific/Pago_Pago", "PYTHONHASHSEED": "3"},
            umask=0o027,
            start=tuple(ANOTHER_MACHINE),
        ),
    }
    return changes[what]


@pytest.mark.parametrize(
    "what",
    [
        "folder",
        "time zone and language",
        "locale without letters",
        "umask and hash seed",
        "clock and order of folders",
    ],
)
def test_the_same_bytes_whatever_surrounds_them(
    what: str, small_build: Files, machine: Machine, clones: tuple[Path, Path], tmp_path: Path
) -> None:
    out = tmp_path / "a folder of another name" / "out"
    assert differing(other(machine, what, clones).build(SMALL, out), small_build) == []


def test_the_shipped_register_gives_the_same_bytes_on_another_machine(
    machine: Machine, clones: tuple[Path, Path], tmp_path: Path
) -> None:
    """And built where `make site` builds, it leaves the clone clean."""
    here = machine.build(Path(), machine.clone / "build")
    there = other(machine, "everything", clones).build(Path(), tmp_path / "there")
    assert differing(here, there) == []
    assert len(here) > 200
    assert {mode for mode, _ in here.values()} == {"0o100644", "0o40755"}
    manifest = json.loads((machine.clone / "build/dcc/manifest.json").read_bytes())
    assert manifest["commit"] == git(clones[0], "rev-parse", "HEAD")
    assert manifest["on"] == DAY
    assert git(clones[0], "status", "--porcelain") == ""


def test_the_comparison_sees_a_byte_a_mode_and_a_file(tmp_path: Path) -> None:
    """Else the tests above would prove nothing."""
    for name in ("one", "two"):
        (tmp_path / name / "inner").mkdir(parents=True)
        (tmp_path / name / "inner" / "file").write_bytes(b"a")
    one = contents(tmp_path / "one")
    assert differing(one, contents(tmp_path / "two")) == []
    (tmp_path / "two/inner/file").write_bytes(b"b")
    assert differing(one, contents(tmp_path / "two")) == ["inner/file"]
    (tmp_path / "two/inner/file").write_bytes(b"a")
    (tmp_path / "two/inner").chmod(0o700)
    (tmp_path / "two/more").touch()
    assert differing(one, contents(tmp_path / "two")) == ["inner", "more"]
