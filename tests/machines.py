"""Machines that a build can run on, and what the builds of two of them have in common."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.registers import REAL
from tests.repository import ROOT, committed, name_of

DAY = "2024-02-29"
START = (sys.executable, "-c", "from cpl_registry.edges.cli import main; main()")
ANOTHER_MACHINE = (sys.executable, str(ROOT / "tests" / "another_machine.py"))
"""A start with the clock 400 days ahead and the folders listed in another order."""
SMALL, SHIPPED = REAL.relative_to(ROOT), Path()
"""Registers of a clone."""
# Python is kept from mending an ASCII locale by itself.
ASCII = {"LC_ALL": "C", "LANG": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}

Files = dict[str, tuple[str, str]]
"""Mode and digest of each file, and of each folder, by its path."""


class Refused(Exception):
    """The command ended otherwise than well; the message is what it said."""


@dataclass(frozen=True, kw_only=True)
class Machine:
    """Where a build runs: the clone, and what surrounds it."""

    clone: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    umask: int = 0o022
    before: tuple[str, ...] = ()
    start: tuple[str, ...] = START

    def build(self, register: Path, out: Path) -> Files:
        """What the build of a register gives: site, data, DCC extract.

        Raises:
            Refused: it was not built.
        """
        self.run("build", register, out)
        return contents(out)

    def extract(self, register: Path, out: Path) -> Files:
        """What the extract of a register by itself gives.

        Raises:
            Refused: there is none.
        """
        self.run("extract", register, out)
        return contents(out)

    def run(self, command: str, register: Path, out: Path) -> None:
        """A command on a register of the clone, for the one day.

        Raises:
            Refused: it did not end well, or had anything to say on standard error.
        """
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
        asked: list[str | Path] = ["--root", self.clone / register, "--out", out, "--on", DAY]
        answer = subprocess.run(
            [*self.before, *self.start, command, *asked],
            env=environment,
            umask=self.umask,
            cwd=self.clone,
            capture_output=True,
            check=False,
        )
        if (answer.returncode, answer.stderr) != (0, b""):
            told = answer.stderr.decode("utf-8", "replace").strip()
            raise Refused(f"exit code {answer.returncode}: {told}")


def contents(folder: Path) -> Files:
    """Every file and folder below a folder."""
    found = {}
    for path in sorted(folder.rglob("*")):
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
        found[path.relative_to(folder).as_posix()] = (oct(path.stat().st_mode), digest)
    return found


def differing(one: Files, other: Files) -> list[str]:
    """The paths that are not the same in both."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def git(folder: Path, *arguments: str | Path) -> str:
    """A Git command, which must succeed."""
    settings = ("user.name=Test", "user.email=test@localhost", "commit.gpgsign=false")
    options = [part for setting in settings for part in ("-c", setting)]
    command = ["git", *options, "-C", folder, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def copied(paths: Iterable[Path], folder: Path) -> None:
    """Files of the repository in another folder."""
    for path in paths:
        target = folder / name_of(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)


def repository_in(folder: Path) -> Path:
    """The repository as it lies here, as the last of two commits."""
    copied(committed(), folder)
    git(folder.parent, "init", "--quiet", "--initial-branch=main", folder)
    for what in ("docs", "."):
        git(folder, "add", "--all", what)
        git(folder, "commit", "--quiet", "--no-verify", f"--message=The repository: {what}")
    return folder


def cloned(source: Path, folder: Path, *options: str) -> Path:
    """A clone, over the protocol that a shallow one needs too; its files are of another time."""
    git(source, "clone", "--quiet", *options, source.as_uri(), folder)
    for path in folder.rglob("*.y*ml"):
        os.utime(path, (0, 0))
    return folder
