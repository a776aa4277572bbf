"""The command line as people and machines call it: exit codes, streams, forms, options anywhere."""

import csv
import io
import json
import os
import pty
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from cpl_registry.edges.cli import COMMANDS, cpl

from tests.repository import ROOT
from tests.rule_cases import REGISTER

CPL = Path(sys.executable).with_name("cpl")
ON = "2026-11-22"
DAY = ["--on", ON]
ID = "esme-f0a1-0005-02-03-38040401"
ENTRY = "cpl/devices/esme/albion-metering/f0a1-0005-0203-38040401.yaml"
PLAIN = {
    name: value
    for name, value in os.environ.items()
    if name not in {"NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS", "COLUMNS"}
}
Done = subprocess.CompletedProcess[str]


def run(*words: str | Path, cwd: Path, env: Mapping[str, str] | None = None) -> Done:
    """The real command in a folder; what it writes must be text."""
    return subprocess.run(
        [CPL, *words],
        cwd=cwd,
        env={**PLAIN, **(env or {})},
        capture_output=True,
        check=False,
        encoding="utf-8",
    )


def edit(root: Path, before: str, after: str, path: str = ENTRY) -> None:
    text = (root / path).read_text(encoding="utf-8")
    assert text.count(before) == 1
    (root / path).write_text(text.replace(before, after), encoding="utf-8", newline="")


def files_of(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def right(tmp_path: Path) -> Path:
    """A small register without a finding."""
    return Path(shutil.copytree(REGISTER, tmp_path / "register"))


@pytest.fixture
def wrong(right: Path) -> Path:
    """The same with one error: a version that was never there."""
    edit(right, 'gbcs_version: "3.2"', 'gbcs_version: "9.9"')
    return right


# ------------------------------------------------------------------------------- exit codes, streams


def test_exit_0_where_there_is_no_error(right: Path) -> None:
    done = run("validate", *DAY, cwd=right)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "0 errors, 0 warnings, 0 notices in 1 entry\n"


def test_exit_1_where_there_is_an_error(wrong: Path) -> None:
    done = run("validate", *DAY, cwd=wrong)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == (
        "error[CPL402]: GBCS 9.9 is not known\n"
        f"  --> {ENTRY}:14:15\n"
        "    |\n"
        ' 14 | gbcs_version: "9.9"\n'
        "    |               ^^^^^\n"
        "   = fix:  known versions of GBCS: 1.0, 1.1, 3.1, 3.2, 4.2\n"
        "   = help: cpl explain CPL402\n"
        "\n"
        "1 error, 0 warnings, 0 notices in 1 entry\n"
    )


def test_a_warning_is_no_error(right: Path) -> None:
    edit(right, 'expires: "2030-02-03"', 'expires: "2026-11-21"')
    done = run("validate", *DAY, cwd=right)
    assert done.returncode == 0
    assert "warning[CPL307]" in done.stdout
    assert done.stdout.endswith("0 errors, 1 warning, 0 notices in 1 entry\n")


WRONG_USE = {
    "no such command": ["nonsense"],
    "no such option": ["validate", "--nonsense"],
    "no such form": ["validate", "--format", "xml"],
    "no such rule": ["explain", "CPL999"],
    "no such day": ["validate", "--on", "2026-02-30"],
    "a day in words": ["extract", "--on", "yesterday"],
    "a day in another form": ["status", "--on", "20261122"],
    "missing root": ["validate", "--root", "missing"],
    "root is a file": ["validate", "--root", ENTRY],
    "no register in root": ["validate", "--root", "cpl/devices"],
    "unknown path": ["validate", "cpl/devices/nobody.yaml"],
    "path outside the register": ["validate", "/etc"],
    "unknown path to fix": ["fix", "cpl/devices/nobody.yaml"],
    "unknown entry": ["status", "esme-0000-0000-00-00-00000000"],
    "unknown entry's history": ["history", "nobody"],
    "history of what": ["history"],
    "unknown manufacturer": ["status", "--manufacturer", "nobody"],
    "unknown device type": ["status", "--type", "LAMP"],
    "init into what": ["init"],
    "init into a register": ["init", "."],
    "init over a file": ["init", ENTRY],
    "control characters": ["explain", "\x1b[2J\n\u202e"],
}


@pytest.mark.parametrize("words", WRONG_USE.values(), ids=WRONG_USE)
def test_exit_2_and_one_clear_line_for_what_cannot_be_judged(right: Path, words: list[str]) -> None:
    before = files_of(right)
    done = run(*words, cwd=right)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r"cpl: [^\n\x1b\u202e]{10,}\n", done.stderr)
    assert "Traceback" not in done.stderr
    assert files_of(right) == before


@pytest.mark.parametrize("command", ["validate", "fix", "status", "extract", "build"])
def test_where_there_is_no_register_the_line_says_how_to_make_one(
    tmp_path: Path, command: str
) -> None:
    done = run(command, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r"cpl: no register in .*cpl init.*\n", done.stderr)
    assert files_of(tmp_path) == {}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_its_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cpl.main([command, "--help"], prog_name="cpl", standalone_mode=False) == 0
    shown = capsys.readouterr().out
    assert f"Usage: cpl {command}" in shown
    assert len(shown.splitlines()) > 4


# ------------------------------------------------------------------------------- where options stand


def test_options_stand_anywhere_behind_the_command(wrong: Path, tmp_path: Path) -> None:
    root = ["--root", str(wrong)]
    form = ["--format", "json"]
    answers = {
        run("validate", *order, cwd=tmp_path).stdout
        for order in (
            [*root, *DAY, *form, ENTRY],
            [ENTRY, *form, *DAY, *root],
            [*DAY, ENTRY, *root, *form],
            [f"--root={wrong}", ENTRY, f"--on={ON}", "--format=json"],
        )
    }
    assert len(answers) == 1
    assert json.loads(answers.pop())["summary"]["errors"] == 1


def test_the_root_is_found_from_a_folder_within(wrong: Path) -> None:
    done = run("validate", *DAY, cwd=wrong / "cpl/devices/esme")
    assert done.returncode == 1
    assert f"--> {ENTRY}:14:15" in done.stdout


@pytest.mark.parametrize(
    ("path", "errors", "entries"),
    [
        (ENTRY, 1, 1),
        ("cpl/devices", 1, 1),
        ("cpl", 2, 1),
        (".", 2, 1),
        ("cpl/reference/waivers.yaml", 1, 0),
        ("cpl/reference/manufacturers.yaml", 0, 0),
    ],
)
def test_named_files_are_judged_with_the_rest_as_context(
    wrong: Path, path: str, errors: int, entries: int
) -> None:
    (wrong / "cpl/reference/waivers.yaml").write_text("{}\n", encoding="utf-8")
    done = run("validate", path, *DAY, "--format", "json", cwd=wrong)
    report = json.loads(done.stdout)
    assert done.returncode == min(1, errors)
    assert report["summary"] == {
        "entries": entries,
        "errors": errors,
        "warnings": 0,
        "notices": 0,
    }
    assert len(report["findings"]) == errors


def test_a_path_may_be_told_from_where_one_stands(wrong: Path) -> None:
    done = run("validate", Path(ENTRY).name, *DAY, cwd=(wrong / ENTRY).parent)
    assert done.returncode == 1
    assert f"--> {ENTRY}:14:15" in done.stdout


# -------------------------------------------------------------------------------------- the forms


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
    keys = "rule severity path line column pointer message fix help".split()
    assert [list(one) for one in report["findings"]] == [keys, keys]
    assert list(report) == ["findings", "summary"]


def test_json_of_a_right_register(right: Path) -> None:
    done = run("validate", *DAY, "--format", "json", cwd=right)
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


def test_an_annotation_cannot_be_forged(right: Path) -> None:
    edit(right, "esme_variant: ADE", 'esme_variant: "%0A::set-output name=x::y"')
    stray = right / "cpl/devices/esme/a,line=1::b%0A.yaml.bak"
    stray.write_text("", encoding="utf-8")
    done = run("validate", *DAY, "--format", "github", cwd=right)
    assert len(done.stdout.splitlines()) == 2
    for line in done.stdout.splitlines():
        assert re.fullmatch(
            r"::error file=[^,:%]*(%[0-9A-F]{2}[^,:%]*)*,line=\d+,col=\d+,title=CPL\d+::.*", line
        )
    assert "%0A" not in done.stdout


def test_sarif_is_json_that_names_each_place(wrong: Path) -> None:
    done = run("validate", *DAY, "--format", "sarif", cwd=wrong)
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
        assert done.stdout.isascii()
        assert "CPL129" in done.stdout


# ----------------------------------------------------------------------------------------------- fix


def test_fix_shows_what_it_would_do_and_does_nothing(right: Path) -> None:
    edit(right, 'gbcs_version: "3.2"', "gbcs_version: 3.2")
    before = files_of(right)
    done = run("fix", "--diff", cwd=right)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"--- {ENTRY}\n+++ {ENTRY}\n@@ ")
    assert '\n-gbcs_version: 3.2\n+gbcs_version: "3.2"\n' in done.stdout
    assert files_of(right) == before


def test_fix_mends_in_place_and_then_has_nothing_to_do(right: Path) -> None:
    before = files_of(right)
    text = (right / ENTRY).read_bytes()
    (right / ENTRY).write_bytes(b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"))
    assert run("validate", *DAY, cwd=right).returncode == 1
    done = run("fix", cwd=right)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"mended {ENTRY}\n", "")
    assert files_of(right) == before
    again = run("fix", cwd=right)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert run("validate", *DAY, cwd=right).returncode == 0


def test_fix_leaves_alone_what_only_a_person_can_mend(wrong: Path) -> None:
    edit(wrong, "esme_variant: ADE\n", "esme_variant: ADE\nesme_variant: ADE\n")
    before = files_of(wrong)
    done = run("fix", cwd=wrong)
    assert (done.returncode, done.stdout) == (0, "")
    assert files_of(wrong) == before


def test_fix_mends_only_the_named(right: Path) -> None:
    edit(right, 'gbcs_version: "3.2"', "gbcs_version: 3.2")
    before = files_of(right)
    assert run("fix", "cpl/reference", cwd=right).stdout == ""
    assert files_of(right) == before
    assert run("fix", ENTRY, cwd=right).stdout == f"mended {ENTRY}\n"


# ------------------------------------------------------------------------------------ init, extract


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


def test_init_takes_an_empty_folder_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert run("init", "empty", cwd=tmp_path).returncode == 0
    (tmp_path / "full").mkdir()
    (tmp_path / "full/notes.txt").write_text("mine", encoding="utf-8")
    done = run("init", "full", cwd=tmp_path)
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
def test_nothing_is_given_out_while_there_are_errors(wrong: Path, words: list[str]) -> None:
    before = files_of(wrong)
    done = run(*words, *DAY, cwd=wrong)
    assert (done.returncode, done.stdout) == (1, "")
    assert "error[CPL402]: GBCS 9.9 is not known" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("cpl: ")
    assert files_of(wrong) == before


# ----------------------------------------------------------------------------------- status, history


def test_status_of_all_and_of_some(right: Path) -> None:
    done = run("status", *DAY, cwd=right)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0].split()[:2] == [ID, "Active"]
    assert "1 Active, 0 held, 0 waiting" in done.stdout
    for words in (["--manufacturer", "albion-metering"], ["--type", "esme"]):
        assert ID in run("status", *words, *DAY, cwd=right).stdout
    for words in (["--manufacturer", "brigantia-meters"], ["--type", "CH"], ["--queue"]):
        assert ID not in run("status", *words, *DAY, cwd=right).stdout


def test_status_follows_the_asked_day(right: Path) -> None:
    waiting = run("status", "--queue", "--on", "2020-03-02", cwd=right).stdout
    assert waiting.splitlines()[0].startswith(ID)
    assert "1 waiting" in waiting
    before = run("status", ID, "--on", "2020-03-01", cwd=right)
    assert (before.returncode, before.stdout) == (2, "")


@pytest.mark.parametrize("name", [ID, ID.upper(), ENTRY])
def test_status_of_one_entry(right: Path, name: str) -> None:
    done = run("status", name, *DAY, cwd=right)
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
