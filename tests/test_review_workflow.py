"""The review of a pull request as its workflow runs it: base checked out, submission never."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.docs_worlds import environment
from tests.repository import ROOT
from tests.rule_cases import standard_register
from tests.submissions import Blob, Objects, new_objects

WORKFLOW = ROOT / ".github" / "workflows" / "review.yml"
REPORT = ROOT / "scripts" / "reviewing" / "report.py"
ENTRY = "cpl/devices/esme/albion-metering/f0a1-0005-0203-38040401.yaml"
NEW = ENTRY.replace("38040401.yaml", "38040499.yaml")
OWN, OTHER = "10000001", "10000002"
SUBMITTED = b"""\
history:
  - date: "2026-11-20"
    event: submitted
    by: albion-metering
"""


@pytest.fixture
def hub(tmp_path: Path) -> Objects:
    """The small register as base, checked out."""
    objects = new_objects(tmp_path / "hub")
    files = {path.encode(): Blob(raw=raw) for path, raw in standard_register().items()}
    objects.git("update-ref", "refs/heads/main", objects.commit({**files}))
    objects.git("checkout", "--quiet", "--force", "main")
    return objects


def submission() -> bytes:
    text = standard_register()[ENTRY]
    found = re.search(rb'sha256: "([0-9A-F]{64})"', text)
    assert found
    entry = text.partition(b"history:")[0] + SUBMITTED
    return entry.replace(b"38040401", b"38040499").replace(found[1], b"7D" * 32)


def reviewed(hub: Objects, account: str, changes: dict[bytes, Blob | None]) -> tuple[int, str, str]:
    """Exit code, log and summary of a review of one commit on main."""
    head = hub.commit(changes, "main")
    summary = hub.root / ".git" / "summary"
    done = subprocess.run(
        [sys.executable, REPORT, "--base", f"{head}^1", "--head", head, "--account", account],
        cwd=hub.root,
        env={**environment(), "GITHUB_STEP_SUMMARY": os.fspath(summary)},
        capture_output=True,
        check=False,
        text=True,
    )
    assert "Traceback" not in done.stderr
    text = summary.read_text(encoding="utf-8") if summary.exists() else ""
    assert not any((hub.root / path.decode()).exists() for path, blob in changes.items() if blob)
    return done.returncode, done.stdout, text


def test_an_own_submission_is_acceptable(hub: Objects) -> None:
    code, log, summary = reviewed(hub, OWN, {NEW.encode(): Blob(raw=submission())})
    assert code == 0, summary
    assert "::error" not in log
    assert summary.startswith("## Acceptable")


def test_the_same_from_another_account_is_refused_with_an_annotation(hub: Objects) -> None:
    code, log, summary = reviewed(hub, OTHER, {NEW.encode(): Blob(raw=submission())})
    assert code == 1
    assert re.search(rf"^::error file={re.escape(NEW)},line=3,.*title=CPL661::", log, re.MULTILINE)
    assert summary.startswith("## Not acceptable yet: 1 error")


def test_a_name_is_no_command_in_the_log(hub: Objects) -> None:
    name = b"cpl/devices/esme/albion-metering/x\n::warning::made up\n@all.yaml"
    code, log, summary = reviewed(hub, OWN, {name: Blob(raw=b"a: b\n")})
    assert code == 1
    lines = [line for line in log.splitlines() if line.startswith("::")]
    assert all(re.match(r"::(error|warning|notice) (file=cpl/|title=cpl::)", one) for one in lines)
    assert not [line for line in summary.splitlines() if line.startswith(("::", "@"))]


def test_an_account_that_is_no_number_is_refused(hub: Objects) -> None:
    code, log, summary = reviewed(hub, "1; touch badinput-was-run", {b"x": Blob(raw=b"x\n")})
    assert (code, log, summary) == (2, "", "")


def test_the_workflow_has_no_rights_and_checks_out_the_base_alone() -> None:
    workflow = yaml.BaseLoader(WORKFLOW.read_text(encoding="utf-8")).get_single_data()
    assert set(workflow["on"]) == {"pull_request"}
    assert workflow["permissions"] == {}
    (job,) = workflow["jobs"].values()
    assert job["permissions"] == {"contents": "read"}
    checkouts = [step for step in job["steps"] if "checkout" in step.get("uses", "")]
    assert [step["with"]["ref"] for step in checkouts] == [
        "${{ github.event.pull_request.base.sha }}"
    ]
    assert "secrets" not in str(job)
    assert [step["run"] for step in job["steps"] if "run" in step] == ["make review"]
