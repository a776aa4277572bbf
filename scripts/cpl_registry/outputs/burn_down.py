"""The burn-down of a campaign as a chart, for its page and for papers."""

from __future__ import annotations

from cpl_registry.outputs import campaign_words as words
from cpl_registry.outputs import wording
from cpl_registry.outputs.charts import Chart, Mark, Series, step_chart
from cpl_registry.state.campaigning import Campaigning
from cpl_registry.state.campaigns import CampaignStanding, Position, Stage
from cpl_registry.state.publication import PublishedState


def burn_down_chart(
    stand: CampaignStanding, state: PublishedState, chart_id: str = "burn-down"
) -> Chart | None:
    """Where the targets stood on each day since notice; None before it, or without targets.

    A position that no target ever had is left out of the drawing and its table.
    """
    campaign, closed = stand.campaign, stand.stage is Stage.CLOSED
    steps = Campaigning(state.register).burn_down(campaign, state.on, state.calendar)
    if not steps or not stand.targets:
        return None
    series = [
        Series(name=words.POSITIONS[one], values=tuple(counts[one] for _, counts in steps))
        for one in _FROM_BELOW
    ]
    marks = [Mark(day=stand.deadline, text="Deadline")] if stand.deadline else []
    if campaign.meeting is not None and not closed:
        marks.append(Mark(day=campaign.meeting, text="Meeting"))
    first, last = steps[0][1], steps[-1][1]
    return step_chart(
        chart_id,
        f"Where the targets of {campaign.reference} stand, day by day",
        (
            f"Stacked steps. On {wording.day(steps[0][0])}: {words.counts_words(first)}; at the end:"
            f" {words.counts_words(last)}. The table has every number."
        ),
        days=[day for day, _ in steps],
        series=[one for one in series if any(one.values)],
        until=campaign.closed if closed else state.on,
        marks=marks,
    )


# What is left lies at the foot, so that its height is the burn-down.
_FROM_BELOW = (
    Position.OVERDUE,
    Position.OUTSTANDING,
    Position.SUBMITTED,
    Position.DISPUTED,
    Position.CORRECTED,
    Position.EXEMPT,
    Position.REMOVED,
)
