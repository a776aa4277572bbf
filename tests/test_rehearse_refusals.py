"""What `cpl rehearse` refuses: releases that do not hold, and what it cannot judge by."""

import os
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from cpl_registry.edges import smi
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.state.stand_in import Verdict

from tests.registers import GBCS_1_1, called, files_of, with_edit
from tests.rehearsals import (
    SIGNATURE,
    Chain,
    done_in_process,
    edited_profile,
    new_signer,
    run,
    write_register,
)

LISTED = date(2018, 5, 9)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_register(files_of(GBCS_1_1), tmp_path_factory.mktemp("register"))


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    signer = new_signer(tmp_path_factory.mktemp("keys"), "test")
    folder = tmp_path_factory.mktemp("releases")
    return Chain(files=files_of(GBCS_1_1), folder=folder, signer=signer).release(LISTED)


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    return tmp_path / "smi.sqlite"


def copy_of(folder: Path, to: Path) -> Path:
    to.mkdir()
    for path in folder.iterdir():
        (to / path.name).write_bytes(path.read_bytes())
    return to


@pytest.mark.parametrize("name", ["cpl-dcc-extract.csv", "cpl-dcc-delta.csv", "manifest.json"])
def test_a_release_that_was_tampered_with_is_not_loaded(
    root: Path, release: Path, inventory: Path, tmp_path: Path, name: str
) -> None:
    folder = copy_of(release, tmp_path / "tampered")
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content.replace(b"1.0", b"1.1", 1))
    done = run(folder, "--root", root, "--smi", inventory)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"nothing was loaded" in done.stderr
    assert not inventory.exists()


def test_a_release_in_a_layout_that_is_not_known_here_is_not_loaded(
    release: Path, inventory: Path, tmp_path: Path
) -> None:
    files = files_of(GBCS_1_1)
    column = '  - name: "dlms_certificate"\n    from: assurance_certificates.DLMS.number\n'
    other = with_edit(files, "cpl/dcc/extract-profile.yaml", column, "")
    done = run(release, "--root", write_register(other, tmp_path / "other"), "--smi", inventory)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"cpl-dcc-extract.csv: the columns are not those of the layout" in done.stderr
    assert not inventory.exists()


def test_a_release_signed_by_another_is_not_loaded(
    root: Path, release: Path, inventory: Path, tmp_path: Path
) -> None:
    other = new_signer(tmp_path, "other")
    common = ("--root", root, "--smi", inventory)
    done = run(release, *common, "--certificate", other.certificate)
    assert (done.returncode, done.stdout) == (1, b"")
    assert not inventory.exists()


def test_an_unsigned_release_is_not_loaded(
    root: Path, release: Path, inventory: Path, tmp_path: Path
) -> None:
    folder = copy_of(release, tmp_path / "unsigned")
    (folder / SIGNATURE).unlink()
    done = run(folder, "--root", root, "--smi", inventory)
    assert (done.returncode, done.stdout) == (1, b"")
    assert not inventory.exists()


def test_without_openssl_nothing_is_loaded_and_nothing_judged(
    root: Path,
    release: Path,
    inventory: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "bin").mkdir()
    monkeypatch.setitem(os.environ, "PATH", str(tmp_path / "bin"))
    done = run(release, "--root", root, "--smi", inventory)
    assert (done.returncode, done.stdout) == (2, b"")
    assert not inventory.exists()


def test_a_build_is_no_delivery(root: Path, inventory: Path, tmp_path: Path) -> None:
    made = called("extract", "--root", root, "--on", str(LISTED), "--out", tmp_path / "build")
    assert made.returncode == 0
    done = run(tmp_path / "build", "--root", root, "--smi", inventory)
    assert done.returncode in {1, 2}
    assert done.stdout == b""
    assert not inventory.exists()


# ------------------------------------------------------------------------------ cannot judge


def one_line(done: CompletedProcess[bytes]) -> str:
    assert (done.returncode, done.stdout) == (2, b"")
    text = done.stderr.decode()
    assert text.startswith("cpl: ")
    assert text.count("\n") == 1
    return text


def test_a_missing_folder_and_a_missing_profile_are_told(
    root: Path, release: Path, tmp_path: Path
) -> None:
    assert "nowhere" in one_line(run(tmp_path / "nowhere", "--root", root))
    assert "none.yaml" in one_line(
        run(release, "--root", root, "--profile", tmp_path / "none.yaml")
    )
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "dsp-profile.yaml" in one_line(run(release, "--root", empty))


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("rejects: file", "rejects: cell", ":2:10: "),
        ("rejects: file", "rejects: [file", ":3:6: "),
        ("rejects: file", "rejects: file\nrejects: row", ":3:1: "),
        ('start: "2018-06-22"', 'start: "2018-06-31"', ":12:12: "),
    ],
)
def test_a_broken_profile_is_told_at_its_place(
    root: Path, release: Path, tmp_path: Path, before: str, after: str, place: str
) -> None:
    broken = edited_profile(root, tmp_path / "broken.yaml", before, after)
    told = one_line(run(release, "--root", root, "--profile", broken))
    assert f"{broken}{place}" in told


def test_another_database_is_never_written_to(root: Path, release: Path, inventory: Path) -> None:
    with closing(sqlite3.connect(inventory)) as other:
        other.execute("CREATE TABLE devices (name TEXT)")
    before = inventory.read_bytes()
    assert "--smi" in one_line(run(release, "--root", root, "--smi", inventory))
    assert inventory.read_bytes() == before


def test_an_inventory_that_is_none_or_is_in_use_is_told(
    root: Path, release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = tmp_path / "text.sqlite"
    text.write_text("not a database, and long enough to have been one" * 5, encoding="utf-8")
    with pytest.raises(CannotJudge, match="not a database"):
        done_in_process(root, release, text)
    below = text / "smi.sqlite"
    with pytest.raises(CannotJudge, match="--smi"):
        done_in_process(root, release, below)
    used = tmp_path / "used.sqlite"
    monkeypatch.setattr(smi, "_PATIENCE", 0.05)
    with closing(sqlite3.connect(used, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(CannotJudge, match="locked"):
            done_in_process(root, release, used)
    assert done_in_process(root, release, used).outcome.verdict is Verdict.TAKEN
