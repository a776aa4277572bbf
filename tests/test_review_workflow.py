"""The review of a pull request as its workflow runs it: base checked out, submission never."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from reviewing import comment, verdict

from tests.comment_host import NUMBER, Played, archive, commented, new_run, playing
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


def reviewed(
    hub: Objects, account: str, changes: dict[bytes, Blob | None], *more: str
) -> tuple[int, str, str]:
    """Exit code, log and summary of a review of one commit on main."""
    head = hub.commit(changes, "main")
    summary = hub.root / ".git" / "summary"
    done = subprocess.run(
        [
            sys.executable,
            REPORT,
            "--base",
            f"{head}^1",
            "--head",
            head,
            "--account",
            account,
            *more,
        ],
        cwd=hub.root,
        env={**environment(), "GITHUB_STEP_SUMMARY": os.fspath(summary)},
        capture_output=True,
        check=False,
        text=True,
    )
    assert "Traceback" not in done.stderr
    text = summary.read_text(encoding="utf-8") if summary.exists() else ""
    assert verdict.harmless(text)  # else it would not be repeated in the comment
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


@pytest.mark.parametrize(
    ("account", "decision", "says"),
    [(OWN, "acceptable", "Acceptable: "), (OTHER, "not acceptable yet", "Not acceptable yet: ")],
)
def test_what_is_put_by_becomes_the_comment_and_the_decision(
    account: str, decision: str, says: str, hub: Objects, tmp_path: Path
) -> None:
    """From the review's own step to the last one, and to the comment."""
    kept = hub.root / "build" / "verdict"
    more = ("--put-by", "build/verdict", "--number", str(NUMBER))
    code, _, summary = reviewed(hub, account, {NEW.encode(): Blob(raw=submission())}, *more)
    assert code == 0  # the last step says no
    put_by = {path.name: path.read_bytes() for path in kept.iterdir()}
    assert put_by["verdict.md"].decode() == summary
    assert put_by["decision"].decode() == f"{decision}\n"
    make = ["make", "--silent", "--file", str(ROOT / "Makefile"), "review-verdict"]
    done = subprocess.run(make, cwd=hub.root, capture_output=True, check=False)
    assert (done.returncode == 0) == (account == OWN)
    with playing(Played(archives={1: archive(put_by)})) as host:
        assert commented(host, new_run(), tmp_path)[0] == 0
    (said,) = host.said
    assert said.startswith(f"{verdict.MARK}\n## {says}")
    assert summary.strip() in said


def test_without_a_verdict_the_last_step_fails(hub: Objects) -> None:
    make = ["make", "--silent", "--file", str(ROOT / "Makefile"), "review-verdict"]
    assert subprocess.run(make, cwd=hub.root, capture_output=True, check=False).returncode != 0


@pytest.mark.parametrize("number", ["", "7;", "07", "seven", "-7"])
def test_a_pull_request_that_is_no_number_is_refused(number: str, hub: Objects) -> None:
    more = ("--put-by", "build/verdict", f"--number={number}")
    code, log, summary = reviewed(hub, OWN, {b"x": Blob(raw=b"x\n")}, *more)
    assert (code, log, summary) == (2, "", "")
    assert not (hub.root / "build").exists()


def test_what_is_put_by_is_what_is_taken() -> None:
    steps = yaml.BaseLoader(WORKFLOW.read_text(encoding="utf-8")).get_single_data()["jobs"][
        "review"
    ]["steps"]
    (kept,) = [step["with"] for step in steps if "upload-artifact" in step.get("uses", "")]
    assert (kept["name"], kept["path"]) == (comment._ARTEFACT, "build/verdict")
    assert kept["if-no-files-found"] == "error"
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "--put-by build/verdict --number" in makefile
    assert WORKFLOW.relative_to(ROOT).as_posix() == comment._WORKFLOW


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
    ran = [step["run"] for step in job["steps"] if "run" in step]
    assert ran == ["make review", "make review-verdict"]
