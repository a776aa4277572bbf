"""What lies under `.cache/cpl/` is believed only if this user's tools wrote it."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from cpl_registry.edges import judging, kept
from cpl_registry.edges.folder import look
from cpl_registry.edges.object_ids import blob_id, tree_id
from cpl_registry.records.findings import Verdict

from benchmarks.lives import TODAY
from benchmarks.registers import write
from tests.clones import cpl_here
from tests.random_edits import entries
from tests.repository import ROOT

VERDICT, FILES = "verdict-folder", "files-folder"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    write(folder, judging.FEWEST, seed=5, home=ROOT)
    return folder


@pytest.fixture
def register(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(judging, "_YOUNG_NS", -(10**18))
    return Path(shutil.copytree(made, tmp_path / "register"))


@pytest.fixture
def wholes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows each time that a register is judged as a whole."""
    found: list[int] = []
    whole = judging._whole

    def counted(*given: object) -> object:
        found.append(1)
        return whole(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(judging, "_whole", counted)
    return found


def verdict(root: Path) -> Verdict:
    return judging.judge(root, TODAY).verdict


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-10])


def flipped(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def another_name(path: Path) -> None:
    shutil.copyfile(path.with_name(FILES if path.name == VERDICT else VERDICT), path)


def a_link(path: Path) -> None:
    elsewhere = path.parents[3] / "elsewhere"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)


def a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def for_all_to_write(path: Path) -> None:
    path.chmod(0o666)


def a_linked_folder(path: Path) -> None:
    elsewhere = path.parents[3] / "elsewhere"
    path.parent.rename(elsewhere)
    path.parent.symlink_to(elsewhere)


def another_key(path: Path) -> None:
    key = path.parents[3] / "state/cpl/cache.key"
    key.write_bytes(bytes(32))


@pytest.mark.parametrize(
    "spoil",
    [
        cut,
        flipped,
        emptied,
        another_name,
        a_link,
        a_pipe,
        a_folder,
        for_all_to_write,
        a_linked_folder,
        another_key,
    ],
)
def test_a_spoilt_or_foreign_file_is_as_if_it_were_not_there(
    spoil: Callable[[Path], None], register: Path, wholes: list[int]
) -> None:
    first = verdict(register)
    assert verdict(register) == judging.judge(register, TODAY).verdict
    assert len(wholes) == 1
    spoil(register / ".cache/cpl" / VERDICT)
    assert verdict(register).findings == first.findings
    assert len(wholes) == 2


def test_a_branch_cannot_bring_a_verdict_along(register: Path, wholes: list[int]) -> None:
    """Somebody keeps a verdict of their own for a broken entry, as their own tools would."""
    verdict(register)
    mine = (register / ".cache/cpl" / VERDICT).read_bytes()
    path = entries(register)[0]
    path.write_text(path.read_text(encoding="utf-8").replace("gbcs_version", "gbcs"))
    _, facts, _ = mine.split(b"\n", 2)
    lie = json.loads(facts) | {"seen": judging._signature(look(register))}
    text = json.dumps(lie).encode() + b"\n"
    for code in (b"", mine.split(b"\n")[0], b"0" * 64, kept._code(bytes(32), VERDICT, text)):
        (register / ".cache/cpl" / VERDICT).write_bytes(code + b"\n" + text)
        assert verdict(register).failed
    assert len(wholes) == 5


def test_the_key_lies_outside_the_register_and_is_ones_own(
    register: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdict(register)
    key = tmp_path / "state/cpl/cache.key"
    assert key.stat().st_mode & 0o777 == 0o600
    shutil.rmtree(register / ".cache")
    key.chmod(0o644)  # somebody else may have read it
    verdict(register)
    assert not (register / ".cache").exists()
    monkeypatch.setenv("XDG_STATE_HOME", str(register / ".local/state"))
    verdict(register)
    assert not (register / ".cache").exists()
    assert not (register / ".local").exists()


def test_without_a_place_for_key_or_cache_everything_works(
    register: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = verdict(register)
    shutil.rmtree(register / ".cache")
    (register / ".cache").write_text("in the way", encoding="utf-8")
    assert verdict(register) == first
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.delenv("HOME", raising=False)
    assert verdict(register) == first


def test_what_is_kept_is_not_told_to_git_and_small_registers_keep_nothing(
    register: Path, tmp_path: Path
) -> None:
    verdict(register)
    names = sorted(path.name for path in (register / ".cache/cpl").iterdir())
    assert names == [".gitignore", FILES, VERDICT]
    assert (register / ".cache/cpl/.gitignore").read_text(encoding="utf-8") == "*\n"
    small = tmp_path / "small"
    small.mkdir()
    write(small, 3, seed=1, home=ROOT)
    verdict(small)
    assert not (small / ".cache").exists()


def test_the_command_says_the_same_cold_and_warm(register: Path) -> None:
    path = str(entries(register)[0].relative_to(register))
    for more in ((), ("--format", "json"), ("--format", "sarif"), ("--format", "github"), (path,)):
        words = ("validate", *more, "--on", TODAY.isoformat(), "--root", str(register))
        shutil.rmtree(register / ".cache", ignore_errors=True)
        cold, warm = cpl_here(*words), cpl_here(*words)
        assert (cold.code, cold.out, cold.err) == (warm.code, warm.out, warm.err)
        assert cold.out or more


def test_the_ids_are_those_of_git(register: Path) -> None:
    from cpl_registry.edges.git_command import ask, ask_text

    ask(register, "init", "--quiet")
    ask(register, "add", "cpl")
    tree = ask_text(register, "write-tree").strip()
    listing = [
        (one.path, one.mode, blob_id((register / one.path).read_bytes())) for one in look(register)
    ]
    assert tree_id(listing) == ask_text(register, "rev-parse", f"{tree}:cpl").strip()
