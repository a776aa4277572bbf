"""What happens to each entry after its submission: the plan's stories and the usual course.

All of it takes the form of stories, which are then carried out day by day. A story of the plan
must be possible; what the usual course brings is left out where the entry is not listed then.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from demonstration.draws import Draws, sha256_of
from demonstration.entries import MISTYPED, Entry, Line
from demonstration.plan import Plan, PlanError, Ruling, Story
from demonstration.rounds import Rounds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from demonstration.certificates import Term
    from demonstration.successions import Succession
    from demonstration.working_days import WorkingDays


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """A story as it touches one entry; `usual` marks what the plan did not name.

    `finds` are values without which the usual course has nothing to do.
    """

    story: Story
    usual: bool = False
    finds: Mapping[str, str] = field(default_factory=dict)
    replaced_by: str = ""


def live(plan: Plan, days: WorkingDays, succession: Succession) -> None:
    """Write the history of every entry, changing its values as the history tells."""
    by_label = {entry.label: entry for entry in succession.entries}
    _check_labels(plan, by_label)
    for entry in succession.entries:
        acts = [
            *_planned(plan, entry, by_label),
            *_migrations(plan, days, entry),
            *_certificate_ends(plan, days, entry, succession),
        ]
        _begin(entry, acts)
        for act in sorted(acts, key=lambda act: act.story.on):
            _carry_out(plan, days, entry, act)


def _check_labels(plan: Plan, by_label: dict[str, Entry]) -> None:
    """Every name in the plan is that of an entry: a misspelt one would be left out in silence."""
    named = {label for story in plan.stories for label in story.entries}
    named |= {label for ending in plan.endings for label in ending.entries}
    named |= {label for migration in plan.migrations for label in migration.spared}
    named |= {waiver.entry for waiver in plan.waivers}
    if unknown := sorted(named - set(by_label)):
        raise PlanError(f"no such release: {', '.join(unknown)}")


def _planned(plan: Plan, entry: Entry, by_label: dict[str, Entry]) -> Iterator[Act]:
    """The stories that name the entry, and the removal of a mistyped one."""
    for story in plan.stories:
        if entry.label in story.entries:
            yield Act(
                story=_with_right_values(story, entry) if story.event == "corrected" else story
            )
    for mistake in plan.mistakes:
        if entry.label == mistake.of + MISTYPED:
            right = by_label[mistake.of]
            story = Story(
                on=right.started,
                event="removed",
                entries=(entry.label,),
                status="Cancelled",
                cause="entered-in-error",
                reason=mistake.reason,
                decision=mistake.decision,
            )
            yield Act(story=story, replaced_by=right.entry_id)


def _with_right_values(story: Story, entry: Entry) -> Story:
    """A correction that leads to the entry's values; the wrong ones stand there until then."""
    was = dict(story.was)
    if story.was_hash_of:
        was["manufacturer_image.sha256"] = sha256_of(f"{story.was_hash_of} {entry.entry_id}")
    right = {path: entry.values[path] for path in was}
    entry.values |= was
    return replace(story, set=right)


def _migrations(plan: Plan, days: WorkingDays, entry: Entry) -> Iterator[Act]:
    """The entry's own day within each migration."""
    for migration in plan.migrations:
        if entry.started >= migration.first or entry.label in migration.spared:
            continue
        span = (migration.last - migration.first).days
        ahead = Draws(plan.seed).between(0, span, entry.entry_id, migration.field)
        day = days.before(migration.last, 1 + ahead * 5 // 7)
        story = Story(
            on=max(day, days.on_or_after(migration.first)),
            event="amended",
            entries=(entry.label,),
            set={migration.field: migration.new},
            reason=migration.reason,
        )
        yield Act(story=story, usual=True, finds={migration.field: migration.old})


def _certificate_ends(
    plan: Plan, days: WorkingDays, entry: Entry, succession: Succession
) -> Iterator[Act]:
    """Renewals of the CPA Certificate, until the entry is no longer renewed."""
    certificates = succession.sets[entry.label]
    if not certificates.terms or entry.listed is None:
        return
    ending = next((end.then for end in plan.endings if entry.label in end.entries), "")
    term = certificates.term_on(entry.started)
    for renewal in (*certificates.terms_after(entry.started), None):
        ended = term.end <= plan.last_day
        if ending or (ended and _superseded(plan, entry, succession, term)):
            removal = days.after(term.end)
            if entry.family.start is not None:
                removal = Rounds(days, plan.pauses).on_or_after(removal)
            if ending != "left" and removal <= plan.last_day:
                yield Act(story=_lapse(plan, days, entry, term, removal), usual=True)
            return
        if renewal is None:
            return
        words = "renewed_for_life" if renewal.lifetime > term.lifetime else "renewed"
        story = Story(
            on=renewal.since,
            event="amended",
            entries=(entry.label,),
            set=renewal.values(),
            reason=plan.words[words],
        )
        yield Act(story=story, usual=True)
        term = renewal


def _superseded(plan: Plan, entry: Entry, succession: Succession, term: Term) -> bool:
    """Whether so many releases newer than all on this certificate are listed that it may end."""
    certificates = succession.sets[entry.label]
    family = [
        other
        for other in succession.entries
        if other.family is entry.family and other.listed and not other.label.endswith(MISTYPED)
    ]
    newest = max(other.started for other in family if succession.sets[other.label] is certificates)
    return sum(newest < other.started <= term.end for other in family) >= plan.superseded_by


def _lapse(plan: Plan, days: WorkingDays, entry: Entry, term: Term, removal: date) -> Story:
    """The removal after the certificate's end: in the next round, or on the next Working Day.

    All removals of a round rest on one decision.
    """
    words = plan.words
    told = {
        "certificate": entry.values["assurance_certificates.CPA.number"],
        "day": removal.isoformat(),
        "end": term.end.isoformat(),
    }
    kind, on = ("lapse", days.before(term.end, 10))
    if entry.family.start is not None:
        kind, on = ("round", days.before(removal, 3))
    ruling = Ruling(
        date=on,
        title=words[f"{kind}_title"].format(**told),
        text=words[f"{kind}_text"].format(**told),
    )
    return Story(
        on=removal,
        event="removed",
        entries=(entry.label,),
        status="Expired",
        cause="certificate-expired",
        reason=words["lapse_reason"],
        decision=ruling,
    )


def _begin(entry: Entry, acts: list[Act]) -> None:
    """Submission and listing, and the checks that only the whole list of acts allows."""
    entry.history.append(Line(entry.submitted, "submitted", by=entry.family.manufacturer))
    if entry.listed:
        entry.history.append(Line(entry.listed, "listed"))
    if early := [act for act in acts if act.story.on < entry.started]:
        raise PlanError(f"{entry.label}: {early[0].story} lies before the listing")


def _carry_out(plan: Plan, days: WorkingDays, entry: Entry, act: Act) -> None:
    """One more history line, and the values that it changes."""
    story = act.story
    listed = entry.is_listed()
    found = all(entry.values.get(path) == value for path, value in act.finds.items())
    if act.usual and not (listed and found):
        return
    if (story.event in ("closed", "reinstated")) == listed:
        raise PlanError(f"{entry.label}: cannot be {story.event} on {story.on}")
    if not days.is_one(story.on) or story.on > plan.last_day:
        raise PlanError(f"{entry.label}: {story.event} on {story.on}, which is no Working Day")
    changes = {**story.set, **dict.fromkeys(story.drop, "")}
    entry.history.append(
        Line(
            date=story.on,
            event=story.event,
            status=story.status,
            cause=story.cause,
            replaced_by=act.replaced_by,
            changed=entry.apply(changes) if changes else {},
            reason=story.reason,
            decision=story.decision,
        )
    )
