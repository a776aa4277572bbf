"""The public site before it is rendered: every page but the entries' own, and the site's edition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cpl_registry.outputs.artefact import Artefact
from cpl_registry.outputs.entry_address import address_pattern, model_of
from cpl_registry.outputs.entry_rows import Listing
from cpl_registry.outputs.page import Page
from cpl_registry.outputs.pages_campaigns import campaign_pages
from cpl_registry.outputs.pages_certificates import certificate_pages
from cpl_registry.outputs.pages_changes import change_pages, changes
from cpl_registry.outputs.pages_charts import Pictures, charts_page
from cpl_registry.outputs.pages_check import check_page
from cpl_registry.outputs.pages_compare import any_entry_page, compare_page
from cpl_registry.outputs.pages_dcc import DOWNLOADS, dcc_page
from cpl_registry.outputs.pages_decisions import decision_pages
from cpl_registry.outputs.pages_deliveries import delivery_pages
from cpl_registry.outputs.pages_entry import StampedPage, stamped_pages
from cpl_registry.outputs.pages_home import home_page
from cpl_registry.outputs.pages_incidents import incident_pages
from cpl_registry.outputs.pages_lists import list_pages
from cpl_registry.outputs.pages_outlook import outlook_pages
from cpl_registry.outputs.pages_readiness import readiness_page
from cpl_registry.outputs.pages_rules import pages_of_rules
from cpl_registry.outputs.pages_specifications import specification_pages
from cpl_registry.outputs.pages_today import today_page
from cpl_registry.outputs.rule_pages import RulePage
from cpl_registry.outputs.templating import render
from cpl_registry.state.publication import PublishedState

__all__ = ["StampedPage", "pages", "stamped_pages"]


def pages(
    state: PublishedState, rules: tuple[RulePage, ...], sources: Mapping[str, str] | None = None
) -> Iterator[Artefact]:
    """The pages below `pages/`, and below `theme/` what every page says of the edition it belongs to.

    `sources` are the texts of the register's files by path; a page shows the text that is there.
    """
    listing = Listing(state=state, sources=sources or {})
    yield from (page.artefact() for page in _pages(listing, rules))
    for part in ("edition", "notice"):
        text = render(f"{part}.html.jinja", state=state, entry=address_pattern(state))
        yield Artefact(path=f"theme/partials/{part}.html", content=text.encode())


def _pages(listing: Listing, rules: tuple[RulePage, ...]) -> Iterator[Page]:
    state = listing.state
    told = changes(listing)
    pictures = Pictures(listing=listing)
    yield home_page(listing, told, pictures)
    yield check_page(listing)
    yield from list_pages(listing)
    yield compare_page(listing)
    if not state.entry_pages:
        yield any_entry_page(listing)
    yield from specification_pages(listing)
    yield charts_page(pictures)
    yield from change_pages(told, state.on, pictures.events)
    yield dcc_page(listing, pictures.held)
    yield from delivery_pages(listing)
    yield readiness_page(listing)
    yield today_page(listing)
    yield from incident_pages(listing)
    yield from campaign_pages(listing)
    yield from decision_pages(listing)
    yield from certificate_pages(listing)
    yield from outlook_pages(listing)
    yield from pages_of_rules(rules)
    example = next(iter(state.active), None)
    yield Page(
        path="developers/index",
        title="Developers and data",
        description="The data files and the API of the register: what is where.",
        template="developers.html.jinja",
        context={
            "example": example.entry_id if example else None,
            "model": model_of(example.entry_id) if example else None,
            "maker": example.entry.manufacturer if example else None,
            "each": state.entry_pages,
            "downloads": DOWNLOADS,
            "header": state.register.extract_profile.header,
        },
        searchable=True,
    )
