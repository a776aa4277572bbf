"""What is told of entries: on the asked day, from the file and from Git."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.commands.calling import DAY, ENTRY, ID, Ask, run


def test_status_of_all_and_of_some(ask: Ask, right: Path) -> None:
    done = ask("status", *DAY, cwd=right)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0].split()[:2] == [ID, "Active"]
    assert "1 Active, 0 held, 0 waiting" in done.stdout
    for words in (["--manufacturer", "albion-metering"], ["--type", "esme"]):
        assert ID in ask("status", *words, *DAY, cwd=right).stdout
    for words in (["--manufacturer", "brigantia-meters"], ["--type", "CH"], ["--queue"]):
        assert ID not in ask("status", *words, *DAY, cwd=right).stdout


def test_status_follows_the_asked_day(ask: Ask, right: Path) -> None:
    waiting = ask("status", "--queue", "--on", "2020-03-02", cwd=right).stdout
    assert waiting.splitlines()[0].startswith(ID)
    assert "1 waiting" in waiting
    before = ask("status", ID, "--on", "2020-03-01", cwd=right)
    assert (before.returncode, before.stdout) == (2, "")


@pytest.mark.parametrize("name", [ID, ID.upper(), ENTRY])
def test_status_of_one_entry(ask: Ask, right: Path, name: str) -> None:
    done = ask("status", name, *DAY, cwd=right)
    assert (done.returncode, done.stderr) == (0, "")
    for part in (ID, "Active", "2020-03-03", "SMETS2 4.2", "GBCS 3.2", ENTRY):
        assert part in done.stdout


def test_history_tells_the_file_and_git_side_by_side(right: Path) -> None:
    alone = run("history", ID, *DAY, cwd=right)
    assert (alone.returncode, alone.stderr) == (0, "")
    assert "2020-03-02  submitted by albion-metering\n  2020-03-03  listed" in alone.stdout
    assert "not in a Git repository" in alone.stdout
    author = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"]
    for words in (
        ["init", "-q"],
        ["add", "."],
        [*author, "commit", "-q", "-m", "First \x1b[2J entry"],
    ):
        subprocess.run(["git", *words], cwd=right, check=True)
    both = run("history", ID, *DAY, cwd=right)
    assert (both.returncode, both.stderr) == (0, "")
    assert re.search(r"In Git .*\n  \d{4}-\d\d-\d\d  [0-9a-f]{12}  First .*entry\n", both.stdout)
    assert "\x1b" not in both.stdout
