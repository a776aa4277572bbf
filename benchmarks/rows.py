"""All rows of the table, in the order in which they are measured, and the verbs that measure them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks import browser_rows, checking_rows, scale_rows, site_rows
from benchmarks.row import Row

SECTIONS: Mapping[str, Sequence[Row]] = {
    "bench": (*checking_rows.ROWS, *site_rows.ROWS, *browser_rows.ROWS),
    "bench-scale": scale_rows.ROWS,
}
"""By the verb of the Makefile."""
