"""One commit and one day give the same bytes: in any folder, time zone and locale, on any machine.

Two other machines here; `make matrix` has every variant by itself, and other versions of Python.
"""

import json
from pathlib import Path

import pytest

from tests.machines import (
    ANOTHER_MACHINE,
    ASCII,
    DAY,
    SHIPPED,
    SMALL,
    Machine,
    cloned,
    contents,
    differing,
    git,
    repository_in,
)


@pytest.fixture(scope="module")
def clones(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The repository as it lies here, in two folders."""
    first = repository_in(tmp_path_factory.mktemp("first") / "register")
    second = tmp_path_factory.mktemp("second") / "deeper" / "another folder, with é"
    return first, cloned(first, second)


@pytest.fixture(scope="module")
def machine(clones: tuple[Path, Path]) -> Machine:
    return Machine(clone=clones[0])


def test_the_same_bytes_in_another_language_and_for_another_user(
    machine: Machine, tmp_path: Path
) -> None:
    """The extract by itself too."""
    # Where the locale is not installed, the C library falls back to C: `make matrix` makes it.
    elsewhere = Machine(
        clone=machine.clone,
        environment={"TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "2"},
        umask=0o077,
    )
    one, other = tmp_path / "one", tmp_path / "a folder of another name" / "out"
    assert differing(machine.build(SMALL, one), elsewhere.build(SMALL, other)) == []
    extracts = [
        each.extract(SMALL, out / "more")
        for each, out in zip((machine, elsewhere), (one, other), strict=True)
    ]
    assert differing(*extracts) == []


def test_the_shipped_register_gives_the_same_bytes_on_another_machine(
    machine: Machine, clones: tuple[Path, Path], tmp_path: Path
) -> None:
    """And built where `make site` builds, it leaves the clone clean."""
    everything = Machine(
        clone=clones[1],
        environment={**ASCII, "TZ": "Pacific/Pago_Pago", "PYTHONHASHSEED": "3"},
        umask=0o027,
        start=ANOTHER_MACHINE,
    )
    here = machine.build(SHIPPED, machine.clone / "build")
    there = everything.build(SHIPPED, tmp_path / "there")
    assert differing(here, there) == []
    assert len(here) > 200
    assert {mode for mode, _ in here.values()} == {"0o100644", "0o40755"}
    manifest = json.loads((machine.clone / "build/dcc/manifest.json").read_bytes())
    assert manifest["commit"] == git(clones[0], "rev-parse", "HEAD")
    assert manifest["on"] == DAY
    assert git(clones[0], "status", "--porcelain") == ""


def test_the_comparison_sees_a_byte_a_mode_and_a_file(tmp_path: Path) -> None:
    """Else the tests above would prove nothing."""
    for name in ("one", "two"):
        (tmp_path / name / "inner").mkdir(parents=True)
        (tmp_path / name / "inner" / "file").write_bytes(b"a")
    one = contents(tmp_path / "one")
    assert differing(one, contents(tmp_path / "two")) == []
    (tmp_path / "two/inner/file").write_bytes(b"b")
    assert differing(one, contents(tmp_path / "two")) == ["inner/file"]
    (tmp_path / "two/inner/file").write_bytes(b"a")
    (tmp_path / "two/inner").chmod(0o700)
    (tmp_path / "two/more").touch()
    assert differing(one, contents(tmp_path / "two")) == ["inner", "more"]
