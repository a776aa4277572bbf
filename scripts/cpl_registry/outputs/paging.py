"""Tables of entries that are too long for one page: the rest stands on pages of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cpl_registry.outputs.entry_address import model_of
from cpl_registry.outputs.entry_rows import EntryRow
from cpl_registry.outputs.page import Page

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
    chunks = [rows[start : start + ROWS] for start in range(0, len(rows), ROWS)] or [rows]
    base = page.path.removesuffix("/index")
    for number, chunk in enumerate(chunks, start=1):
        models = list(dict.fromkeys(model_of(row.entry_id) for row in chunk)) if shards else []
        context = {"rows": chunk, "models": models}
        parts = Parts(base=base, number=number, count=len(chunks), total=len(rows))
        if number == 1:
            pager = parts if len(chunks) > 1 else None
            yield replace(page, context={**page.context, **context, "pager": pager})
            continue
        yield Page(
            path=f"{base}/{number}",
            title=f"{page.title}, part {number} of {len(chunks)}",
            description=page.description,
            template="more_rows.html.jinja",
            context={**context, "pager": parts, "caption": caption, "title": page.title},
        )
