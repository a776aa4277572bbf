"""The built site in a real Chromium: a server on loopback, a page, and axe."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from enum import Enum, auto
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.answer_states import every_state
from tests.browser import chromium
from tests.loopback import served
from tests.test_site import built

REPOSITORY = Path(__file__).parents[2]
WCAG_A_AND_AA = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
COLOUR_RULES = ("color-contrast", "link-in-text-block")
"""Those of the rules that ask for colours."""
Serve = Callable[[Path], AbstractContextManager[str]]


@pytest.fixture(scope="session")
def serve() -> Serve:
    """`with serve(folder) as address:` for a test that has a site of its own."""
    return served


@pytest.fixture(scope="session")
def site_url() -> Iterator[str]:
    """The address of build/site, which `make site` leaves."""
    site = REPOSITORY / "build" / "site"
    if not (site / "index.html").is_file():
        pytest.fail("build/site is not there: run `make site`, or the tests through `make browser`")
    with served(site) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    program = chromium.find()
    if program is None:
        pytest.fail(chromium.MISSING)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=list(chromium.FLAGS))
        yield started
        started.close()


@pytest.fixture(scope="session")
def window(browser: Browser) -> Iterator[Page]:
    """The first tab of a window, wide, in light colours: opening a window costs more than most tests."""
    opened = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
    yield opened.new_page()
    opened.close()


@pytest.fixture
def context(window: Page) -> Iterator[BrowserContext]:
    """The window as nobody has used it: nothing stored, nothing in its cache, online, no other tab."""
    yield window.context
    window.context.set_offline(offline=False)
    tools = window.context.new_cdp_session(window)
    tools.send("Storage.clearDataForOrigin", {"origin": "*", "storageTypes": "all"})
    tools.send("Network.clearBrowserCache")
    tools.detach()
    for page in window.context.pages:
        if page is not window:
            page.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """An empty page; `set_viewport_size` and `emulate_media` make it a phone, or dark."""
    return context.new_page()


@pytest.fixture(scope="session")
def states(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site whose entries are in every state."""
    return built(tmp_path_factory.mktemp("states") / "build", every_state()).site


@pytest.fixture(scope="session")
def states_url(states: Path) -> Iterator[str]:
    """Its address."""
    with served(states) as url:
        yield url


class Judged(Enum):
    """What axe is to judge: everything, all but the colours, or the colours alone."""

    ALL = auto()
    SHAPE = auto()
    COLOURS = auto()


def axe(page: Page, judged: Judged = Judged.ALL) -> list[str]:
    """What axe finds against WCAG 2.0 to 2.2, levels A and AA: rule, help, and each element."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    tags = {"type": "tag", "values": list(WCAG_A_AND_AA)}
    without = {rule: {"enabled": False} for rule in COLOUR_RULES}
    rules: dict[Judged, dict[str, Any]] = {
        Judged.ALL: {"runOnly": tags},
        Judged.SHAPE: {"runOnly": tags, "rules": without},
        Judged.COLOURS: {"runOnly": {"type": "rule", "values": list(COLOUR_RULES)}},
    }
    # Style sheets are fetched beforehand for one rule only, which is not among these.
    asked = {**rules[judged], "resultTypes": ["violations"], "preload": {"assets": ["media"]}}
    result = page.evaluate("asked => axe.run(document, asked)", asked)
    return [
        f"{violation['id']}: {violation['help']}: {node['target']}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


@cache
def _axe() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
