"""The tools of this folder see what they are there to see."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Serve, axe

SOUND = '<!doctype html><html lang="en"><title>Sound</title><main><h1>Sound</h1><p>Text.</p></main>'
UNSOUND = (
    '<!doctype html><html><title>Unsound</title><main><h1>Unsound</h1><img src="a.png"></main>'
)
FAINT = '<!doctype html><html lang="en"><title>Faint</title><p style="color:#bbb">Faint</p>'


@pytest.mark.parametrize(
    ("html", "rules"),
    [(SOUND, []), (UNSOUND, ["html-has-lang", "image-alt"]), (FAINT, ["color-contrast"])],
)
def test_axe_names_what_is_wrong_and_only_that(
    page: Page, serve: Serve, tmp_path: Path, html: str, rules: list[str]
) -> None:
    (tmp_path / "index.html").write_text(html, encoding="utf-8")
    with serve(tmp_path) as address:
        page.goto(f"{address}/")
        assert [violation.split(":")[0] for violation in axe(page)] == rules


def test_a_missing_browser_is_told_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.browser import chromium

    monkeypatch.setenv("CHROMIUM", "no-such-program")
    assert chromium.find() is None
    assert "CHROMIUM" in chromium.MISSING
