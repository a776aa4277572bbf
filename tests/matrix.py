"""One commit and one day built on many machines: `make matrix` for all, test_reproducible.py for two.

    python -m tests.matrix [NAME...]

Each variant differs from the reference in one thing. PYTHONS names other interpreters, apart by
blanks; each gets an environment of its own in `.cache/matrix/`, made from the lock.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from tests import results
from tests.machines import (
    ANOTHER_MACHINE,
    ASCII,
    DAY,
    SHIPPED,
    START,
    Files,
    Machine,
    Refused,
    cloned,
    differing,
    repository_in,
)
from tests.repository import ROOT

SAME, REFUSED, ABSENT, DIFFERS = "the same bytes", "refused, clearly", "absent here", "DIFFERS"
PYTHONS = ("python3.12", "python3.13")
CACHE = ROOT / ".cache" / "matrix"
LOCK = ROOT / "requirements.lock"
ANOTHER_FILE_SYSTEM = Path("/dev/shm")  # noqa: S108  # in memory: its folders list the newest first
GIT_OF_ANOTHER = """\
[core]
	autocrlf = true
	quotepath = false
	pager = cat
	fsmonitor = true
[color]
	ui = always
[status]
	showUntrackedFiles = no
	short = true
	branch = true
[diff]
	noprefix = true
	external = false
[log]
	date = relative
	showSignature = true
"""
REPORT = """\
Written by `make matrix`. The demonstration is built for {day} on a reference machine, and once more with one thing
different: every file and folder of site, data and DCC extract ({files} of them), and of `cpl extract` by itself, is
compared with its mode. A shallow clone, and Python without docstrings, may be refused instead, if that is said clearly.

{table}
"""


class Absent(Exception):
    """This machine cannot be another in this way; the message is why."""


@dataclass(frozen=True, kw_only=True)
class World:
    """The reference machine, and a folder for whatever a variant needs."""

    reference: Machine
    folder: Path

    @property
    def clone(self) -> Path:
        """The repository that others are cloned from."""
        return self.reference.clone

    def under(self, **environment: str) -> Machine:
        """The reference with other variables in its environment."""
        return replace(self.reference, environment=environment)

    def another_clone(self, name: str, *options: str) -> Machine:
        """The reference with a clone made in another way, or lying elsewhere."""
        return replace(self.reference, clone=cloned(self.clone, self.folder / name, *options))


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One thing that differs: what, as people call it; the machine where it does.

    `may_refuse` is what a refusal must say where the machine may refuse.
    """

    name: str
    machine: Callable[[World], Machine]
    may_refuse: str | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a variant: the verdict and, but for the same bytes, why."""

    name: str
    verdict: str
    why: str = ""


def environments() -> Iterator[Variant]:
    """What surrounds the process."""
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "UTC"):
        yield _under(f"time zone {zone}", TZ=zone)
    yield _under("locale C", LC_ALL="C", LANG="C")
    yield _under("locale C, in which Python may mend nothing", **ASCII)
    posix = {**ASCII, "LC_ALL": "POSIX", "PYTHONUTF8": "1"}
    yield _under("locale POSIX without coercion, in UTF-8 mode", **posix)
    yield _under("streams that know only ASCII", PYTHONIOENCODING="ascii")
    yield Variant(name="locale tr_TR", machine=_turkish)
    for seed in ("0", "2", "3", "4294967295"):
        yield _under(f"hash seed {seed}", PYTHONHASHSEED=seed)
    yield _under("optimised Python", PYTHONOPTIMIZE="1")
    yield Variant(
        name="Python without docstrings",
        machine=lambda world: world.under(PYTHONOPTIMIZE="2"),
        may_refuse="cpl: Python was started with -OO",
    )
    for umask in (0o000, 0o027, 0o077):
        yield Variant(name=f"umask {umask:03o}", machine=_with_umask(umask))
    yield Variant(name="another user's settings of Git", machine=_another_users_git)
    yield Variant(name="no network", machine=_without_network)


def places() -> Iterator[Variant]:
    """Where the files lie, in which order, and how they came there."""
    deep = "deeper/another folder, with é"
    yield Variant(name="another path", machine=lambda world: world.another_clone(deep))
    yield Variant(name="another file system", machine=_elsewhere)
    yield Variant(name="clock ahead, folders listed backwards", machine=_started_elsewhere)
    for seed in ("1", "2"):
        machine = _listed_in_order(seed)
        yield Variant(name=f"clock ahead, folders shuffled by {seed}", machine=machine)
    yield Variant(
        name="clone of depth 1",
        machine=lambda world: world.another_clone("shallow", "--depth=1"),
        may_refuse="shallow",
    )
    for setting in ("true", "input"):
        name = f"core.autocrlf={setting}"
        yield Variant(
            name=f"clone with {name}",
            machine=lambda world, name=name: world.another_clone(name, "-c", name),  # type: ignore[misc]
        )
    crlf = ("-c", "core.autocrlf=true", "-c", "core.eol=crlf")
    yield Variant(
        name="clone as on Windows", machine=lambda world: world.another_clone("crlf", *crlf)
    )


def interpreters() -> Iterator[Variant]:
    """Other versions of Python."""
    for name in os.environ.get("PYTHONS", " ".join(PYTHONS)).split():
        yield Variant(name=f"interpreter {Path(name).name}", machine=_by(name))


def variants() -> tuple[Variant, ...]:
    """Every variant, in the order of the table."""
    return (*environments(), *places(), *interpreters())


def _under(name: str, **environment: str) -> Variant:
    return Variant(name=name, machine=lambda world: world.under(**environment))


def _with_umask(umask: int) -> Callable[[World], Machine]:
    return lambda world: replace(world.reference, umask=umask)


def _turkish(world: World) -> Machine:
    """A locale in which the lower case of I is not i, made where it is not installed."""
    made = world.folder / "locales"
    made.mkdir()
    command: list[str | Path] = ["localedef", "-i", "tr_TR", "-f", "UTF-8", made / "tr_TR.UTF-8"]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError as error:
        raise Absent("no localedef to make it with") from error
    if not (made / "tr_TR.UTF-8").is_dir():
        raise Absent(done.stderr.decode("utf-8", "replace").strip() or "localedef made nothing")
    environment = {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "LOCPATH": str(made)}
    speaks = "import locale; locale.setlocale(locale.LC_ALL, ''); print(locale.strxfrm('a'))"
    asked = [sys.executable, "-c", speaks]
    if subprocess.run(asked, env=environment, capture_output=True, check=False).returncode:
        raise Absent("the C library does not take the locale that localedef made")
    return world.under(**environment)


def _another_users_git(world: World) -> Machine:
    home = world.folder / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(GIT_OF_ANOTHER, encoding="utf-8")
    return world.under(HOME=str(home))


def _without_network(world: World) -> Machine:
    apart = ("unshare", "--map-root-user", "--net")
    try:
        done = subprocess.run([*apart, "true"], capture_output=True, check=False)
    except OSError as error:
        raise Absent("no unshare to take it away with") from error
    if done.returncode:
        raise Absent(f"unshare may not: {done.stderr.decode('utf-8', 'replace').strip()}")
    return replace(world.reference, before=apart)


def _elsewhere(world: World) -> Machine:
    if not ANOTHER_FILE_SYSTEM.is_dir() or (
        ANOTHER_FILE_SYSTEM.stat().st_dev == world.folder.stat().st_dev
    ):
        raise Absent(f"{ANOTHER_FILE_SYSTEM} is no file system of its own")
    folder = Path(tempfile.mkdtemp(prefix="cpl-matrix-", dir=ANOTHER_FILE_SYSTEM))
    (world.folder / "to-remove").symlink_to(folder)
    return replace(world.reference, clone=cloned(world.clone, folder / "register"))


def _started_elsewhere(world: World) -> Machine:
    return replace(world.reference, start=ANOTHER_MACHINE)


def _listed_in_order(seed: str) -> Callable[[World], Machine]:
    return lambda world: replace(_started_elsewhere(world), environment={"ORDER": seed})


def _by(name: str) -> Callable[[World], Machine]:
    return lambda world: replace(world.reference, start=(str(environment_of(name)), *START[1:]))


def environment_of(name: str) -> Path:
    """The interpreter of an environment that has what the lock names.

    Raises:
        Absent: there is no such interpreter, or it does not run.
    """
    found = shutil.which(name)
    if found is None:
        raise Absent(f"there is no {name}; PYTHONS can name its path")
    version = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)
    if version.returncode:
        raise Absent(f"{found} does not run; PYTHONS can name another path")
    told = f"{version.stdout}{found}{LOCK.read_text(encoding='utf-8')}"
    folder = CACHE / f"{Path(name).name}-{sha256(told.encode()).hexdigest()[:16]}"
    python = folder / "bin" / "python"
    if not (folder / "installed").is_file():
        print(f"making an environment of {version.stdout.strip()}", flush=True)  # noqa: T201
        subprocess.run([found, "-m", "venv", "--clear", folder], check=True)
        pip = ["-m", "pip", "--disable-pip-version-check", "-qq", "install", "--no-deps"]
        whole = ["--require-hashes", "--only-binary=:all:", "-r"]
        subprocess.run([python, *pip, *whole, LOCK], check=True)
        (folder / "installed").touch()
    return python


def published(machine: Machine, register: Path, folder: Path) -> Files:
    """What a machine makes of a register: its build, and its extract by itself."""
    built = machine.build(register, folder / "build")
    extract = machine.extract(register, folder / "extract")
    shutil.rmtree(folder)
    return {
        **{f"build/{path}": facts for path, facts in built.items()},
        **{f"extract/{path}": facts for path, facts in extract.items()},
    }


def tried(variant: Variant, world: World, register: Path, expected: Files) -> Outcome:
    """What comes of one variant."""
    out = world.folder / "out"
    try:
        found = published(variant.machine(world), register, out)
    except Absent as error:
        return Outcome(name=variant.name, verdict=ABSENT, why=str(error))
    except Refused as error:
        clear = variant.may_refuse is not None and variant.may_refuse in str(error)
        told = str(error)[-300:]
        return Outcome(name=variant.name, verdict=REFUSED if clear else DIFFERS, why=told)
    finally:
        shutil.rmtree(out, ignore_errors=True)
        if (link := world.folder / "to-remove").is_symlink():
            shutil.rmtree(link.readlink())
            link.unlink()
    others = differing(found, expected)
    if others:
        told = ", ".join(others[:5]) + (f" and {len(others) - 5} more" if len(others) > 5 else "")
        return Outcome(name=variant.name, verdict=DIFFERS, why=told)
    return Outcome(name=variant.name, verdict=SAME)


def report(outcomes: Sequence[Outcome], files: int) -> str:
    """The results, for people."""
    rows = [(one.name, one.verdict, one.why) for one in outcomes]
    told = results.table(("what differs", "verdict", "why"), rows)
    return REPORT.format(day=DAY, files=files, table=told)


def main(names: Sequence[str]) -> None:
    chosen = [one for one in variants() if not names or any(name in one.name for name in names)]
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="cpl-matrix-") as folder:
        clone = repository_in(Path(folder) / "register")
        world = World(reference=Machine(clone=clone), folder=Path(folder))
        expected = published(world.reference, SHIPPED, Path(folder) / "out")
        for variant in chosen:
            outcomes.append(tried(variant, world, SHIPPED, expected))
            last = outcomes[-1]
            print(f"{last.name}: {last.verdict}{last.why and f' ({last.why})'}", flush=True)  # noqa: T201
    if not names:
        results.write("matrix", report(outcomes, len(expected)))
    if any(one.verdict == DIFFERS for one in outcomes):
        sys.exit("not every machine gives the same bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
