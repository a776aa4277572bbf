"""Every hostile file gets what its index says, alone and among the others, and nothing else does."""

import csv
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import yaml
from cpl_registry.edges import fixing, starting
from cpl_registry.edges.worktree import read_files
from cpl_registry.records.documents import TreeFile
from cpl_registry.records.findings import Finding

from tests.judging import errors_of, hold_against, judged, line_of
from tests.repository import ROOT

FOLDER = ROOT / "tests" / "bad-input"
ON = date(2026, 11, 23)
CPL = Path(sys.executable).with_name("cpl")
MOST_MEMORY = 500 * 1024 * 1024
"""Bytes that judging one file may take (README of the folder)."""
# What a process used at most is told together with what its parent had before: it gets a limit.
WITH_LITTLE_MEMORY = ("sh", "-c", f'ulimit -d {MOST_MEMORY // 1024}; exec "$@"', "sh")
WHOLE_FILE = {"CPL101", "CPL114", "CPL201"}
"""Rules that speak of a file as a whole; all others name a line."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One line of the index: files by their path in the register, the first is the judged one."""

    id: str
    files: dict[str, bytes]
    alone: bool
    expect: str
    after_fix: str

    @property
    def path(self) -> str:
        return next(iter(self.files))


def read_index() -> Iterator[Case]:
    with (FOLDER / "index.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["category"].split("-")[0] == "change":
                continue
            files = {row["path"]: (FOLDER / row["file"]).read_bytes()}
            for pair in filter(None, row["with"].split(";")):
                name, path = pair.split(">")
                files[path.strip()] = (FOLDER / name.strip()).read_bytes()
            yield Case(
                id=row["id"],
                files=files,
                alone=row["alone"] == "yes",
                expect=row["expect"],
                after_fix=row["after_fix"],
            )


CASES = tuple(read_index())
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The register that the index asks for: a new one, with the reference data of the folder."""
    root = tmp_path_factory.mktemp("bad-input") / "register"
    starting.start(root)
    files = {file.path: file.raw for file in read_files(root)}
    given = {file.path: file.raw for file in read_files(FOLDER / "reference")}
    assert given
    return {**files, **given}


@cache
def findings_of(case_id: str, register_items: tuple[tuple[str, bytes], ...]) -> tuple[Finding, ...]:
    case = next(one for one in CASES if one.id == case_id)
    return judged({**dict(register_items), **case.files}, ON).findings


def alone(case: Case, register: dict[str, bytes]) -> tuple[Finding, ...]:
    return findings_of(case.id, tuple(register.items()))


def errors_on(path: str, findings: tuple[Finding, ...]) -> list[Finding]:
    return [one for one in findings if one.path == path and one.severity == "error"]


def plain_texts(text: str) -> object:
    """A file's data by a reader that is not ours, every scalar as the text that it is."""
    return yaml.BaseLoader(text.removeprefix("\ufeff")).get_single_data()


def test_the_index_is_whole() -> None:
    named = {path.name for path in (FOLDER / "files").iterdir()}
    with (FOLDER / "index.csv").open(encoding="utf-8", newline="") as file:
        told = [
            Path(name.split(">")[0].strip()).name
            for row in csv.DictReader(file)
            for name in (row["file"], *filter(None, row["with"].split(";")))
        ]
    assert named == {name for name in told if not name.endswith(".json")}
    assert {path.name for path in (FOLDER / "changes").iterdir()} < set(told)
    assert len(CASES) == len({case.id for case in CASES}) > 160
    assert {case.expect for case in CASES} == {"accept", "reject", "normalise"}


def test_the_register_that_they_are_tried_in_is_right(register: dict[str, bytes]) -> None:
    assert [line_of(one) for one in judged(register, ON).findings] == []


@each_case
def test_gets_what_the_index_says(case: Case, register: dict[str, bytes]) -> None:
    findings = alone(case, register)
    errors = errors_on(case.path, findings)
    if case.expect == "accept":
        assert [line_of(one) for one in findings if one.severity == "error"] == []
        return
    assert errors
    for one in errors:
        assert one.rule.startswith("CPL")
        assert one.message
        assert one.fix, line_of(one)
        assert (one.line is None) == (one.rule in WHOLE_FILE), line_of(one)


def test_one_thing_wrong_is_told_once(register: dict[str, bytes]) -> None:
    often = {
        case.id: [line_of(one) for one in errors]
        for case in CASES
        if len(errors := [one for one in alone(case, register) if one.severity == "error"]) > 1
    }
    # Two makers, one day, one hash: nobody can tell whose it is.
    assert set(often) == {"key-hash-other-manufacturer"}


@each_case
def test_after_fix(case: Case, register: dict[str, bytes]) -> None:
    if case.expect == "accept":
        assert case.after_fix == ""
        assert fixing.repaired(TreeFile(path=case.path, raw=case.files[case.path])) is None
        return
    repair = fixing.repaired(TreeFile(path=case.path, raw=case.files[case.path]))
    valid = False
    if repair is not None:
        mended = repair.after.encode()
        assert plain_texts(repair.after) == plain_texts(case.files[case.path].decode())
        assert fixing.repaired(TreeFile(path=case.path, raw=mended)) is None
        valid = not errors_of(judged({**register, **case.files, case.path: mended}, ON))
    if case.after_fix in {"valid", "invalid"}:
        assert valid == (case.after_fix == "valid")
    if case.expect == "normalise":
        assert valid


def test_every_finding_is_the_one_on_file(register: dict[str, bytes]) -> None:
    told = "".join(
        f"{case.id}: {line_of(one)}\n" for case in CASES for one in alone(case, register)
    )
    hold_against(FOLDER / "findings.txt", told)


def test_a_broken_file_never_hides_the_findings_of_the_others(register: dict[str, bytes]) -> None:
    together = [case for case in CASES if not case.alone]
    files = dict(register)
    for case in together:
        assert not set(files) & set(case.files), case.id
        files |= case.files
    found = judged(files, ON).findings
    expected = [one for case in together for one in alone(case, register)]
    assert sorted(map(line_of, found)) == sorted(map(line_of, expected))


@pytest.fixture
def on_disk(register: dict[str, bytes], tmp_path: Path) -> Path:
    for path, raw in register.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(raw)
    return tmp_path


BY_COMMAND = [
    case
    for case in CASES
    if case.alone
    or case.id in {"bytes-base", "bytes-crlf", "bytes-latin1", "type-norway", "schema-slow-pattern"}
]


@pytest.mark.parametrize("case", BY_COMMAND, ids=lambda case: case.id)
def test_by_the_real_command(case: Case, on_disk: Path, register: dict[str, bytes]) -> None:
    for path, raw in case.files.items():
        (on_disk / path).parent.mkdir(parents=True, exist_ok=True)
        (on_disk / path).write_bytes(raw)
    with (on_disk / "out").open("wb") as out, (on_disk / "err").open("wb") as err:
        running = subprocess.Popen(
            [
                *WITH_LITTLE_MEMORY,
                CPL,
                "validate",
                "--root",
                on_disk,
                "--on",
                ON.isoformat(),
                "--format",
                "github",
            ],
            stdout=out,
            stderr=err,
        )
        running.wait()
    assert (on_disk / "err").read_text(encoding="utf-8") == ""
    assert running.returncode == (0 if case.expect == "accept" else 1)
    report = (on_disk / "out").read_text(encoding="utf-8")
    assert [line.split("title=")[1][:6] for line in report.splitlines()] == [
        one.rule for one in alone(case, register)
    ]


def test_the_real_fix_mends_what_can_be_mended(on_disk: Path) -> None:
    mendable = [case for case in CASES if case.expect == "normalise"]
    others = [case for case in CASES if case.after_fix == "invalid" and not case.alone]
    for case in [*mendable, *others]:
        for path, raw in case.files.items():
            (on_disk / path).parent.mkdir(parents=True, exist_ok=True)
            (on_disk / path).write_bytes(raw)
    done = subprocess.run([CPL, "fix", "--root", on_disk], capture_output=True, check=True)
    assert done.stderr == b""
    named = [line.removeprefix("mended ") for line in done.stdout.decode().splitlines()]
    assert set(named) >= {case.path for case in mendable}
    errors = errors_of(judged({f.path: f.raw for f in read_files(on_disk)}, ON))
    assert not {one.path for one in errors} & {case.path for case in mendable}
    assert {one.path for one in errors} >= {case.path for case in others}
