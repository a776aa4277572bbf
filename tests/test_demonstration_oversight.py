"""The demonstration's campaigns: their files are what the commands give for its entries."""

import shutil
from datetime import date
from pathlib import Path

from cpl_registry.records.working_days import WorkingDays
from cpl_registry.state.campaigning import campaigns_on
from cpl_registry.state.campaigns import CampaignStanding, Position
from demonstration.make_oversight import MADE, make

from tests.registers import files_of, register_of
from tests.repository import ROOT

TODAY = date(2026, 11, 22)


def standings(on: date) -> dict[str, CampaignStanding]:
    register = register_of(files_of(ROOT), TODAY)
    working: WorkingDays | None = None
    return {one.campaign.reference: one for one in campaigns_on(register, on, working)}


def test_the_files_are_what_the_commands_give(tmp_path: Path) -> None:
    """Those of 2018, letters and all; that the targets of 2026 are right is a rule, CPL911."""
    register = tmp_path / "register"
    shutil.copytree(ROOT / "cpl", register / "cpl")
    make(register, tmp_path / "letters", last=date(2018, 12, 31))
    for folder in MADE:
        there = {path.name: path.read_bytes() for path in (ROOT / folder).glob("*-2018-*")}
        assert {path.name: path.read_bytes() for path in (register / folder).iterdir()} == there
        assert there


def test_all_positions_are_there_over_the_years() -> None:
    before = standings(date(2018, 9, 13))["CAM-2018-001"].counts
    assert (before[Position.OVERDUE], before[Position.REMOVED]) == (2, 2)
    assert before[Position.CORRECTED] > 30
    after = standings(TODAY)
    assert not after["CAM-2018-001"].left
    now = after["CAM-2026-001"].counts
    for position in (
        Position.CORRECTED,
        Position.DISPUTED,
        Position.SUBMITTED,
        Position.OUTSTANDING,
    ):
        assert now[position] >= 3, position


def test_the_targets_of_2018_are_of_most_manufacturers_then_on_the_list() -> None:
    """Active on GBCS 1.0 on the day of notice; what each was is asked of the entries alone."""
    campaign = standings(TODAY)["CAM-2018-001"]
    assert campaign.campaign.notice == date(2018, 5, 29)
    assert len(campaign.by_manufacturer()) >= 10
    assert len(campaign.targets) == 40
