"""`cpl release` killed at any moment, and on a full disk: what was there stays whole.

After each fault the register has no error, the last release verifies with the chain, nothing lies
in the register that is half a delivery, and the next release works with a serial never used before.
"""

import os
import resource
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from random import Random
from time import monotonic, sleep

import pytest
from cpl_registry.edges.verifying import verified

from tests.clones import DELIVERIES, Clone, new_clone
from tests.forked import Ended, Forked, forked
from tests.how_often import often
from tests.registers import CPL, GBCS_1_1
from tests.rehearsals import new_signer

BEFORE, ON, AFTER = "2018-05-08", "2018-05-09", "2018-05-10"
KILLS, REAL_KILLS = often(16, 48), often(4, 12)
FULL_DISKS, REAL_FULL_DISKS = often(15, 45), often(2, 5)


@dataclass(frozen=True, kw_only=True)
class World:
    """A register with a baseline and one release, to be copied, and who runs commands in children."""

    made: Clone
    forked: Forked


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("faults")
    clone = new_clone(folder / "register", GBCS_1_1, new_signer(folder, "demo"))
    held = folder / "held.csv"
    held.write_bytes(clone.must("extract", "--on", "2018-04-30").out)
    clone.must("baseline", held, "--on", "2018-04-30")
    assert clone.release(BEFORE).code == 0
    clone.commit("Delivered")
    clone.git("gc", "--quiet", "--prune=now")  # fewer files to copy for each fault
    with forked() as process:
        yield World(made=clone, forked=process)


def asked(clone: Clone) -> list[str | Path]:
    """The release that is disturbed."""
    signed = ("--key", clone.signer.key, "--certificate", clone.signer.certificate)
    return ["release", "--root", clone.root, "--on", ON, *signed]


def releases(clone: Clone) -> list[str]:
    """The folders of releases that are in place."""
    found = (path.name for path in (clone.root / "release").iterdir())
    return sorted(name for name in found if not name.startswith("."))


def judge(clone: Clone, world: World) -> bool:
    """Everything that must hold after a fault; whether the delivery was made all the same."""
    serials, was = clone.serials, world.made.serials
    assert serials in (was, [*was, f"{ON}-01"])
    # The register holds the old deliveries letter for letter, and nothing that is no delivery.
    there = sorted(path.name for path in (clone.root / DELIVERIES).iterdir())
    assert there == [f"{serial}.yaml" for serial in serials]
    changed = clone.git("status", "--porcelain", "--untracked-files=all").split()[1::2]
    assert changed == [f"{DELIVERIES}/{serial}.yaml" for serial in serials[len(was) :]]
    done = clone.cpl("validate", "--on", ON)
    assert done.code == 0, done.told
    # What is in place verifies: the last delivery with the chain, and each release by itself.
    last = clone.folder(serials[-1])
    assert verified(last, clone.signer.certificate, chain_of=clone.root).code == 0
    folders = releases(clone)
    assert folders[0] == f"{BEFORE}-01"
    for name in folders[1:]:
        assert verified(clone.folder(name), clone.signer.certificate).code == 0
    for serial in serials[1:]:
        assert serial in folders
    return serials != was


def left(clone: Clone) -> bytes:
    """What lies in a clone, Git's own files too: every path with its mode and its bytes."""
    digest = sha256()
    for path in sorted(clone.root.rglob("*")):
        digest.update(f"{path.relative_to(clone.root)}\0{path.lstat().st_mode}\0".encode())
        if path.is_file():
            digest.update(sha256(path.read_bytes()).digest())
    return digest.digest()


def go_on(clone: Clone) -> None:
    """The next release, with a serial that nothing had before."""
    used = {*clone.serials, *releases(clone)}
    again = clone.release(ON)
    assert again.code == 0, again.told
    serial = again.out.decode().split()[0]
    assert serial not in used
    assert serial > max(clone.serials[:-1])
    assert verified(clone.folder(serial), None, chain_of=clone.root).code == 0
    assert clone.cpl("validate", "--on", ON).code == 0
    leftovers = [path for path in (clone.root / "release").iterdir() if path.name.startswith(".")]
    assert leftovers == []


def undisturbed(world: World, folder: Path) -> tuple[Ended, float]:
    """How the release ends that nothing disturbs, and how long it takes here and now, in seconds."""
    clone = world.made.copy(folder)
    start = monotonic()
    ended = world.forked.run(*asked(clone))
    took = monotonic() - start
    assert ended.code == 0, ended.told
    assert judge(clone, world)
    return ended, took


def test_killed_before_every_step_it_takes(world: World, tmp_path: Path) -> None:
    """Each folder made, file opened, moved or removed, program started: killed right before it."""
    ended, _ = undisturbed(world, tmp_path / "undisturbed")
    assert ended.steps > 20
    made = []
    judged: dict[bytes, bool] = {}
    for step in range(1, ended.steps + 1):
        clone = world.made.copy(tmp_path / str(step))
        killed = world.forked.run(*asked(clone), die_at=step)
        assert killed.code == -signal.SIGKILL
        # Many steps change nothing on the disk: what was judged once is not judged again.
        there = left(clone)
        if there not in judged:
            judged[there] = judge(clone, world)
            if len(judged) % 3 == 0 or step > ended.steps - 12:  # where something is left behind
                go_on(clone)
        made.append(judged[there])
        shutil.rmtree(clone.root)
    assert len(judged) > 5
    # Once the delivery's file is in the register it stays; before, there is no delivery.
    assert made == sorted(made)
    assert (made[0], made[-1]) == (False, True)


@pytest.mark.parametrize("seed", range(4))
def test_killed_at_random_moments(world: World, tmp_path: Path, seed: int) -> None:
    chance = Random(seed)  # noqa: S311  # the same every time
    _, took = undisturbed(world, tmp_path / "undisturbed")
    killed = 0
    for number in range(KILLS // 4):
        clone = world.made.copy(tmp_path / str(number))
        pid = world.forked.start(*asked(clone))
        sleep(chance.uniform(0, took))
        os.kill(pid, signal.SIGKILL)  # ours: its parent waits for it only in the next line
        ended = world.forked.end()
        killed += ended.code == -signal.SIGKILL
        judge(clone, world)
        go_on(clone)
        shutil.rmtree(clone.root)
    assert killed >= KILLS // 16


def test_the_real_command_killed_at_random_moments(world: World, tmp_path: Path) -> None:
    chance = Random(60)  # noqa: S311  # the same every time
    start = monotonic()
    clone = world.made.copy(tmp_path / "undisturbed")
    assert subprocess.run([CPL, *asked(clone)], capture_output=True, check=False).returncode == 0
    took = monotonic() - start
    killed = 0
    for number in range(REAL_KILLS):
        clone = world.made.copy(tmp_path / str(number))
        with subprocess.Popen(
            [CPL, *asked(clone)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            # Most of the first half goes by before it begins to work.
            sleep(chance.uniform(took / 3, took))
            process.kill()
        killed += process.returncode == -signal.SIGKILL
        judge(clone, world)
        go_on(clone)
    assert killed >= REAL_KILLS // 4


def sizes(world: World, folder: Path) -> list[int]:
    """The sizes of all files that a release writes, and of the register's new one."""
    clone = world.made.copy(folder)
    assert world.forked.run(*asked(clone)).code == 0
    files = [*clone.folder(f"{ON}-01").iterdir(), clone.root / DELIVERIES / f"{ON}-01.yaml"]
    return sorted(path.stat().st_size for path in files)


def said_clearly(told: str) -> None:
    """One line, and no traceback."""
    assert "Traceback" not in told, told
    (line,) = told.strip().splitlines()
    assert line.startswith("cpl: ")
    assert "File too large" in line


def test_a_full_disk_stops_it_cleanly(world: World, tmp_path: Path) -> None:
    """No file may grow over a limit, as if the disk were full right there."""
    written = sizes(world, tmp_path / "undisturbed")
    # Right below and at the size of every file, and between.
    points = sorted({*written, *(size - 1 for size in written), *range(0, written[-1], 97)})
    points = [points[n * (len(points) - 1) // (FULL_DISKS - 1)] for n in range(FULL_DISKS)]
    assert len({*points}) == FULL_DISKS
    stopped = 0
    for number, most in enumerate(points):
        clone = world.made.copy(tmp_path / str(most))
        ended = world.forked.run(*asked(clone), most_bytes=most)
        if ended.code:
            stopped += 1
            assert ended.code == 2, ended.told
            said_clearly(ended.told)
            assert most < written[-1]
        # Stopped or not, a delivery is there whole or not at all.
        assert judge(clone, world) is (ended.code == 0)
        if number % 3 == 0:
            go_on(clone)
        shutil.rmtree(clone.root)
    assert stopped > FULL_DISKS / 2


def test_the_real_command_on_a_full_disk(world: World, tmp_path: Path) -> None:
    written = sizes(world, tmp_path / "undisturbed")
    for number, most in enumerate(written[:: len(written) // REAL_FULL_DISKS][:REAL_FULL_DISKS]):
        clone = world.made.copy(tmp_path / str(number))
        limit = (max(most - 1, 0),) * 2
        ran = subprocess.run(
            [CPL, *asked(clone)],
            capture_output=True,
            check=False,
            preexec_fn=lambda limit=limit: resource.setrlimit(resource.RLIMIT_FSIZE, limit),  # type: ignore[misc]
        )
        assert ran.returncode == 2, ran.stderr
        said_clearly(ran.stderr.decode())
        assert not judge(clone, world)
        go_on(clone)
