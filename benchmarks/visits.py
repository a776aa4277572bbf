"""Which pages of a site are visited, and what the visits gave."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.bench import HOME, Bench, build
from benchmarks.driving import Visit, started, visit
from benchmarks.serving import served

ENTRIES = 5_000


@dataclass(frozen=True, kw_only=True)
class Visited:
    """A page and its first visits: as the machine is and wide; slow, on a phone."""

    address: str
    wide: Visit
    phone: Visit


def kinds(site: Path) -> dict[str, str]:
    """The addresses of a site by their kind: of pages beside each other, the largest stands for all."""
    largest: dict[str, tuple[int, str]] = {}
    for page in site.rglob("index.html"):
        parts = page.parent.relative_to(site).parts
        kind = "/".join(parts) if len(parts) < 2 else "/".join([*parts[:-1], "*"])
        address = "".join(f"{part}/" for part in parts)
        largest[kind] = max(largest.get(kind, (0, "")), (page.stat().st_size, address))
    return {kind: address for kind, (_, address) in sorted(largest.items())}


def asked(site: Path) -> Iterator[str]:
    """Addresses with a question in them: what their scripts answer must not push the page about."""
    shard = largest_shard(site)
    first, last = (shard[at] for at in (0, -1))
    yield f"check/?q={question(first)}"
    yield f"devices/?q={first.rpartition('-')[2]}"
    yield f"compare/?a={first}&b={last}"
    yield f"submit/new/?act=amend&entry={first}"


def largest_shard(site: Path) -> list[str]:
    """The entry ids in the largest file of answers, of one manufacturer code."""
    files = (site / "api" / "v1" / "check").glob("*.json")
    largest = max(files, key=lambda file: file.stat().st_size)
    told = json.loads(largest.read_text(encoding="utf-8"))
    return re.findall(
        r'"([a-z0-9]+-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{2}-[0-9a-f]{2}-[0-9a-f]{8})"',
        json.dumps(told),
    )


def question(entry: str) -> str:
    """An entry id as a label has its parts."""
    return "+".join(entry.upper().split("-")[1:])


def visited(bench: Bench) -> list[Visited]:
    """Every kind of page, of the register of this size and of the demonstration, each visited once."""
    return bench.once("visited", lambda: list(_visited(bench)))


def _visited(bench: Bench) -> Iterator[Visited]:
    made = bench.site(ENTRIES)
    demonstration = bench.folder / "demonstration"
    bench.usage(build(HOME, demonstration))
    shown = demonstration / "site"
    there = kinds(made)
    more = {kind: address for kind, address in kinds(shown).items() if kind not in there}
    with started() as browser:
        with served(made) as root:
            yield from _each(browser, root, [*there.values(), *asked(made)])
        with served(shown) as root:
            yield from _each(browser, root, more.values())


def _each(browser: Browser, root: str, addresses: Iterable[str]) -> Iterator[Visited]:
    for address in addresses:
        full = f"{root}/{address}"
        wide = visit(browser, full)
        yield Visited(
            address=f"/{address}", wide=wide, phone=visit(browser, full, slow=True, narrow=True)
        )
