"""A page as everybody may see it: wide and narrow, light and dark, on paper; and what is wrong with it there."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import ConsoleMessage, Error, Page, Request

from tests.browser.conftest import Judged, axe

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
# Rows and items that are made alike and coloured alike look the same: two of each are enough for what is seen.
THINNED = """() => {
    const seen = new Map();
    const told = one => [...one.childNodes].some(each => each.nodeType === 3 && each.data.trim().length > 1);
    const make = one => {
        const { color, backgroundColor, backgroundImage, opacity, fontSize, fontWeight } = getComputedStyle(one);
        return [one.tagName, one.className.baseVal ?? one.className, told(one),
            color, backgroundColor, backgroundImage, opacity, fontSize, fontWeight].join(".");
    };
    const whole = one => [one.parentElement, one, ...one.querySelectorAll("*")].map(make).join(" ");
    const all = [...document.querySelectorAll("tbody tr, li, .cpl-facts > div")];
    for (const [one, key] of all.map(one => [one, whole(one)])) {
        if (!one.isConnected) continue;
        seen.set(key, (seen.get(key) ?? 0) + 1);
        if (seen.get(key) > 2 && !one.contains(document.activeElement)) one.remove();
    }
}"""
# Where each element stands, how large it is, and whether it is seen.
LAID_OUT = """() => [...document.body.querySelectorAll("*")].map(one => {
    const { x, y, width, height } = one.getBoundingClientRect();
    return [x, y, width, height, one.checkVisibility({ visibilityProperty: true })].join();
}).join(" ")"""


def heard(page: Page, url: str) -> list[str]:
    """What a page says against itself from now on: errors in the console, what its policy forbids, other hosts."""
    return _listening(page, url)[0]


def _listening(page: Page, url: str) -> tuple[list[str], Callable[[], None]]:
    """The same, and what ends the listening."""
    found: list[str] = []
    own = url[: url.index("/", len("http://")) + 1]

    def said(message: ConsoleMessage) -> None:
        if message.type == "error":
            found.append(f"says {message.text}")

    def thrown(error: Error) -> None:
        found.append(f"throws {error}")

    def asked(request: Request) -> None:
        if not request.url.startswith((own, "data:", "blob:")):
            found.append(f"asks {request.url}")

    def end() -> None:
        page.remove_listener("console", said)
        page.remove_listener("pageerror", thrown)
        page.remove_listener("request", asked)

    page.on("console", said)
    page.on("pageerror", thrown)
    page.on("request", asked)
    return found, end


def show(page: Page, setting: Setting) -> None:
    """The page in a setting. Nothing moves: a colour on its way to another would be judged halfway."""
    page.emulate_media(media=setting.media, color_scheme=setting.colours, reduced_motion="reduce")
    page.set_viewport_size({"width": setting.width, "height": 900})


def seen(page: Page, settings: Iterable[Setting] = SETTINGS) -> list[str]:
    """What is wrong with the page that is open, in each setting; it is loaded once, and judged whole in the first.

    What is folded is opened: it is to be read, and printed, as well. Colours need two of each kind of
    row only. In dark colours nothing but colours is judged again, unless the page is laid out otherwise there.
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
    show(page, settings[0])
    found += [f"{one}, {settings[0].name}" for one in axe(page, Judged.SHAPE)]
    page.evaluate(THINNED)
    light: dict[int, str] = {}
    for number, setting in enumerate(settings):
        show(page, setting)
        judged = Judged.COLOURS if number == 0 else Judged.ALL
        if setting.media == "screen":
            laid_out = page.evaluate(LAID_OUT)
            if setting.colours == "light":
                light[setting.width] = laid_out
            elif light.get(setting.width) == laid_out:
                judged = Judged.COLOURS
        found += [f"{one}, {setting.name}" for one in axe(page, judged)]
    return found


def faults(page: Page, url: str, settings: Iterable[Setting] = SETTINGS) -> list[str]:
    """Opens a page, and says all that is wrong with it."""
    show(page, SETTINGS[0])
    found, end = _listening(page, url)
    page.goto(url, wait_until="load")
    wrong = seen(page, settings)
    end()
    return [*wrong, *found]
