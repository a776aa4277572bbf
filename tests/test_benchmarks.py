"""The registers that are measured are valid, and the same for the same seed. No speed is tested."""

import sys
from datetime import date
from pathlib import Path

import pytest
from cpl_registry.edges.reading import read
from cpl_registry.records.findings import Severity
from cpl_registry.state.publication import publish

from benchmarks import reading
from benchmarks.lives import TODAY
from benchmarks.measuring import cpu_seconds
from benchmarks.registers import write
from tests.machines import contents, differing
from tests.registers import cpl
from tests.repository import ROOT

ENTRIES = 400


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("made")
    write(root, ENTRIES, seed=1, home=ROOT)
    return root


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_made_register_has_no_error_and_no_warning(seed: int, tmp_path: Path) -> None:
    write(tmp_path, ENTRIES, seed=seed, home=ROOT)
    report = read(tmp_path, TODAY).report
    assert report.entries == ENTRIES
    assert [one for one in report.findings if one.severity is not Severity.NOTICE] == []


def test_the_command_finds_it_valid(made: Path) -> None:
    assert cpl("validate", "--root", made, "--on", TODAY.isoformat()).returncode == 0


def test_one_seed_gives_the_same_bytes_and_another_gives_others(made: Path, tmp_path: Path) -> None:
    for seed, same in ((1, True), (2, False)):
        root = tmp_path / str(seed)
        root.mkdir()
        write(root, ENTRIES, seed=seed, home=ROOT)
        assert (differing(contents(made), contents(root)) == []) is same


def test_its_lives_are_of_every_kind(made: Path) -> None:
    state = publish(read(made, TODAY).report.register, TODAY)
    events = {line.event for one in state.entries for line in one.entry.history}
    assert events == {
        "submitted",
        "listed",
        "amended",
        "removed",
        "reinstated",
        "closed",
    }
    assert {one.entry.device_type for one in state.entries} == {
        "ESME",
        "GSME",
        "CH",
        "PPMID",
        "HCALCS",
    }
    assert len({one.entry.manufacturer for one in state.entries}) == 14
    assert 0 < len(state.held) < len(state.extract)
    holds = [one.delivery.hold for one in state.held if one.delivery]
    assert {hold.standing_row for hold in holds if hold} == {"none", "previous"}
    assert min(one.entry.history[0].day for one in state.entries) < date(2018, 1, 1)


def test_the_peer_reads_every_file(
    made: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["reading", str(made)])
    reading.main()
    assert int(capsys.readouterr().out) == len(list(made.rglob("*.yaml")))


def test_a_command_that_fails_is_not_measured() -> None:
    assert cpu_seconds([sys.executable, "-c", "sum(range(1000000))"], {}) > 0
    with pytest.raises(Exception, match="exit status 3"):
        cpu_seconds([sys.executable, "-c", "raise SystemExit(3)"], {})
