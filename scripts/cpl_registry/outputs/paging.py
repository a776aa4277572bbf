"""Tables of entries that are too long for one page: the rest stands on pages of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from cpl_registry.outputs.entry_address import model_of
from cpl_registry.outputs.entry_rows import EntryRow
from cpl_registry.outputs.page import Page

_Line = TypeVar("_Line")

ROWS = 500
"""A page shows at most so many entries."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """Where a page stands among those of one table; `base` is the first page, below the site."""

    base: str
    number: int
    count: int
    total: int


def paged(
    page: Page, rows: Sequence[EntryRow], caption: str, *, shards: bool = False
) -> Iterator[Page]:
    """A page whose template shows `rows` and `pager`, and pages for the rows that it has no room for.

    `models` are the shards that have the rows in full, asked for with `shards`.
    """
    for chunk, parts in _parts(page, rows):
        models = list(dict.fromkeys(model_of(row.entry_id) for row in chunk)) if shards else []
        context = {"rows": chunk, "models": models}
        if parts.number == 1:
            pager = parts if parts.count > 1 else None
            yield replace(page, context={**page.context, **context, "pager": pager})
            continue
        yield Page(
            path=f"{parts.base}/{parts.number}",
            title=f"{page.title}, part {parts.number} of {parts.count}",
            description=page.description,
            template="more_rows.html.jinja",
            context={**context, "pager": parts, "caption": caption, "title": page.title},
        )


def paged_lines(page: Page, lines: Sequence[object]) -> Iterator[Page]:
    """A page whose template shows `lines` and `pager`, and pages of the same template for the rest."""
    for chunk, parts in _parts(page, lines):
        context = {**page.context, "lines": chunk, "pager": parts if parts.count > 1 else None}
        if parts.number == 1:
            yield replace(page, context=context)
            continue
        title = f"{page.title}, part {parts.number} of {parts.count}"
        path = f"{parts.base}/{parts.number}"
        yield replace(page, path=path, title=title, context=context)


def _parts(page: Page, lines: Sequence[_Line]) -> Iterator[tuple[Sequence[_Line], Parts]]:
    chunks = [lines[start : start + ROWS] for start in range(0, len(lines), ROWS)] or [lines]
    base = page.path.removesuffix("/index")
    for number, chunk in enumerate(chunks, start=1):
        yield chunk, Parts(base=base, number=number, count=len(chunks), total=len(lines))
