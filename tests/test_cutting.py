"""The smaller register that tests use is one: valid, and consistent with its deliveries."""

from datetime import date

from cpl_registry.records.delivery import DeltaKind
from cpl_registry.state.journey import Stage, journey
from cpl_registry.state.publication import publish

from tests.registers import FEW, files_of, register_of, smaller_shipped
from tests.repository import ROOT

TODAY = date(2026, 11, 22)


def test_it_has_the_entries_of_its_manufacturers_and_no_others() -> None:
    whole, small = files_of(ROOT), smaller_shipped()
    entries = {path: text for path, text in whole.items() if path.startswith("cpl/devices/")}
    kept = {path: text for path, text in entries.items() if path.split("/")[3] in FEW}
    assert 60 < len(kept) < len(entries) / 4
    assert {path: text for path, text in small.items() if path in entries} == kept


def test_each_entry_stands_where_it_stood() -> None:
    """Rows of others do not matter to it: same row, same stage, same day."""
    whole = publish(register_of(files_of(ROOT), TODAY), TODAY)
    small = publish(register_of(smaller_shipped(), TODAY), TODAY)
    stages = set()
    for one in small.entries:
        there = whole.by_id[one.entry_id]
        assert one.delivery == there.delivery
        stage = journey(one, small.sent).stage
        assert stage is journey(there, whole.sent).stage, one.entry_id
        stages.add(stage)
    assert stages >= {Stage.LOADED, Stage.HELD, Stage.AMENDMENT_HELD, Stage.REJECTED}


def test_its_deliveries_add_change_and_remove() -> None:
    register = register_of(smaller_shipped(), TODAY)
    assert len(register.deliveries) == len(register_of(files_of(ROOT), TODAY).deliveries)
    assert {row.change for one in register.deliveries for row in one.delta} == set(DeltaKind)
