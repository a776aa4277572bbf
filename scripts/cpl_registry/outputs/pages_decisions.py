"""Decisions: what was decided by whom, and everything of the register that rests on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cpl_registry.outputs import wording
from cpl_registry.outputs.entry_rows import Listing
from cpl_registry.outputs.page import Page
from cpl_registry.outputs.pages_changes import ChangeView, change_view
from cpl_registry.records.decision import Decision
from cpl_registry.records.device_model import EntryId
from cpl_registry.state.citations import By, Citation, cited_on
from cpl_registry.state.references import published_decisions

_BY = {
    By.CAMPAIGN: "The campaign {name} rests on it",
    By.OUTCOME: "It decides on what the campaign {name} had left",
    By.INCIDENT: "It was taken on the incident {name}",
    By.WAIVER: "The rule {name} is waived under it",
    By.DELIVERY: "It explains the changes of the delivery {name}",
    By.POLICY: "What is sent to the DCC: {name}",
    By.NOTICE: "The notice {name} tells of it",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Resting:
    """Something other than an entry that cites a decision: in words, and its page if it has one."""

    words: str
    page: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class DecisionView:
    """A decision with what rests on it: events of entries, oldest first, and other things."""

    decision: Decision
    events: tuple[ChangeView, ...]
    others: tuple[Resting, ...]

    @property
    def entries(self) -> int:
        """How many entries cite it."""
        return len({one.row.entry_id for one in self.events})

    @property
    def cited(self) -> bool:
        """Whether anything cites it."""
        return bool(self.events or self.others)


def decision_views(listing: Listing) -> list[DecisionView]:
    """The decisions published by the day, newest first."""
    state = listing.state
    cited = cited_on(state.register, state.on)
    return [_view(one, cited.get(one.reference, ()), listing) for one in published_decisions(state)]


def _view(decision: Decision, cited: Sequence[Citation], listing: Listing) -> DecisionView:
    pages = listing.reference_pages
    events = [
        change_view(listing.state.by_id[entry_id].entry.history[one.line], row, pages)
        for one in cited
        if one.by is By.HISTORY and one.line is not None
        for entry_id in [EntryId(one.name)]
        for row in [listing.rows[entry_id]]
    ]
    return DecisionView(
        decision=decision,
        events=tuple(sorted(events, key=lambda one: (one.day, one.row.entry_id))),
        others=(*_others(cited, listing), *_spared(cited, listing)),
    )


def _others(cited: Sequence[Citation], listing: Listing) -> Iterator[Resting]:
    for one in cited:
        if one.by in _BY:
            yield Resting(words=_BY[one.by].format(name=one.name), page=_page(one, listing))


def _spared(cited: Sequence[Citation], listing: Listing) -> Iterator[Resting]:
    """The exemptions of a campaign, counted."""
    names = [one.name for one in cited if one.by is By.EXEMPTION]
    for name in dict.fromkeys(names):
        entries = wording.counted(names.count(name), "entry", "entries")
        page = listing.reference_pages.get(name)
        yield Resting(words=f"{entries} of the campaign {name} spared under it", page=page)


def _page(one: Citation, listing: Listing) -> str | None:
    if one.by is By.DELIVERY:
        return f"dcc/deliveries/{one.name}"
    if one.by is By.POLICY:
        return "dcc"
    if one.by is By.WAIVER:
        return f"rules/{one.name}"
    return listing.reference_pages.get(one.name)


def decision_pages(listing: Listing) -> Iterator[Page]:
    """`decisions/`, and a page for each decision. A draft is nowhere."""
    on, views = listing.state.on, decision_views(listing)
    yield Page(
        path="decisions/index",
        title="Decisions",
        description=f"What was decided about the list up to {wording.day(on)}, and what rests on it.",
        template="decisions.html.jinja",
        context={"on": on, "views": views},
        searchable=True,
    )
    for view in views:
        one = view.decision
        yield Page(
            path=f"decisions/{one.reference}",
            title=f"{one.reference}: {one.title}",
            description=f"Decided by {one.body} on {wording.full_day(one.day)}: {one.title}.",
            template="decision.html.jinja",
            context={"view": view, "source": listing.sources.get(one.path)},
        )
