"""A register in a Git repository of its own, and the commands as an administrator runs them there."""

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from cpl_registry.edges.reading import read
from cpl_registry.records.delivery import DeliveryFile
from cpl_registry.records.register import Register
from cpl_registry.state.publication import PublishedState, publish

from tests.docs_worlds import environment
from tests.registers import called, cpl
from tests.rehearsals import Signer, write_register

DELIVERIES = "cpl/dcc/deliveries"
UNSENT = "/release/\n/.cache/\n"


@dataclass(frozen=True, kw_only=True)
class Done:
    """What came of a command: exit code, standard output, standard error."""

    code: int
    out: bytes
    err: str

    @property
    def told(self) -> str:
        """Everything that a person sees, for the message of a test that fails."""
        return f"exit code {self.code}\n{self.out.decode()}{self.err}"


def cpl_here(*arguments: str | Path) -> Done:
    """The command `cpl` in this process, from the command line on."""
    return _done(called(*arguments))


def cpl_apart(*arguments: str | Path) -> Done:
    """The same as a program of its own, as users run it."""
    return _done(cpl(*arguments))


def _done(answer: subprocess.CompletedProcess[bytes]) -> Done:
    assert b"Traceback" not in answer.stderr
    return Done(code=answer.returncode, out=answer.stdout, err=answer.stderr.decode())


@dataclass(kw_only=True)
class Clone:
    """A working tree: its root, and who signs. With `apart` each command is a program of its own."""

    root: Path
    signer: Signer
    apart: bool = field(default=False)

    def cpl(self, *arguments: str | Path) -> Done:
        """A command on this register."""
        return self.cpl_alone(*arguments, "--root", self.root)

    def cpl_alone(self, *arguments: str | Path) -> Done:
        """A command that needs no register."""
        return (cpl_apart if self.apart else cpl_here)(*arguments)

    def git(self, *arguments: str) -> str:
        """A Git command, which must succeed."""
        return subprocess.run(
            ["git", *arguments],
            cwd=self.root,
            env=environment(),
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def commit(self, message: str, *paths: str) -> list[str]:
        """Commits what changed, or the named paths; returns the paths that the commit touches."""
        self.git("add", "--all", "--", *(paths or (".",)))
        self.git("commit", "--quiet", "--message", message)
        return self.git("show", "--name-only", "--format=", "HEAD").split()

    def write(self, files: Mapping[str, str]) -> None:
        """Files of the register by their paths."""
        write_register(files, self.root)

    def copy(self, to: Path) -> "Clone":
        """The same once more, to be changed or disturbed."""
        shutil.copytree(self.root, to)
        return replace(self, root=to)

    def append(self, path: str, text: str) -> None:
        """Text at the end of a file."""
        self.write({path: (self.root / path).read_text(encoding="utf-8") + text})

    def edit(self, path: str, before: str, after: str) -> None:
        """Replaces a text that stands once in a file."""
        text = (self.root / path).read_text(encoding="utf-8")
        assert text.count(before) == 1, f"{before!r} in {path}"
        self.write({path: text.replace(before, after)})

    def release(self, on: date | str, *options: str | Path) -> Done:
        """`cpl release` of a day, signed."""
        signed = ("--key", self.signer.key, "--certificate", self.signer.certificate)
        return self.cpl("release", "--on", str(on), *signed, *options)

    def delivered(self, *days: str) -> "Clone":
        """Itself, after a delivery of each day, each in a commit."""
        for day in days:
            done = self.release(day)
            assert done.code == 0, done.told
            self.commit(f"Delivery of {day}")
        return self

    def must(self, *arguments: str | Path) -> Done:
        """A command that must succeed."""
        done = self.cpl(*arguments)
        assert done.code == 0, done.told
        return done

    def folder(self, serial: str) -> Path:
        """Where a release lies."""
        return self.root / "release" / serial

    @property
    def serials(self) -> list[str]:
        """The serials of the delivery files in the register, in order."""
        return sorted(path.stem for path in (self.root / DELIVERIES).glob("*.yaml"))

    def register(self, on: date) -> Register:
        """The register as it lies on the disk, which must have no error."""
        report = read(self.root, on).report
        assert not report.failed, report.findings
        return report.register

    def state(self, on: date) -> PublishedState:
        """What is published of it on a day."""
        return publish(self.register(on), on)

    def published_without_rules(self, on: date) -> PublishedState:
        """What would be published on a day if no rule had a say."""
        return publish(read(self.root, on).report.register, on)

    def delivery(self, serial: str) -> DeliveryFile:
        """A delivery, read from its file."""
        on = date.fromisoformat(serial[:10])
        return next(one for one in self.register(on).deliveries if one.serial == serial)


def new_clone(
    root: Path, source: Path, signer: Signer, files: Mapping[str, str] | None = None
) -> Clone:
    """The register of a folder in a new repository, committed, with some files changed."""
    shutil.copytree(source / "cpl", root / "cpl")
    made = Clone(root=root, signer=signer)
    made.write({".gitignore": UNSENT, **(files or {})})
    made.git("init", "--quiet", "--initial-branch=main", "--template=")
    made.commit("The register")
    return made


def refused(done: Done, *words: str) -> None:
    """Nothing was done: no success, one clear reason that says these words."""
    assert done.code in {1, 2}, done.told
    for word in words:
        assert word in done.told, done.told
