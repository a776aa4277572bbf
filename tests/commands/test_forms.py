"""The forms of a report: text, JSON, annotations, SARIF; colour only where it is seen."""

import json
import os
import pty
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.commands.calling import CPL, DAY, ENTRY, PLAIN, Ask, edit, run


def test_json_is_the_contracts_and_nothing_else(wrong: Path) -> None:
    (wrong / f"{ENTRY}.bak").write_text("", encoding="utf-8")
    done = run("validate", *DAY, "--format", "json", cwd=wrong)
    assert (done.returncode, done.stderr) == (1, "")
    report = json.loads(done.stdout)
    assert report == {
        "findings": [
            {
                "rule": "CPL402",
                "severity": "error",
                "path": ENTRY,
                "line": 14,
                "column": 15,
                "pointer": "/gbcs_version",
                "message": "GBCS 9.9 is not known",
                "fix": "known versions of GBCS: 1.0, 1.1, 3.1, 3.2, 4.2",
                "help": "rules/CPL402/",
            },
            {
                "rule": "CPL201",
                "severity": "error",
                "path": f"{ENTRY}.bak",
                "line": None,
                "column": None,
                "pointer": None,
                "message": f"not an entry: {Path(ENTRY).name}.bak",
                "fix": report["findings"][1]["fix"],
                "help": "rules/CPL201/",
            },
        ],
        "summary": {"entries": 1, "errors": 2, "warnings": 0, "notices": 0},
    }
    keys = ["rule", "severity", "path", "line", "column", "pointer", "message", "fix", "help"]
    assert [list(one) for one in report["findings"]] == [keys, keys]
    assert list(report) == ["findings", "summary"]


def test_json_of_a_right_register(ask: Ask, right: Path) -> None:
    done = ask("validate", *DAY, "--format", "json", cwd=right)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == {
        "findings": [],
        "summary": {"entries": 1, "errors": 0, "warnings": 0, "notices": 0},
    }


def test_in_a_workflow_findings_are_annotations(wrong: Path) -> None:
    done = run("validate", *DAY, cwd=wrong, env={"GITHUB_ACTIONS": "true"})
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == (
        f"::error file={ENTRY},line=14,col=15,title=CPL402::"
        "GBCS 9.9 is not known: known versions of GBCS: 1.0, 1.1, 3.1, 3.2, 4.2\n"
    )
    asked = run("validate", *DAY, "--format", "text", cwd=wrong, env={"GITHUB_ACTIONS": "true"})
    assert asked.stdout.startswith("error[CPL402]")


def test_an_annotation_cannot_be_forged(ask: Ask, right: Path) -> None:
    edit(right, "esme_variant: ADE", 'esme_variant: "%0A::set-output name=x::y"')
    stray = right / "cpl/devices/esme/a,line=1::b%0A.yaml.bak"
    stray.write_text("", encoding="utf-8")
    done = ask("validate", *DAY, "--format", "github", cwd=right)
    assert len(done.stdout.splitlines()) == 2
    for line in done.stdout.splitlines():
        assert re.fullmatch(
            r"::error file=[^,:%]*(%[0-9A-F]{2}[^,:%]*)*,line=\d+,col=\d+,title=CPL\d+::.*", line
        )
    assert "%0A" not in done.stdout


def test_sarif_is_json_that_names_each_place(ask: Ask, wrong: Path) -> None:
    done = ask("validate", *DAY, "--format", "sarif", cwd=wrong)
    assert (done.returncode, done.stderr) == (1, "")
    report = json.loads(done.stdout)
    assert report["version"] == "2.1.0"
    [result] = report["runs"][0]["results"]
    assert (result["ruleId"], result["level"]) == ("CPL402", "error")
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == ENTRY
    assert (place["region"]["startLine"], place["region"]["startColumn"]) == (14, 15)


def on_a_terminal(root: Path, env: Mapping[str, str]) -> str:
    """What `cpl validate` writes when its output is a terminal."""
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        [CPL, "validate", *DAY], cwd=root, env={**PLAIN, "TERM": "xterm", **env}, stdout=theirs
    )
    os.close(theirs)
    text = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # how a terminal tells that the other end is closed
            break
        if not piece:
            break
        text += piece
    os.close(ours)
    assert running.wait() == 1
    return text.decode()


def test_colour_on_a_terminal_unless_it_is_not_wanted(wrong: Path) -> None:
    assert "\x1b[1;31merror[CPL402]\x1b[0m" in on_a_terminal(wrong, {})
    assert "\x1b" not in on_a_terminal(wrong, {"NO_COLOR": "1"})
    assert "\x1b" not in run("validate", *DAY, cwd=wrong).stdout


def test_a_terminal_that_knows_only_ascii_stops_nothing(right: Path) -> None:
    edit(right, '"AM-100 single phase"', '"Z\xe4hler = \u540d"')
    env = {
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONIOENCODING": "ascii",
    }
    for form in ("text", "json", "github"):
        done = run("validate", *DAY, "--format", form, cwd=right, env=env)
        assert (done.returncode, done.stderr) == (1, "")
        assert "CPL129" in done.stdout
