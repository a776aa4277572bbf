"""Every kind of page in a real browser: readable by everyone, whole on a phone, silent in the console."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import REPOSITORY, Serve
from tests.browser.seeing import NARROW, SETTINGS, WIDE, faults
from tests.browser.walking import until, walk

SITE = REPOSITORY / "build" / "site"
KINDS = {
    "home": "",
    "check": "check/",
    "all entries": "devices/",
    "manufacturers": "manufacturers/",
    "manufacturer": "manufacturers/*/",
    "compare": "compare/",
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
    "campaigns": "campaigns/",
    "decisions": "decisions/",
    "decision": "decisions/*/",
    "certificates": "certificates/",
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
    "commands": "commands/",
    "reference data": "reference-data/",
    "the house": "architecture/",
    "a task of the year": "maintain/protect/",
    "licences": "maintain/licences/",
    "submit": "submit/",
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


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    """One tab for one page after the other, as people have it; opening one costs more than looking at a page."""
    context = browser.new_context(viewport={"width": WIDE, "height": 900}, color_scheme="light")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("kind", [*KINDS, *STATES])
def test_a_page_has_no_fault_in_any_setting(tab: Page, site_url: str, kind: str) -> None:
    path = entry_in(kind) if kind in STATES else address(kind)
    assert faults(tab, f"{site_url}/{path}") == []
    assert tab.locator("main .cpl-section").count() == 0
    assert heading_on_a_phone(tab) < HIGHEST


@pytest.mark.parametrize(
    ("path", "sections"),
    [
        ("", []),
        ("check/", ["Find"]),
        ("manufacturers/*/", ["Find"]),
        ("devices/esme-*/", ["Find"]),
        ("changes/*/", ["Changes"]),
        ("dcc/deliveries/*/", ["DCC"]),
        ("rules/*/", ["Submit"]),
        ("incidents/*/", ["Oversight"]),
        ("data/", ["Guides"]),
    ],
)
def test_the_head_marks_the_section_of_a_page(
    page: Page, site_url: str, path: str, sections: list[str]
) -> None:
    found = next(SITE.glob(f"{path}index.html")).parent.relative_to(SITE).as_posix()
    page.goto(f"{site_url}/{found}/")
    assert page.locator(".cpl-head__nav a[aria-current]").all_inner_texts() == sections


HIGHEST = 350
"""Of the 844 px of a phone, so many at most go by before a page says what it is."""


def heading_on_a_phone(page: Page) -> float:
    """Where the first heading stands once the folds are shut again."""
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = false")
    box = page.locator("h1").bounding_box()
    assert box
    return box["y"]


def test_the_label_is_one_line_on_a_phone_and_the_menu_unfolds_by_keys(
    page: Page, site_url: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site_url}/check/")
    label = page.locator(".md-banner p").first
    assert label.inner_text() == "Demonstration register: not the official CPL."
    box = label.bounding_box()
    assert box
    assert box["height"] < 30
    expect(page.locator("#one button")).to_be_in_viewport(ratio=1)
    link = page.locator(".cpl-head__nav a", has_text="Oversight")
    assert not link.is_visible()
    walk(page, ".cpl-head__nav summary")
    page.keyboard.press("Enter")
    expect(link).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.reload()
    expect(link).to_be_visible()
    assert not page.locator(".cpl-head__nav summary").is_visible()


def test_the_check_begins_on_the_front_page_without_scripts_too(
    browser: Browser, site_url: str
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    try:
        page = context.new_page()
        page.goto(f"{site_url}/")
        expect(page.get_by_role("button", name="Check", exact=True)).to_be_in_viewport(ratio=1)
        page.get_by_label("May it be installed?").fill("F0A1 0005 0203 38040406")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{site_url}/check/?q=F0A1+0005+0203+38040406")
    finally:
        context.close()


def test_a_faulty_page_would_be_seen(page: Page, serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(
        '<!doctype html><html lang="en"><title>t</title><link rel="icon" href="data:,">'
        '<meta http-equiv="Content-Security-Policy" content="font-src \'none\'">'
        "<style>body { background: #fff } @media (prefers-color-scheme: dark) {"
        " body { background: #131b1f; color: #eee } h1 { color: #333 } }"
        " @media (max-width: 400px) { h2 { color: #bbb } } @media print { h3 { color: #bbb } }"
        " i { display: none } @media (prefers-color-scheme: dark) { i { display: inline } }"
        " @font-face { font-family: f; src: url(data:font/woff2,) } h4 { font-family: f }</style>"
        '<script>console.error("no"); fetch("http://127.0.0.1:9/").catch(() => 0)</script>'
        '<main><h1>dark</h1><h2>narrow</h2><h3>printed</h3><h4>wide</h4><p style="width:3000px">far'
        '<pre style="overflow-x:auto;width:9rem" tabindex="0">longer than its frame is wide</pre>'
        '<i><img src="data:,"></i><ul><li>made<li>alike<li style="color:#ccc">pale<li>made'
        '<li aria-hidden="perhaps">alike</ul>',
        encoding="utf-8",
    )
    with serve(tmp_path) as url:
        found = faults(page, f"{url}/")
    for fault in (
        "says no",
        "asks http://127.0.0.1:9/",
        "scrolls sideways: 3008 in 1280, wide",
        "scrolls sideways: 3008 in 320, narrow and dark",
        "clipped on paper: ",
    ):
        assert fault in found
    assert sum("Content Security Policy" in one for one in found) == 1
    contrast = [one for one in found if one.startswith("color-contrast")]
    told = [(one.partition("['")[2][:2], one.rpartition("], ")[2]) for one in contrast]
    pale = [("li", setting.name) for setting in SETTINGS if setting.colours == "light"]
    assert [one for one in told if one in pale] == pale
    # A list is judged whole for its shape, and colours for those of its items that are coloured otherwise.
    shape = [one for one in found if one.startswith("aria-valid-attr-value")]
    assert [one.rpartition("], ")[2] for one in shape] == ["wide"]
    # What is seen in dark colours alone is judged there.
    hidden = [one for one in found if one.startswith("image-alt")]
    assert [one.rpartition("], ")[2] for one in hidden] == ["wide and dark", "narrow and dark"]
    assert [one for one in told if one not in pale] == [
        ("h1", "wide and dark"),
        ("h2", "narrow"),
        ("h1", "narrow and dark"),
        ("h3", "printed"),
    ]


def test_every_kind_of_page_is_looked_at() -> None:
    """A template that makes pages, and of whose pages none is in the list, would be looked at by nobody."""
    looked = {address(kind).strip("/").partition("/")[0] for kind in KINDS}
    folders = {path.parent.name for path in SITE.glob("*/index.html")}
    others = {
        "administrators": "prose, as guides",
        "demonstration": "prose, as about",
        "how-to": "prose, as guides",
    }
    assert folders - looked - set(others) == set()


def test_the_first_tab_leads_to_the_content(page: Page, site_url: str) -> None:
    page.goto(f"{site_url}/{entry_in('active')}")
    page.keyboard.press("Tab")
    link = page.locator(":focus")
    assert link.inner_text() == "Skip to content"
    expect(link).to_have_css("opacity", "1")
    page.keyboard.press("Enter")
    assert page.url.endswith("#page")
    assert page.locator("#page h1").count() == 1


def test_a_keyboard_scrolls_a_table(page: Page, site_url: str) -> None:
    page.set_viewport_size({"width": NARROW, "height": 900})
    page.goto(f"{site_url}/devices/")
    region = page.get_by_role(
        "region", name="Every entry of the register, in the order of the entry ids"
    )
    walk(page, ".cpl-table")
    expect(region).to_be_focused()
    page.keyboard.press("ArrowRight")
    until(page, "document.activeElement.scrollLeft > 0")


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


def test_a_printed_page_has_its_label_and_no_navigation(page: Page, site_url: str) -> None:
    page.emulate_media(media="print")
    page.goto(f"{site_url}/dcc/")
    assert page.locator(".md-banner").is_visible()
    assert page.locator(".cpl-footer time").is_visible()
    assert not page.locator(".cpl-head").is_visible()
