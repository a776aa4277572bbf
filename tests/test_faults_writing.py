"""Commands that write, killed at any step and on a full disk: each file is the old one or the new one.

`cpl release` and `cpl build` have more to keep: tests/test_release_faults.py, tests/test_build.py.
"""

import errno
import resource
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from cpl_registry.edges.writer import write_files
from cpl_registry.outputs.workbook import workbook

from tests.clones import DELIVERIES, Clone, cpl_here, new_clone
from tests.forked import Ended, Forked, forked
from tests.registers import GBCS_1_1
from tests.rehearsals import new_signer

ON, DAY = "2018-05-08", "2018-12-01"
Files = dict[str, bytes]


@dataclass(frozen=True, kw_only=True)
class World:
    """A register with a delivery, what its data were exported as, and who runs commands in children."""

    clone: Clone
    workbook: Path
    answer: Path
    held: Path
    forked: Forked


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("writing")
    clone = new_clone(folder / "register", GBCS_1_1, new_signer(folder, "demo"))
    held = folder / "held.csv"
    held.write_bytes(clone.must("extract", "--on", DAY).out)
    assert clone.release(ON).code == 0
    data = folder / "cpl.xlsx"
    (made,) = workbook(clone.state(date.fromisoformat(DAY)))
    data.write_bytes(made.content)
    answer = folder / "answer.csv"
    answer.write_bytes(
        b"serial,entry_id,logical_device,result,reason,at\r\n"
        + f"{ON}-01,*,,loaded,,{ON}T18:00:00Z\r\n".encode()
    )
    clone.commit("Delivered")
    with forked() as process:
        yield World(clone=clone, workbook=data, answer=answer, held=held, forked=process)


def entries(clone: Clone) -> list[Path]:
    return sorted((clone.root / "cpl/devices").rglob("*.yaml"))


def to_fix(_world: World, clone: Clone) -> list[str | Path]:
    """Two entries that are not in canonical form."""
    for path in entries(clone)[:2]:
        path.write_bytes(path.read_bytes() + b"# a remark\n\n\n")
    return ["fix"]


def to_import(world: World, clone: Clone) -> list[str | Path]:
    """Two entries that only the table has."""
    for path in entries(clone)[:2]:
        path.unlink()
    return ["import", world.workbook]


def to_remove(_world: World, clone: Clone) -> list[str | Path]:
    """Two entries off the list."""
    names = [path.relative_to(clone.root).as_posix() for path in entries(clone)[:2]]
    why = (
        "--status",
        "Withdrawn",
        "--cause",
        "manufacturer-request",
        "--reference",
        "DEC-2018-001",
    )
    return ["remove", *names, *why]


def to_acknowledge(world: World, _clone: Clone) -> list[str | Path]:
    """An answer to the delivery."""
    return ["acknowledge", world.answer]


def to_make(_world: World, clone: Clone) -> list[str | Path]:
    """A new firmware of one meter in two hardware versions: two entries."""
    fields = (
        "--firmware-version",
        "0D0100FF",
        "--image-hash",
        "93AF" * 16,
        "--gbcs-version",
        "1.1",
    )
    hardware = ("--hardware", "0200", "--hardware", "0201")
    return ["new", "--from", entries(clone)[0], *fields, *hardware]


def to_begin(world: World, clone: Clone) -> list[str | Path]:
    """What the DCC holds already as the first delivery."""
    shutil.rmtree(clone.root / DELIVERIES)
    return ["baseline", world.held]


CASES: dict[str, Callable[[World, Clone], list[str | Path]]] = {
    "fix": to_fix,
    "import": to_import,
    "remove": to_remove,
    "acknowledge": to_acknowledge,
    "new": to_make,
    "baseline": to_begin,
}


def asked(name: str, world: World, clone: Clone) -> list[str | Path]:
    """A command, with the register made ready for it."""
    day = () if name == "fix" else ("--on", DAY)
    return [*CASES[name](world, clone), "--root", clone.root, *day]


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A command about to run in a register, and what it makes of it when nothing disturbs it."""

    world: World
    name: str
    before: Files
    after: Files
    ended: Ended

    def again(self, folder: Path) -> tuple[Clone, list[str | Path]]:
        """The register and the command, once more."""
        clone = self.world.clone.copy(folder)
        return clone, self.command(clone)

    def command(self, clone: Clone) -> list[str | Path]:
        """The command, with the register made ready for it."""
        return asked(self.name, self.world, clone)


def files(clone: Clone) -> Files:
    """Every file of the register."""
    found = sorted(path for path in (clone.root / "cpl").rglob("*") if path.is_file())
    return {path.relative_to(clone.root).as_posix(): path.read_bytes() for path in found}


@pytest.fixture(scope="module", params=CASES)
def scene(
    request: pytest.FixtureRequest, world: World, tmp_path_factory: pytest.TempPathFactory
) -> Scene:
    clone = world.clone.copy(tmp_path_factory.mktemp("undisturbed") / "register")
    name = request.param
    command = asked(name, world, clone)
    before = files(clone)
    ended = world.forked.run(*command)
    after = files(clone)
    assert ended.code == 0, ended.told
    assert len(before.items() ^ after.items()) >= 1
    return Scene(world=world, name=name, before=before, after=after, ended=ended)


# ------------------------------------------------------------------------------------------- in steps


def old_or_new(clone: Clone, scene: Scene) -> None:
    """Each file as it was or as it was to be, and no other beside them."""
    there = files(clone)
    for path in there.keys() | scene.before.keys() | scene.after.keys():
        assert there.get(path) in (scene.before.get(path), scene.after.get(path)), path


def test_killed_before_every_step_each_file_is_old_or_new(scene: Scene, tmp_path: Path) -> None:
    """What a kill left half done is taken back through Git, and the command run again."""
    mended = 0
    last = scene.ended.steps  # before the last twenty it reads, and asks Git
    for step in sorted({1, *range(max(last - 20, 1), last + 1)}):
        clone, command = scene.again(tmp_path / str(step))
        clone.git("add", "--all")  # what the command began with
        killed = scene.world.forked.run(*command, die_at=step)
        assert killed.code == -signal.SIGKILL
        old_or_new(clone, scene)
        if files(clone) not in (scene.before, scene.after):
            clone.git("checkout", "--quiet", "--", ".")
            clone.git("clean", "--quiet", "--force", "cpl")
            assert files(clone) == scene.before
            assert scene.world.forked.run(*command).code == 0
            assert files(clone) == scene.after
            mended += 1
        shutil.rmtree(clone.root)
    several = sum(scene.before.get(path) != raw for path, raw in scene.after.items()) > 1
    assert bool(mended) is several  # a single file has no half


def written_by(scene: Scene) -> list[int]:
    """The sizes of what the command writes into the register."""
    return [len(raw) for path, raw in scene.after.items() if scene.before.get(path) != raw]


def test_killed_in_the_midst_of_a_file_each_one_is_old_or_new(scene: Scene, tmp_path: Path) -> None:
    """At its first byte, and before the last one of the smallest and of the largest file."""
    written = written_by(scene)
    for most in sorted({0, min(written) - 1, max(written) - 1}):
        clone, command = scene.again(tmp_path / str(most))
        killed = scene.world.forked.run(*command, most_bytes=most, die_there=True)
        assert killed.code == -signal.SIGXFSZ
        old_or_new(clone, scene)
        shutil.rmtree(clone.root)


def test_a_full_disk_leaves_everything_as_it_was(scene: Scene, tmp_path: Path) -> None:
    """No file may grow over a limit, as if the disk were full there: exit code 2, and why."""
    written = written_by(scene)
    for most in sorted({0, min(written) - 1, max(written) - 1}):
        clone, command = scene.again(tmp_path / str(most))
        ended = scene.world.forked.run(*command, most_bytes=most)
        assert ended.code == 2, ended.told
        assert "Traceback" not in ended.told
        (line,) = [one for one in ended.told.splitlines() if one.startswith("cpl: ")]
        assert "File too large" in line
        assert files(clone) == scene.before
        assert list((clone.root / ".cache/cpl").glob(".*")) == []
        shutil.rmtree(clone.root)


# --------------------------------------------------------------------------------------- a new register


def below(folder: Path) -> Files:
    """Every file and folder below a folder, but what an interrupted command left beside."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    return {
        name: path.read_bytes() if path.is_file() else b""
        for name, path in found.items()
        if not name.startswith(".")
    }


@pytest.mark.parametrize("was", ["missing", "empty"])
def test_a_new_register_killed_before_every_step_is_whole_or_not_there(
    was: str, world: World, tmp_path: Path
) -> None:
    """What lies aside is cleared by the same command, run again."""

    def asked_in(folder: Path) -> tuple[str, Path]:
        folder.mkdir()
        if was == "empty":
            (folder / "new").mkdir()
        return ("init", folder / "new")

    undisturbed = world.forked.run(*asked_in(tmp_path / "undisturbed"))
    assert undisturbed.code == 0, undisturbed.told
    whole = below(tmp_path / "undisturbed")
    assert "new/cpl/reference/manufacturers.yaml" in whole
    seen = []
    for step in range(1, undisturbed.steps + 1):
        folder = tmp_path / str(step)
        command = asked_in(folder)
        assert world.forked.run(*command, die_at=step).code == -signal.SIGKILL
        there = below(folder)
        assert there in ({}, {"new": b""}, whole)
        seen.append(there == whole)
        if there != whole:
            again = world.forked.run(*command)
            assert again.code == 0, again.told
            assert below(folder) == whole
            assert [path.name for path in folder.iterdir()] == ["new"]
    assert not seen[0]


def test_a_new_register_killed_in_the_midst_of_a_file_is_not_there(
    world: World, tmp_path: Path
) -> None:
    killed = world.forked.run("init", tmp_path / "new", most_bytes=1000, die_there=True)
    assert killed.code == -signal.SIGXFSZ
    assert below(tmp_path) == {}


def test_a_new_register_on_a_full_disk_is_not_there(world: World, tmp_path: Path) -> None:
    ended = world.forked.run("init", tmp_path / "new", most_bytes=1000)
    assert ended.code == 2, ended.told
    (line,) = ended.told.splitlines()
    assert line.startswith("cpl: ")
    assert "File too large" in line
    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------------------------------ many files at once


def test_a_disk_that_is_full_for_the_last_file_leaves_the_first(tmp_path: Path) -> None:
    """All are on the disk beside before the first is replaced."""
    old = {tmp_path / "a" / "one": b"1", tmp_path / "b" / "one": b"2"}
    write_files(old, aside_in=tmp_path / "aside")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            write_files(
                {tmp_path / "a" / "one": b"new", tmp_path / "b" / "one": bytes(1001)},
                aside_in=tmp_path / "aside",
            )
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert {path: path.read_bytes() for path in old} == old
    assert list((tmp_path / "aside").iterdir()) == []


# ------------------------------------------------------------------------------- another file system


def another_file_system(monkeypatch: pytest.MonkeyPatch, *folders: Path) -> None:
    """As if these folders were mounted: nothing is moved into them or out of them in one step."""
    stat, replace = Path.stat, Path.replace

    def mounted(path: Path) -> bool:
        return any(path == one or one in path.parents for one in folders)

    class Elsewhere:
        def __init__(self, real: object) -> None:
            self._real = real
            self.st_dev = -1

        def __getattr__(self, name: str) -> object:
            return getattr(self._real, name)

    def told(path: Path, *, follow_symlinks: bool = True) -> object:
        real = stat(path, follow_symlinks=follow_symlinks)
        return Elsewhere(real) if mounted(path) else real

    def moved(path: Path, target: Path) -> Path:
        if mounted(path) != mounted(Path(target)):
            raise OSError(errno.EXDEV, "Invalid cross-device link", str(path))
        return replace(path, target)

    monkeypatch.setattr(Path, "stat", told)
    monkeypatch.setattr(Path, "replace", moved)


def test_an_extract_is_written_into_a_folder_that_is_mounted(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "mounted"
    out.mkdir()
    another_file_system(monkeypatch, out)
    with pytest.raises(OSError, match="cross-device"):
        (world.clone.root / ".gitignore").replace(out / "x")
    world.clone.must("extract", "--on", DAY, "--out", out)
    names = sorted(path.name for path in out.iterdir())
    assert "manifest.json" in names
    assert [name for name in names if name.startswith(".")] == []


def test_a_release_is_signed_in_a_folder_that_is_mounted(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = world.clone.copy(tmp_path / "register")
    clone.must("release", "--unsigned", "--on", DAY)
    folder = clone.folder(f"{DAY}-01")
    another_file_system(monkeypatch, folder)
    signed = ("--key", clone.signer.key, "--certificate", clone.signer.certificate)
    done = cpl_here("sign", folder, *signed)
    assert done.code == 0, done.told
    assert cpl_here("verify", folder).code == 0
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []
