"""72 script payloads in every field of a register without a gate: none fires on any page."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from cpl_registry.edges.publishing import artefacts, submission_pages
from cpl_registry.edges.site import render_site
from cpl_registry.outputs.pages import pages
from cpl_registry.outputs.pages_entry import stamped_pages
from cpl_registry.state.publication import publish
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Serve
from tests.hostile_registers import PAYLOADS, hostile
from tests.registers import files_of, register_of, smaller_root

DAY = date(2026, 11, 22)
OWN = ("about", "accessibility", "administrators", "commands", "demonstration", "glossary")
"""Pages that show nothing of a register, but for the head and foot that all have."""
MOST_OF_A_KIND = 6
FOUND = """() => ({
    fired: window.hits,
    handlers: [...document.querySelectorAll("*")].flatMap(
        one => one.getAttributeNames().filter(name => name.startsWith("on"))),
    brought: document.querySelectorAll(
        "iframe, object, embed, math, video, audio, style, base, [srcdoc], [style]").length,
    scripts: [...document.scripts].filter(one => !one.getAttribute("src")
        || !["self", location.origin].includes(new URL(one.src).origin)).length,
    addresses: [...document.querySelectorAll("[href], [src], [action], [formaction]")].filter(
        one => /^\\s*(javascript|data:text)/i.test(
            one.getAttribute("href") ?? one.getAttribute("src") ?? "")).length,
})"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped register with payloads in it, as a site."""
    attacked, fields = hostile(register_of(files_of(smaller_root()), DAY))
    assert len(fields) > 60
    state = publish(attacked, DAY, "0" * 40)
    sources = {one.path: "\n".join(PAYLOADS) for one in attacked.entries}
    files = [*artefacts(state), *submission_pages(state, sources)]
    offered = [
        one if one.path.startswith(("site/", "pages/")) else replace(one, path=f"site/{one.path}")
        for one in files
    ]
    folder = tmp_path_factory.mktemp("hostile") / "build"
    folder.mkdir()
    made = [*pages(state, (), sources), *offered]
    render_site(folder, made, stamped_pages(state, sources), DAY)
    return folder / "site"


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Page]:
    """A page that would run whatever is brought: the site's own policy is switched off."""
    context = browser.new_context(bypass_csp=True)
    context.add_init_script("window.hits = 0; window.fired = () => { window.hits += 1; };")
    yield context.new_page()
    context.close()


def test_none_of_72_payloads_fires_on_any_page(open_page: Page, site: Path, serve: Serve) -> None:
    folders: dict[str, list[str]] = {}
    for path in sorted(site.rglob("index.html")):
        name = path.parent.relative_to(site).as_posix()
        if not name.startswith(OWN):
            folders.setdefault(name.rpartition("/")[0], []).append(name)
    # Pages of one folder are of one kind.
    asked = [name for names in folders.values() for name in names[:MOST_OF_A_KIND]]
    assert len(asked) > 40
    assert len(set(PAYLOADS)) == 72
    with serve(site) as url:
        for name in asked:
            open_page.goto(f"{url}/{name}/", wait_until="load")
            found = open_page.evaluate(FOUND)
            nothing = {"fired": 0, "handlers": [], "brought": 0, "scripts": 0, "addresses": 0}
            assert found == nothing, name


def test_payloads_that_are_not_escaped_would_be_seen(
    open_page: Page, serve: Serve, tmp_path: Path
) -> None:
    seen = 0
    tried = PAYLOADS[::4]
    for number, payload in enumerate(tried):
        (tmp_path / f"{number}.html").write_text(
            f"<!doctype html><title>t</title><p>{payload}</p>", encoding="utf-8"
        )
    with serve(tmp_path) as url:
        for number in range(len(tried)):
            open_page.goto(f"{url}/{number}.html", wait_until="load")
            found = open_page.evaluate(FOUND)
            seen += bool(
                found["fired"] or found["handlers"] or found["brought"] or found["scripts"]
            )
    assert seen == len(tried)
