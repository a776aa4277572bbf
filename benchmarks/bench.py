"""What a run of the benchmarks measures with: registers, repositories, sites, each made once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

from benchmarks.breaking import break_some
from benchmarks.commits import write_history
from benchmarks.lives import TODAY
from benchmarks.measuring import Command, Run, Usage, cpu_seconds, usage
from benchmarks.registers import write

HOME = Path(__file__).resolve().parents[1]
CPL = Path(sys.executable).with_name("cpl")
DAY = TODAY.isoformat()
Made = TypeVar("Made")


@dataclass(kw_only=True)
class Bench:
    """A folder for what is made, and how many pairs of runs a measurement has."""

    folder: Path
    pairs: int
    seed: int = 1
    _made: dict[Hashable, Any] = field(default_factory=dict)

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What was made under a key; made now if it was not."""
        if key not in self._made:
            self._made[key] = make()
        return cast("Made", self._made[key])

    def register(self, entries: int) -> Path:
        """A valid register, in no repository."""
        return self.once(("register", entries), lambda: self._register(entries, "register"))

    def broken(self, entries: int) -> Path:
        """The same with one in a hundred of its entries broken."""

        def make() -> Path:
            root = self.folder / f"broken-{entries}"
            shutil.copytree(self.register(entries), root, ignore=shutil.ignore_patterns(".cache"))
            break_some(root, seed=self.seed)
            return root

        return self.once(("broken", entries), make)

    def repository(self, entries: int) -> Path:
        """The same in a repository, with its whole history and a submission on a branch."""

        def make() -> Path:
            root = self._register(entries, "repository")
            write_history(root, entries, seed=self.seed, home=HOME)
            return root

        return self.once(("repository", entries), make)

    def site(self, entries: int) -> Path:
        """The site of a register, built once."""

        def make() -> Path:
            out = self.folder / f"site-{entries}"
            self.usage(build(self.register(entries), out))
            return out / "site"

        return self.once(("site", entries), make)

    @property
    def environment(self) -> dict[str, str]:
        """As a user has it, compiled modules kept; what is measured is the code beside this file."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        path = f"{HOME / 'scripts'}{os.pathsep}{HOME}"
        compiled = str(self.folder / "compiled")
        return {**kept, "PYTHONPATH": path, "PYTHONPYCACHEPREFIX": compiled}

    def usage(self, command: Command, *, fine: Collection[int] = (0,)) -> Usage:
        """What a command takes."""
        return usage(command, self.environment, fine=fine)

    def run(
        self, command: Command, *, cold: Path | None = None, fine: Collection[int] = (0,)
    ) -> Run:
        """A run of a command, in CPU seconds; `cold` is a register whose cache goes before each."""

        def once() -> float:
            if cold is not None:
                forget(cold)
            return cpu_seconds(command, self.environment, fine=fine)

        return once

    def said(self, command: Command, *, fine: Collection[int] = (0,)) -> bytes:
        """What a command prints."""
        done = subprocess.run(command, env=self.environment, capture_output=True, check=False)
        if done.returncode not in fine:
            sys.stderr.write(done.stderr.decode("utf-8", "backslashreplace")[-2000:])
            raise subprocess.CalledProcessError(done.returncode, [str(one) for one in command[:9]])
        return done.stdout

    def _register(self, entries: int, kind: str) -> Path:
        root = self.folder / f"{kind}-{entries}"
        root.mkdir()
        write(root, entries, seed=self.seed, home=HOME)
        return root


def forget(root: Path) -> None:
    """The register's cache, deleted: the next run is a cold one."""
    shutil.rmtree(root / ".cache" / "cpl", ignore_errors=True)


def validate(root: Path, *more: str | Path) -> Command:
    return (CPL, "validate", *more, "--on", DAY, "--root", root)


def build(root: Path, out: Path) -> Command:
    return (CPL, "build", "--on", DAY, "--root", root, "--out", out)
