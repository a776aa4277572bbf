"""Filling rendered shells: what a register says goes in after the site generator has finished."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from cpl_registry.edges.failure import CannotJudge
from cpl_registry.outputs.page import BODY_MARK, DESCRIPTION_MARK, OPENING, TITLE_MARK
from cpl_registry.outputs.pages_entry import StampedPage
from cpl_registry.outputs.templating import escaped

_ADDRESS = "devices/shell/"
"""The shell's own, in what a page says its canonical address is."""
_MARKS = re.compile(f"({TITLE_MARK}|{DESCRIPTION_MARK}|{BODY_MARK}|{_ADDRESS})")
_NO_PLACE = (
    "{}: the theme does not show a page's content exactly once, so that nothing can be put in its"
    " place; mend scripts/cpl_registry/assets/theme/main.html"
)


def rendered_path(path: str) -> str:
    """Where mkdocs puts a page: `pages/a/index.md` at `a/index.html`, `pages/a/b.md` at `a/b/index.html`."""
    name = path.removeprefix("pages/").removesuffix(".md")
    return f"{name}.html" if name.rpartition("/")[2] == "index" else f"{name}/index.html"


def stamp_body(page: Path, body: str) -> None:
    """Puts a body into the place that a rendered page keeps for it."""
    before, slot, after = page.read_text(encoding="utf-8").partition(OPENING + BODY_MARK)
    if not slot:
        raise CannotJudge(_NO_PLACE.format(page))
    page.write_bytes(f"{before}{OPENING}{body}{after}".encode())


def stamp_entries(site: Path, stamped: Iterable[StampedPage]) -> None:
    """Writes the page of each entry from the shell, which goes."""
    shell = site / "devices" / "shell"
    # Split once, before any data is there: what a register holds cannot be taken for a mark.
    # The marks stand at the odd places.
    pieces = _MARKS.split((shell / "index.html").read_text(encoding="utf-8"))
    if pieces.count(BODY_MARK) != 1:
        raise CannotJudge(_NO_PLACE.format(shell))
    for page in stamped:
        values = {
            TITLE_MARK: escaped(page.title),
            DESCRIPTION_MARK: escaped(page.description),
            BODY_MARK: page.body,
            _ADDRESS: f"devices/{page.id}/",
        }
        filled = "".join(
            values[piece] if index % 2 else piece for index, piece in enumerate(pieces)
        )
        folder = site / "devices" / page.id
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "index.html").write_bytes(filled.encode())
    shutil.rmtree(shell)
