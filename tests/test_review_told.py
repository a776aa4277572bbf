"""What a review says of clocks and holds, and of work that is not committed yet."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from cpl_registry.edges.reading import read

from tests.clones import Done, cpl_here
from tests.docs_worlds import environment
from tests.rule_cases import ON, REGISTER

ENTRY = "esme-f0a1-0005-02-03-38040401"
PATH = "cpl/devices/esme/albion-metering/f0a1-0005-0203-38040401.yaml"
WAITING = "esme-f0a1-0005-02-03-38040409"
WAITING_PATH = "cpl/devices/esme/albion-metering/f0a1-0005-0203-38040409.yaml"
HASH = "4583B02951295305A39F8536A7DAB461BF573E2F737AA14EC21E28D4A65377E1"
UNKNOWN_TO_THE_DSP = ("technical_specification.version=5.2", "gbcs_version=4.2")
PAUSED = (
    "the clock is paused while the entry is held for gbcs_version 4.2; one Working Day begins when"
    " the hold ends"
)


def git(root: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", *arguments], cwd=root, env=environment(), check=True, capture_output=True
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A register in Git, all of it committed, with a submission that the DSP would not know."""
    shutil.copytree(REGISTER / "cpl", tmp_path / "cpl")
    text = (tmp_path / PATH).read_text("utf-8").partition('  - date: "2020-03-03"')[0]
    text = text.replace('"38040401"', '"38040409"').replace(HASH, HASH[::-1])
    text = text.replace('version: "4.2"', 'version: "5.2"').replace('"3.2"', '"4.2"')
    text = text.replace('- date: "2020-03-02"', '- date: "2024-03-02"')
    (tmp_path / WAITING_PATH).write_text(text, "utf-8")
    assert not read(tmp_path, ON).report.failed
    (tmp_path / ".gitignore").write_text("/.cache/\n", "utf-8")
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    commit(tmp_path)
    return tmp_path


def commit(root: Path) -> None:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "The register")


def act(root: Path, *arguments: str) -> Done:
    return cpl_here(*arguments, "--root", root, "--on", ON.isoformat())


def reviewed(root: Path, *arguments: str) -> Done:
    commit(root)
    return act(root, "review", "--base", "HEAD~1", "--actor", "github:20000001", *arguments)


def test_the_clock_of_a_listing_that_is_held_is_told_as_paused(root: Path) -> None:
    assert act(root, "accept", WAITING).code == 0
    done = reviewed(root)
    assert done.code == 0, done.told
    told = done.out.decode()
    assert f"{WAITING}, listed: {PAUSED}" in told
    assert "due at the DCC" not in told
    (clock,) = json.loads(act(root, "review", "--base", "HEAD~1", "--format", "json").out)["clock"]
    assert clock == {
        "entry_id": WAITING,
        "event": "listed",
        "date": ON.isoformat(),
        "due": None,
        "state": "paused",
    }


def test_the_clock_of_an_amendment_that_is_held_is_told_as_paused(root: Path) -> None:
    assert act(root, "amend", ENTRY, *UNKNOWN_TO_THE_DSP).code == 0
    told = reviewed(root).out.decode()
    assert f"{ENTRY}, amended: {PAUSED}" in told
    assert "due at the DCC" not in told


def test_a_removal_of_a_held_entry_is_due_all_the_same(root: Path) -> None:
    assert act(root, "amend", ENTRY, *UNKNOWN_TO_THE_DSP).code == 0
    commit(root)
    grave = ("--status", "Withdrawn", "--cause", "certificate-withdrawn")
    assert act(root, "remove", ENTRY, *grave, "--reference", "DEC-2026-001").code == 0
    told = reviewed(root).out.decode()
    assert f"{ENTRY}, removed: due at the DCC by the end of Monday 23 November 2026" in told


def test_no_clock_runs_where_the_row_stays_as_it_is(root: Path) -> None:
    assert act(root, "amend", ENTRY, "model_name=AM-101").code == 0
    told = reviewed(root).out.decode()
    assert f"{ENTRY}, amended: its row stays as it is, so that no clock runs" in told
    assert act(root, "amend", ENTRY, "gbcs_version=3.1").code == 0
    told = reviewed(root).out.decode()
    assert f"{ENTRY}, amended: due at the DCC by the end of Monday 23 November 2026" in told


def test_a_submission_is_told_that_its_clock_will_be_paused(root: Path) -> None:
    text = (root / WAITING_PATH).read_text("utf-8")
    other = WAITING_PATH.replace("38040409", "38040410")
    text = text.replace("38040409", "38040410").replace(HASH[::-1], HASH[5:] + HASH[:5])
    (root / other).write_text(text, "utf-8")
    told = reviewed(root).out.decode()
    entry = WAITING.replace("38040409", "38040410")
    assert (
        "notice CPL701 at " + other + ":14:15: the DSP does not recognise gbcs_version 4.2: when it"
        " is listed it will be held until the DSP recognises it"
    ) in told
    assert f"Once listed, {entry} will be held" in told
    assert "Its clock is paused while it is held" in told


def test_validate_tells_a_submission_that_it_will_be_held(root: Path) -> None:
    done = act(root, "validate", "--format", "json")
    assert done.code == 0
    (told,) = [one for one in json.loads(done.out)["findings"] if one["rule"] == "CPL701"]
    assert (told["path"], told["line"], told["column"]) == (WAITING_PATH, 14, 15)
    assert "when it is listed it will be held until" in told["message"]


def test_work_that_is_not_committed_is_told(root: Path) -> None:
    asked = ("review", "--base", "HEAD", "--format", "json")
    clean = act(root, *asked)
    assert (clean.code, clean.err) == (0, "")
    assert act(root, "amend", ENTRY, "gbcs_version=3.1").code == 0
    one = act(root, *asked)
    assert one.err == (
        "notice: 1 file under cpl/ is not committed; the review judges the commit: commit first\n"
    )
    assert json.loads(one.out)["files"] == []
    (root / "cpl" / "devices" / "new file.yaml").write_text("x\n", "utf-8")
    assert act(root, *asked).err.startswith("notice: 2 files under cpl/ are not committed; ")
    assert act(root, *asked, "--head", "HEAD").err == ""
    (root / "notes.txt").write_text("not of the register\n", "utf-8")
    commit(root)
    assert act(root, *asked).err == ""
