"""A page of the site before a generator has rendered it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cpl_registry.outputs.artefact import Artefact
from cpl_registry.outputs.templating import front_matter, render


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
        body=body,
    )
    return Artefact(path=f"pages/{path}.md", content=text.encode())


def root_of(path: str) -> str:
    """The way from a rendered page to the site's root. `a/index` is rendered as `a/`, `a/b` as `a/b/`."""
    folders = path.split("/")
    return "../" * (len(folders) - 1 if folders[-1] == "index" else len(folders))
