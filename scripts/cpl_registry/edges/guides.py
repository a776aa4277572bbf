"""The titles of the pages of prose, so that the finder can point to them."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

from cpl_registry.edges.stamping import rendered_path
from cpl_registry.outputs.artefact import Artefact
from cpl_registry.outputs.page import SEARCH_EXCLUDED

_TITLE = re.compile(r'^title: (".*")$', re.MULTILINE)
_HEADING = re.compile(r"^# (.+)$", re.MULTILINE)


def guides(pages: Path) -> Artefact:
    """`site/guides.json` from the pages as the site generator took them, by their addresses."""
    found = {}
    for path in sorted(pages.rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        title = _title(text)
        if title and SEARCH_EXCLUDED not in text:
            address = rendered_path(path.relative_to(pages).as_posix())
            found[address.removesuffix("index.html")] = title
    listed = [{"path": path, "title": title} for path, title in sorted(found.items()) if path]
    text = json.dumps({"guides": listed}, ensure_ascii=False, separators=(",", ":"))
    return Artefact(path="site/guides.json", content=f"{text}\n".encode())


def _title(text: str) -> str | None:
    if match := _TITLE.search(text.partition("\n---\n")[0]):
        return html.unescape(json.loads(match[1]))
    match = _HEADING.search(text)
    return match[1].replace("`", "") if match else None
