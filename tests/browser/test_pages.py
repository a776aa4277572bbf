"""Every kind of page in a real browser: readable by everyone, whole on a phone, silent in the console."""

import json
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import REPOSITORY, Serve, axe

SITE = REPOSITORY / "build" / "site"
WIDE, NARROW = 1280, 320
KINDS = {
    "home": "",
    "check": "check/",
    "all entries": "devices/",
    "manufacturers": "manufacturers/",
    "manufacturer": "manufacturers/*/",
    "device types": "types/",
    "device type": "types/*/",
    "specifications": "specifications/",
    "specification": "specifications/gbcs-*/",
    "changes": "changes/",
    "changes of a year": "changes/*/",
    "pictures": "charts/",
    "DCC board": "dcc/",
    "delivery": "dcc/deliveries/*/",
    "readiness": "dcc/readiness/",
    "forward look": "outlook/",
    "today": "today/",
    "incidents": "incidents/",
    "incident": "incidents/*/",
    "rules": "rules/",
    "rule": "rules/*/",
    "data": "data/",
    "developers": "developers/",
    "prose": "about/",
    "guides": "guides/",
    "accessibility": "accessibility/",
    "campaign": "campaigns/*/",
    "glossary": "glossary/",
    "guide": "dcc/holds/",
    "not found": "404.html",
}
"""Every kind of page that does not depend on the state of an entry; `*` is the first that there is."""
STATES = (
    "active",
    "held",
    "amendment-held",
    "submitted",
    "closed",
    "removed",
)


def address(kind: str) -> str:
    """A page of the kind, below the site."""
    pattern = KINDS[kind]
    if "*" not in pattern:
        return pattern
    found = sorted(SITE.glob(f"{pattern}index.html"))
    assert found, f"no {kind} in build/site"
    return f"{found[0].parent.relative_to(SITE).as_posix()}/"


def entry_in(state: str) -> str:
    """The page of an entry in a state, as the page's own answer shows it."""
    mark = {
        "active": 'cpl-tag--active">Active, loaded<',
        "held": 'cpl-tag--held">Active, held<',
        "amendment-held": 'cpl-tag--waiting">Active, amendment held<',
        "submitted": 'cpl-tag--removed">Submitted<',
        "closed": 'cpl-tag--removed">Closed<',
        "removed": 'cpl-tag--removed">Removed: ',
    }[state]
    for path in sorted(SITE.glob("devices/*/index.html")):
        answer = (
            path.read_text(encoding="utf-8").partition('class="cpl-answer')[2].partition("</p>")[0]
        )
        if mark in answer:
            return f"{path.parent.relative_to(SITE).as_posix()}/"
    raise AssertionError(f"no entry that is {state} in build/site")


def faults(page: Page, url: str, widths: tuple[int, ...] = (WIDE, NARROW)) -> list[str]:
    """What is wrong with a page as its context shows it, in each of some widths."""
    found: list[str] = []
    own = url[: url.index("/", len("http://")) + 1]
    page.on(
        "console", lambda said: found.append(f"says {said.text}") if said.type == "error" else None
    )
    page.on("pageerror", lambda error: found.append(f"throws {error}"))
    page.on(
        "request",
        lambda asked: (
            None if asked.url.startswith((own, "data:")) else found.append(f"asks {asked.url}")
        ),
    )
    page.goto(url, wait_until="load")
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"scrolls sideways: {wide} in {width}")
        found += [f"{one} at {width}" for one in axe(page)]
    return found


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("kind", [*KINDS, *STATES])
def test_a_page_has_no_fault(
    browser: Browser, site_url: str, kind: str, colours: Literal["light", "dark"]
) -> None:
    path = entry_in(kind) if kind in STATES else address(kind)
    context = browser.new_context(color_scheme=colours)
    try:
        page = context.new_page()
        # What only a narrow screen shows stands around every page: one of them in the dark will do.
        widths = (WIDE, NARROW) if colours == "light" or kind == "home" else (WIDE,)
        assert faults(page, f"{site_url}/{path}", widths) == []
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(19, 27, 31)"}[colours]
    finally:
        context.close()


def test_a_faulty_page_would_be_seen(page: Page, serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(
        '<!doctype html><html lang="en"><title>t</title><link rel="icon" href="data:,">'
        '<script>console.error("no"); fetch("http://127.0.0.1:9/").catch(() => 0)</script>'
        '<p style="width:3000px">wide</p><p style="color:#bbb">faint</p>',
        encoding="utf-8",
    )
    with serve(tmp_path) as url:
        found = " ".join(faults(page, f"{url}/"))
    for fault in (
        "says no",
        "asks http://127.0.0.1:9/",
        "scrolls sideways: 3008 in 1280",
        "scrolls sideways: 3008 in 320",
        "color-contrast",
    ):
        assert fault in found


def test_the_first_tab_leads_to_the_content(page: Page, site_url: str) -> None:
    page.goto(f"{site_url}/{entry_in('active')}")
    page.keyboard.press("Tab")
    link = page.locator(":focus")
    assert link.inner_text() == "Skip to content"
    expect(link).to_have_css("opacity", "1")
    link.press("Enter")
    assert page.url.endswith("#page")
    assert page.locator("#page h1").count() == 1


def test_a_keyboard_scrolls_a_table(page: Page, site_url: str) -> None:
    page.set_viewport_size({"width": NARROW, "height": 900})
    page.goto(f"{site_url}/devices/")
    region = page.get_by_role(
        "region", name="Every entry of the register, in the order of the entry ids"
    )
    region.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.activeElement.scrollLeft > 0")


def test_the_colours_chosen_stay_chosen(page: Page, site_url: str) -> None:
    page.goto(f"{site_url}/")
    page.get_by_role("button", name="Dark colours").click()
    page.goto(f"{site_url}/devices/")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(19, 27, 31)"
    assert page.get_by_role("button", name="Light colours").is_visible()


def test_a_page_can_be_read_without_scripts(browser: Browser, site_url: str) -> None:
    context: BrowserContext = browser.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(f"{site_url}/")
        assert page.locator(".cpl-answer").is_visible()
        page.get_by_role("link", name="All entries", exact=True).first.click()
        page.wait_for_load_state("load")
        assert page.locator("table.cpl tbody tr").count() == len(
            json.loads((SITE / "api/v1/devices.json").read_text(encoding="utf-8"))["devices"]
        )
    finally:
        context.close()


def test_a_printed_page_shows_its_tables_whole_and_its_label(page: Page, site_url: str) -> None:
    page.set_viewport_size({"width": 700, "height": 990})
    page.emulate_media(media="print")
    page.goto(f"{site_url}/dcc/")
    assert page.locator(".md-banner").is_visible()
    assert page.locator(".cpl-footer time").is_visible()
    assert not page.locator(".cpl-head").is_visible()
    clipped = page.evaluate(
        "[...document.querySelectorAll('.cpl-table')].filter(e => e.scrollWidth > e.clientWidth + 1).length"
    )
    assert clipped == 0
