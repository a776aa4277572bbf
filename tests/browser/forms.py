"""The form for submissions as tests use it: opened, answered at once, and on which entries."""

import json
from collections.abc import Mapping
from functools import cache

from playwright.sync_api import Page

from tests.browser.conftest import REPOSITORY
from tests.browser.walking import field_id, until

ON = "2026-11-22"
PAGE = "submit/new/"
HASH = "93AF" * 16


@cache
def listed() -> str:
    """An electricity meter on the list whose CPA Certificate has an end, made by who makes NEW."""
    for path in sorted((REPOSITORY / "build/site/api/v1/devices").glob("esme-f0a1-*.json")):
        found = json.loads(path.read_text("utf-8"))["device"]
        if found["status"] == "Active" and found["cpa_expires"] > ON and found["model_name"]:
            return path.stem
    raise AssertionError("no such entry in build/site")


def sibling() -> str:
    """Another firmware of the same product."""
    product = "-".join(listed().split("-")[:3])
    paths = (REPOSITORY / "build/site/api/v1/devices").glob(f"{product}-*.yaml")
    return min(path.stem for path in paths if path.stem != listed())


def opened(page: Page, url: str, query: str = "") -> Page:
    page.goto(f"{url}/{PAGE}{query}")
    until(page, "document.documentElement.dataset.form === 'ready'")
    return page


def quickly(page: Page, answers: Mapping[str, str]) -> None:
    """Answers as if given, where it is not the keyboard that is on trial."""
    page.evaluate(
        """answers => { for (const [id, text] of answers) {
            const field = document.getElementById(id);
            field.value = text;
            field.dispatchEvent(new Event("change", { bubbles: true }));
        } }""",
        [[field_id(path), text] for path, text in answers.items()],
    )


def made_quickly(page: Page) -> str:
    """The file, or nothing where something has to be mended first."""
    return str(
        page.evaluate(
            """async () => {
                const [result, problems] = ["result", "problems"].map(id => document.getElementById(id));
                result.hidden = problems.hidden = true;
                document.getElementById("form").requestSubmit();
                while (result.hidden && problems.hidden) await new Promise(requestAnimationFrame);
                return result.hidden ? "" : document.getElementById("result-text").textContent;
            }"""
        )
    )
