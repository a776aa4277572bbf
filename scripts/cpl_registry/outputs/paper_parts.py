"""What a paper for the Panel is made of: figures that carry what they count, sentences, tables.

A figure is never a bare number: it is the length of a list of entries, events or rows, and that
list stands in the paper's appendix. So a number and what it counts cannot come apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cpl_registry.outputs.charts import Chart


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A number with what it counts.

    `key` is its anchor, unlike any other of the paper. `label` says what is counted. `weight` is
    set where an item counts more than once (days): then `count` is the sum of the weights.
    """

    key: str
    label: str
    items: tuple[str, ...]
    weights: tuple[int, ...] | None = None
    sums: bool = False
    """Whether it sums the figures above it in its column: then the appendix lists those alone."""

    @property
    def count(self) -> int:
        """The number."""
        return len(self.items) if self.weights is None else sum(self.weights)

    @property
    def told(self) -> tuple[str, ...]:
        """The items as the appendix lists them, each with its weight where it has one."""
        if self.weights is None:
            return self.items
        return tuple(
            f"{item}: {weight:,}" for item, weight in zip(self.items, self.weights, strict=True)
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A paragraph, with the figures that its numbers come from."""

    text: str
    figures: tuple[Figure, ...] = ()


Cell = Figure | str


@dataclass(frozen=True, kw_only=True, slots=True)
class PaperTable:
    """A table: its first column heads the rows. A cell is a figure or words."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    words: bool = False
    """Whether its cells are words: they are set to the left and wrap."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """A part of a section: a heading, paragraphs, tables, charts, in this order."""

    heading: str
    told: tuple[Told, ...] = ()
    tables: tuple[PaperTable, ...] = ()
    charts: tuple[Chart, ...] = ()
    numbered: bool = False
    """Whether its tables have the numbers of its charts already."""


def figures_of(blocks: Iterable[Block]) -> list[tuple[str, list[Figure]]]:
    """All figures that count something, under the heading or caption that they stand below."""
    found: list[tuple[str, list[Figure]]] = []
    for block in blocks:
        found.append((block.heading, _in_words(block.told)))
        found.extend((f"{block.heading}: {table.caption}", _in(table)) for table in block.tables)
    return [(where, figures) for where, figures in found if figures]


def _in(table: PaperTable) -> list[Figure]:
    cells = (cell for row in table.rows for cell in row)
    return [cell for cell in cells if isinstance(cell, Figure) and cell.items]


def _in_words(told: Iterable[Told]) -> list[Figure]:
    return [figure for one in told for figure in one.figures if figure.items]


def key_of(*words: object) -> str:
    """An anchor of some words: `n-held-gbcs-1-1`."""
    text = "-".join(str(word) for word in words).lower()
    return "n-" + "".join(
        letter if letter.isascii() and letter.isalnum() else "-" for letter in text
    )


def counted_rows(
    key: str, rows: Sequence[tuple[str, dict[str, tuple[str, ...]]]], total: str = "All"
) -> Iterator[tuple[Cell, ...]]:
    """Rows of figures: each row's name and, by column, what is counted; the last row sums them."""
    sums: dict[str, tuple[str, ...]] = {}
    for name, columns in rows:
        yield (
            name,
            *(
                Figure(key=key_of(key, name, column), label=f"{name}, {column}", items=items)
                for column, items in columns.items()
            ),
        )
        for column, items in columns.items():
            sums[column] = (*sums.get(column, ()), *items)
    if len(rows) > 1:
        yield (
            total,
            *(
                Figure(
                    key=key_of(key, total, column),
                    label=f"{total}, {column}",
                    items=items,
                    sums=True,
                )
                for column, items in sums.items()
            ),
        )
