"""Many mistakes in many files: each is told once, at its line and column, and nothing else is told."""

import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path, PurePosixPath

import pytest
from cpl_registry.edges.worktree import read_files
from cpl_registry.records.documents import DEVICES
from cpl_registry.records.findings import Finding

from tests import mistakes_of_meaning, mistakes_of_shape
from tests.cutting import CAMPAIGNS
from tests.judging import errors_of, judged
from tests.mistakes import Told
from tests.registers import smaller_shipped
from tests.repository import ROOT

MISTAKES = {**mistakes_of_shape.MISTAKES, **mistakes_of_meaning.MISTAKES}
ON = date(2026, 11, 22)
CPL = Path(sys.executable).with_name("cpl")
TWENTY = (
    "a version without quotes",
    "a misspelt field",
    "a field missing at the root",
    "a field missing in a section",
    "a word of no list",
    "a code that is not hex",
    "a day in another form",
    "a day that does not exist",
    "a field told twice",
    "a comment behind a value",
    "a tab for an indent",
    "windows line ends",
    "two fields exchanged",
    "a gbcs version that nobody knows",
    "a version out of its window",
    "a certificate missing",
    "a misspelt manufacturer",
    "a firmware version of another file",
    "a day that goes back",
    "a removal without status",
)
Place = tuple[str, str, int | None, int | None]
"""Rule, path, line, column."""


@pytest.fixture(scope="module")
def shipped() -> dict[str, bytes]:
    """The shipped register in its smaller form, and without campaigns: they name entries."""
    files = smaller_shipped().items()
    return {path: text.encode() for path, text in files if not path.startswith(CAMPAIGNS)}


@pytest.fixture(scope="module")
def before(shipped: dict[str, bytes]) -> tuple[Finding, ...]:
    """What is told of the shipped register as it is."""
    return judged(shipped, ON).findings


def spread(names: tuple[str, ...], files: dict[str, bytes], turn: int) -> dict[str, Told]:
    """Each mistake in an entry of its own; another turn gives each another entry."""
    entries = sorted(path for path in files if path.startswith(DEVICES))
    free = entries[turn:] + entries[:turn]
    spoilt: dict[str, Told] = {}
    for name in names:
        path, found = next(
            (path, found)
            for path in free
            if (found := MISTAKES[name](files[path].decode())) is not None
        )
        free.remove(path)
        spoilt[path] = found
    return spoilt


def places(spoilt: dict[str, Told]) -> list[Place]:
    return sorted((one.rule, path, one.line, one.column) for path, one in spoilt.items())


@pytest.fixture
def register(shipped: dict[str, bytes], tmp_path: Path) -> tuple[Path, list[Place]]:
    """A copy of the register with the twenty mistakes in it."""
    spoilt = spread(TWENTY, shipped, 7)
    assert len(spoilt) == len(set(TWENTY)) == 20
    for path, raw in {**shipped, **{path: one.text for path, one in spoilt.items()}}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(raw)
    return tmp_path, places(spoilt)


def validate(root: Path, form: str) -> str:
    done = subprocess.run(
        [CPL, "validate", "--root", root, "--on", ON.isoformat(), "--format", form],
        capture_output=True,
        check=False,
        text=True,
    )
    assert (done.returncode, done.stderr) == (1, "")
    return done.stdout


def test_the_shipped_register_has_no_error(shipped: dict[str, bytes]) -> None:
    whole = {file.path: file.raw for file in read_files(ROOT)}
    assert len(whole) > 2 * len(shipped)
    assert errors_of(judged(whole, ON)) == []
    assert errors_of(judged(shipped, ON)) == []


def test_twenty_mistakes_in_json(register: tuple[Path, list[Place]]) -> None:
    root, expected = register
    report = json.loads(validate(root, "json"))
    errors = [one for one in report["findings"] if one["severity"] == "error"]
    assert sorted((e["rule"], e["path"], e["line"], e["column"]) for e in errors) == expected
    assert report["summary"]["errors"] == 20
    assert all(one["message"] and one["fix"] and one["help"] for one in errors)


def test_twenty_mistakes_in_text(register: tuple[Path, list[Place]]) -> None:
    root, expected = register
    text = validate(root, "text")
    found = re.findall(r"^error\[(CPL\d+)\]: .+\n  --> (.+?):(\d+):(\d+)$", text, re.MULTILINE)
    assert sorted((rule, path, int(line), int(col)) for rule, path, line, col in found) == expected
    assert "\n20 errors, " in text


@pytest.mark.parametrize("turn", [0, 13, 41])
def test_every_mistake_at_once(shipped: dict[str, bytes], turn: int) -> None:
    spoilt = spread(tuple(MISTAKES), shipped, turn)
    files = {**shipped, **{path: one.text for path, one in spoilt.items()}}
    found = sorted((e.rule, e.path, e.line, e.column) for e in errors_of(judged(files, ON)))
    assert found == places(spoilt)


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_brings_no_other_finding(
    shipped: dict[str, bytes], before: tuple[Finding, ...], name: str
) -> None:
    [(path, one)] = spread((name,), shipped, 29).items()
    after = judged({**shipped, path: one.text}, ON).findings
    # That nothing cites a decision follows where the entry that did cannot be read.
    cited = {word for word in one.text.decode("utf-8", "replace").split('"') if word[:4] == "DEC-"}
    elsewhere = [
        f
        for f in after
        if f.path != path and not (f.rule == "CPL921" and PurePosixPath(f.path).stem in cited)
    ]
    assert elsewhere == [f for f in before if f.path != path]
    [found] = [f for f in after if f.path == path and f.severity == "error"]
    assert (found.rule, found.line, found.column) == (one.rule, one.line, one.column)
