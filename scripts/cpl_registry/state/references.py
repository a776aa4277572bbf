"""Which references lead to something that is published on a day: decisions, campaigns, incidents."""

from __future__ import annotations

from cpl_registry.records.decision import Decision
from cpl_registry.state.panel_days import may_be_shown
from cpl_registry.state.publication import PublishedState


def published_decisions(state: PublishedState) -> tuple[Decision, ...]:
    """The decisions that are published and taken by the day, newest first. A draft is none."""
    found = [one for one in state.register.oversight.decisions if may_be_shown(one, state.on)]
    return tuple(sorted(found, key=lambda one: (one.day, one.reference), reverse=True))


def reference_pages(state: PublishedState) -> dict[str, str]:
    """The page of each reference that has one, below the site's root."""
    return {
        **{
            one.incident.reference: f"incidents/{one.incident.reference}" for one in state.incidents
        },
        **{
            one.campaign.reference: f"campaigns/{one.campaign.reference}" for one in state.campaigns
        },
        **{one.reference: f"decisions/{one.reference}" for one in published_decisions(state)},
    }
