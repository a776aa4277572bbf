"""What stands beside a verdict of "Check my meter": another question, the incident, whom to ask."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import REPOSITORY
from tests.browser.walking import walk

SITE = REPOSITORY / "build" / "site"


def test_another_is_checked_from_a_verdict_by_keys_alone(page: Page, states_url: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{states_url}/check/")
    page.locator("#q").fill("F0A1 0005 0203 38040001")
    page.locator("#q").press("Enter")
    expect(page.locator("#result-heading")).to_be_focused()
    expect(page.locator("#another")).to_be_in_viewport(ratio=1)
    walk(page, "#another")
    page.keyboard.press("Enter")
    expect(page.locator("#q")).to_be_focused()
    expect(page.locator("#q")).to_be_in_viewport(ratio=1)
    assert page.locator("#q").input_value() == ""
    assert page.locator("#tell").inner_text() == ""
    assert page.locator("#result").is_hidden()
    assert page.url.endswith("/check/")
    page.keyboard.type("f0a1 0005 0203 3804000b")
    page.keyboard.press("Enter")
    page.locator("#answers .cpl-tag", has_text="Removed: Withdrawn").wait_for()
    page.go_back()
    page.locator("#result").wait_for(state="hidden")
    page.go_back()
    page.locator("#answers .cpl-tag", has_text="Active, loaded").wait_for()


def test_fields_are_empty_again_too(page: Page, states_url: str) -> None:
    page.goto(f"{states_url}/check/?manufacturer=F0A1&model=0005&hardware=0203&firmware=38040001")
    page.locator(".cpl-sentence").wait_for()
    page.locator("#by-field summary").click()
    page.locator("#f-manufacturer").fill("F0A1")
    page.locator("#another").click()
    assert page.locator("#f-manufacturer").input_value() == ""
    assert page.url.endswith("/check/")


def answers() -> list[dict[str, Any]]:
    """What the demonstration says of every entry."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((SITE / "api/v1/check").glob("????.json")):
        for one in json.loads(path.read_text(encoding="utf-8"))["entries"]:
            found[one["entry_id"]] = one
    return list(found.values())


@pytest.mark.parametrize("state", ["listed-held", "listed-amendment-held"])
def test_a_held_answer_names_the_incident_with_its_page(
    page: Page, site_url: str, state: str
) -> None:
    one = next(one for one in answers() if one["state"] == state and one["incidents"])
    (incident,) = one["incidents"]
    page.goto(f"{site_url}/check/?q={one['entry_id']}")
    told = page.locator("#answers .cpl-note")
    assert told.inner_text() == (
        f"Incident {incident['title']} ({incident['reference']}): {incident['words']}."
    )
    told.get_by_role("link").click()
    page.wait_for_url(f"{site_url}/incidents/{incident['reference']}/")
    page.go_back()
    entry = page.locator(".cpl-which a")
    entry.click()
    page.locator(".cpl-note", has_text=f"{incident['title']} ({incident['reference']})").wait_for()


def test_an_answer_that_no_incident_touches_names_none(page: Page, site_url: str) -> None:
    one = next(one for one in answers() if one["state"] == "listed-loaded" and not one["incidents"])
    page.goto(f"{site_url}/check/?q={one['entry_id']}")
    page.locator(".cpl-sentence").wait_for()
    assert page.locator("#answers .cpl-note").count() == 0


def test_who_must_ask_is_told_whom(page: Page, site_url: str) -> None:
    asks = {one["installing"]: one for one in answers() if one["install"] == "ask"}
    assert len(asks) >= 3
    for words in asks:
        assert words.startswith("Ask your supplier first: ")
    assert not any("can tell" in one["installing"] for one in answers())
    page.goto(f"{site_url}/check/?q={next(iter(asks.values()))['entry_id']}")
    page.locator(".cpl-sentence").wait_for()
    assert "supplier's own desk" in page.locator("#as-of").inner_text()


MOST_WORDS = 32
"""Eight seconds at four words a second, for what is asked, the answer and its reason."""


def test_a_verdict_is_read_in_a_few_seconds(page: Page, site_url: str) -> None:
    longest = max(answers(), key=lambda one: len(one["installing"].split()))
    page.goto(f"{site_url}/check/?q={longest['entry_id']}")
    verdict = page.locator("#answers .cpl-verdict").inner_text()
    assert longest["installing"] in " ".join(verdict.split())
    assert len(verdict.split()) <= MOST_WORDS
