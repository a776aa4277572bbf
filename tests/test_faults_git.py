"""A clone that is damaged, shallow, or no longer what was published: refused clearly, never misread."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from cpl_registry.edges.git_command import GitFailed
from cpl_registry.edges.git_history import blob, git_output, repository

from tests.clones import Clone, Done, cpl_here, new_clone
from tests.registers import GBCS_1_1
from tests.rehearsals import new_signer

BEFORE, ON = "2018-05-08", "2018-05-09"
ENTRY = "cpl/devices/ch/harbour-networks/f0b3-0041-0102-04000001.yaml"
DELIVERY = f"cpl/dcc/deliveries/{BEFORE}-01.yaml"


@dataclass(frozen=True, kw_only=True)
class World:
    """A register with a delivery, in two commits; its objects lie loose, one file each."""

    clone: Clone

    def object(self, what: str) -> str:
        """The id of an object."""
        return self.clone.git("rev-parse", what).strip()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("damage")
    clone = new_clone(folder / "register", GBCS_1_1, new_signer(folder, "demo"))
    return World(clone=clone.delivered(BEFORE))


def flipped(path: Path) -> None:
    """One bit in the middle is another."""
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 0x40
    path.chmod(0o644)
    path.write_bytes(raw)


def truncated(path: Path) -> None:
    """Only the first half is left."""
    raw = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(raw[: len(raw) // 2])


def emptied(path: Path) -> None:
    """Nothing is left, as after a power cut."""
    path.chmod(0o644)
    path.write_bytes(b"")


def missing(path: Path) -> None:
    """The file is gone."""
    path.unlink()


DAMAGES: tuple[Callable[[Path], None], ...] = (flipped, truncated, emptied, missing)
# Of each object: the commands that need it, and those that do without it and must go on.
OBJECTS = {
    f"HEAD:{ENTRY}": (("review",), ("validate", "extract", "release", "history")),
    f"HEAD:{DELIVERY}": (("review", "release"), ("validate", "extract", "history")),
    "HEAD:cpl/dcc/deliveries": (("review", "release", "extract"), ("validate",)),
    "HEAD^{tree}": (("review", "release", "extract", "history"), ("validate",)),
    "HEAD": (("review", "release", "extract", "history"), ("validate",)),
    "HEAD~1": (("review", "history"), ("validate", "extract")),
}


def asked(clone: Clone, command: str) -> Done:
    """A command that looks at the clone."""
    more: dict[str, tuple[str | Path, ...]] = {
        "review": ("--base", "HEAD~1", "--head", "HEAD"),
        "history": (ENTRY,),
        "release": ("--key", clone.signer.key, "--certificate", clone.signer.certificate),
    }
    return clone.cpl(command, *more.get(command, ()), "--on", ON)


def refused(done: Done) -> None:
    """Exit code 2 and one line that says what Git said, or which commit it cannot give."""
    assert done.code == 2, done.told
    (line,) = [one for one in done.err.splitlines() if not one.startswith("notice:")]
    assert line.startswith("cpl: ")
    assert "Git cannot be asked" in line or "no commit HEAD~1 in this clone" in line


@pytest.mark.parametrize(
    ("what", "damage"),
    [(what, flipped) for what in OBJECTS]
    + [(what, damage) for what in (f"HEAD:{ENTRY}", "HEAD^{tree}") for damage in DAMAGES[1:]],
)
def test_a_damaged_object_is_refused_where_it_is_needed(
    world: World, tmp_path: Path, what: str, damage: Callable[[Path], None]
) -> None:
    clone, one = world.clone.copy(tmp_path / "register"), world.object(what)
    damage(clone.root / ".git/objects" / one[:2] / one[2:])
    before = {path: path.read_bytes() for path in (clone.root / "cpl").rglob("*.yaml")}
    needing, doing_without = OBJECTS[what]
    for command in needing:
        refused(asked(clone, command))
        assert {path: path.read_bytes() for path in (clone.root / "cpl").rglob("*.yaml")} == before
        assert not (clone.root / f"release/{ON}-01").exists()
    for command in doing_without:
        done = asked(clone, command)
        assert done.code == 0, done.told


def test_a_blob_with_another_content_is_never_read_for_the_one_that_is_named(
    world: World, tmp_path: Path
) -> None:
    """Whole by itself, and well packed, but in the place of another."""
    clone = world.clone.copy(tmp_path / "register")
    one, other = world.object(f"HEAD:{ENTRY}"), world.object("HEAD:cpl/reference/waivers.yaml")
    folder = clone.root / ".git/objects"
    target = folder / one[:2] / one[2:]
    target.chmod(0o644)
    shutil.copy(folder / other[:2] / other[2:], target)
    repo = repository(clone.root)
    assert repo is not None
    with repo, pytest.raises(GitFailed):
        blob(repo, one)
    refused(asked(clone, "review"))


def power_cut(root: Path) -> None:
    (root / ".git/refs/heads/main").write_bytes(b"")


def no_head(root: Path) -> None:
    (root / ".git/HEAD").write_bytes(b"")


def spoilt_settings(root: Path) -> None:
    (root / ".git/config").write_text("[co\n", encoding="utf-8")


@pytest.mark.parametrize("damage", [power_cut, no_head, spoilt_settings])
def test_a_damaged_repository_is_not_taken_for_one_without_commits(
    world: World, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    """Else the list would be published, and delivered, without the commit that it is of."""
    clone = world.clone.copy(tmp_path / "register")
    damage(clone.root)
    for command in ("extract", "release", "history"):
        done = asked(clone, command)
        assert done.code == 2, done.told
        assert "Git cannot be asked" in done.err
    assert clone.serials == world.clone.serials


def test_a_repository_without_commits_is_no_damage(tmp_path: Path, world: World) -> None:
    shutil.copytree(GBCS_1_1 / "cpl", tmp_path / "cpl")
    clone = Clone(root=tmp_path, signer=world.clone.signer)
    clone.git("init", "--quiet", "--initial-branch=main")
    assert clone.must("extract", "--on", ON).out
    assert clone.must("history", ENTRY, "--on", ON).out
    done = clone.release(ON)
    assert done.code == 1
    assert "commit it" in done.told


def test_a_damaged_repository_does_not_give_way_to_one_further_up(tmp_path: Path) -> None:
    outer = Clone(root=tmp_path, signer=None)  # type: ignore[arg-type]
    (tmp_path / "file").write_bytes(b"")
    outer.git("init", "--quiet")
    outer.commit("Something else")
    inner = tmp_path / "register"
    (inner / ".git").mkdir(parents=True)
    with pytest.raises(GitFailed, match=r"\.git is no repository"):
        repository(inner)


# ------------------------------------------------------------------------------------- shallow clones


def shallow(world: World, to: Path) -> Clone:
    source = world.clone.root.as_uri()
    world.clone.git("clone", "--quiet", "--depth=1", source, str(to))
    return Clone(root=to, signer=world.clone.signer)


def test_a_shallow_clone_gives_the_same_bytes_and_no_delivery(world: World, tmp_path: Path) -> None:
    clone = shallow(world, tmp_path / "shallow")
    out, other = tmp_path / "out", tmp_path / "other"
    clone.must("extract", "--on", ON, "--out", out)
    world.clone.must("extract", "--on", ON, "--out", other)
    names = sorted(path.name for path in out.iterdir())
    assert len(names) > 3
    assert [(out / name).read_bytes() for name in names] == [
        (other / name).read_bytes() for name in names
    ]
    done = clone.release(ON)
    assert done.code == 1
    assert "this clone is shallow" in done.told
    assert "git fetch --unshallow" in done.told
    assert clone.serials == world.clone.serials


def test_a_shallow_clone_says_what_it_cannot_judge(world: World, tmp_path: Path) -> None:
    clone = shallow(world, tmp_path / "shallow")
    done = clone.cpl("review", "--base", "HEAD~1", "--on", ON)
    assert done.code == 2
    assert "git fetch --unshallow" in done.err
    told = clone.must("history", ENTRY, "--on", ON)
    assert "shallow" in told.told


# ---------------------------------------------------------------------------------- rewritten history


@pytest.fixture
def rewritten(world: World, tmp_path: Path) -> tuple[Clone, str]:
    """A clone whose last delivery somebody took out by a forced push; and the commit before that."""
    clone = world.clone.copy(tmp_path / "register")
    assert clone.release(ON).code == 0
    clone.commit("Delivered again")
    was = clone.git("rev-parse", "HEAD").strip()
    clone.git("reset", "--quiet", "--hard", "HEAD~1")
    return clone, was


def test_a_delivery_taken_out_of_the_history_is_seen(rewritten: tuple[Clone, str]) -> None:
    """By whoever holds the release, and by the review of what came instead."""
    clone, was = rewritten
    done = clone.cpl_alone("verify", clone.folder(f"{ON}-01"), "--chain", "--root", clone.root)
    assert done.code == 1
    assert f"cpl/dcc/deliveries/{ON}-01.yaml: missing" in done.out.decode()
    review = clone.cpl("review", "--base", was, "--head", "HEAD", "--on", ON)
    assert review.code == 1
    assert "what was sent or answered is never deleted" in review.told


def test_its_serial_is_not_used_again_where_anything_still_knows_it(
    rewritten: tuple[Clone, str],
) -> None:
    clone, was = rewritten
    done = clone.release(ON)  # the release's folder is still there
    assert done.code == 0
    assert done.out.decode().split()[0] == f"{ON}-02"
    clone.git("reset", "--quiet", "--hard", "HEAD")
    clone.git("clean", "--quiet", "--force", "cpl")
    shutil.rmtree(clone.root / "release")
    clone.git("branch", "kept", was)
    stopped = clone.release(ON)  # another branch holds the delivery's file
    assert stopped.code == 1
    assert f"the delivery {ON}-01.yaml was made and its file is not in the register" in stopped.told


def test_a_reader_that_remembers_refuses_another_release_of_the_same_serial(
    rewritten: tuple[Clone, str], tmp_path: Path
) -> None:
    clone, _ = rewritten
    memory = tmp_path / "memory.json"
    first = tmp_path / "first"
    shutil.move(clone.folder(f"{ON}-01"), first)
    assert cpl_here("verify", first, "--remember", memory).code == 0
    clone.append("cpl/reference/waivers.yaml", "# another commit\n")
    clone.commit("Another history")
    assert clone.release(ON).code == 0
    done = cpl_here("verify", clone.folder(f"{ON}-01"), "--remember", memory)
    assert done.code == 1
    assert "fork:" in done.out.decode()


def test_a_delivery_that_was_rewritten_breaks_the_chain(rewritten: tuple[Clone, str]) -> None:
    """Once another is based on it; until then the release that was published does not match it."""
    clone, was = rewritten
    clone.git("reset", "--quiet", "--hard", was)
    clone.edit(DELIVERY, f'on: "{BEFORE}"', 'on: "2018-05-07"')
    clone.commit("Rewritten")
    done = clone.cpl("validate", "--on", ON)
    assert done.code == 1
    assert "CPL711" in done.told
    assert clone.release(ON).code == 1


def test_git_output_names_the_folder_and_what_git_said(world: World) -> None:
    repo = repository(world.clone.root)
    assert repo is not None
    with repo, pytest.raises(GitFailed) as caught:
        git_output(repo, "rev-parse", "--verify", "no-such-thing")
    assert str(world.clone.root) in str(caught.value)
    assert "Needed a single revision" in caught.value.told
