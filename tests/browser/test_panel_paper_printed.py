"""The paper for the Panel as Chromium prints it to A4, page by page, read by pypdf."""

import re
import unicodedata
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PageObject, PdfReader

from tests.clones import cpl_here
from tests.registers import GBCS_1_1
from tests.repository import ROOT

PAPERS = {"today": (ROOT, "2026-11-22"), "2018": (GBCS_1_1, "2018-05-22")}
A4 = (210 / 25.4 * 72, 297 / 25.4 * 72)
LEFT, RIGHT, FOOT = (16 / 25.4 * 72, (210 - 16) / 25.4 * 72, 20 / 25.4 * 72)
WIDE = round((210 - 2 * 16) / 25.4 * 96)
HEADINGS = "h1, h2, h3, caption, figcaption"
Line = tuple[float, str]


@pytest.fixture(scope="module", params=sorted(PAPERS))
def opened(request: pytest.FixtureRequest, browser: Browser) -> Page:
    root, on = PAPERS[request.param]
    done = cpl_here("panel-report", "--root", root, "--on", on)
    assert (done.code, done.err) == (0, "")
    page = browser.new_page(viewport={"width": WIDE, "height": 900})
    page.set_content(done.out.decode())
    page.emulate_media(media="print")
    return page


@pytest.fixture(scope="module")
def printed(opened: Page, tmp_path_factory: pytest.TempPathFactory) -> list[PageObject]:
    pdf = opened.pdf(prefer_css_page_size=True)
    (tmp_path_factory.mktemp("printed") / "paper.pdf").write_bytes(pdf)
    return list(PdfReader(BytesIO(pdf)).pages)


def plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def lines_of(page: PageObject) -> list[Line]:
    """The lines of a page from the top, without its foot: how high each stands, and its words."""
    found: dict[int, list[tuple[float, str]]] = {}

    def visit(text: str, matrix: Any, place: Any, *_: Any) -> None:
        x = place[4] * matrix[0] + place[5] * matrix[2] + matrix[4]
        y = place[4] * matrix[1] + place[5] * matrix[3] + matrix[5]
        if text.strip():
            found.setdefault(round(y), []).append((x, text))

    page.extract_text(visitor_text=visit)
    assert all(x >= LEFT - 1 for line in found.values() for x, _ in line)
    assert all(x < RIGHT for line in found.values() for x, _ in line)
    told = [
        (float(y), plain(" ".join(text for _, text in sorted(line)))) for y, line in found.items()
    ]
    return sorted((one for one in told if one[0] > FOOT), reverse=True)


def test_each_page_is_a4_and_says_which_it_is(printed: list[PageObject]) -> None:
    for number, page in enumerate(printed, start=1):
        size = (float(page.mediabox.width), float(page.mediabox.height))
        assert size == pytest.approx(A4, abs=1)
        text = plain(page.extract_text())
        assert f"Page {number} of {len(printed)}" in text
        assert re.search(r"CPL-\d{4}-\d\d-\d\d - White", text)


def test_no_heading_stands_alone_at_the_end_of_a_page(
    opened: Page, printed: list[PageObject]
) -> None:
    headings = {plain(one) for one in opened.locator(HEADINGS).all_inner_texts()}
    heads = {plain(one) for one in opened.locator("thead tr").all_inner_texts()}
    for page in printed:
        *_, (height, last) = lines_of(page)
        assert last not in headings, last
        assert last not in heads, last
        assert height > FOOT


def test_all_that_is_in_the_paper_is_on_its_pages(opened: Page, printed: list[PageObject]) -> None:
    """Letter by letter: what is clipped is not printed, and heads of tables may be printed twice."""

    def letters(text: str) -> Counter[str]:
        return Counter(one for one in unicodedata.normalize("NFKC", text) if one.isalnum())

    texts = opened.evaluate(
        "() => [document.body.innerText,"
        " ...[...document.querySelectorAll('svg text')].map(one => one.textContent)]"
    )
    svg = sum((letters(one) for one in texts[1:]), Counter[str]())
    written = letters(texts[0])
    drawn = sum((letters(page.extract_text()) for page in printed), Counter[str]())
    assert not written - drawn
    assert svg


def test_nothing_reaches_over_the_right_edge_and_rows_stay_whole(opened: Page) -> None:
    assert opened.evaluate("document.documentElement.scrollWidth") <= WIDE
    over = opened.evaluate(
        "wide => [...document.body.querySelectorAll('*')]"
        ".filter(one => one.getBoundingClientRect().right > wide + 1)"
        ".map(one => one.tagName + ' ' + one.textContent.slice(0, 60))",
        WIDE,
    )
    assert over == []
    cut = opened.evaluate(
        "() => [...document.body.querySelectorAll('tr, svg, figure.short, thead, caption, h2, h3')]"
        ".filter(one => getComputedStyle(one).breakInside !== 'avoid').map(one => one.outerHTML)"
    )
    assert cut == []
    tall = opened.evaluate(
        "() => Math.max(...[...document.querySelectorAll('tr, svg')]"
        ".map(one => one.getBoundingClientRect().height))"
    )
    assert tall < 400


def test_a_row_is_on_one_page(opened: Page, printed: list[PageObject]) -> None:
    """The head of each row of the wordy tables, and its last word, are found on the same page."""
    pages = [plain(page.extract_text()).replace(" ", "") for page in printed]
    rows = opened.evaluate(
        "() => [...document.querySelectorAll('table.words tbody tr')].map(row =>"
        " [...row.children].map(one => one.innerText))"
    )
    assert rows
    for row in rows:
        cells = [plain(cell).replace(" ", "") for cell in row]
        assert any(all(cell in page for cell in cells) for page in pages), row


def test_nothing_is_told_by_colour(opened: Page) -> None:
    colours = opened.evaluate(
        """() => [...new Set([...document.querySelectorAll('*')].flatMap(one => {
            const style = getComputedStyle(one);
            return [style.color, style.backgroundColor, style.borderTopColor, style.fill, style.stroke];
        }))]"""
    )
    for colour in colours:
        if found := re.fullmatch(r"rgba?\((\d+), (\d+), (\d+)(?:, [\d.]+)?\)", colour):
            assert len(set(found.groups())) == 1, colour
    ink = opened.evaluate(
        "() => [...document.querySelectorAll('body *')].map(one => getComputedStyle(one).color)"
    )
    assert set(ink) == {"rgb(0, 0, 0)"}


def test_the_file_on_a_screen_loads_nothing(opened: Page, tmp_path: Path) -> None:
    path = tmp_path / "paper.html"
    path.write_text(opened.content(), encoding="utf-8")
    assert opened.context.browser is not None
    page = opened.context.browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    assert asked == [path.as_uri()]
