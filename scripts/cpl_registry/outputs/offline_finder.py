"""The finder in one file that works without a network: data, style and script lie in the page itself.

It is made of the site's own modules, put one after the other. What may run in it is said by digest
in its head, so that nothing which the register holds can ever run.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from importlib.resources import files

from cpl_registry.outputs.artefact import Artefact
from cpl_registry.outputs.entry_address import address_pattern
from cpl_registry.outputs.entry_rows import Listing
from cpl_registry.outputs.finder_files import finder_json
from cpl_registry.outputs.pages_finder import finder_context
from cpl_registry.outputs.templating import render
from cpl_registry.state.publication import PublishedState

MODULES = ("finding", "list", "addresses", "tables", "finder-rows", "finder-guides", "finder")
"""In the order in which they need each other."""
_ROOMS = "colours page prose asking buttons footer answers tables finder print"
STYLES = (*(f"theme/stylesheets/{room}.css" for room in _ROOMS.split()), "offline.css")
"""Of the site's style sheets those that dress what is in the file, in the order that they have there."""

_IMPORT = re.compile(r"^import .*;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export ", re.MULTILINE)
_IMPORTED = re.compile(r"^import .*? from \"\./([a-z-]+)\.js\";$", re.MULTILINE)


def offline_files(state: PublishedState) -> Iterator[Artefact]:
    """`data/cpl-finder.html`."""
    listing = Listing(state=state)
    script = joined({name: _asset(f"theme/scripts/{name}.js") for name in MODULES})
    style = "".join(map(_asset, STYLES))
    # In a block of data only a `<` could end the block.
    data = finder_json(listing).decode().strip().replace("<", "\\u003c")
    page = render(
        "offline.html.jinja",
        root="",
        state=state,
        entry=address_pattern(state),
        script=script,
        style=style,
        data=data,
        script_digest=_digest(script),
        style_digest=_digest(style),
        **finder_context(listing) | {"rows": ()},
    )
    yield Artefact(path="data/cpl-finder.html", content=page.encode())


def joined(modules: dict[str, str]) -> str:
    """Modules as one script: each must import only from those before it."""
    before: set[str] = set()
    for name, text in modules.items():
        missing = set(_IMPORTED.findall(text)) - before
        if missing:
            raise ValueError(f"{name}.js imports {sorted(missing)}, which do not stand before it")
        before.add(name)
    return "".join(_EXPORT.sub("", _IMPORT.sub("", text)) for text in modules.values())


def _asset(name: str) -> str:
    return files("cpl_registry").joinpath("assets", name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """As a Content Security Policy names an inline script or style."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
