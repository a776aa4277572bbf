"""0 is clean, 1 is findings, 2 cannot be judged: one clear line, and nothing is touched."""

import json
import re
from pathlib import Path

import pytest
from cpl_registry.edges.cli import COMMANDS, cpl

from tests.commands.calling import DAY, ENTRY, ON, Ask, edit, files_of, run


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
        "   = why:  a version that nobody designated cannot be certified against; it is usually a slip.\n"
        "   = fix:  known versions of GBCS: 1.0, 1.1, 3.1, 3.2, 4.2\n"
        "   = help: cpl explain CPL402\n"
        "\n"
        "1 error, 0 warnings, 0 notices in 1 entry\n"
    )


def test_a_warning_is_no_error(ask: Ask, right: Path) -> None:
    edit(right, 'expires: "2030-02-03"', 'expires: "2026-11-21"')
    done = ask("validate", *DAY, cwd=right)
    assert done.returncode == 0
    assert "warning[CPL307]" in done.stdout
    assert done.stdout.endswith("0 errors, 1 warning, 0 notices in 1 entry\n")


def test_exit_2_by_the_real_command(right: Path) -> None:
    for words in (["validate", "--on", "2026-02-30"], ["explain", "CPL999"]):
        done = run(*words, cwd=right)
        assert (done.returncode, done.stdout) == (2, "")
        assert re.fullmatch(r"cpl: [^\n]+\n", done.stderr)


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
def test_exit_2_and_one_clear_line_for_what_cannot_be_judged(
    ask: Ask, right: Path, words: list[str]
) -> None:
    before = files_of(right)
    done = ask(*words, cwd=right)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r"cpl: [^\n\x1b\u202e]{10,}\n", done.stderr)
    assert "Traceback" not in done.stderr
    assert files_of(right) == before


@pytest.mark.parametrize("command", ["validate", "fix", "status", "extract", "build"])
def test_where_there_is_no_register_the_line_says_how_to_make_one(
    ask: Ask, tmp_path: Path, command: str
) -> None:
    done = ask(command, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r"cpl: no register in .*cpl init.*\n", done.stderr)
    assert files_of(tmp_path) == {}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_its_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cpl.main([command, "--help"], prog_name="cpl", standalone_mode=False) == 0
    shown = capsys.readouterr().out
    assert f"Usage: cpl {command}" in shown
    assert len(shown.splitlines()) > 4


def test_options_stand_anywhere_behind_the_command(ask: Ask, wrong: Path, tmp_path: Path) -> None:
    root = ["--root", str(wrong)]
    form = ["--format", "json"]
    answers = {
        ask("validate", *order, cwd=tmp_path).stdout
        for order in (
            [*root, *DAY, *form, ENTRY],
            [ENTRY, *form, *DAY, *root],
            [*DAY, ENTRY, *root, *form],
            [f"--root={wrong}", ENTRY, f"--on={ON}", "--format=json"],
        )
    }
    assert len(answers) == 1
    assert json.loads(answers.pop())["summary"]["errors"] == 1


def test_the_root_is_found_from_a_folder_within(ask: Ask, wrong: Path) -> None:
    done = ask("validate", *DAY, cwd=wrong / "cpl/devices/esme")
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
    ask: Ask, wrong: Path, path: str, errors: int, entries: int
) -> None:
    (wrong / "cpl/reference/waivers.yaml").write_text("{}\n", encoding="utf-8")
    done = ask("validate", path, *DAY, "--format", "json", cwd=wrong)
    report = json.loads(done.stdout)
    assert done.returncode == min(1, errors)
    assert report["summary"] == {
        "entries": entries,
        "errors": errors,
        "warnings": 0,
        "notices": 0,
    }
    assert len(report["findings"]) == errors


def test_a_path_may_be_told_from_where_one_stands(ask: Ask, wrong: Path) -> None:
    done = ask("validate", Path(ENTRY).name, *DAY, cwd=(wrong / ENTRY).parent)
    assert done.returncode == 1
    assert f"--> {ENTRY}:14:15" in done.stdout
