"""A register published as if it were too long for its pages: every limit lowered, the same entries."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest
from cpl_registry.edges import publishing
from cpl_registry.edges.publishing import submission_pages
from cpl_registry.edges.site import render_site
from cpl_registry.outputs.artefact import Artefact
from cpl_registry.outputs.pages import pages
from cpl_registry.outputs.pages_entry import stamped_pages
from cpl_registry.outputs.templating import environment
from cpl_registry.state.publication import PublishedState, publish

from tests.registers import register_of, smaller_shipped

DAY = date(2026, 11, 22)
LIMITS = (
    ("check_files", "MOST_IN_ONE", 6),
    ("finder_files", "IN_A_SHARD", 7),
    ("pages_certificates", "MOST_SHOWN", 2),
    ("pages_changes", "MOST_IN_A_YEAR", 9),
    ("pages_changes", "MOST_ROWS", 3),
    ("pages_finder", "WHOLE", 5),
    ("pages_outlook", "MOST_NAMED", 4),
    ("paging", "ROWS", 4),
)


@contextmanager
def low_limits() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for module, name, value in LIMITS:
            patch.setattr(import_module(f"cpl_registry.outputs.{module}"), name, value)
        patch.setitem(environment().globals, "most_rows", 3)
        yield


def long_state() -> PublishedState:
    """A state with more entries than may have pages of their own."""
    return publish(register_of(smaller_shipped(), DAY), DAY, most_entry_pages=5)


def long_site(folder: Path) -> Path:
    """Its site, made as a build makes it."""
    state = long_state()

    def made() -> Iterator[Artefact]:
        yield from pages(state, publishing.rule_pages())
        yield from submission_pages(state, {})
        for one in publishing.checked(publishing.artefacts(state)):
            own = one.path.startswith(("site/", "pages/"))
            yield one if own else replace(one, path=f"site/{one.path}")

    folder.mkdir()
    with low_limits():
        render_site(folder, made(), stamped_pages(state), DAY)
    return folder / "site"
