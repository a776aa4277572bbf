"""`cpl rehearse`: a release verified, given to the stand-in for the DSP, and answered."""

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cpl_registry.edges import smi
from cpl_registry.edges.failure import CannotJudge

from tests.registers import GBCS_1_1, files_of, with_edit
from tests.rehearsals import (
    PROFILE,
    Chain,
    Signer,
    answer,
    done_in_process,
    edited_profile,
    new_signer,
    run,
    table,
    write_register,
)

BEFORE, LISTED = date(2018, 5, 8), date(2018, 5, 9)
DAY_BEFORE_FIX, FIX = date(2018, 6, 21), date(2018, 6, 22)
TWO = ["esme-f0b1-0021-01-00-0d01000b", "esme-f0b1-0022-01-00-0d020005"]
KNOWS_ONLY_1_0 = '      - "1.0"\n    known_from: "2016-10-27"'
KNOWS_BOTH = KNOWS_ONLY_1_0.replace('"1.0"\n', '"1.0"\n      - "1.1"\n')


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    return new_signer(tmp_path_factory.mktemp("keys"), "test")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The register of the founding paper, whose DSP knew only GBCS 1.0 in May 2018."""
    return write_register(files_of(GBCS_1_1), tmp_path_factory.mktemp("register"))


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory, signer: Signer) -> dict[date, Path]:
    """The releases of some days under the hold, one chain."""
    chain = Chain(
        files=files_of(GBCS_1_1), folder=tmp_path_factory.mktemp("releases"), signer=signer
    )
    return {on: chain.release(on) for on in (BEFORE, LISTED, DAY_BEFORE_FIX, FIX)}


@pytest.fixture(scope="module")
def unheld(tmp_path_factory: pytest.TempPathFactory, signer: Signer) -> Path:
    """The release of 9 May 2018 by a register that takes the DSP to know GBCS 1.1."""
    files = with_edit(files_of(GBCS_1_1), PROFILE, KNOWS_ONLY_1_0, KNOWS_BOTH)
    chain = Chain(files=files, folder=tmp_path_factory.mktemp("unheld"), signer=signer)
    chain.release(BEFORE)
    return chain.release(LISTED)


@pytest.fixture
def inventory(tmp_path: Path) -> Path:
    return tmp_path / "smi.sqlite"


# ------------------------------------------------------------------------------ the founding paper


def test_the_hold_keeps_the_uploads_going_until_the_fix(
    root: Path, releases: dict[date, Path], signer: Signer, inventory: Path
) -> None:
    common = ("--root", root, "--smi", inventory, "--certificate", signer.certificate)
    loaded: dict[date, set[str]] = {}
    for on, folder in releases.items():
        done = run(folder, *common)
        assert done.returncode == 0, done.stderr
        results = answer(done.stdout).results
        assert all(one.loaded for one in results)
        loaded[on] = {one.entry_id for one in results}
        assert f"{folder.name}: the full extract as of {on}: ".encode() in done.stderr
    assert loaded[LISTED] == loaded[BEFORE]
    assert loaded[FIX] - loaded[DAY_BEFORE_FIX] == set(TWO)
    assert {row[0] for row in table(inventory, "loads")} == {one.name for one in releases.values()}


def test_without_the_hold_the_dsp_of_may_2018_blocks_the_whole_file(
    root: Path, unheld: Path, inventory: Path
) -> None:
    first = unheld.with_name("2018-05-08-01")
    assert run(first, "--root", root, "--smi", inventory).returncode == 0
    before = table(inventory, "devices"), table(inventory, "loads")
    done = run(unheld, "--root", root, "--smi", inventory, "--profile", root / PROFILE)
    assert done.returncode == 1
    why = "GBCS version 1.1 is not recognised"
    whole, *rows = answer(done.stdout).results
    assert (whole.entry_id, whole.loaded) == ("*", False)
    assert whole.reason == f"2 of 10 rows block the file, the first {TWO[0]}, {why}"
    assert [(one.entry_id, one.loaded, one.reason) for one in rows] == [
        (entry_id, False, why) for entry_id in TWO
    ]
    assert b"refused and nothing was loaded" in done.stderr
    assert (table(inventory, "devices"), table(inventory, "loads")) == before


def test_another_profile_lets_the_same_file_in(
    root: Path, unheld: Path, inventory: Path, tmp_path: Path
) -> None:
    fixed = edited_profile(root, tmp_path / "fixed.yaml", KNOWS_ONLY_1_0, KNOWS_BOTH)
    assert not done_in_process(root, unheld, inventory).clean
    assert done_in_process(root, unheld, inventory, profile=fixed).clean
    assert set(TWO) <= {row[0] for row in table(inventory, "devices")}


def test_the_answer_is_dated_by_the_release_and_always_the_same(
    root: Path, releases: dict[date, Path], tmp_path: Path
) -> None:
    one, two = (
        run(releases[LISTED], "--root", root, "--smi", tmp_path / name) for name in ("1", "2")
    )
    assert one.stdout == two.stdout
    assert {str(result.at) for result in answer(one.stdout).results} == {
        "2018-05-09 12:00:00+00:00"
    }
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


# ------------------------------------------------------------------------------ the inventory


def test_a_hub_is_held_as_two_devices_and_a_model_as_duis_tells_it(
    root: Path, releases: dict[date, Path], inventory: Path
) -> None:
    done_in_process(root, releases[LISTED], inventory)
    rows = {(row[0], row[1]): row[2:9] for row in table(inventory, "devices")}
    hub = "ch-f0b3-0041-01-02-04000001"
    same = ("F0B3", "00410102", "04000001", "1.0", "1.0", "Active")
    assert rows[hub, "CHF"] == ("CHF", *same)
    assert rows[hub, "GPF"] == ("GPF", *same)
    esme = ("ESME", "F0B1", "00210100", "0D010008", "2.0", "1.0", "Active")
    assert rows["esme-f0b1-0021-01-00-0d010008", ""] == esme


def test_the_inventory_lies_in_the_cache_of_the_root(
    releases: dict[date, Path], tmp_path: Path
) -> None:
    register = write_register(files_of(GBCS_1_1), tmp_path)
    done = run(releases[LISTED], "--root", register)
    assert done.returncode == 0
    assert len(table(register / ".cache/cpl/smi.sqlite", "loads")) == 1


def test_deltas_and_full_extracts_lead_to_the_same_inventory(
    root: Path, releases: dict[date, Path], tmp_path: Path
) -> None:
    by_delta = edited_profile(root, tmp_path / "delta.yaml", "loads: full", "loads: delta")
    full, delta, last = (tmp_path / name for name in ("full", "delta", "last"))
    for folder in releases.values():
        assert done_in_process(root, folder, full).clean
        assert done_in_process(root, folder, delta, profile=by_delta).clean
        assert table(delta, "devices") == table(full, "devices")
    assert done_in_process(root, folder, last).clean
    assert table(last, "devices") == table(full, "devices")


def test_what_the_full_extract_lacks_is_taken_out_and_answered(
    root: Path, releases: dict[date, Path], unheld: Path, inventory: Path, tmp_path: Path
) -> None:
    fixed = edited_profile(root, tmp_path / "fixed.yaml", KNOWS_ONLY_1_0, KNOWS_BOTH)
    assert done_in_process(root, unheld, inventory, profile=fixed).clean
    done = run(releases[DAY_BEFORE_FIX], "--root", root, "--smi", inventory)
    assert done.returncode == 0
    assert {one.entry_id for one in answer(done.stdout).results} >= set(TWO)
    assert not set(TWO) & {row[0] for row in table(inventory, "devices")}


def test_a_load_that_breaks_off_leaves_the_inventory_as_it_was(
    root: Path, releases: dict[date, Path], inventory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done_in_process(root, releases[BEFORE], inventory)
    before = table(inventory, "devices"), table(inventory, "loads")
    rows = smi._devices
    seen: list[str] = []

    def breaks(entry_id: Any, *rest: Any) -> Iterator[tuple[str, ...]]:
        seen.append(entry_id)
        if len(seen) == 3:
            raise sqlite3.OperationalError("disk is full")
        yield from rows(entry_id, *rest)

    monkeypatch.setattr(smi, "_devices", breaks)
    with pytest.raises(CannotJudge, match=r"disk is full; nothing was loaded"):
        done_in_process(root, releases[LISTED], inventory)
    assert (table(inventory, "devices"), table(inventory, "loads")) == before
    monkeypatch.undo()
    assert done_in_process(root, releases[LISTED], inventory).clean


# ------------------------------------------------------------------------------ sequence


@pytest.mark.parametrize(
    ("on", "why"), [(LISTED, "was loaded already"), (BEFORE, "is older than that")]
)
def test_the_same_or_an_older_release_is_refused_without_an_answer(
    root: Path, releases: dict[date, Path], inventory: Path, on: date, why: str
) -> None:
    done_in_process(root, releases[LISTED], inventory)
    before = table(inventory, "devices"), table(inventory, "loads")
    done = run(releases[on], "--root", root, "--smi", inventory)
    assert (done.returncode, done.stdout) == (1, b"")
    assert why.encode() in done.stderr
    assert (table(inventory, "devices"), table(inventory, "loads")) == before


def test_a_delta_out_of_sequence_is_refused_until_the_full_extract_resynchronises(
    root: Path, releases: dict[date, Path], inventory: Path, tmp_path: Path
) -> None:
    by_delta = edited_profile(root, tmp_path / "delta.yaml", "loads: full", "loads: delta")
    common = ("--root", root, "--smi", inventory, "--profile", by_delta)
    assert run(releases[BEFORE], *common).returncode == 0
    skipped = run(releases[FIX], *common)
    assert skipped.returncode == 1
    (refused,) = answer(skipped.stdout).results
    assert refused.reason is not None
    assert refused.reason.endswith("load the full extract to resynchronise")
    assert b"--full" in skipped.stderr
    again = run(releases[FIX], *common, "--full")
    assert again.returncode == 0
    assert set(TWO) <= {one.entry_id for one in answer(again.stdout).results}
