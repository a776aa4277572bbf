"""`cpl verify --chain`: a release against the deliveries of a register."""

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml
from cpl_registry.edges.delivery_chain import Chain, chain_at, judge_chain
from cpl_registry.edges.verify import EXTRACT, MANIFEST

from tests.registers import files_of
from tests.rehearsals import write_register
from tests.releases import (
    Files,
    Series,
    command,
    judged,
    laid,
    new_series,
    remade,
    verify_here,
)

DELIVERIES = "cpl/dcc/deliveries/"
DAY = date(2026, 6, 1)


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Series:
    return new_series(tmp_path_factory.mktemp("series"))


@pytest.fixture(scope="module")
def register(series: Series) -> dict[str, str]:
    """The register with its deliveries."""
    return {
        path: text for path, text in files_of(series.root).items() if path.startswith("cpl/dcc/")
    }


def path_of(series: Series, number: int) -> str:
    return f"{DELIVERIES}{series.folders[number].name}.yaml"


def faults(files: Files, series: Series) -> list[str]:
    found = judged(files, series.trusted)
    judge_chain(found, files, chain_at(series.root))
    return found.faults


def test_every_release_stands_in_the_chain(series: Series) -> None:
    last = series.folders[-1].name
    for number, folder in enumerate(series.folders):
        code, said = verify_here(folder, "--chain", "--root", series.root)
        assert code == 0, said
        later = len(series.folders) - 1 - number
        assert (f"later deliveries: {later}, the last is {last}" in said) is bool(later)


def test_without_the_option_the_register_is_not_asked(series: Series, tmp_path: Path) -> None:
    assert verify_here(series.folders[0], "--root", tmp_path)[0] == 0
    code, said = verify_here(series.folders[0], "--root", tmp_path, "--chain")
    assert (code, f"no register in {tmp_path}" in said) == (2, True)


def test_a_release_without_its_delivery_file_is_refused(
    series: Series, register: Mapping[str, str], tmp_path: Path
) -> None:
    own = path_of(series, 3)
    root = write_register({path: register[path] for path in register if path != own}, tmp_path)
    code, said = command(series.folders[3], "--chain", "--root", root)
    assert code == 1
    assert f"{own}: missing: no delivery has this serial" in said


def test_a_fork_of_the_chain_is_refused(series: Series) -> None:
    """The same serial with another manifest, signed by the right key."""
    fork = remade(series.releases[2], series, {}, {"valid_until": "2030-01-01T12:00:00Z"})
    assert judged(fork, series.trusted).code == 0
    found = faults(fork, series)
    assert len(found) == 1
    assert found[0].startswith(f"{path_of(series, 2)}: SHA-256 of the manifest is ")


def test_each_fact_of_the_delivery_file_is_compared(series: Series) -> None:
    release = series.releases[2]
    chain = chain_at(series.root)
    changes: dict[str, Callable[[Chain], Chain]] = {
        f"{path_of(series, 2)}: SHA-256 of the extract": with_own(extract_sha256="0" * 64),
        f"{path_of(series, 2)}: day": with_own(on=DAY),
        f"{path_of(series, 2)}: moment of sending": with_own(
            sent_at=datetime(2026, 6, 1, tzinfo=UTC)
        ),
        f"{path_of(series, 2)}: commit": with_own(commit="0" * 40),
        f"{path_of(series, 2)}: delivery before": with_own(based_on="2018-05-08-01"),
        f"{path_of(series, 2)}: digest of the delivery before": with_own(previous="0" * 64),
        "cpl-dcc-extract.csv: not the rows": with_own(delta=()),
        "cpl-dcc-delta.csv: not the rows": with_own(delta=()),
        "cpl-dcc-held.csv: not the rows": with_own(held=chain.deliveries[1].held),
    }
    for start, change in changes.items():
        found = judged(release, series.trusted)
        judge_chain(found, release, change(chain))
        assert any(one.startswith(start) for one in found.faults), (start, found.faults)


def with_own(**values: object) -> Callable[[Chain], Chain]:
    """The chain with other values in its third delivery."""

    def change(chain: Chain) -> Chain:
        deliveries = list(chain.deliveries)
        deliveries[2] = replace(deliveries[2], **values)  # type: ignore[arg-type]
        return replace(chain, deliveries=tuple(deliveries))

    return change


def test_a_removed_delivery_is_missed(
    series: Series, register: Mapping[str, str], tmp_path: Path
) -> None:
    """Whichever is taken out, but the last, whose release then has no delivery file."""
    for number in range(3):
        gone = path_of(series, number)
        left = {path: register[path] for path in register if path != gone}
        root = write_register(left, tmp_path / str(number))
        for folder in series.folders:
            code, said = verify_here(folder, "--chain", "--root", root)
            assert code == 1, (gone, folder)
            assert DELIVERIES in said


def test_three_hundred_tampers_with_the_chain_are_refused(
    series: Series, register: Mapping[str, str], tmp_path: Path
) -> None:
    """A bit, a line or the end of a delivery's file, or one file in another's place."""
    draw = random.Random(20181122)  # noqa: S311  # the same tampers in every run
    paths = sorted(path for path in register if path.startswith(DELIVERIES))
    release = series.releases[-1]
    right = judged(release, series.trusted)
    for _ in range(300):
        path = draw.choice(paths)
        raw = bytearray(register[path].encode())
        how = draw.randrange(4)
        if how == 0:
            raw[draw.randrange(len(raw))] ^= 1 << draw.randrange(8)
        elif how == 1:
            lines = raw.splitlines(keepends=True)
            del lines[draw.randrange(1, len(lines))]
            raw = bytearray(b"".join(lines))
        elif how == 2:
            raw = raw[: draw.randrange(len(raw))]
        else:
            raw = bytearray(register[draw.choice([one for one in paths if one != path])].encode())
        root = write_register(register, tmp_path)
        (root / path).write_bytes(raw)
        found = replace(right, faults=[])
        judge_chain(found, release, chain_at(root))
        own = path == paths[-1]
        # A comment or the end of a line in the last file says nothing of what was sent.
        assert found.faults or (own and said_the_same(register[path], bytes(raw))), (path, how)


def said_the_same(before: str, after: bytes) -> bool:
    one, other = (yaml.load(text, yaml.CBaseLoader) for text in (before, after.decode()))
    return bool(one == other)


def test_nothing_is_added_to_a_release_that_has_no_manifest(series: Series, tmp_path: Path) -> None:
    left = {one: raw for one, raw in series.releases[0].items() if one != MANIFEST}
    folder = laid(left, tmp_path / "release")
    code, said = verify_here(folder, "--chain", "--root", series.root)
    assert (code, f"{MANIFEST}: missing" in said) == (1, True)
    assert EXTRACT not in said
