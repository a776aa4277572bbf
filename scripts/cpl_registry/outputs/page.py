"""A page of the site before a generator has rendered it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cpl_registry.outputs.artefact import Artefact
from cpl_registry.outputs.templating import front_matter, render

TITLE_MARK = "cplshelltitle"
DESCRIPTION_MARK = "cplshelldescription"
BODY_MARK = "cplshellbody"
"""What stands in a page until it is stamped."""

OPENING = '<div class="cpl-page" id="page">\n'
"""What stands before the body of a generated page, and nowhere else: data never brings a `<`."""
_CLOSING = "\n</div>\n"
SEARCH_EXCLUDED = "\nsearch:\n  exclude: true\n"


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A page: path below `pages/` without its ending, title, one-sentence description, content.

    `searchable` pages are found by the site's search; pages that only show the register's data are
    not: identifiers need exact matching, which a text search cannot give.
    """

    path: str
    title: str
    description: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    searchable: bool = False

    @property
    def root(self) -> str:
        """The way from the rendered page to the site's root: empty, `../` or `../../`."""
        return root_of(self.path)

    def artefact(self) -> Artefact:
        """The page as the site generator takes it."""
        body = render(self.template, root=self.root, **self.context)
        return markdown_page(
            self.path, self.title, self.description, body, searchable=self.searchable
        )


def markdown_page(
    path: str, title: str, description: str, body: str, *, searchable: bool = False
) -> Artefact:
    """A page as Markdown whose whole body is one block of HTML: no data is ever Markdown."""
    text = render(
        "page.md.jinja",
        title=front_matter(title),
        description=front_matter(description),
        searchable=searchable,
        opening=OPENING,
        body=body,
        closing=_CLOSING,
    )
    return Artefact(path=f"pages/{path}.md", content=text.encode())


def shell_of(page: Artefact) -> Artefact | None:
    """The shell of a page that only shows data; None for one that is searched.

    Rendering the shell and putting the body in its place gives the same bytes as rendering the page,
    at a fraction of the cost: a generator reads every tag of a page several times.
    """
    front, opening, _ = page.content.decode().partition(OPENING)
    if not opening or SEARCH_EXCLUDED not in front:
        return None
    shell = f"{front}{opening}{BODY_MARK}{_CLOSING}"
    return Artefact(path=page.path, content=shell.encode())


def body_of(page: Artefact) -> str:
    """What stands in the place that the page's shell keeps."""
    return page.content.decode().partition(OPENING)[2].removesuffix(_CLOSING)


def shell_page() -> Artefact:
    """An ordinary page with marks for title, description and body: the shell of all entries."""
    return markdown_page("devices/shell", TITLE_MARK, DESCRIPTION_MARK, BODY_MARK)


def root_of(path: str) -> str:
    """The way from a rendered page to the site's root. `a/index` is rendered as `a/`, `a/b` as `a/b/`."""
    folders = path.split("/")
    return "../" * (len(folders) - 1 if folders[-1] == "index" else len(folders))
