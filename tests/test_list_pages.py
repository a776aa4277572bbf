"""What the pages that list entries say: home, the DCC board, versions, changes."""

from datetime import date

import pytest
from cpl_registry.outputs.pages import pages
from cpl_registry.records.register import Register
from cpl_registry.state.publication import publish

from tests.builders import AMENDED_43, HELD_43, dsp, entry, register
from tests.registers import files_of, register_of
from tests.repository import ROOT
from tests.site_files import read_html

DAY = date(2026, 11, 22)


def page_text(of: Register, path: str, on: date = DAY) -> str:
    (page,) = (one for one in pages(publish(of, on), ()) if one.path == f"pages/{path}.md")
    return read_html(page.content.decode()).text


def test_the_home_page_tells_whether_anything_is_held() -> None:
    none = page_text(register(entry()), "index")
    assert "1 Active Device Model from 1 manufacturer. None is held back" in none
    some = page_text(register(entry(), entry(**HELD_43, firmware_version="38040405")), "index")
    assert "2 Active Device Models from 1 manufacturer. 1 is held back from the DCC" in some
    assert "Yes. 1 Active entry has values" in some


def test_the_dcc_board_tells_which_why_and_since_when() -> None:
    text = page_text(register(entry(**AMENDED_43)), "dcc/index")
    assert "1 entry is Active, and the extract for the DCC has 1 row; 1 entry is held." in text
    assert (
        "11 May 2026 (196 days) the DSP does not recognise GBCS 4.3 the earlier row goes on" in text
    )


@pytest.mark.parametrize(("on", "told"), [(date(2018, 5, 17), False), (date(2018, 5, 18), True)])
def test_the_dcc_board_tells_a_step_from_the_day_it_was_known(on: date, told: bool) -> None:
    step = {
        "start": "2018-06-22",
        "gbcs_versions": ["3.2", "4.3"],
        "known_from": "2018-05-18",
        "source": "a test",
    }
    text = page_text(register(dsp_profile=dsp(step)), "dcc/index", on)
    assert ("22 June 2018 announced" in text) is told
    assert ("adds GBCS 4.3" in text) is told


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (date(2020, 1, 1), "it is in force since 1 January 2020 (1 day so far)"),
        (date(2019, 12, 30), "in force from 1 January 2020, in 2 days"),
    ],
)
def test_a_version_tells_its_window_in_days(on: date, words: str) -> None:
    assert words in page_text(register(), "specifications/gbcs-4-3", on)


def test_a_version_that_has_ended_says_so() -> None:
    of = register_of(files_of(ROOT), DAY)
    text = page_text(of, "specifications/gbcs-1-0")
    assert "was in force from 27 October 2016 to 7 May 2018 (558 days)." in text
    assert "Not confirmed in a source: the first day in force." in text


def test_changes_stand_newest_first_with_their_fields() -> None:
    text = page_text(register(entry(**AMENDED_43)), "changes/index")
    places = [
        text.index(words)
        for words in ("May 2026", "11 May 2026: Amended", "11 February 2020: Listed")
    ]
    assert places == sorted(places)
    assert "GBCS version: from 3.2 to 4.3" in text
