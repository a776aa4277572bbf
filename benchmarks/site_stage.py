"""From the made pages to the site: by us, and by plain mkdocs with every page as a page of its own."""

from __future__ import annotations

import filecmp
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cpl_registry.edges import site
from cpl_registry.edges.publishing import artefacts, published_state, rule_pages, sources_of
from cpl_registry.edges.publishing import submission_pages as form_pages
from cpl_registry.edges.writer import write_artefacts
from cpl_registry.outputs.artefact import Artefact
from cpl_registry.outputs.page import markdown_page
from cpl_registry.outputs.pages import pages
from cpl_registry.outputs.pages_entry import StampedPage, stamped_pages

from benchmarks.lives import TODAY


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What the site of a register is made from, the text of every page included."""

    artefacts: Sequence[Artefact]
    stamped: Sequence[StampedPage]


def prepared(root: Path) -> Prepared:
    """The pages of a register. The API is left out: mkdocs has no part in it."""
    reading, state = published_state(root, TODAY)
    sources = sources_of(reading)
    found = [*pages(state, rule_pages(), sources), *form_pages(state, sources)]
    found += artefacts(state, site.site_address())
    shown = (*(one for one in found if one.path.startswith(("pages/", "theme/", "site/"))),)
    return Prepared(
        artefacts=[one for one in shown if not one.path.startswith("site/api/")],
        stamped=list(stamped_pages(state, sources, site.edit_address())),
    )


def render(given: Prepared, folder: Path) -> None:
    """The site as `cpl build` makes it, into a new folder."""
    folder.mkdir()
    site.render_site(folder, given.artefacts, given.stamped, TODAY)


def native_sources(given: Prepared, folder: Path) -> None:
    """What plain mkdocs is given, into a new folder: every page whole, the entries' too."""
    folder.mkdir()
    shutil.copytree(site.THEME, folder / "theme")
    write_artefacts(folder, (one for one in given.artefacts if not one.path.startswith("site/")))
    write_artefacts(
        folder,
        (
            Artefact(path=f"pages/{one.path.removeprefix('site/')}", content=one.content)
            for one in given.artefacts
            if one.path.startswith("site/")
        ),
    )
    write_artefacts(
        folder,
        (
            markdown_page(f"devices/{one.id}", one.title, one.description, one.body)
            for one in given.stamped
        ),
    )
    unpublished = shutil.ignore_patterns(*site.UNPUBLISHED)
    shutil.copytree(site.DOCS, folder / "pages", dirs_exist_ok=True, ignore=unpublished)
    shutil.copyfile(site.VERIFIER, folder / "pages" / site.VERIFIER.name)


def render_natively(folder: Path, out: Path) -> None:
    """The same pages by `mkdocs build`, with the project's own settings and theme."""
    from mkdocs.commands.build import build  # noqa: PLC0415  # its import is part of what it takes
    from mkdocs.config import load_config  # noqa: PLC0415
    from mkdocs.utils.yaml import yaml_load  # noqa: PLC0415

    os.environ["NO_MKDOCS_2_WARNING"] = "1"
    with site.SETTINGS.open("rb") as file:
        theme = yaml_load(file)["theme"]
    build(
        load_config(
            config_file=str(site.SETTINGS),
            docs_dir=str(folder / "pages"),
            site_dir=str(out),
            theme={**theme, "custom_dir": str(folder / "theme")},
            strict=False,
        )
    )


def differing(ours: Path, native: Path) -> list[str]:
    """The entry pages that are not the same bytes in both."""
    names = {path.parent.name for path in (ours / "devices").glob("*/index.html")}
    names ^= {path.parent.name for path in (native / "devices").glob("*/index.html")}
    for path in (ours / "devices").glob("*/index.html"):
        other = native / path.relative_to(ours)
        if other.is_file() and not filecmp.cmp(path, other, shallow=False):
            names.add(path.parent.name)
    return sorted(names)
