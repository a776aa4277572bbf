"""The page of the data files: its numbers are those of the files, and its examples work."""

import csv
import hashlib
import io
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from html import unescape
from pathlib import Path

import pytest
from cpl_registry.outputs.pages_data import size_words

from tests import duck
from tests.loopback import served
from tests.published_files import HOSTILE, NAMES, files, state_of, written
from tests.site_files import read_html

PAGE = "pages/data/index.md"
EXAMPLE = re.compile(r'<code data-run="([a-z]+)"[^>]*>(.*?)</code>', re.DOTALL)


def html(name: str) -> str:
    return files(name)[PAGE].decode().partition("---\n\n")[2]


def examples(kind: str) -> list[str]:
    return [unescape(text) for found, text in EXAMPLE.findall(html("shipped")) if found == kind]


def rows() -> list[dict[str, str]]:
    raw = files("shipped")["data/cpl.csv"].decode()
    return list(csv.DictReader(io.StringIO(raw, newline="")))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written("shipped", tmp_path)


@pytest.mark.parametrize("name", NAMES)
def test_the_page_tells_what_the_files_are(name: str) -> None:
    made = {path: raw for path, raw in files(name).items() if path.startswith("data/")}
    table = re.findall(
        r'href="\.\./(data/[^"]+)" download>.*?<td class="cpl-number">(\d*)</td>'
        r'.*?<data value="(\d+)".*?itemprop="sha256">([0-9a-f]{64})<',
        html(name),
    )
    assert {path for path, *_ in table} | {"data/SHA256SUMS"} == set(made)
    for path, told, size, digest in table:
        assert int(size) == len(made[path])
        assert digest == hashlib.sha256(made[path]).hexdigest()
        assert told in {"", str(len(state_of(name).entries))}
    page = read_html(html(name))
    for column in rows()[0]:
        assert column in page.text
    assert "This is not the official Certified Products List (CPL)." in page.text
    assert page.scripts == page.handlers == []
    assert HOSTILE not in page.text


def test_every_extract_that_it_names_is_there() -> None:
    named = set(re.findall(r'href="\.\./(data/deliveries/[^"]+)"', html("shipped")))
    assert len(named) == 10
    assert {f"site/{path}" for path in named} <= files("shipped").keys()


def test_a_size_is_told_in_round_numbers() -> None:
    sizes = {0: "1 kB", 1499: "1 kB", 21483: "21 kB", 999_499: "999 kB", 999_500: "1.0 MB"}
    assert {size: size_words(size) for size in (*sizes, 5_181_440)} == {
        **sizes,
        5_181_440: "5.2 MB",
    }


# ------------------------------------------------------------------------------------- examples


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """The address of a server with the data files."""
    (tmp_path / "site" / "data").mkdir(parents=True)
    written("shipped", tmp_path / "site" / "data")
    with served(tmp_path / "site") as address:
        yield address


def test_the_files_can_be_fetched_and_checked(site: str, tmp_path: Path) -> None:
    (script,) = examples("sh")
    here = tmp_path / "fetched"
    here.mkdir()
    environment = {"PATH": os.environ["PATH"], "SITE": site, "LC_ALL": "C"}
    answer = subprocess.run(
        ["sh", "-e", "-c", script], cwd=here, env=environment, capture_output=True, check=False
    )
    assert (answer.returncode, answer.stderr) == (0, b"")
    assert answer.stdout == b"cpl.csv: OK\n"
    assert (here / "cpl.csv").read_bytes() == files("shipped")["data/cpl.csv"]


def test_the_example_for_duckdb_counts_right(folder: Path) -> None:
    (question,) = examples("duckdb")
    found = duck.answered(question.replace("cpl.csv", str(folder / "cpl.csv")))
    active = [row["manufacturer"] for row in rows() if row["status"] == "Active"]
    assert found == [(maker, active.count(maker)) for maker in sorted(set(active))]


def test_the_example_for_sqlite_finds_what_ends() -> None:
    (question,) = examples("sqlite")
    with closing(sqlite3.connect(":memory:")) as opened:
        opened.deserialize(files("shipped")["data/cpl.sqlite"])
        found = opened.execute(question).fetchall()
    ends = [
        (row["entry_id"], row["cpa_certificate"], row["cpa_expires"])
        for row in rows()
        if row["status"] == "Active" and "2026-11-22" <= row["cpa_expires"] <= "2027-11-22"
    ]
    assert found == sorted(ends, key=lambda one: (one[2], one[0]))
    assert found


def test_the_examples_for_python_print_what_they_say(folder: Path) -> None:
    held, last = (
        subprocess.run(
            [sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=True
        ).stdout.splitlines()
        for script in examples("python")
    )
    assert held == [
        f"{row['entry_id']} {row['gbcs_version']} held since {row['held_since']}"
        for row in rows()
        if row["held_since"]
    ]
    assert held
    assert last == [
        f"{(line := one.entry.history[-1]).day} {line.event} {one.entry_id}"
        for one in state_of("shipped").entries
    ]


def test_no_example_is_left_out() -> None:
    kinds = [kind for kind, _ in EXAMPLE.findall(html("shipped"))]
    assert kinds == ["sh", "duckdb", "sqlite", "python", "python"]
