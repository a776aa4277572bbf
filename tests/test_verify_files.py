"""What a release consists of: its files, its manifest, and tables that fit each other."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cpl_registry.edges import verify
from cpl_registry.edges.verify import DELTA, EXTRACT, HELD, MANIFEST, SIGNATURE, SUMS
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.registers import cpl
from tests.releases import (
    Files,
    Series,
    command,
    edited,
    faults,
    judged,
    laid,
    new_series,
    remade,
    resealed,
    script,
    signed_anew,
)


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Series:
    return new_series(tmp_path_factory.mktemp("series"))


@pytest.fixture
def release(series: Series) -> Files:
    """A release that has a delta, and others before and after it."""
    return series.releases[2]


def test_what_is_no_release_cannot_be_judged(tmp_path: Path) -> None:
    assert script(tmp_path / "nowhere")[0] == 2
    assert command(tmp_path / "nowhere")[0] == 2
    code, said = script(tmp_path)
    assert code == 1
    assert said.splitlines()[:3] == [f"{name}: missing" for name in (MANIFEST, SIGNATURE, SUMS)]


def test_a_build_is_no_release(series: Series, tmp_path: Path) -> None:
    built = cpl("extract", "--root", series.root, "--on", "2018-06-26", "--out", tmp_path / "x")
    assert built.returncode == 0, built.stderr
    code, said = script(tmp_path / "x")
    assert code == 1
    assert "serial, sent_at and valid_until are not those of a release" in said


def test_each_missing_file_is_named(series: Series, release: Files) -> None:
    for name in release:
        left = {one: content for one, content in release.items() if one != name}
        assert f"{name}: missing" in faults(left if name == SUMS else resealed(left), series)


def test_what_is_not_in_the_manifest_is_extra(series: Series, tmp_path: Path) -> None:
    folder = laid(series.releases[0], tmp_path / "release")
    (folder / "more.csv").write_bytes(b"a\r\n")
    (folder / "folder").mkdir()
    (folder / "cpl\u202e.csv").symlink_to(folder / EXTRACT)
    (folder / HELD).unlink()
    (folder / HELD).symlink_to(tmp_path / "held")
    (tmp_path / "held").write_bytes(series.releases[0][HELD])
    found = faults(verify.read_release(folder), series)
    assert "more.csv: extra: not in the manifest" in found
    assert "folder: extra: not in the manifest" in found
    assert "'cpl\\u202e.csv': extra: not in the manifest" in found
    assert any(one.startswith(f"{HELD}: size is 0") for one in found)


def test_size_rows_and_digest_are_told_apart(series: Series, release: Files) -> None:
    lines = release[EXTRACT].splitlines(keepends=True)
    found = faults({**release, EXTRACT: b"".join(lines[:-1])}, series)
    told = [one.partition(" is ")[0] for one in found]
    assert told[:3] == [f"{EXTRACT}: {what}" for what in ("rows", "sha256", "size")]
    assert f"rows is {len(lines) - 2}, the manifest says {len(lines) - 1}" in found[0]
    assert found[3] == f"{SUMS}: wrong: {EXTRACT}"


def test_sums_are_compared_byte_for_byte(series: Series, release: Files) -> None:
    right = release[SUMS]
    lines = right.splitlines(keepends=True)
    for wrong in (
        right.upper(),
        right.replace(b"  ", b" *"),
        right.replace(b"\n", b"\r\n"),
        right.rstrip(b"\n"),
        right + b"\n",
        right + lines[0],
        b"".join(reversed(lines)),
        b"",
    ):
        found = faults({**release, SUMS: wrong}, series)
        assert len(found) == 1
        assert found[0].startswith(f"{SUMS}: wrong: ")


def test_the_manifest_has_one_form(series: Series, release: Files) -> None:
    raw = release[MANIFEST]
    data = json.loads(raw)
    for other in (
        raw.replace(b"\n", b"\r\n"),
        raw.rstrip(b"\n"),
        json.dumps(data).encode(),
        b"\xef\xbb\xbf" + raw,
        raw.replace(b"{", b'{\n  "serial": "2018-01-01-01",', 1),
        b"\xff",
        b"[" * 100_000,
        b"[]\n",
        b'"text"\n',
    ):
        found = faults(signed_anew({**release, MANIFEST: other}, series.signer.sign), series)
        assert len(found) == 1, found
        assert found[0].startswith(f"{MANIFEST}: not the manifest of a release: ")


def test_every_word_of_the_manifest_may_be_missing_or_wrong(release: Files, tmp_path: Path) -> None:
    """No error of Python's own, whatever a manifest says."""
    memory = tmp_path / "memory.json"
    memory.write_text(json.dumps({"manifest": "0" * 64, "serial": "2018-01-01-01"}), "utf-8")
    data = json.loads(release[MANIFEST])
    for key in data:
        others: list[Any] = [None, 1, "x", [], {}, [[]], [{}], {"name": 1}]
        left = {one: value for one, value in data.items() if one != key}
        for wrong in (left, *({**data, key: value} for value in others)):
            if wrong == data:
                continue
            text = json.dumps(wrong, ensure_ascii=False, indent=2, sort_keys=True)
            files = resealed({**release, MANIFEST: f"{text}\n".encode()})
            own = verify.judge_files(files).faults
            assert own or key not in {"counts", "files", "sent_at", "serial", "valid_until"}
            assert judged(files, None, memory).code == 1


def test_a_delta_that_does_not_lead_to_the_extract_is_refused(
    series: Series, release: Files
) -> None:
    row = release[DELTA].splitlines(keepends=True)[1]
    entry_id = row.split(b",")[1].decode()
    says = f"{DELTA}: does not lead to the extract:"
    changed = {
        edited(
            release, DELTA, lambda rows: [rows[0], row.replace(b",ESME,", b",GSME,"), *rows[2:]]
        ): (f"{says} added {entry_id}"),
        release[DELTA].replace(b"added,", b"removed,", 1): f"{says} removed {entry_id}",
        release[DELTA].replace(b"added,", b"dropped,", 1): f"{says} dropped {entry_id}",
        release[DELTA] + row: f"{DELTA}: other columns than the extract, or an entry twice",
        release[DELTA].replace(b"change,", b"what,", 1): (
            f"{DELTA}: other columns than the extract, or an entry twice"
        ),
    }
    for table, expected in changed.items():
        assert table != release[DELTA]
        assert expected in faults(remade(release, series, {DELTA: table}, {}), series)


def test_the_first_delta_adds_every_row(series: Series) -> None:
    first = series.releases[0]
    table = edited(first, DELTA, lambda lines: lines[:-1])
    found = faults(remade(first, series, {DELTA: table}, {}), series)
    assert found == [f"{DELTA}: does not lead to the extract: the first delivery adds every row"]


def test_wrong_counts_are_refused(series: Series, release: Files) -> None:
    counts = json.loads(release[MANIFEST])["counts"]
    for wrong in (
        {**counts, "delivered": counts["delivered"] + 1},
        {**counts, "listed": counts["listed"] - 1},
        {**counts, "held": {**counts["held"], "substituted": 1}},
        {**counts, "more": 1},
    ):
        found = faults(remade(release, series, {}, {"counts": wrong}), series)
        assert len(found) == 1
        assert found[0].startswith(f"{MANIFEST}: counts are ")


def test_held_rows_that_are_not_counted_are_refused(series: Series) -> None:
    held = series.releases[1]
    assert held[HELD].count(b"\r\n") > 1
    table = edited(held, HELD, lambda lines: lines[:-1])
    found = faults(remade(held, series, {HELD: table}, {}), series)
    assert [one.partition(" are ")[0] for one in found] == [f"{MANIFEST}: counts"]


def test_a_standing_row_that_is_not_there_is_refused(series: Series) -> None:
    held = series.releases[1]
    table = held[HELD].replace(b",none\r\n", b",previous\r\n", 1)
    found = faults(remade(held, series, {HELD: table}, {}), series)
    assert found == [f"{HELD}: other rows stand in the extract than it says"]


@pytest.mark.parametrize(
    ("change", "sign"),
    [
        (lambda raw: raw.replace(b"\r\n", b"\n"), "lines that end with LF, not CRLF"),
        (lambda raw: b"\xef\xbb\xbf" + raw, "a byte order mark"),
        (lambda raw: raw.replace(b",00010002,", b",1.00E+04,", 1), "a number with an exponent"),
        (lambda raw: raw.replace(b",0021,", b",21,", 1), "leading zeros lost"),
        (lambda raw: raw.replace(b",01,00,", b",1,0,", 1), "leading zeros lost"),
        (lambda raw: raw.replace(b",", b";").replace(b";0021;", b";21;"), "leading zeros lost"),
    ],
)
def test_a_table_saved_again_by_a_spreadsheet_is_recognised(
    series: Series, change: Callable[[bytes], bytes], sign: str
) -> None:
    release = series.releases[0]
    changed = change(release[EXTRACT])
    assert changed != release[EXTRACT]
    found = faults(resealed({**release, EXTRACT: changed}), series)
    assert f"{EXTRACT}: saved again by a spreadsheet? {sign}" in found


def test_a_digit_that_was_changed_is_not_taken_for_a_spreadsheet(series: Series) -> None:
    release = series.releases[0]
    found = faults({**release, EXTRACT: release[EXTRACT].replace(b",0021,", b",0022,", 1)}, series)
    assert any("sha256" in one for one in found)
    assert not any("spreadsheet" in one for one in found)


@settings(max_examples=200, deadline=None)
@given(name=st.sampled_from([MANIFEST, SIGNATURE, SUMS, EXTRACT, "x"]), content=st.binary())
def test_no_bytes_end_in_an_error_of_pythons_own(name: str, content: bytes) -> None:
    files = {MANIFEST: b"{}\n", SIGNATURE: b"0", SUMS: b"", name: content}
    assert judged(files, None).code == 1
