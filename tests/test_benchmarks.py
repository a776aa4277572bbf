"""The registers that are measured are valid, and the same for the same seed. No speed is tested."""

import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from cpl_registry.edges.reading import read
from cpl_registry.edges.reviewing import review
from cpl_registry.records.device_model import entry_path
from cpl_registry.records.findings import Severity
from cpl_registry.state.publication import publish

from benchmarks import reading
from benchmarks.breaking import break_some
from benchmarks.commits import as_of, write_history
from benchmarks.lives import TODAY
from benchmarks.registers import lives_of, write
from tests.machines import contents, differing
from tests.registers import cpl
from tests.repository import ROOT

ENTRIES = 400


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("made")
    write(root, ENTRIES, seed=1, home=ROOT)
    return root


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_made_register_has_no_error_and_no_warning(seed: int, tmp_path: Path) -> None:
    write(tmp_path, ENTRIES, seed=seed, home=ROOT)
    report = read(tmp_path, TODAY).report
    assert report.entries == ENTRIES
    assert [one for one in report.findings if one.severity is not Severity.NOTICE] == []


def test_the_command_finds_it_valid(made: Path) -> None:
    assert cpl("validate", "--root", made, "--on", TODAY.isoformat()).returncode == 0


def test_one_seed_gives_the_same_bytes_and_another_gives_others(made: Path, tmp_path: Path) -> None:
    for seed, same in ((1, True), (2, False)):
        root = tmp_path / str(seed)
        root.mkdir()
        write(root, ENTRIES, seed=seed, home=ROOT)
        # Beside the register lies what earlier tests kept of it.
        assert (differing(contents(made / "cpl"), contents(root / "cpl")) == []) is same


def test_its_lives_are_of_every_kind(made: Path) -> None:
    state = publish(read(made, TODAY).report.register, TODAY)
    events = {line.event for one in state.entries for line in one.entry.history}
    assert events == {
        "submitted",
        "listed",
        "amended",
        "removed",
        "reinstated",
        "closed",
    }
    assert {one.entry.device_type for one in state.entries} == {
        "ESME",
        "GSME",
        "CH",
        "PPMID",
        "HCALCS",
    }
    assert len({one.entry.manufacturer for one in state.entries}) == 14
    assert 0 < len(state.held) < len(state.extract)
    holds = [one.delivery.hold for one in state.held if one.delivery]
    assert {hold.standing_row for hold in holds if hold} == {"none", "previous"}
    assert min(one.entry.history[0].day for one in state.entries) < date(2018, 1, 1)


@pytest.mark.parametrize("way", [reading.PLAIN, reading.PARSER])
def test_the_peer_reads_every_file(
    way: str, made: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["reading", str(made), way])
    reading.main()
    assert int(capsys.readouterr().out) == len(list(made.rglob("*.yaml")))


# ---------------------------------------------------------------------------------------- broken entries


def test_one_in_a_hundred_is_broken_and_no_other_file_is_touched(
    made: Path, tmp_path: Path
) -> None:
    root = tmp_path / "broken"
    shutil.copytree(made, root)
    broken = break_some(root, seed=1)
    paths = {path.relative_to(root).as_posix() for found in broken.values() for path in found}
    assert len(paths) == len(broken) == ENTRIES // 100
    assert set(differing(contents(made), contents(root))) == paths


def test_they_are_broken_in_many_ways_and_each_is_told(made: Path, tmp_path: Path) -> None:
    root = tmp_path / "broken"
    shutil.copytree(made, root)
    broken = break_some(root, seed=1, one_in=5)
    paths = {path.relative_to(root).as_posix() for found in broken.values() for path in found}
    assert len(paths) == ENTRIES // 5
    assert len(broken) > 50
    findings = read(root, TODAY).report.findings
    assert paths <= {one.path for one in findings if one.severity is Severity.ERROR}


# -------------------------------------------------------------------------------------- the history in Git


def git(root: Path, *arguments: str) -> str:
    command = ["git", "-C", str(root), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def repository(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("repository") / "register"
    shutil.copytree(made, root)
    write_history(root, ENTRIES, seed=1, home=ROOT)
    return root


def test_the_history_ends_in_the_register(repository: Path) -> None:
    assert git(repository, "status", "--porcelain") == ""
    assert int(git(repository, "rev-list", "--count", "main")) > ENTRIES
    assert git(repository, "fsck", "--no-progress") == ""


def test_an_entry_has_a_commit_for_each_day_of_its_history(repository: Path) -> None:
    records = list(lives_of(1, ROOT).records(ENTRIES))
    longest = max(records, key=lambda record: len(record["history"]))
    days = git(repository, "log", "--format=%cs", "main", "--", entry_path(longest)).split()
    assert sorted(days) == sorted({line["date"] for line in longest["history"]})
    assert len(days) >= 4


def test_an_entry_said_before_an_amendment_what_the_amendment_changed() -> None:
    records = lives_of(1, ROOT).records(ENTRIES)
    amended = [
        (record, at)
        for record in records
        for at, line in enumerate(record["history"])
        if "gbcs_version" in line.get("changed", {})
    ]
    assert amended
    for record, at in amended:
        change = record["history"][at]["changed"]["gbcs_version"]
        assert as_of(record, at - 1)["gbcs_version"] == change["from"]
        assert as_of(record, at)["gbcs_version"] == change["to"]
        assert as_of(record, at - 1)["history"] == record["history"][:at]


def test_the_register_was_valid_on_every_day(repository: Path, tmp_path: Path) -> None:
    """At one commit in the middle, as good as any: nothing in it is from later."""
    commits = git(repository, "log", "--format=%H %cs", "main").splitlines()
    commit, day = commits[len(commits) // 2].split()
    git(repository, "worktree", "add", "--quiet", "--detach", str(tmp_path / "then"), commit)
    report = read(tmp_path / "then", date.fromisoformat(day)).report
    git(repository, "worktree", "remove", str(tmp_path / "then"))
    wrong = [
        one
        for one in report.findings
        if one.severity is Severity.ERROR and one.path.startswith("cpl/devices/")
    ]
    assert wrong == []
    assert 50 < report.entries < ENTRIES


def test_the_submission_is_five_files_that_are_acceptable(repository: Path) -> None:
    made = review(repository, "main", "submission", "github:30000000", TODAY)
    assert len(made.files) == 5
    assert not made.rejected
