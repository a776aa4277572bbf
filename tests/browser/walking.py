"""A person at a keyboard: goes from field to field with Tab, and types."""

import time
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Page

_MOST = 120
_PATIENCE = 20.0


def until(page: Page, truth: str) -> None:
    """Waits until an expression is true. The browser's own waiting is against the site's policy."""
    end = time.monotonic() + _PATIENCE
    while not page.evaluate(truth):
        assert time.monotonic() < end, f"never true: {truth}"
        page.wait_for_timeout(10)


def walk(page: Page, selector: str, key: str = "Tab") -> None:
    """A key again and again until an element that the selector names has the focus."""
    for _ in range(_MOST):
        if page.evaluate("one => document.activeElement.matches(one)", selector):
            return
        page.keyboard.press(key)
    at = page.evaluate("document.activeElement.outerHTML.slice(0, 120)")
    raise AssertionError(f"{selector} is not reached by {key}: {at}")


def go_to(page: Page, wanted: str) -> None:
    """Tab after Tab until the element with an id has the focus."""
    walk(page, f'[id="{wanted}"]')


def go_back_to(page: Page, wanted: str) -> None:
    """The same with Shift and Tab."""
    walk(page, f'[id="{wanted}"]', "Shift+Tab")


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


def press(page: Page, name: str, *, by: str = "Tab", key: str = "Enter") -> None:
    """Walk to a button by what it says, and press it."""
    for _ in range(_MOST):
        if page.evaluate("document.activeElement.innerText") == name:
            page.keyboard.press(key)
            return
        page.keyboard.press(by)
    raise AssertionError(f"no button {name} is reached by {by}")


def choose_file(page: Page, field: str, path: Path) -> None:
    """Opens the picker of a file field from the keyboard; what the system's own window answers is given."""
    go_to(page, field)
    # The browser is asked to hand the picker over, and does not say when it has understood: what is
    # asked after that is answered after that.
    page.on("filechooser", lambda _: None)
    page.evaluate("document.activeElement.id")
    with page.expect_file_chooser() as asked:
        page.keyboard.press("Enter")
    asked.value.set_files(str(path))
