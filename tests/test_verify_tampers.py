"""Two thousand tampers with releases, drawn from a seed: each is refused, and it is said what."""

import json
import random
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cpl_registry.edges import verify
from cpl_registry.edges.verify import DELTA, EXTRACT, HELD, MANIFEST, SIGNATURE, SUMS

from tests.how_often import often
from tests.releases import Files, Series, command, judged, laid, new_series, resealed, script

TAMPERS, BY_COMMAND, SEED = 2_000, often(12, 50), 20181122
NEWEST = 2
Tamper = Callable[[random.Random, Files, list[Files]], tuple[str, Files]]
"""Draws a tamper with a release: the file that must be named, and the files as they are then."""


def one_of(draw: random.Random, release: Files) -> str:
    return draw.choice(sorted(release))


def bit(draw: random.Random, release: Files, _: list[Files]) -> tuple[str, Files]:
    name = one_of(draw, release)
    content = bytearray(release[name])
    content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
    return name, {**release, name: bytes(content)}


def line(draw: random.Random, release: Files, _: list[Files]) -> tuple[str, Files]:
    """A line is dropped, told twice, or changes places with another."""
    name = draw.choice(sorted(release.keys() - {SIGNATURE}))
    lines = release[name].splitlines(keepends=True)
    at, other = draw.randrange(len(lines)), draw.randrange(len(lines))
    how = draw.randrange(3)
    if how == 0:
        del lines[at]
    elif how == 1:
        lines.insert(other, lines[at])
    else:
        lines[at], lines[other] = lines[other], lines[at]
    return name, {**release, name: b"".join(lines)}


def truncation(draw: random.Random, release: Files, _: list[Files]) -> tuple[str, Files]:
    name = one_of(draw, release)
    return name, {**release, name: release[name][: draw.randrange(len(release[name]))]}


def swapped_file(draw: random.Random, release: Files, older: list[Files]) -> tuple[str, Files]:
    """A file of an older release, or one file of the release under another's name."""
    name = one_of(draw, release)
    if draw.randrange(2):
        return name, {**release, name: draw.choice(older)[name]}
    return name, {**release, name: release[one_of(draw, release)]}


def older_release(draw: random.Random, _: Files, older: list[Files]) -> tuple[str, Files]:
    return MANIFEST, draw.choice(older)


def removed_file(draw: random.Random, release: Files, _: list[Files]) -> tuple[str, Files]:
    name = one_of(draw, release)
    return name, {one: content for one, content in release.items() if one != name}


def added_file(draw: random.Random, release: Files, _: list[Files]) -> tuple[str, Files]:
    name = f"more-{draw.randrange(10)}.csv"
    return name, {**release, name: draw.randbytes(draw.randrange(20))}


def saved_again(draw: random.Random, release: Files, _: list[Files]) -> tuple[str, Files]:
    """What spreadsheets do to a table: one of its habits, on every line."""
    name = draw.choice([EXTRACT, DELTA, HELD])
    text = release[name].decode()
    habit = draw.randrange(4)
    if habit == 0:
        text = text.replace("\r\n", "\n")
    elif habit == 1:
        text = f"\ufeff{text}"
    elif habit == 2:
        text = text.replace(",", ";")
    else:
        rows = [row.split(",") for row in text.split("\r\n")]
        short = [[str(int(one)) if one.isdigit() else one for one in row] for row in rows]
        text = "\r\n".join(",".join(row) for row in short)
    return name, {**release, name: text.encode()}


DRAWS: tuple[Tamper, ...] = (
    bit,
    line,
    truncation,
    swapped_file,
    older_release,
    removed_file,
    added_file,
    saved_again,
)


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Series:
    return new_series(tmp_path_factory.mktemp("series"))


@pytest.fixture(scope="module")
def memory(series: Series, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a recipient remembers who has verified the newest release."""
    kept = tmp_path_factory.mktemp("memory") / "memory.json"
    found = judged(series.releases[NEWEST], series.trusted)
    assert found.code == 0
    verify.remember(kept, found)
    return kept


def drawn(series: Series) -> list[tuple[str, str, bool, Files]]:
    """The tampers: kind, file to be named, whether SHA256SUMS was made to fit, and the files."""
    draw = random.Random(SEED)  # noqa: S311  # the same tampers in every run
    release, older = series.releases[NEWEST], series.releases[:NEWEST]
    found: list[tuple[str, str, bool, Files]] = []
    while len(found) < TAMPERS:
        tamper = DRAWS[len(found) % len(DRAWS)]
        name, files = tamper(draw, release, older)
        sealed = name != SUMS and bool(draw.randrange(2))
        files = resealed(files) if sealed else files
        if files != release:
            found.append((tamper.__name__, name, sealed, files))
    return found


@pytest.fixture
def openssl_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real openssl, asked once for each manifest with its signature."""
    ask, answers = subprocess.run, dict[tuple[bytes, bytes], int]()

    def run(command: list[str], *, cwd: str, **options: Any) -> None:
        pair = (Path(cwd, MANIFEST).read_bytes(), Path(cwd, SIGNATURE).read_bytes())
        if pair not in answers:
            answers[pair] = ask(command, cwd=cwd, **{**options, "check": False}).returncode
        if answers[pair]:
            raise subprocess.CalledProcessError(answers[pair], command)

    monkeypatch.setattr(subprocess, "run", run)


@pytest.mark.usefixtures("openssl_asked_once")
def test_every_tamper_is_refused_and_the_file_is_named(series: Series, memory: Path) -> None:
    release, trusted = series.releases[NEWEST], series.trusted
    kinds: Counter[str] = Counter()
    for kind, name, sealed, files in drawn(series):
        found = judged(files, trusted, memory)
        assert found.code == 1, (kind, name, sealed)
        # With sums that fit, a changed manifest is a fault of the signature, which is over it.
        telling = {name, SIGNATURE} if sealed and name == MANIFEST else {name}
        named = {fault.partition(":")[0] for fault in found.faults}
        assert telling & named, (kind, name, sealed, found.faults)
        kinds[kind] += 1
    assert set(kinds.values()) == {TAMPERS // len(DRAWS)}
    assert judged(release, trusted, memory).code == 0  # the memory and the release are still good


def test_the_real_commands_refuse_them_too(series: Series, memory: Path, tmp_path: Path) -> None:
    remembered = json.loads(memory.read_text("utf-8"))
    every = TAMPERS // BY_COMMAND - 1  # odd, so that every kind of tamper is among them
    chosen = drawn(series)[::every][:BY_COMMAND]
    assert len(chosen) == BY_COMMAND
    assert {kind for kind, *_ in chosen} == {tamper.__name__ for tamper in DRAWS}
    for number, (kind, name, _, files) in enumerate(chosen):
        folder = laid(files, tmp_path / str(number))
        options = ("--certificate", series.signer.certificate, "--remember", memory)
        for run in (command, script):
            code, said = run(folder, *options)
            assert code == 1, (kind, name, said)
            assert said == f"{judged(files, series.trusted, memory)}\n"
    assert json.loads(memory.read_text("utf-8")) == remembered
