"""A real Chromium that visits a page for the first time, and what it sees: bytes, shifts, times.

Two profiles: as this machine is, and slow: a quarter of the processor, 1.6 Mbit/s, 150 ms.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from benchmarks.measuring import NotMeasured
from tests.browser import chromium

_WATCHER = (Path(__file__).parent / "watcher.js").read_text(encoding="utf-8")
_PATIENCE = 120.0
_STILL = 0.3
"""A page has settled when nothing came for so many seconds."""
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """What one request brought over the wire, head and body."""

    path: str
    kind: str
    bytes: int


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A first visit: what came, how much the layout shifted, and what the page said of itself."""

    transfers: tuple[Transfer, ...]
    shift: float
    moved: tuple[str, ...]
    found: dict[str, float]

    @property
    def bytes(self) -> int:
        """Everything but images."""
        return sum(one.bytes for one in self.transfers if one.kind != "Image")


@contextmanager
def started() -> Iterator[Browser]:
    """The machine's Chromium.

    Raises:
        NotMeasured: there is none.
    """
    program = chromium.find()
    if program is None:
        raise NotMeasured(chromium.MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(chromium.FLAGS))
        yield browser
        browser.close()


def visit(
    browser: Browser,
    address: str,
    *,
    slow: bool = False,
    narrow: bool = False,
    wanted: dict[str, Any] | None = None,
) -> Visit:
    """Visit a page with nothing kept from before.

    `wanted` tells the watcher in the page what to wait for, and what to type; see `watcher.js`.
    """
    context = browser.new_context(viewport=NARROW if narrow else WIDE)  # type: ignore[arg-type]
    try:
        page = context.new_page()
        session = context.new_cdp_session(page)
        transfers = _Transfers(session)
        if slow:
            _slow_down(session)
        page.add_init_script(f"({_WATCHER})({json.dumps(wanted)})")
        page.goto(address)
        found = _waited(page, transfers, wanted)
        shift, moved = found.pop("shift"), tuple(found.pop("moved"))
        return Visit(transfers=transfers.done(), shift=shift, moved=moved, found=found)
    finally:
        context.close()


def _slow_down(session: CDPSession) -> None:
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": 150,
            "downloadThroughput": 1.6e6 / 8,
            "uploadThroughput": 0.8e6 / 8,
        },
    )


def _waited(page: Page, transfers: _Transfers, wanted: dict[str, Any] | None) -> dict[str, Any]:
    """What the watcher found once it is done and the page has settled."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        page.wait_for_timeout(50)
        found: dict[str, Any] = page.evaluate("window.watched")
        if transfers.still_for() >= _STILL and (wanted is None or "answered" in found):
            return found
    raise TimeoutError(f"{page.url} did not get so far as {wanted} within {_PATIENCE:g} s")


class _Transfers:
    """Listens to what the browser loads."""

    def __init__(self, session: CDPSession) -> None:
        self._open: dict[str, tuple[str, str]] = {}
        self._done: list[Transfer] = []
        self._last = time.monotonic()
        self._waiting = 0
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.responseReceived", self._answered)
        session.on("Network.loadingFinished", self._finished)
        session.on("Network.loadingFailed", self._failed)
        session.send("Network.enable")

    def still_for(self) -> float:
        """Seconds since the last thing that came, or none while something is on its way."""
        return 0.0 if self._waiting > 0 else time.monotonic() - self._last

    def done(self) -> tuple[Transfer, ...]:
        return tuple(self._done)

    def _asked(self, _told: dict[str, Any]) -> None:
        self._waiting += 1
        self._last = time.monotonic()

    def _answered(self, told: dict[str, Any]) -> None:
        path = "/" + told["response"]["url"].split("/", 3)[3]
        self._open[told["requestId"]] = (path, told["type"])

    def _finished(self, told: dict[str, Any]) -> None:
        self._waiting -= 1
        self._last = time.monotonic()
        path, kind = self._open.get(told["requestId"], ("", ""))
        self._done.append(Transfer(path=path, kind=kind, bytes=int(told["encodedDataLength"])))

    def _failed(self, _told: dict[str, Any]) -> None:
        self._waiting -= 1
        self._last = time.monotonic()
