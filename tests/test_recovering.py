"""`cpl verify DIR --from CLONE`: a release made again from a bare clone, byte for byte."""

import re
import shutil
from pathlib import Path

import pytest
from cpl_registry.edges.verify import MANIFEST, SIGNATURE, SUMS

from tests.clones import Clone, Done, cpl_here, new_clone
from tests.docs_worlds import run
from tests.registers import GBCS_1_1
from tests.rehearsals import new_signer
from tests.releases import Files, Series, laid, remade

DAYS = ("2018-05-08", "2018-06-22")
NAMES = (
    "cpl-dcc-changes.json",
    "cpl-dcc-delta.csv",
    "cpl-dcc-extract.csv",
    "cpl-dcc-held.csv",
    "cpl.csv",
    "cpl.csv-metadata.json",
    "cpl.jsonl",
    "cpl.sqlite",
    "cpl.xlsx",
    "datapackage.json",
)


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """The scenario of 2018 after two deliveries, the second with the held rows."""
    folder = tmp_path_factory.mktemp("origin")
    made = new_clone(folder / "register", GBCS_1_1, new_signer(folder, "Demo"))
    return made.delivered(*DAYS)


@pytest.fixture(scope="module")
def bare(origin: Clone) -> Path:
    folder = origin.root.parent
    run(folder, "git", "clone", "--quiet", "--bare", "register", "list.git")
    return folder / "list.git"


@pytest.fixture
def working(origin: Clone, tmp_path: Path) -> Clone:
    """A copy that may be changed."""
    return origin.copy(tmp_path / "working")


def last(origin: Clone) -> Path:
    return origin.folder(f"{DAYS[-1]}-01")


def series(origin: Clone) -> Series:
    folders = tuple(origin.folder(f"{day}-01") for day in DAYS)
    return Series(root=origin.root, signer=origin.signer, folders=folders)


def judged(folder: Path, clone: Path, *more: str | Path) -> Done:
    return cpl_here("verify", folder, "--from", clone, *more)


def test_the_last_published_state_is_proved_from_a_bare_clone(origin: Clone, bare: Path) -> None:
    done = judged(last(origin), bare, "--certificate", origin.signer.certificate)
    assert done.code == 0, done.told
    commit = origin.delivery(f"{DAYS[-1]}-01").commit
    file = f"cpl/dcc/deliveries/{DAYS[-1]}-01.yaml"
    told = f"made again from commit {commit}: 11 files and {file}, byte for byte\n"
    assert told in done.out.decode()


def test_so_is_every_earlier_one(origin: Clone, bare: Path) -> None:
    done = judged(origin.folder(f"{DAYS[0]}-01"), bare)
    assert done.code == 0, done.told
    assert f"later deliveries: 1, the last is {DAYS[-1]}-01" in done.out.decode()


def test_the_files_of_a_release_are_these(origin: Clone) -> None:
    """So that the next test leaves none out."""
    there = {path.name for path in last(origin).iterdir()}
    assert there == {*NAMES, MANIFEST, SIGNATURE, SUMS}


def changed(raw: bytes) -> bytes:
    """One byte near the end is another: tables stay tables, and the release holds by itself."""
    return raw[:-3] + (b"0" if raw[-3:-2] != b"0" else b"1") + raw[-2:]


@pytest.mark.parametrize("names", [NAMES, ("cpl-dcc-held.csv",), ("cpl.sqlite",)], ids=len)
def test_each_file_is_made_again_and_compared(
    origin: Clone, bare: Path, tmp_path: Path, names: tuple[str, ...]
) -> None:
    """Even where the right key signed something else than the register says."""
    release = series(origin).releases[-1]
    tables = {name: changed(release[name]) for name in names}
    forged = remade(release, series(origin), tables, {})
    done = judged(laid(forged, tmp_path / "forged"), bare)
    assert done.code == 1, done.told
    told = re.findall(r"^(\S+): differs from what commit ", done.told, re.MULTILINE)
    assert told == sorted([*names, MANIFEST])


@pytest.mark.parametrize(("name", "value"), [("illustrative", False), ("commit", "0" * 40)])
def test_each_fact_of_the_manifest_is_made_again(
    origin: Clone, bare: Path, tmp_path: Path, name: str, value: object
) -> None:
    release = series(origin).releases[-1]
    forged = laid(remade(release, series(origin), {}, {name: value}), tmp_path / "forged")
    done = judged(forged, bare)
    assert done.code == 1, done.told
    assert f"{MANIFEST}: differs from what commit " in done.told


def without(release: Files, name: str) -> Files:
    return {one: content for one, content in release.items() if one != name}


def test_a_file_that_is_missing_and_one_too_many_are_told(
    origin: Clone, bare: Path, tmp_path: Path
) -> None:
    release = without(series(origin).releases[-1], "cpl.xlsx")
    done = judged(laid({**release, "more.csv": b"a\r\n"}, tmp_path / "other"), bare)
    assert (done.code, "cpl.xlsx: missing: commit " in done.told) == (1, True), done.told
    assert "more.csv: extra: commit " in done.told


def test_a_delivery_file_that_was_changed_is_told(working: Clone) -> None:
    """A fact that the chain leaves out: why a mass change was let through."""
    path = f"cpl/dcc/deliveries/{DAYS[-1]}-01.yaml"
    working.append(path, "decision: DEC-2018-001\n")
    working.must("fix", path)
    working.commit("A reason, found later")
    done = judged(last(working), working.root)
    assert done.code == 1, done.told
    assert f"{path}: not what commit " in done.told


def test_a_delivery_that_waits_on_its_branch_is_found(
    origin: Clone, working: Clone, tmp_path: Path
) -> None:
    """Published, and its pull request not merged when the disaster came."""
    working.git("branch", f"delivery/{DAYS[-1]}-01")
    working.git("reset", "--quiet", "--hard", "HEAD~1")
    run(tmp_path, "git", "clone", "--quiet", "--bare", "working", "list.git")
    done = judged(last(origin), tmp_path / "list.git")
    assert done.code == 0, done.told
    assert "is on another branch than HEAD: merge it" in done.told


def test_an_answer_that_was_committed_after_the_delivery_is_found(working: Clone) -> None:
    """It says that a row was rejected, so what stands in the extract hangs on it."""
    rows = "serial,entry_id,logical_device,result,reason,at\n"
    entry = "gsme-f0b2-0031-01-01-03020113"
    first = f"{DAYS[0]}-01"
    rows += f"{first},{entry},,rejected,because,2018-05-08T15:00:00Z\n"
    (working.root / ".cache").mkdir(exist_ok=True)
    answer = working.root / ".cache" / "answer.csv"
    answer.write_text(rows, encoding="utf-8")
    working.git("reset", "--quiet", "--hard", "HEAD~1")
    taken = working.cpl("acknowledge", answer, "--on", "2018-05-09")
    assert taken.code in {0, 1}, taken.told
    shutil.rmtree(working.root / "release")
    assert working.release("2018-06-25").code == 0
    assert len(working.commit("Answer and delivery in one")) == 2
    done = judged(working.folder("2018-06-25-01"), working.root)
    assert done.code == 0, done.told


def test_a_history_that_was_rewritten_is_told(working: Clone, tmp_path: Path) -> None:
    """The commit is there, and no branch leads to it any more."""
    tree = working.git("rev-parse", "HEAD^{tree}").strip()
    working.git("reset", "--quiet", "--soft", working.git("commit-tree", tree, "-m", "New").strip())
    done = judged(last(working), working.root)
    assert (done.code, "its history was rewritten" in done.told) == (1, True), done.told
    run(tmp_path, "git", "clone", "--quiet", "--bare", f"file://{working.root}", "list.git")
    done = judged(last(working), tmp_path / "list.git")
    assert (done.code, "fetch it first" in done.err) == (2, True), done.told


def test_a_shallow_clone_cannot_judge(origin: Clone, tmp_path: Path) -> None:
    source = f"file://{origin.root}"
    run(tmp_path, "git", "clone", "--quiet", "--bare", "--depth", "1", source, "list.git")
    done = judged(origin.folder(f"{DAYS[0]}-01"), tmp_path / "list.git")
    assert (done.code, "git fetch --unshallow" in done.err) == (2, True), done.told


def test_a_broken_object_is_found_before_anything_is_made(
    origin: Clone, bare: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "list.git"
    shutil.copytree(bare, broken)
    path = max((broken / "objects").rglob("*"), key=lambda one: one.stat().st_size)
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    path.chmod(0o644)
    path.write_bytes(bytes(raw))
    done = judged(last(origin), broken)
    assert done.code in {1, 2}, done.told
    assert "byte for byte" not in done.told


def test_an_object_that_is_missing_is_named(origin: Clone, bare: Path, tmp_path: Path) -> None:
    """An old one, that the release itself does not need: the clone is not whole all the same."""
    lacking = tmp_path / "list.git"
    shutil.copytree(bare, lacking)
    one = origin.git("rev-parse", "HEAD~2^{tree}").strip()
    (lacking / "objects" / one[:2] / one[2:]).unlink()
    done = judged(last(origin), lacking)
    assert done.code == 1, done.told
    assert f"missing tree {one}: take another clone" in done.told


def test_a_folder_that_is_no_clone_cannot_judge(origin: Clone, tmp_path: Path) -> None:
    done = judged(last(origin), tmp_path)
    assert (done.code, "not in a Git repository" in done.err) == (2, True), done.told


def test_the_two_ways_to_the_chain_are_not_mixed(origin: Clone, bare: Path) -> None:
    done = judged(last(origin), bare, "--chain")
    assert (done.code, "leave out --chain" in done.err) == (2, True), done.told
