"""A person at a keyboard: goes from field to field with Tab, and types."""

import time
from collections.abc import Mapping

from playwright.sync_api import Page

_MOST = 120
_PATIENCE = 20.0


def until(page: Page, truth: str) -> None:
    """Waits until an expression is true. The browser's own waiting is against the site's policy."""
    end = time.monotonic() + _PATIENCE
    while not page.evaluate(truth):
        assert time.monotonic() < end, f"never true: {truth}"
        page.wait_for_timeout(10)


def go_to(page: Page, wanted: str) -> None:
    """Tab after Tab until the element with an id has the focus."""
    for _ in range(_MOST):
        if page.evaluate("document.activeElement.id") == wanted:
            return
        page.keyboard.press("Tab")
    raise AssertionError(
        f"{wanted} is not reached by Tab: {page.evaluate('document.activeElement.id')}"
    )


def field_id(path: str) -> str:
    return f"f-{path.replace('.', '-')}"


def answer(page: Page, path: str, text: str) -> None:
    """An answer to a field: typed over what is there; in a choice, its first letters are enough."""
    go_to(page, field_id(path))
    if page.evaluate("document.activeElement.tagName") == "SELECT":
        page.keyboard.type(text)
    else:
        page.keyboard.press("Control+A")
        page.keyboard.press("Delete")
        page.keyboard.type(text)


def answer_all(page: Page, answers: Mapping[str, str]) -> None:
    """Answers in the order in which the page asks."""
    for path, text in answers.items():
        answer(page, path, text)


def press(page: Page, name: str) -> None:
    """Tab to a button by what it says, and press it."""
    for _ in range(_MOST):
        if page.evaluate("document.activeElement.innerText") == name:
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no button {name} is reached by Tab")
