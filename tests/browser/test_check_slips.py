"""What "Check my meter" says to a slip in copying: it is named and something is offered, never mended."""

from pathlib import Path

from cpl_registry.outputs.verdicts import Kind
from playwright.sync_api import Page, expect

from tests.answer_states import KEYS, entry_id
from tests.browser.conftest import Serve
from tests.builders import LISTED, entry, register
from tests.site_files import read_html
from tests.test_site import built


def test_nothing_given_says_what_to_do(page: Page, states_url: str) -> None:
    page.goto(f"{states_url}/check/?q=F0A1+0005+0203+38040001")
    page.locator(".cpl-sentence").wait_for()
    page.locator("#q").fill("  ")
    page.locator("#one").get_by_role("button").click()
    page.locator("#tell[role=status]", has_text="Type or paste first").wait_for()
    assert page.locator("#result").is_hidden()
    assert page.evaluate("document.activeElement.id") == "q"
    page.goto(f"{states_url}/check/?q=+++")
    page.locator("#tell[role=status]", has_text="Type or paste first").wait_for()
    expect(page.locator("#tell")).to_be_in_viewport()
    page.goto(f"{states_url}/check/")
    assert page.locator("#tell").inner_text() == ""
    page.locator("#by-field summary").click()
    page.get_by_role("button", name="Check these fields").click()
    assert page.evaluate("document.activeElement.id") == "f-manufacturer"
    page.locator("#q").fill("F0A1 0005 0203 38040001")
    page.locator("#q").press("Enter")
    page.locator(".cpl-sentence").wait_for()
    assert page.locator("#tell").inner_text() == ""


SLIPS = (
    ("FOA1 OOO5 0203 38O4OOO1", "Model identifier OOO5: characters 1, 2 and 3 are the letter O"),
    ("foa1 0005 0203 3804000l", "Firmware version 3804000l: character 8 is the letter l"),
    ("F0A1 0005 0203 3804000G", "Firmware version 3804000G: character 8 is G, which is no hex"),
    ("Manufacturer: F0AI Model: 5 Hardware: 0203", "F0AI: character 4 is the letter I"),
    ("F0A1:OOO5:0203:38040001", "F0A1:OOO5:0203:38040001: characters 5, 6 and 7 are the letter O"),
)


def test_a_letter_in_the_place_of_a_digit_is_named_and_never_mended(
    page: Page, states_url: str
) -> None:
    page.goto(f"{states_url}/check/")
    for text, told in SLIPS:
        page.locator("#q").fill(text)
        page.locator("#q").press("Enter")
        page.locator("#problems", has_text=told).wait_for()
        assert page.locator("#answers .cpl-tag").inner_text() == "Not understood"
        assert told in page.locator("#said").inner_text()
    assert page.locator("#instead a").inner_text() == "Check F0A1:0005:0203:38040001"
    page.locator("#instead a").click()
    page.locator("#answers .cpl-tag", has_text="Active, loaded").wait_for()
    page.goto(f"{states_url}/check/?q=F0A1+0005+0203+3804000G")
    page.locator("#problems li").wait_for()
    assert page.locator("#instead a").count() == 0


def test_without_firmware_each_one_is_offered_with_its_verdict(page: Page, states_url: str) -> None:
    for text in ("F0A1 0005 0203", "Manufacturer F0A1 Model 0005 Hardware 02:03"):
        page.goto(f"{states_url}/check/?q={text}")
        page.locator("#choices").wait_for()
        rows = page.locator("#choices li").all_inner_texts()
        assert len(rows) == len(KEYS)
        assert rows[0] == "38040001 (ESME): Yes, by this list Active, loaded"
        assert rows[-1] == "3804000B (ESME): No Removed: Withdrawn"
        assert page.locator("#answers .cpl-tag").inner_text() == "Firmware missing"
        assert page.locator("#answers a").count() == 0
    page.goto(f"{states_url}/check/?q=F0A1 0006 0203")
    page.locator("#no-choices").wait_for()
    assert (
        page.locator("#find-these a").get_attribute("href") == f"{states_url}/devices/?q=F0A1+0006"
    )


def test_what_is_not_on_the_list_any_more_names_the_newest(page: Page, states_url: str) -> None:
    page.goto(f"{states_url}/check/?q=F0A1 0005 0203 {KEYS[Kind.REMOVED]}")
    page.locator("#answers .cpl-newest").wait_for()
    newest = page.locator("#answers .cpl-newest").inner_text()
    file = states_page(states_url, page, Kind.REMOVED)
    assert newest.partition(" (")[0] in file
    page.goto(f"{states_url}/check/?q=F0A1 0005 0203 {KEYS[Kind.LOADED]}")
    page.locator(".cpl-sentence").wait_for()
    assert page.locator(".cpl-newest").count() == 0


def states_page(url: str, page: Page, kind: Kind) -> str:
    """The text of an entry's page."""
    return read_html(page.request.get(f"{url}/devices/{entry_id(kind)}/").text()).text


def test_one_slip_away_is_near_wherever_it_is(page: Page, serve: Serve, tmp_path: Path) -> None:
    removed = {"date": "2026-02-02", "event": "removed", "status": "Withdrawn"}
    of = register(
        entry(),
        entry(manufacturer_identifier="F0B9", model_identifier="5011"),
        entry(firmware_version="38040405", history=[*LISTED, removed]),
        entry(firmware_version="38040406"),
    )
    wanted = {
        "F0B1 0005 0203 38040404": ("manufacturer identifier F0A1, you gave F0B1", "A"),
        "F0A1 0050 0203 38040404": ("model identifier 0005, you gave 0050", "05"),
        "F0B9 5011 0302 38040404": (
            "hardware version and revision 0203, you gave 0302",
            "23",
        ),
        "F9B0 5011 0203 38040404": None,
        "F0A1 0005 0203 38040407": (
            "firmware version 38040404, you gave 38040407",
            "4",
        ),
    }
    with serve(built(tmp_path / "build", of).site) as url:
        page.goto(f"{url}/check/", wait_until="networkidle")
        for text, near in wanted.items():
            page.locator("#q").fill(text)
            page.locator("#q").press("Enter")
            page.locator("#answers .cpl-tag", has_text="Not on the list").wait_for()
            page.wait_for_load_state("networkidle")
            if near is None:
                assert page.locator("#near").is_hidden()
                continue
            first = page.locator("#near li").first
            first.filter(has_text=near[0]).wait_for()
            assert "".join(first.locator("mark").all_inner_texts()) == near[1]
        assert "38040405" in page.locator("#near li").last.inner_text()
