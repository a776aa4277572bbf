"""The rendered site: the only module that knows the site generator.

Pages and theme are gathered in a folder and rendered by mkdocs in this process. Each entry's page
is stamped from one rendered shell, and the pages that only show data are rendered empty and filled:
a hundred times cheaper than a page of the generator's, with the same bytes.
"""

from __future__ import annotations

import calendar
import logging
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import cpl_registry
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.guides import guides
from cpl_registry.edges.installation import HOME
from cpl_registry.edges.stamping import rendered_path, stamp_body, stamp_entries
from cpl_registry.edges.style_sheets import dress
from cpl_registry.edges.writer import move_files, settle_modes, write_artefacts
from cpl_registry.outputs.artefact import Artefact
from cpl_registry.outputs.page import body_of, shell_of, shell_page
from cpl_registry.outputs.pages_entry import StampedPage
from cpl_registry.outputs.sitemap import robots, sitemap

SETTINGS = HOME / "mkdocs.yml"
DOCS = HOME / "docs"
THEME = Path(cpl_registry.__file__).parent / "assets" / "theme"
VERIFIER = Path(__file__).with_name("verify.py")
"""Published as it stands: what a recipient judges a release with."""
UNPUBLISHED = frozenset({"decisions"})
"""Folders of `docs/` that are for those who work on the code, not for readers of the site."""


def render_site(
    folder: Path, artefacts: Iterable[Artefact], stamped: Iterable[StampedPage], on: date
) -> None:
    """Render the site of a day into `folder/site`.

    `folder` is new, or holds only the same edition. Of the artefacts, those under `pages/` and
    `theme/` are what mkdocs renders, and stay in `folder` so that plain `mkdocs serve` works; those
    under `site/` stand in the site as they are, and may be linked to from `docs/` unless they belong
    to the API, which has a file for each entry. All others are somebody else's.

    Raises:
        CannotJudge: mkdocs complains, for example of a link in `docs/` that leads nowhere.
    """
    pages, theme, site = folder / "pages", folder / "theme", folder / "site"
    aside = folder / "aside"
    shutil.copytree(THEME, theme, dirs_exist_ok=True, copy_function=shutil.copyfile)
    dress(theme)
    shells = _put(folder, aside, artefacts)
    shutil.copyfile(VERIFIER, pages / VERIFIER.name)
    _copy_docs(pages)
    write_artefacts(folder, [shell_page()])
    _render(pages, theme, site, on)
    for path in shells:
        page = Artefact(path=path, content=(aside / path).read_bytes())
        stamp_body(site / rendered_path(path), body_of(page))
    stamp_entries(site, stamped)
    (folder / shell_page().path).unlink()
    _drop_what_no_page_loads(site)
    move_files(aside, folder)
    write_artefacts(folder, [guides(pages)])
    _tell_of_the_pages(folder, on)
    for made in (pages, theme, site):
        settle_modes(made)


def _put(folder: Path, aside: Path, artefacts: Iterable[Artefact]) -> list[str]:
    """Writes each artefact before the next is made, so that a long list needs no more memory.

    What mkdocs must not see, or would clear away, is put aside: the files of the site, and the pages
    that are rendered empty, whose paths are given back.
    """
    shells = []
    for artefact in artefacts:
        kind = artefact.path.partition("/")[0]
        if kind == "site":
            write_artefacts(aside, [artefact])
            write_artefacts(folder, _linkable(artefact))
        elif kind == "pages" and (shell := shell_of(artefact)):
            write_artefacts(aside, [artefact])
            write_artefacts(folder, [shell])
            shells.append(artefact.path)
        elif kind in {"pages", "theme"}:
            write_artefacts(folder, [artefact])
    return shells


def site_address() -> str | None:
    """The address at which the site will stand, with `/` at its end: `site_url` in mkdocs.yml."""
    from mkdocs.utils.yaml import yaml_load

    with SETTINGS.open("rb") as file:
        address = yaml_load(file).get("site_url")
    return f"{address.rstrip('/')}/" if address else None


def _tell_of_the_pages(folder: Path, on: date) -> None:
    """`robots.txt` and the sitemap: of every page, those of the entries too, which mkdocs never saw."""
    site, address = folder / "site", site_address()
    # Without the address at which the site will stand, a sitemap would name no page.
    for name in ("sitemap.xml", "sitemap.xml.gz"):
        (site / name).unlink(missing_ok=True)
    write_artefacts(folder, [robots(address)])
    if address:
        found = (path.parent.relative_to(site).as_posix() for path in site.rglob("index.html"))
        pages = ("" if name == "." else f"{name}/" for name in found)
        write_artefacts(folder, sitemap(address, pages, on))


def edit_address() -> str | None:
    """Where a file of the register is edited: `extra.edit_file` in mkdocs.yml, with `{path}` in it.

    Anything but an https address is taken for none.
    """
    from mkdocs.utils.yaml import yaml_load

    with SETTINGS.open("rb") as file:
        address = (yaml_load(file).get("extra") or {}).get("edit_file")
    return address if isinstance(address, str) and address.startswith("https://") else None


def _drop_what_no_page_loads(site: Path) -> None:
    """The theme's own scripts, icons and source maps: pages take its style sheet alone."""
    used = (site / "index.html").read_text(encoding="utf-8")
    for file in sorted(site.glob("assets/**/*"), reverse=True):
        if file.is_dir():
            if not any(file.iterdir()):
                file.rmdir()
        elif file.name not in used:
            file.unlink()


def _linkable(artefact: Artefact) -> Iterator[Artefact]:
    """The file, where mkdocs is shown it, so that it can tell a good link to a download from a bad one."""
    name = artefact.path.removeprefix("site/")
    if not name.startswith("api/"):
        yield replace(artefact, path=f"pages/{name}")


def _copy_docs(pages: Path) -> None:
    for source in sorted(DOCS.rglob("*")):
        relative = source.relative_to(DOCS)
        hidden = any(part.startswith(".") for part in relative.parts)
        if not source.is_file() or hidden or relative.parts[0] in UNPUBLISHED:
            continue
        target = pages / relative
        if target.exists() and target.read_bytes() != source.read_bytes():
            raise CannotJudge(
                f"docs/{relative.as_posix()} stands where a generated page goes: rename it"
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def _render(pages: Path, theme: Path, site: Path, on: date) -> None:
    told = _Told()
    logger = logging.getLogger("mkdocs")
    propagate, level = logger.propagate, logger.level
    logger.propagate = False
    logger.setLevel(logging.WARNING)
    logger.addHandler(told)
    try:
        # At the start of the day: mkdocs dates what it writes by this, else by the clock.
        with _environment(
            SOURCE_DATE_EPOCH=str(calendar.timegm(on.timetuple())), NO_MKDOCS_2_WARNING="1"
        ):
            _mkdocs(pages, theme, site)
    except SystemExit as stopped:  # mkdocs says "Abort" by leaving the program
        more = f"; and {len(told.lines) - 3} more" if len(told.lines) > 3 else ""
        reason = "; ".join(told.lines[:3]) or str(stopped)
        raise CannotJudge(f"the site could not be rendered: {reason}{more}") from None
    finally:
        logger.removeHandler(told)
        logger.propagate = propagate
        logger.setLevel(level)


def _mkdocs(pages: Path, theme: Path, site: Path) -> None:
    from mkdocs.commands.build import build
    from mkdocs.config import load_config
    from mkdocs.utils.yaml import yaml_load

    with SETTINGS.open("rb") as file:
        settings = yaml_load(file)
    config = load_config(
        config_file=str(SETTINGS),
        docs_dir=str(pages),
        site_dir=str(site),
        theme={**settings["theme"], "custom_dir": str(theme)},
        strict=True,
    )
    build(config)


class _Told(logging.Handler):
    """Keeps what mkdocs complains of."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a complaint, on one line."""
        self.lines.append(" ".join(record.getMessage().split()))


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
