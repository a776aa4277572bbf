"""What must never pass unseen in oversight, all in one submission: each is a finding with its fix."""

import json
import shutil
from pathlib import Path

import pytest
from cpl_registry.edges.explaining import explanation

from tests.clones import cpl_here, refused
from tests.docs_worlds import committed, run
from tests.repository import ROOT
from tests.rule_cases import FOLDER, REGISTER

ENTRY = "esme-f0a1-0005-02-03-38040401"
REMOVE = ("remove", ENTRY, "--status", "Withdrawn", "--cause", "panel-decision")
ON = ("--on", "2026-11-22")
DROPPED = "CPL912-notice-is-final/bad-target-dropped"
DECISION = "cpl/panel/decisions/DEC-2026-001.yaml"


def lay(folder: str, root: Path) -> None:
    """The files of a case over a register."""
    assert (FOLDER / folder / "cpl").is_dir(), folder
    shutil.copytree(FOLDER / folder / "cpl", root / "cpl", dirs_exist_ok=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A register in Git with a campaign that has given notice."""
    shutil.copytree(REGISTER / "cpl", tmp_path / "cpl")
    lay(f"{DROPPED}/base", tmp_path)
    (tmp_path / ".gitignore").write_text("/.cache/\n", "utf-8")
    run(tmp_path, "git", "init", "--quiet", "--initial-branch=main")
    return committed(tmp_path, "The register")


def test_each_is_a_finding_with_its_fix(root: Path) -> None:
    done = cpl_here(*REMOVE, "--reference", "DEC-2026-999", "--root", root, *ON)
    assert done.code == 0, done.told  # no more than a warning: the decision may come along later
    lay("CPL921-decisions-are-cited/bad-cited-by-nothing", root)
    lay(f"{DROPPED}/head", root)
    lay("CPL902-ended-incident-leaves-nothing-held/bad-still-held", root)
    held = root / "cpl/devices/esme/albion-metering/f0a1-0005-0203-38040404.yaml"
    held.write_text(held.read_text("utf-8").replace("7542F475", "A542F475"), "utf-8")
    text = (root / DECISION).read_text("utf-8")
    (root / DECISION).write_text(text.replace("Made up for", "Made up anew for"), "utf-8")
    committed(root, "What must not pass")
    done = cpl_here("review", "--base", "HEAD~1", "--format", "json", "--root", root, *ON)
    assert done.code == 1
    found = {one["rule"]: one for one in json.loads(done.out)["findings"]}
    expected = {
        "CPL509": ("warning", "DEC-2026-999 names no decision and no campaign"),
        "CPL921": ("notice", "nothing in the register cites DEC-2026-921"),
        "CPL912": ("error", "notice was given on 2026-01-12"),
        "CPL902": ("error", "still held: esme-f0a1-0005-02-03-38040404"),
        "CPL924": ("error", "a published decision is never edited"),
    }
    for rule, (severity, words) in expected.items():
        assert found[rule]["severity"] == severity
        assert words in found[rule]["message"]
        assert found[rule]["fix"]
        assert "How to mend it" in explanation(rule)
    errors = {rule for rule, one in found.items() if one["severity"] == "error"}
    assert errors == {"CPL902", "CPL912", "CPL924"}


def test_a_removal_that_names_nothing_is_an_error(root: Path) -> None:
    refused(cpl_here(*REMOVE, "--root", root, *ON), "CPL604", "nothing is written")


def test_the_demonstration_register_has_none_of_these() -> None:
    done = cpl_here("validate", "--format", "json", "--root", ROOT, *ON)
    rules = {one["rule"] for one in json.loads(done.out)["findings"]}
    assert not {rule for rule in rules if rule.startswith("CPL9")}
