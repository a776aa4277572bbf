"""Registers as tests ask them: read in process, changed in memory, or handed to the real command."""

import atexit
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache, lru_cache
from pathlib import Path
from unittest.mock import patch

from click.testing import CliRunner
from cpl_registry.edges import installation
from cpl_registry.edges.cli import main
from cpl_registry.edges.worktree import read_files
from cpl_registry.outputs.extract import tables
from cpl_registry.records.delivery import Row
from cpl_registry.records.device_model import EntryId
from cpl_registry.records.documents import TreeFile
from cpl_registry.records.findings import Severity
from cpl_registry.records.register import Register, sort_files
from cpl_registry.rules.run import validate
from cpl_registry.state.deltas import delta_between
from cpl_registry.state.publication import PublishedState, publish

from tests.cutting import cut
from tests.repository import ROOT

GBCS_1_1 = ROOT / "tests" / "scenarios" / "2018-gbcs-1.1"
STANDING_ROW = ROOT / "tests" / "scenarios" / "standing-row"
REAL = ROOT / "tests" / "real-register"
REGISTERS = {"shipped": ROOT, "real": REAL, "gbcs-1.1": GBCS_1_1, "standing-row": STANDING_ROW}
"""Every register that lies in the repository, by a short name."""
FEW = ("brigantia-meters", "hopscotch-networks")
"""Manufacturers of the demonstration whose entries have every kind of answer from the DCC."""
CPL = Path(sys.executable).with_name("cpl")


@cache
def _files(root: Path) -> tuple[TreeFile, ...]:
    return tuple(read_files(root))


def files_of(root: Path) -> dict[str, str]:
    """The text of every file of a register, by its path."""
    return {file.path: file.raw.decode("utf-8") for file in _files(root)}


@cache
def _smaller() -> dict[str, str]:
    return cut(files_of(ROOT), FEW)


def smaller_shipped() -> dict[str, str]:
    """The shipped register cut down to a few manufacturers, for what is asked of it over and over."""
    return {**_smaller()}


@cache
def smaller_root() -> Path:
    """A folder that holds the smaller register, until the tests end."""
    folder = Path(tempfile.mkdtemp(prefix="smaller-register-"))
    atexit.register(shutil.rmtree, folder)
    for path, text in _smaller().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8", newline="\n")
    return folder


def small_files_of(name: str) -> dict[str, str]:
    """The files of a register by its short name: of the shipped one those of the smaller."""
    return smaller_shipped() if name == "shipped" else files_of(REGISTERS[name])


def register_of(files: Mapping[str, str], on: date) -> Register:
    """The register that some files make; none of them may have an error."""
    return _register_of(tuple(sorted(files.items())), on)


@lru_cache(maxsize=8)
def _register_of(files: tuple[tuple[str, str], ...], on: date) -> Register:
    tree = sort_files(TreeFile(path=path, raw=text.encode()) for path, text in files)
    report = validate(tree, installation.schemas(), on)
    errors = [
        f"{one.path}:{one.line} {one.message}"
        for one in report.findings
        if one.severity is Severity.ERROR
    ]
    assert not errors, errors
    return report.register


def with_edit(files: Mapping[str, str], path: str, before: str, after: str) -> dict[str, str]:
    """The same files with one text in one of them replaced, which must stand there once."""
    assert files[path].count(before) == 1, f"{before!r} in {path}"
    return {**files, path: files[path].replace(before, after)}


def dcc_tables(register: Register, on: date) -> dict[str, bytes]:
    """The DCC's tables of a day by their names: extract, delta, held list."""
    state = publish(register, on)
    return {table.path.removeprefix("dcc/"): table.content for table in tables(state, {})}


def days(first: date, last: date) -> list[date]:
    """Every day from the first to the last, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def cpl(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    """The real command, as a user runs it."""
    return subprocess.run([CPL, *arguments], capture_output=True, check=False)


def called(*arguments: str | Path, mixed: bool = False) -> subprocess.CompletedProcess[bytes]:
    """The same in this process, from the command line on: for all but the process itself.

    With `mixed` what it says on standard error stands in standard output, in order, as on a terminal.
    """
    code: str | int | None = 0
    with (
        CliRunner().isolation() as (out, err, both),
        patch.object(sys, "argv", ["cpl", *map(str, arguments)]),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code
        sys.stdout.flush()
        sys.stderr.flush()
        told = (both.getvalue(), b"") if mixed else (out.getvalue(), err.getvalue())
        return subprocess.CompletedProcess(arguments, int(code or 0), *told)


def extract_rows(state: PublishedState) -> list[Row]:
    """The rows of the extract, in order."""
    return list(state.rows.values())


def delta_rows(before: Iterable[Row], after: Iterable[Row]) -> list[Row]:
    """The delta between two extracts, as its table has it."""
    old, new = ({EntryId(row[0]): row for row in rows} for rows in (before, after))
    return [(row.change.value, *row.cells) for row in delta_between(old, new)]
