"""Laws that the documentation states, held over anything that may happen; others are in their own tests."""

import io
import json
from pathlib import Path

from cpl_registry.edges.import_tables import read_tables
from cpl_registry.outputs.change_feeds import json_feed
from cpl_registry.records.import_rows import text_rows
from openpyxl import load_workbook

from tests.random_deliveries import played
from tests.random_plans import plan
from tests.registers import GBCS_1_1
from tests.workbooks import published


def test_an_id_of_a_feed_is_never_used_for_anything_else() -> None:
    """From one day to the next items come on top, and one that was there tells of the same event."""
    seen = 0
    for seed in range(12):
        known: dict[str, tuple[str, str]] = {}
        for made in played(plan(seed)).made:
            items = json.loads(json_feed(made.state, None).content)["items"]
            told = {one["id"]: (one["date_published"], one["_cpl"]["entry_id"]) for one in items}
            assert len(told) == len(items)
            assert known.items() <= told.items(), seed  # none of these lives has a hundred events
            seen += bool(known) and len(told) > len(known)
            known = told
    assert seen > 10


def test_hidden_rows_and_sheets_are_read_like_others(tmp_path: Path) -> None:
    """What a person does not see in a spreadsheet is not left out of the register."""
    raw = published(GBCS_1_1)
    book = load_workbook(io.BytesIO(raw))
    sheet = book["Entries"]
    for row in range(3, 6):
        sheet.row_dimensions[row].hidden = True
    book["History"].sheet_state = "veryHidden"
    seen, hidden = tmp_path / "seen.xlsx", tmp_path / "hidden.xlsx"
    seen.write_bytes(raw)
    book.save(hidden)
    one, other = read_tables(seen, None), read_tables(hidden, None)
    assert len(list(text_rows(one.columns))) > 8
    assert [row.texts for row in text_rows(one.columns)] == [
        row.texts for row in text_rows(other.columns)
    ]
    assert one.histories == other.histories
