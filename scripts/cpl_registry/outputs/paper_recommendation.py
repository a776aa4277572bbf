"""What a paper for the Panel recommends, by stated rules. A rule reads the register and nothing else.

The rules propose; whoever writes the paper decides. Each recommendation names its rule, so that the
reader can judge the rule as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from cpl_registry.outputs import wording
from cpl_registry.outputs.outlook_told import notice_told
from cpl_registry.outputs.paper_options import Options
from cpl_registry.outputs.paper_parts import Figure, Told, key_of
from cpl_registry.outputs.readiness_words import readiness_table
from cpl_registry.state.campaigns import CampaignStanding, Position, Stage
from cpl_registry.state.certificates_ending import EndKind, endings
from cpl_registry.state.dated_changes import ChangeKind
from cpl_registry.state.health import Matter, health_on
from cpl_registry.state.outlook import outage_notices
from cpl_registry.state.publication import PublishedState
from cpl_registry.state.readiness import Readiness
from cpl_registry.state.reconciliation import reconciled

NEAR = timedelta(days=60)
"""A day that is announced no further ahead than this is waited for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Recommendation:
    """What is recommended: a verb for the Panel, the rest of the sentence, and the rule."""

    verb: str
    told: Told
    rule: str


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the rules read."""

    state: PublishedState
    answer: Readiness
    options: Options
    campaigns: tuple[CampaignStanding, ...]


def recommendations(facts: Facts) -> tuple[Recommendation, ...]:
    """What the rules say, in their order; to take note where none says anything else."""
    found = tuple(one for rule in _RULES for one in rule(facts))
    if found:
        return found
    text = "the position that this paper tells; nothing in it asks for a decision."
    return (_made("NOTE", text, "Where no other rule applies, there is nothing to decide."),)


def _made(verb: str, text: str, rule: str, *figures: Figure) -> Recommendation:
    return Recommendation(verb=verb, told=Told(text=text, figures=figures), rule=rule)


def _held(facts: Facts) -> Iterator[Recommendation]:
    state, options = facts.state, facts.options
    if not state.held:
        return
    held = tuple(one.entry_id for one in state.held)
    figure = Figure(key="n-recommend-held", label="entries held", items=held)
    count = wording.counted(len(held), "entry", "entries")
    freed = {
        entry_id: change.day
        for change in reversed(facts.answer.ahead)
        if change.kind is ChangeKind.LEARNS
        for entry_id in change.entries
    }
    misstated = options.substitute.ever_misstated if options.substitute else frozenset()
    spares = ""
    if misstated:
        rows = wording.counted(len(misstated), "row")
        spares = (
            f" Substituting would have {rows} say something untrue, each to be corrected later."
        )
    last = max(freed.values()) if all(one in freed for one in held) else None
    if last is not None and last - state.on <= NEAR:
        text = (
            f"to proceed with option A, holding {count} until {wording.full_day(last)}, the day on"
            f" which the DSP is announced to take them.{spares}"
        )
        rule = (
            f"Where a day not more than {NEAR.days} days ahead is announced on which everything held"
            " goes out, holding is recommended."
        )
        yield _made("AGREE", text, rule, figure)
        return
    if last is not None:
        when = (
            f"the announced day, {wording.full_day(last)}, is {(last - state.on).days} days ahead"
        )
    else:
        when = "no day is announced on which all of them go out"
    text = (
        f"whether {count} go on being held (option A, which stands until a decision says otherwise),"
        f" or are sent with another value for a time (option B): {when}.{spares}"
    )
    rule = (
        f"Where the day on which everything held goes out is not known, or lies more than {NEAR.days}"
        " days ahead, the choice is put to the Panel; holding is the rule until it decides."
    )
    yield _made("DECIDE", text, rule, figure)
    yield _made(
        "ASK",
        "the DCC for the earliest day on which its DSP can recognise what is held.",
        rule,
    )


def _gaps(facts: Facts) -> Iterator[Recommendation]:
    state, answer = facts.state, facts.answer
    rule = (
        "Where a stretch is open, or begins within 180 days, in which every new entry must name a"
        " version that the DSP does not recognise, the Panel is told, and the DCC asked where no"
        " end is announced."
    )
    for gap, words in zip(answer.gaps, readiness_table(answer, state), strict=True):
        if not gap.alarms(state.on):
            continue
        size = gap.size
        figure = Figure(
            key=key_of("recommend-gap", gap.start, *gap.device_types),
            label="Active entries whose successors fall into the gap",
            items=tuple(size.leaving),
        )
        verb = "ASK" if gap.end is None else "NOTE"
        when, sentence = (f"{one[0].lower()}{one[1:]}" for one in (words.when, words.sentence))
        text = f"that, {when}, {sentence}"
        if gap.end is None:
            text = f"the DCC for a day on which the DSP recognises what is lacking. {words.when}: {words.sentence}"
        yield _made(verb, text, rule, figure)


def _ended_versions(facts: Facts) -> Iterator[Recommendation]:
    """The founding paper's second request: notice to correct what names an ended version."""
    covered = {
        target.entry_id
        for one in facts.state.campaigns
        if one.stage is not Stage.CLOSED
        for target in one.targets
    }
    spared = {
        one.entry_id
        for stand in facts.state.campaigns
        for one in stand.targets
        if one.position is Position.EXEMPT
    }
    rule = (
        "Where Active entries name a version that a new entry may no longer name, and no open"
        " campaign or exemption is about them, a campaign is put to the Panel."
    )
    for change in facts.answer.standing:
        if change.kind is not ChangeKind.LAST_DAY:
            continue
        left = tuple(one for one in change.entries if one not in covered and one not in spared)
        if not left:
            continue
        makers = {facts.state.by_id[one].entry.manufacturer for one in left}
        figure = Figure(
            key=key_of("recommend-ended", change.subject),
            label=f"Active entries on {change.subject} in no campaign",
            items=left,
        )
        text = (
            f"whether to give notice to Suppliers and Manufacturers to correct"
            f" {wording.counted(len(left), 'Active entry', 'Active entries')} of"
            f" {wording.counted(len(makers), 'manufacturer')} that still"
            f" {'names' if len(left) == 1 else 'name'} {change.subject}, which a new entry could"
            f" name until {wording.full_day(change.day)}."
        )
        yield _made("DECIDE", text, rule, figure)


def _campaigns(facts: Facts) -> Iterator[Recommendation]:
    for one in facts.campaigns:
        reference = one.campaign.reference
        if one.stage is Stage.CLOSED:
            continue
        overdue = tuple(
            target.entry_id for target in one.targets if target.position is Position.OVERDUE
        )
        left = tuple(target.entry_id for target in one.left)
        if overdue:
            makers = {
                target.entry.manufacturer for target in one.targets if target.entry_id in overdue
            }
            figure = Figure(
                key=key_of("recommend", reference),
                label=f"entries of {reference} that are overdue",
                items=overdue,
            )
            text = (
                f"on the removal of {wording.counted(len(overdue), 'entry', 'entries')} of"
                f" {wording.counted(len(makers), 'manufacturer')} from the list: what {reference}"
                " asked for was not done by its deadline. The Panel pack of the campaign has each"
                " entry with its evidence of notice."
            )
            rule = (
                "Where a campaign's deadline has passed, its overdue entries are put to the Panel."
            )
            yield _made("DECIDE", text, rule, figure)
        elif one.deadline is None:
            months = wording.counted(one.campaign.notice_months, "calendar month")
            figure = Figure(
                key=key_of("recommend", reference),
                label=f"entries that {reference} means",
                items=left,
            )
            text = (
                f"to give notice of {months} under {reference}, which is about"
                f" {wording.counted(len(left), 'entry', 'entries')} today."
            )
            rule = "Where a campaign is opened and no notice was given, notice is recommended."
            yield _made("AGREE", text, rule, figure)
        elif left:
            figure = Figure(
                key=key_of("recommend", reference),
                label=f"entries of {reference} that are not done with",
                items=left,
            )
            text = (
                f"that {wording.counted(len(left), 'entry of', 'entries of')} {reference}"
                f" {'is' if len(left) == 1 else 'are'} to be corrected by"
                f" {wording.full_day(one.deadline)}."
            )
            rule = "Where a campaign runs and its deadline lies ahead, its position is noted."
            yield _made("NOTE", text, rule, figure)


def _certificates(facts: Facts) -> Iterator[Recommendation]:
    ended = [one for one in endings(facts.state) if one.ended and one.kind is EndKind.EXPIRY]
    if ended:
        figure = Figure(
            key="n-recommend-certificates",
            label="Active entries whose CPA Certificate has expired",
            items=tuple(one.entry_id for one in ended),
        )
        text = (
            f"on the removal of {wording.counted(len(ended), 'Active entry', 'Active entries')} whose"
            " CPA Certificate has expired and was not renewed."
        )
        rule = "Where a CPA Certificate of an Active entry has expired, its removal is put to the Panel."
        yield _made("DECIDE", text, rule, figure)


def _loading(facts: Facts) -> Iterator[Recommendation]:
    rejected = reconciled(facts.state).rejected
    if rejected:
        figure = Figure(key="n-recommend-rejected", label="rows rejected", items=tuple(rejected))
        text = f"the DCC to mend, or explain, {wording.counted(len(rejected), 'row')} that it rejected."
        rule = (
            "Where rows of the last delivery were rejected and not loaded since, the DCC is asked."
        )
        yield _made("ASK", text, rule, figure)
    for one in health_on(facts.state).concerns:
        if one.matter is Matter.UNANSWERED:
            label = "rows and removals not answered in time"
            figure = Figure(key="n-recommend-unanswered", label=label, items=tuple(one.entries))
            rows = wording.counted(len(one.entries), "row or removal", "rows and removals")
            text = f"the DCC for its answer to {rows}, late since {wording.full_day(one.since)}."
            rule = "Where the 24 hours of a row or a removal are over without an answer, the DCC is asked."
            yield _made("ASK", text, rule, figure)


def _dsp(facts: Facts) -> Iterator[Recommendation]:
    for step in facts.answer.overdue:
        text = (
            "the DCC whether its DSP recognises since"
            f" {wording.full_day(step.start)} what was announced for that day: no answer shows it."
        )
        rule = "Where an announced day of the DSP has passed and nothing confirms it, the DCC is asked."
        yield _made("ASK", text, rule)


def _outages(facts: Facts) -> Iterator[Recommendation]:
    rule = "Where an outage that is not over lacks the notice recorded for it, the Panel is told."
    for one in outage_notices(facts.state):
        if not one.in_time and (one.given is not None or one.last < facts.state.on):
            text = f"the outage “{one.outage.title}”. {notice_told(one, facts.state.on)}"
            yield _made("NOTE", text, rule)


_RULES: tuple[Callable[[Facts], Iterator[Recommendation]], ...] = (
    _held,
    _gaps,
    _ended_versions,
    _campaigns,
    _certificates,
    _loading,
    _dsp,
    _outages,
)
