"""Two entries side by side: what differs is said in words, for any two, removed ones too."""

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.browser.conftest import REPOSITORY
from tests.browser.seeing import heard, seen
from tests.browser.walking import go_to, press, until

SITE = REPOSITORY / "build" / "site"
SHOWN = "!document.getElementById('result').hidden"


@pytest.fixture
def compared(page: Page, site_url: str) -> Iterator[Page]:
    """A page that may say nothing in the console, and ask no other host."""
    faults = heard(page, f"{site_url}/")
    yield page
    assert faults == []


def device(entry_id: str) -> dict[str, Any]:
    """What is published of an entry."""
    path = SITE / "api/v1/devices" / f"{entry_id}.json"
    return dict(json.loads(path.read_text("utf-8"))["device"])


def entry_where(**values: str) -> str:
    for path in sorted((SITE / "api/v1/devices").glob("*.json")):
        found = json.loads(path.read_text("utf-8"))["device"]
        if all(found[name] == value for name, value in values.items()):
            return str(found["entry_id"])
    raise AssertionError(f"no entry with {values} in build/site")


@pytest.fixture(scope="module")
def pair() -> tuple[str, str]:
    """Two firmware versions of one product, of a maker with a name."""
    ids = sorted(path.stem for path in (SITE / "api/v1/devices").glob("esme-f0a1-*.json"))
    for one, other in pairwise(ids):
        if one.split("-")[:5] == other.split("-")[:5]:
            return one, other
    raise AssertionError("no two firmware versions of one product in build/site")


def opened(page: Page, url: str, one: str, other: str) -> Page:
    page.goto(f"{url}/compare/?a={one}&b={other}")
    until(page, SHOWN)
    return page


def rows(page: Page) -> dict[str, list[str]]:
    """The rows of the table by the names of their fields."""
    cells: list[list[str]] = page.evaluate(
        "[...document.querySelectorAll('#table tbody tr:not(.cpl-group)')]"
        ".map(row => [...row.cells].map(cell => cell.textContent))"
    )
    assert len({name for name, *_ in cells}) == len(cells)
    return {name: rest for name, *rest in cells}


def test_what_differs_is_said_in_words_and_stands_first(
    compared: Page, site_url: str, pair: tuple[str, str]
) -> None:
    one_id, other_id = pair
    opened(compared, site_url, one_id, other_id)
    one, other = device(one_id), device(other_id)
    found = rows(compared)
    assert found["Firmware version"] == [
        "different",
        one["firmware_version"],
        other["firmware_version"],
    ]
    assert found["Model identifier"] == ["same", one["model_identifier"], one["model_identifier"]]
    assert found["Manufacturer"] == ["same", "Albion Metering Ltd", "Albion Metering Ltd"]
    for name, label in (
        ("gbcs_version", "GBCS version"),
        ("manufacturer_image_hash", "Manufacturer Image hash (SHA-256)"),
        ("cpa_certificate", "CPA Certificate, number"),
        ("status", "Status"),
    ):
        word = "same" if one[name] == other[name] else "different"
        assert found[label] == [word, one[name] or "none", other[name] or "none"]
    words = [word for word, *_ in found.values()]
    assert words == sorted(words), "what differs stands first"
    told = compared.locator("#told").inner_text()
    plural = "1 field differs" if words.count("different") == 1 else "fields differ"
    assert plural in told
    assert f"{words.count('same')} are the same." in told
    assert compared.locator("#answer-a").inner_text() == one["answer"]
    assert compared.locator("#answer-b").inner_text() == other["answer"]
    events = compared.locator("#happened-b li").all_inner_texts()
    assert len(events) == len(other["history"])
    assert events[0].startswith("Submitted on ")


def test_a_removed_entry_beside_another_type(compared: Page, site_url: str) -> None:
    removed, hub = entry_where(status="Expired"), entry_where(device_type="CH", status="Active")
    opened(compared, site_url, removed, hub)
    found = rows(compared)
    assert found["Status"] == ["different", "Expired", "Active"]
    assert "Not on the list: it was removed on" in compared.locator("#answer-a").inner_text()


def test_the_keyboard_chooses_exchanges_and_goes_back(
    compared: Page, site_url: str, pair: tuple[str, str]
) -> None:
    one_id, other_id = pair
    compared.goto(f"{site_url}/compare/")
    until(compared, "!document.getElementById('with-scripts').hidden")
    go_to(compared, "a")
    compared.keyboard.type(one_id.upper().replace("-", " "))
    until(compared, "document.getElementById('a-list').options.length > 1")
    go_to(compared, "b")
    compared.keyboard.type(other_id)
    compared.keyboard.press("Enter")
    until(compared, SHOWN)
    assert compared.evaluate("document.activeElement.id") == "result-heading"
    assert compared.url.endswith(f"?a={one_id}&b={other_id}")
    press(compared, "Exchange the two", by="Shift+Tab", key="Space")
    until(compared, f"document.getElementById('name-a').textContent === '{other_id}'")
    compared.go_back()
    until(compared, f"document.getElementById('name-a').textContent === '{one_id}'")


@pytest.mark.parametrize(
    "name", ["esme-f0a1-0005-02-03-ffffffff", "esme-ffff-0005-02-03-38040403", "<img src=x>"]
)
def test_what_is_not_in_the_register_is_told(
    compared: Page, site_url: str, pair: tuple[str, str], name: str
) -> None:
    _, other_id = pair
    compared.goto(f"{site_url}/compare/?a={name}&b={other_id}")
    until(compared, "document.getElementById('told').textContent !== ''")
    assert compared.locator("#told").inner_text() == f"Not in the register: {name}."
    assert not compared.locator("#result").is_visible()


def test_a_page_of_an_entry_leads_here(
    compared: Page, site_url: str, pair: tuple[str, str]
) -> None:
    one_id, other_id = pair
    compared.goto(f"{site_url}/devices/{one_id}/")
    compared.get_by_role("link", name=f"Compare with {other_id}").click()
    until(compared, SHOWN)
    assert compared.locator("#head-b").inner_text() == other_id


def test_hostile_values_never_become_markup(
    compared: Page, site_url: str, pair: tuple[str, str]
) -> None:
    one_id, other_id = pair
    hostile = "<img src=x onerror=alert(1)>"

    def worse(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: worse(one) for name, one in value.items()}
        if isinstance(value, list):
            return [*map(worse, value), *([hostile] if value and isinstance(value[0], str) else [])]
        return hostile if isinstance(value, str) else value

    def answered(route: Route) -> None:
        said = route.fetch().json()
        for device in said["devices"]:
            kept = {"entry_id": device["entry_id"]}
            schemes = [one["scheme"] for one in device["certificates"]]
            device.update(worse(device) | kept)
            for one, scheme in zip(device["certificates"], schemes, strict=True):
                one["scheme"] = scheme
        route.fulfill(json=said)

    compared.route("**/api/v1/models/*.json", answered)
    opened(compared, site_url, one_id, other_id)
    assert compared.locator("#table").inner_text().count(hostile) > 20
    assert compared.locator("#page img").count() == 0


def test_the_comparison_has_no_fault_in_any_setting(
    compared: Page, site_url: str, pair: tuple[str, str]
) -> None:
    assert seen(opened(compared, site_url, *pair)) == []


def test_without_scripts_the_page_leads_to_the_lists(browser: Browser, site_url: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(f"{site_url}/compare/")
        assert not page.locator("#choose").is_visible()
        links = page.locator("noscript .cpl-note a")
        assert [one.get_attribute("href") for one in links.all()] == [
            "../devices/",
            "../manufacturers/",
        ]
    finally:
        context.close()
