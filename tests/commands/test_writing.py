"""Commands that write: fix, init, extract; whole, in place, and only where they were asked."""

import csv
import io
import subprocess
from pathlib import Path

import pytest

from tests.commands.calling import CPL, DAY, ENTRY, ID, Ask, edit, files_of, run
from tests.repository import ROOT


def test_fix_shows_what_it_would_do_and_does_nothing(right: Path) -> None:
    edit(right, 'gbcs_version: "3.2"', "gbcs_version: 3.2")
    before = files_of(right)
    done = run("fix", "--diff", cwd=right)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"--- {ENTRY}\n+++ {ENTRY}\n@@ ")
    assert '\n-gbcs_version: 3.2\n+gbcs_version: "3.2"\n' in done.stdout
    assert files_of(right) == before


def test_fix_mends_in_place_and_then_has_nothing_to_do(ask: Ask, right: Path) -> None:
    before = files_of(right)
    text = (right / ENTRY).read_bytes()
    (right / ENTRY).write_bytes(b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"))
    assert ask("validate", *DAY, cwd=right).returncode == 1
    done = ask("fix", cwd=right)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"mended {ENTRY}\n", "")
    assert files_of(right) == before
    again = ask("fix", cwd=right)
    assert (again.returncode, again.stdout) == (0, "")
    assert again.stderr.startswith("nothing that can be mended")
    assert ask("validate", *DAY, cwd=right).returncode == 0


def test_fix_leaves_alone_what_only_a_person_can_mend(ask: Ask, wrong: Path) -> None:
    edit(wrong, "esme_variant: ADE\n", "esme_variant: ADE\nesme_variant: ADE\n")
    before = files_of(wrong)
    done = ask("fix", cwd=wrong)
    assert (done.returncode, done.stdout) == (0, "")
    assert files_of(wrong) == before


def test_fix_mends_only_the_named(ask: Ask, right: Path) -> None:
    edit(right, 'gbcs_version: "3.2"', "gbcs_version: 3.2")
    before = files_of(right)
    assert ask("fix", "cpl/reference", cwd=right).stdout == ""
    assert files_of(right) == before
    assert ask("fix", ENTRY, cwd=right).stdout == f"mended {ENTRY}\n"


def test_init_makes_a_register_that_validates(tmp_path: Path) -> None:
    done = run("init", "new/register", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "cpl validate" in done.stdout
    root = tmp_path / "new/register"
    checked = run("validate", "--root", root, *DAY, cwd=tmp_path)
    assert (checked.returncode, checked.stdout) == (
        0,
        "0 errors, 0 warnings, 0 notices in 0 entries\n",
    )
    taken = files_of(root)
    for path in ("cpl/reference/specifications.yaml", "cpl/reference/device-types.yaml"):
        assert taken[path] == (ROOT / path).read_bytes()
    assert taken["cpl/reference/manufacturers.yaml"] == b"{}\n"
    assert not [path for path in taken if path.startswith("cpl/devices/")]


def test_init_takes_an_empty_folder_and_no_other(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert ask("init", "empty", cwd=tmp_path).returncode == 0
    (tmp_path / "full").mkdir()
    (tmp_path / "full/notes.txt").write_text("mine", encoding="utf-8")
    done = ask("init", "full", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert files_of(tmp_path / "full") == {"notes.txt": b"mine"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "full"]


def test_the_extract_is_the_only_thing_on_standard_output(right: Path) -> None:
    done = subprocess.run([CPL, "extract", *DAY], cwd=right, capture_output=True, check=True)
    assert done.stderr == b""
    header, row = csv.reader(io.StringIO(done.stdout.decode(), newline=""))
    assert dict(zip(header, row, strict=True))["entry_id"] == ID
    assert done.stdout.count(b"\r\n") == done.stdout.count(b"\n") == 2
    written = run("extract", *DAY, "--out", "out", cwd=right)
    assert (written.returncode, written.stderr) == (0, "")
    assert (right / "out/cpl-dcc-extract.csv").read_bytes() == done.stdout
    assert {path.name for path in (right / "out").iterdir()} >= {
        "cpl-dcc-extract.csv",
        "cpl-dcc-delta.csv",
        "cpl-dcc-held.csv",
        "manifest.json",
    }


@pytest.mark.parametrize("words", [["extract"], ["extract", "--out", "out"], ["build"], ["status"]])
def test_nothing_is_given_out_while_there_are_errors(
    ask: Ask, wrong: Path, words: list[str]
) -> None:
    before = files_of(wrong)
    done = ask(*words, *DAY, cwd=wrong)
    assert (done.returncode, done.stdout) == (1, "")
    assert "error[CPL402]: GBCS 9.9 is not known" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("cpl: ")
    assert files_of(wrong) == before
