"""What a reader waits for, in a real Chromium: the finder, the check, and every kind of page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from benchmarks.bench import Bench
from benchmarks.driving import Transfer, Visit, started, visit
from benchmarks.measuring import Figures, alternated, ratios
from benchmarks.peers.datatables import write_page
from benchmarks.row import Row, Target, ratio
from benchmarks.serving import served
from benchmarks.visits import ENTRIES, largest_shard, question, visited

KB = 1000
_OURS: Mapping[str, Any] = {"ready": "[data-finder=ready]", "field": "#find-q"}
_THEIRS: Mapping[str, Any] = {"ready": "#table td:nth-child(2)", "field": ".dt-search input"}
_ANSWERED = {"ready": "#result:not([hidden])", "rows": "#answers .cpl-answer", "least": 1}


# ------------------------------------------------------------------------------ the finder and DataTables


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The finder and its peer, beside each other on one server, and what is looked for in both."""

    root: str
    text: str
    hits: int

    def ours(self, browser: Browser, *, slow: bool = False) -> Visit:
        return visit(browser, f"{self.root}/site/devices/", slow=slow, wanted=self._wanted(_OURS))

    def theirs(self, browser: Browser, *, slow: bool = False) -> Visit:
        return visit(browser, f"{self.root}/peer/", slow=slow, wanted=self._wanted(_THEIRS))

    def _wanted(self, page: Mapping[str, Any]) -> dict[str, Any]:
        sought = {"rows": "#table tbody tr", "least": 1, "text": self.text, "hits": self.hits}
        return {**page, **sought}


@contextmanager
def finding(bench: Bench, entries: int) -> Iterator[tuple[Browser, Finding]]:
    """A browser and the two pages, of a register of this size."""

    def make() -> tuple[Path, Sequence[Sequence[str]]]:
        folder = bench.folder / f"finding-{entries}"
        folder.mkdir()
        rows = write_page(bench.register(entries), folder / "peer")
        (folder / "site").symlink_to(bench.site(entries), target_is_directory=True)
        return folder, rows

    folder, rows = bench.once(("finding", entries), make)
    # The firmware of an entry in the middle: what a reader has on a label.
    text = rows[len(rows) // 2][0].rpartition(" ")[2]
    hits = sum(any(text in cell for cell in row) for row in rows)
    with started() as browser, served(folder) as root:
        yield browser, Finding(root=root, text=text, hits=hits)


def finder_ratio(bench: Bench, entries: int, pairs: int, *, slow: bool) -> Figures:
    """From the first request to the frame in which what was typed has been answered."""
    with finding(bench, entries) as (browser, pages):
        found = alternated(
            lambda: pages.ours(browser, slow=slow).found["answered"] / 1000,
            lambda: pages.theirs(browser, slow=slow).found["answered"] / 1000,
            pairs,
        )
    return ratios(found, "s")


def _finder_bytes(bench: Bench) -> Figures:
    with finding(bench, ENTRIES) as (browser, pages):
        ours, theirs = pages.ours(browser), pages.theirs(browser)
    return Figures(
        values=(ours.bytes / KB,), told=f"{ours.bytes / KB:.1f} and {theirs.bytes / KB:.1f} kB"
    )


def _finder_transfers(*, slow: bool) -> Callable[[Bench], str]:
    def shown(bench: Bench) -> str:
        with finding(bench, ENTRIES) as (browser, pages):
            ours, theirs = pages.ours(browser, slow=slow), pages.theirs(browser, slow=slow)
        return "\n".join([*_times("ours", ours), *_times("DataTables", theirs)])

    return shown


def _times(name: str, one: Visit) -> list[str]:
    told = ", ".join(f"{key} {value:.0f} ms" for key, value in one.found.items())
    return [f"{name}: {told}", *_transfers(one.transfers)]


def _transfers(transfers: Iterable[Transfer]) -> list[str]:
    largest = sorted(transfers, key=lambda one: -one.bytes)
    return [f"  {one.bytes / KB:8.1f} kB  {one.kind:10}  {one.path}" for one in largest[:12]]


# ------------------------------------------------------------------------------------------ Check my meter


def _check(bench: Bench) -> Figures:
    """What the answer costs once the page is there: the requests for data, of the largest manufacturer."""
    seen = _check_visit(bench)
    data = [one for one in seen.transfers if one.kind == "Fetch"]
    told = (
        f"{len(data)} request{'' if len(data) == 1 else 's'}: {', '.join(one.path for one in data)}"
    )
    if len(data) != 1:
        return Figures(values=(float("inf"),), told=told)
    return Figures(values=(data[0].bytes / KB,), told=told)


def _check_visit(bench: Bench) -> Visit:
    site = bench.site(ENTRIES)
    with started() as browser, served(site) as root:
        return visit(
            browser, f"{root}/check/?q={question(largest_shard(site)[0])}", wanted=dict(_ANSWERED)
        )


def _check_transfers(bench: Bench) -> str:
    return "\n".join(_transfers(_check_visit(bench).transfers))


# --------------------------------------------------------------------------------------- every kind of page


def _page_bytes(bench: Bench) -> Figures:
    seen = visited(bench)
    worst = max(seen, key=lambda one: one.wide.bytes)
    over = [one.address for one in seen if one.wide.bytes >= 100 * KB]
    told = f"{len(seen)} kinds of page, the heaviest {worst.address}"
    if len(over) > 1:
        told += f"; over the limit: {', '.join(over)}"
    return Figures(values=(worst.wide.bytes / KB,), told=told)


def _heavy_pages(bench: Bench) -> str:
    worst = sorted(visited(bench), key=lambda one: -one.wide.bytes)[:3]
    parts = ([one.address, *_transfers(one.wide.transfers)] for one in worst)
    return "\n".join(line for part in parts for line in part)


def _shift(bench: Bench) -> Figures:
    seen = visited(bench)
    shifts = [(max(one.wide.shift, one.phone.shift), one.address) for one in seen]
    worst, address = max(shifts)
    moved = sum(shift > 0 for shift, _ in shifts)
    told = f"{len(seen)} kinds of page, {moved} shift" + (f", most {address}" if moved else "")
    return Figures(values=(worst,), told=told)


def _shifting_pages(bench: Bench) -> str:
    moved = [one for one in visited(bench) if one.wide.shift or one.phone.shift]
    return "\n".join(
        f"{one.wide.shift:.4f} wide  {one.phone.shift:.4f} phone, slow  {one.address}"
        f"  {', '.join(dict.fromkeys((*one.wide.moved, *one.phone.moved)))}"
        for one in moved
    )


def _fast(bench: Bench) -> Figures:
    return finder_ratio(bench, ENTRIES, bench.pairs, slow=False)


def _slow(bench: Bench) -> Figures:
    return finder_ratio(bench, ENTRIES, bench.pairs, slow=True)


ROWS = (
    Row(
        id="finder",
        name=f"the finder at {ENTRIES:,} entries, first rows and an answer to what is typed,"
        " against DataTables",
        target=ratio(1),
        measure=_fast,
        why=_finder_transfers(slow=False),
    ),
    Row(
        id="finder-slow",
        name="the same with a quarter of the processor, 1.6 Mbit/s and 150 ms",
        target=ratio(1),
        measure=_slow,
        why=_finder_transfers(slow=True),
    ),
    Row(
        id="finder-bytes",
        name=f"what the finder transfers at {ENTRIES:,} entries, beside DataTables",
        target=Target(limit=150, unit=" kB"),
        unit=" kB",
        measure=_finder_bytes,
        why=_finder_transfers(slow=False),
    ),
    Row(
        id="check",
        name="Check my meter: the one request that brings the answer, largest manufacturer"
        f" of {ENTRIES:,} entries",
        target=Target(limit=7, unit=" kB"),
        unit=" kB",
        measure=_check,
        why=_check_transfers,
    ),
    Row(
        id="pages",
        name="the heaviest page on a first visit, without images",
        target=Target(limit=100, unit=" kB"),
        unit=" kB",
        measure=_page_bytes,
        why=_heavy_pages,
    ),
    Row(
        id="shift",
        name="the largest layout shift of any kind of page, wide, and on a slow phone",
        target=Target(limit=0, unit=""),
        unit="",
        measure=_shift,
        why=_shifting_pages,
    ),
)
