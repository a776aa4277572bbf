"""Laws that the documentation states, held over anything that may happen; others are in their own tests."""

import io
import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from cpl_registry.edges.import_tables import read_tables
from cpl_registry.outputs.change_feeds import json_feed
from cpl_registry.records.dsp_profile import Step
from cpl_registry.records.import_rows import text_rows
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests.properties.strategies import few
from tests.random_deliveries import played
from tests.random_plans import plan
from tests.registers import GBCS_1_1, dcc_tables, files_of, register_of
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


VERSIONS = frozenset({"1.0", "1.1"})


@few(20)
@given(
    st.integers(0, 400),
    st.integers(0, 400),
    st.frozensets(st.sampled_from(["1.0", "1.1", "2.0"]), min_size=1),
)
@example(0, 0, VERSIONS)
def test_what_is_only_expected_of_the_dsp_is_never_sent(
    days: int, known: int, versions: frozenset[str]
) -> None:
    """docs/maintain/new-gbcs-version.md: it counts in what is foreseen and never in what is sent."""
    on = date(2018, 5, 9)
    register = register_of(files_of(GBCS_1_1), on)

    def sent(*more: Step) -> dict[str, bytes]:
        steps = sorted((*register.dsp.steps, *more), key=lambda one: one.start)
        dsp = replace(register.dsp, steps=tuple(steps))
        return dcc_tables(replace(register, dsp=dsp), on)

    announced = Step(
        start=on - timedelta(days=days),
        values={"gbcs_version": versions},
        known_from=on - timedelta(days=known),
        expected=True,
    )
    assert sent(announced) == sent()
    # The same step sends more or fewer rows once somebody has seen it.
    if "1.1" in versions or "1.0" not in versions:
        assert sent(replace(announced, expected=False)) != sent()
