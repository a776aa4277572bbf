"""Submissions as they come: a clone, a branch, a bare remote, and a review that checks nothing out."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.clones import Done, cpl_here
from tests.docs_worlds import environment
from tests.rule_cases import REGISTER

DAY = "2026-11-20"  # a Friday
MAKER, OTHER, ADMINISTRATOR = "github:10000001", "github:10000002", "github:20000001"
ENTRY = "esme-f0a1-0005-02-03-38040401"
NEW = "esme-f0a1-0005-02-03-38040402"
PATH = "cpl/devices/esme/albion-metering/f0a1-0005-0203-38040401.yaml"
NEW_PATH = "cpl/devices/esme/albion-metering/f0a1-0005-0203-38040402.yaml"
HASH = "4583B02951295305A39F8536A7DAB461BF573E2F737AA14EC21E28D4A65377E1"
DECISION = "DEC-2026-001"
ANNOUNCED = """\
  - start: "2027-02-25"
    gbcs_versions:
      - "3.2"
      - "4.2"
    expected: true
    known_from: "2026-10-05"
    source: "illustrative"
"""


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env=environment(),
        check=True,
        capture_output=True,
        text=True,
    ).stdout


@dataclass(frozen=True, kw_only=True)
class World:
    """A bare remote, the clone of who submits, and the clone of who reviews."""

    submitter: Path
    reviewer: Path

    def act(self, *arguments: str) -> Done:
        """A command in the clone of who submits."""
        return cpl_here(*arguments, "--root", self.submitter, "--on", DAY)

    def edit(self, path: str, before: str, after: str) -> None:
        """A change by hand, as with any editor."""
        file = self.submitter / path
        text = file.read_text("utf-8")
        assert text.count(before) == 1
        file.write_text(text.replace(before, after), "utf-8")

    def push(self) -> None:
        """Everything that was done, as a branch of the remote."""
        git(self.submitter, "switch", "--quiet", "--create", "submission")
        git(self.submitter, "add", "--all", "cpl")
        git(self.submitter, "commit", "--quiet", "--message", "A submission")
        git(self.submitter, "push", "--quiet", "origin", "submission")
        git(self.reviewer, "fetch", "--quiet", "origin")

    def review(self, actor: str, form: str = "text") -> Done:
        """What the reviewer is told; the submission is never checked out."""
        revisions = ("--base", "origin/main", "--head", "origin/submission")
        answer = cpl_here(
            "review",
            *revisions,
            "--actor",
            actor,
            "--format",
            form,
            "--on",
            DAY,
            "--root",
            self.reviewer,
        )
        assert git(self.reviewer, "status", "--porcelain") == ""
        return answer

    def submitted(self, actor: str) -> tuple[Done, Any]:
        """The review of what was done, as text and as data."""
        self.push()
        return self.review(actor), json.loads(self.review(actor, "json").out)


@pytest.fixture
def world(tmp_path: Path) -> World:
    seed = tmp_path / "seed"
    shutil.copytree(REGISTER / "cpl", seed / "cpl")
    profile = seed / "cpl/dcc/dsp-profile.yaml"
    profile.write_text(profile.read_text("utf-8") + ANNOUNCED, "utf-8")
    (seed / "cpl/dcc/extract-profile.yaml").unlink()  # the default layout, with all its columns
    (seed / ".gitignore").write_text("/.cache/\n", "utf-8")
    git(seed, "init", "--quiet", "--initial-branch=main")
    git(seed, "add", "--all")
    git(seed, "commit", "--quiet", "--message", "The register")
    git(tmp_path, "clone", "--quiet", "--bare", "seed", "remote.git")
    for name in ("submitter", "reviewer"):
        git(tmp_path, "clone", "--quiet", "remote.git", name)
    return World(submitter=tmp_path / "submitter", reviewer=tmp_path / "reviewer")


def new_firmware(world: World, *more: str) -> None:
    given = (
        "--firmware-version",
        "38040402",
        "--image-hash",
        "93AF" * 16,
        "--upgrades-from",
        ENTRY,
    )
    answer = world.act("new", "--from", ENTRY, *given, *more)
    assert answer.code == 0, answer.told


def rules(data: Any, severity: str = "error") -> list[str]:
    return [one["rule"] for one in data["findings"] if one["severity"] == severity]


def test_a_new_entry_by_its_manufacturer_is_accepted(world: World) -> None:
    new_firmware(world)
    answer, data = world.submitted(MAKER)
    assert answer.code == 0, answer.told
    assert data["verdict"] == "accept"
    assert rules(data) == []
    assert [one["nature"] for one in data["files"]] == ["new firmware of a listed Device Model"]
    told = answer.out.decode()
    assert "The extract and the held list stay as they are." in told
    assert "listed when an administrator adds the line listed; its clock starts then" in told
    assert not (world.reviewer / NEW_PATH).exists()


def test_once_it_is_accepted_the_verdict_names_clock_and_row(world: World) -> None:
    new_firmware(world)
    world.push()
    git(world.submitter, "push", "--quiet", "origin", "submission:main")
    git(world.submitter, "switch", "--quiet", "--create", "listing")
    assert world.act("accept", NEW).code == 0
    git(world.submitter, "commit", "--quiet", "--all", "--message", "Listed")
    git(world.submitter, "push", "--quiet", "--force", "origin", "listing:submission")
    git(world.reviewer, "fetch", "--quiet", "origin")
    answer = world.review(ADMINISTRATOR)
    assert answer.code == 0, answer.told
    told = answer.out.decode()
    assert f"added: {NEW}" in told
    assert (
        f"{NEW}, listed: due at the DCC by the end of Monday 23 November 2026, one Working Day"
        in told
    )
    refused = world.review(MAKER)
    assert refused.code == 1
    assert "only administrators list" in refused.told


def test_the_same_from_another_account_is_refused(world: World) -> None:
    new_firmware(world)
    answer, data = world.submitted(OTHER)
    assert answer.code == 1
    assert rules(data) == ["CPL661"]
    assert "this account may not submit for albion-metering" in answer.told


def test_an_edit_of_a_listed_hash_is_refused_whoever_made_it(world: World) -> None:
    world.edit(PATH, HASH, HASH[1:] + "0")
    world.push()
    for actor in (MAKER, ADMINISTRATOR):
        answer = world.review(actor)
        assert answer.code == 1
        assert rules(json.loads(world.review(actor, "json").out)) == ["CPL644"]
        assert "manufacturer_image.sha256 changed and the history does not say so" in answer.told


def test_a_listed_hash_is_corrected_by_an_administrator_with_a_decision(world: World) -> None:
    field = f"manufacturer_image.sha256={HASH[1:]}0"
    assert world.act("correct", ENTRY, field).code == 1
    assert world.act("correct", ENTRY, field, "--reference", DECISION).code == 0
    answer, data = world.submitted(ADMINISTRATOR)
    assert answer.code == 0, answer.told
    assert [one["nature"] for one in data["files"]] == ["correction"]
    assert [one["field"] for one in data["extract"]["changed"]] == ["manufacturer_image_hash"]
    assert data["clock"][0]["due"] == "2026-11-23"
    assert rules(json.loads(world.review(MAKER, "json").out)) == ["CPL662"]


def test_a_removal_without_reference_is_refused(world: World) -> None:
    grave = ("remove", ENTRY, "--status", "Withdrawn", "--cause", "certificate-withdrawn")
    assert world.act(*grave).code == 1
    assert world.act(*grave, "--reference", DECISION).code == 0
    world.edit(PATH, f'    reference: "{DECISION}"\n', "")
    answer, data = world.submitted(ADMINISTRATOR)
    assert answer.code == 1
    assert rules(data) == ["CPL604"]
    assert "removed needs reference" in answer.told


def test_a_renewal_by_the_manufacturer_is_accepted(world: World) -> None:
    renewal = ("--number", "DEMO-CPA-0002", "--issued", "2026-11-02", "--expires", "2032-11-02")
    done = world.act("renew", ENTRY, *renewal)
    assert done.code == 0, done.told
    answer, data = world.submitted(MAKER)
    assert answer.code == 0, answer.told
    assert rules(data) == []
    assert [one["nature"] for one in data["files"]] == ["certificate renewal"]
    columns = [one["field"] for one in data["extract"]["changed"]]
    assert columns == ["cpa_certificate", "cpa_expires"]
    assert [(one["event"], one["due"]) for one in data["clock"]] == [("amended", "2026-11-23")]
    assert rules(json.loads(world.review(OTHER, "json").out)) == ["CPL661"]


def test_a_version_that_the_dsp_does_not_know_is_accepted_and_told(world: World) -> None:
    new_firmware(world, "--specification-version", "5.2", "--gbcs-version", "4.2")
    answer, data = world.submitted(MAKER)
    assert answer.code == 0, answer.told
    assert rules(data, "notice").count("CPL701") == 1
    told = answer.out.decode()
    assert f"Once listed, {NEW} will be held" in told
    assert "does not recognise GBCS 4.2" in told
    assert "announced to recognise it from 25 February 2027" in told


def test_what_an_act_foretells_is_what_the_review_says(world: World) -> None:
    """The preview and the review of the commit differ only in what they are called."""
    foretold = world.act("amend", ENTRY, "gbcs_version=3.1").out.decode()
    answer, _ = world.submitted(MAKER)

    def substance(text: str) -> list[str]:
        lines = text.partition("\nWhat changes\n")[2].partition("\ncommit ")[0].splitlines()
        return [line for line in lines if line]

    assert substance(answer.out.decode())
    assert substance(foretold) == substance(answer.out.decode())
