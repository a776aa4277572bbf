"""A page as everybody may see it: wide and narrow, light and dark, on paper; and what is wrong with it there."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Page

from tests.browser.conftest import axe

WIDE, NARROW, PAPER = 1280, 320, 680


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """How a page is shown. 320 pixels are also what 1280 are at 400 %; paper is A4 within its margins."""

    name: str
    width: int
    colours: Literal["light", "dark"] = "light"
    media: Literal["screen", "print"] = "screen"

    @property
    def ground(self) -> str:
        """The colour behind the page."""
        return {"light": "rgb(255, 255, 255)", "dark": "rgb(19, 27, 31)"}[self.colours]


SETTINGS = (
    Setting(name="wide", width=WIDE),
    Setting(name="wide and dark", width=WIDE, colours="dark"),
    Setting(name="narrow", width=NARROW),
    Setting(name="narrow and dark", width=NARROW, colours="dark"),
    Setting(name="printed", width=PAPER, media="print"),
)

CLIPPED = """() => [...document.querySelectorAll('.cpl-table, .cpl-picture, pre')]
    .filter(one => one.scrollWidth > one.clientWidth + 1)
    .map(one => one.getAttribute('aria-labelledby') ?? one.className)"""
# Rows and items of one make look the same: two of each are enough once all of them have been judged.
THINNED = """() => {
    const seen = new Map();
    const make = one => [one, ...one.querySelectorAll('*')].map(e => `${e.tagName}.${e.className.baseVal ?? e.className}`);
    for (const one of document.querySelectorAll('tbody tr, li, .cpl-facts > div')) {
        if (!one.isConnected) continue;
        const key = `${one.parentElement.className} ${make(one).join(' ')}`;
        seen.set(key, (seen.get(key) ?? 0) + 1);
        if (seen.get(key) > 2 && !one.contains(document.activeElement)) one.remove();
    }
}"""


def heard(page: Page, url: str) -> list[str]:
    """What a page says against itself from now on: errors in the console, what its policy forbids, other hosts."""
    found: list[str] = []
    own = url[: url.index("/", len("http://")) + 1]
    page.on(
        "console", lambda said: found.append(f"says {said.text}") if said.type == "error" else None
    )
    page.on("pageerror", lambda error: found.append(f"throws {error}"))
    page.on(
        "request",
        lambda asked: (
            None
            if asked.url.startswith((own, "data:", "blob:"))
            else found.append(f"asks {asked.url}")
        ),
    )
    return found


def show(page: Page, setting: Setting) -> None:
    """The page in a setting. Nothing moves: a colour on its way to another would be judged halfway."""
    page.emulate_media(media=setting.media, color_scheme=setting.colours, reduced_motion="reduce")
    page.set_viewport_size({"width": setting.width, "height": 900})


def seen(page: Page, settings: Iterable[Setting] = SETTINGS) -> list[str]:
    """What is wrong with the page that is open, in each setting; it is loaded once, and judged whole in the first.

    What is folded is opened: it is to be read, and printed, as well.
    """
    found: list[str] = []
    settings = tuple(settings)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    for setting in settings:
        show(page, setting)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > setting.width:
            found.append(f"scrolls sideways: {wide} in {setting.width}, {setting.name}")
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        if ground != setting.ground:
            found.append(f"stands on {ground}, {setting.name}")
        if setting.media == "print":
            found += [f"clipped on paper: {one}" for one in page.evaluate(CLIPPED)]
    for number, setting in enumerate(settings):
        show(page, setting)
        found += [f"{one}, {setting.name}" for one in axe(page)]
        if number == 0:
            page.evaluate(THINNED)
    return found


def faults(page: Page, url: str, settings: Iterable[Setting] = SETTINGS) -> list[str]:
    """Opens a page, and says all that is wrong with it."""
    found = heard(page, url)
    page.goto(url, wait_until="load")
    return [*seen(page, settings), *found]
