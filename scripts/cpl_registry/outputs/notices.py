"""The notices of a campaign: for Parties, each manufacturer, suppliers, the website.

Each says what, why, by when, and one thing to do. A reminder is the same letter with the present
position of every entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cpl_registry.outputs import wording
from cpl_registry.outputs.campaign_words import working_day_words
from cpl_registry.outputs.entry_rows import manufacturer_name, model_name
from cpl_registry.outputs.letter import Group, Item, Letter, Section
from cpl_registry.outputs.notice_words import (
    afterwards,
    counts_words,
    deadline_words,
    meant,
    needs,
    reasons,
    says,
    standing_words,
    ways,
)
from cpl_registry.records.device_model import EntryId, Slug
from cpl_registry.records.notice import Audience
from cpl_registry.state.campaigns import CampaignStanding, Position, Stage, Target
from cpl_registry.state.history import as_of
from cpl_registry.state.publication import PublishedState

_DISPUTE = (
    "If an entry should not be in this letter, answer it and say which and why. The entry is then"
    " recorded as disputed, and is not proposed for removal while that is open."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A notice before it has a reference: for whom, its title, and the entries that it names."""

    audience: Audience
    manufacturer: Slug | None
    title: str
    entries: tuple[EntryId, ...]


class CampaignNotices:
    """The notices of one campaign as it stands on a day, on which notice has been given."""

    def __init__(self, stand: CampaignStanding, state: PublishedState, *, reminder: bool) -> None:
        self.stand, self.state, self.reminder = stand, state, reminder
        self.makers = stand.by_manufacturer()

    @property
    def drafts(self) -> Iterator[Draft]:
        """What is to be told to whom."""
        targets = [one.entry_id for ones in self.makers.values() for one in ones]
        yield self._draft(Audience.PARTIES, None, ())
        for slug, ones in self.makers.items():
            if self.reminder and not _todo(ones):
                continue  # nothing is left for them to do: they are not reminded
            yield self._draft(Audience.MANUFACTURER, slug, [one.entry_id for one in ones])
        yield self._draft(Audience.SUPPLIERS, None, targets)
        yield self._draft(Audience.WEBSITE, None, ())

    def _draft(
        self, audience: Audience, manufacturer: Slug | None, entries: Iterable[EntryId]
    ) -> Draft:
        return Draft(
            audience=audience,
            manufacturer=manufacturer,
            title=self._title(manufacturer),
            entries=tuple(sorted(entries)),
        )

    def letter(self, draft: Draft, reference: str) -> Letter:
        """The letter of a notice."""
        campaign = self.stand.campaign
        makers = self.makers
        if draft.manufacturer is not None:
            makers = {draft.manufacturer: makers[draft.manufacturer]}
        return Letter(
            title=draft.title,
            to=self._addressee(draft),
            on=self.state.on,
            reference=reference,
            about=campaign.reference,
            illustrative=campaign.illustrative or self.state.illustrative,
            sections=tuple(self._sections(draft)),
            groups=tuple(self._groups(draft, makers)),
        )

    def _addressee(self, draft: Draft) -> str:
        if draft.manufacturer is not None:
            return manufacturer_name(self.state, draft.manufacturer)
        return {
            Audience.PARTIES: "all Parties",
            Audience.SUPPLIERS: "energy suppliers",
            Audience.WEBSITE: "readers of the website",
        }[draft.audience]

    def _title(self, slug: Slug | None) -> str:
        number = _todo(self.makers[slug] if slug else self._all)
        late = self.stand.stage is Stage.PAST_DEADLINE
        day = wording.full_day(self.stand.deadline or self.state.on)
        entries = wording.counted(number, "entry", "entries")
        if not number:
            told = "nothing to correct now" if slug else "no entry is left to be corrected"
        elif slug is not None:
            yours = "one of your entries" if number == 1 else f"your {entries}"
            told = f"correct {yours}{', due on' if late else ' by'} {day}"
        else:
            now, then = ("is", "was") if number == 1 else ("are", "were")
            still = "still " if self.reminder and not late else ""
            told = f"{entries} on the list {then if late else now} {still}to be corrected by {day}"
        return f"Reminder, {told}" if self.reminder else f"{told[0].upper()}{told[1:]}"

    @property
    def _all(self) -> tuple[Target, ...]:
        return tuple(one for ones in self.makers.values() for one in ones)

    def _sections(self, draft: Draft) -> Iterator[Section]:
        campaign, register = self.stand.campaign, self.state.register
        mine = draft.audience is Audience.MANUFACTURER
        why = tuple(reasons(campaign, register, self.state.on))
        yield Section(heading="What to do", paragraphs=(self._todo(draft),))
        if mine and not any(one.left for one in self._targets(draft)):
            old = filter(None, (self._superseded(draft),))
            yield Section(heading="Why", paragraphs=(self._what(draft), *why, *old))
            return
        yield Section(heading="By when", paragraphs=tuple(filter(None, self._days())))
        yield Section(heading="Why", paragraphs=(self._what(draft), *why))
        if mine:
            counts = tuple(ways(campaign))
            more = len(counts) > 1
            yield Section(
                heading="What counts as a correction",
                paragraphs=("Either of these:",) if more else counts,
                points=counts if more else (),
            )
        yield Section(
            heading="What happens otherwise",
            paragraphs=tuple(filter(None, (afterwards(campaign), self._superseded(draft)))),
        )
        if mine:
            yield Section(heading="If you disagree", paragraphs=(_DISPUTE,))

    def _targets(self, draft: Draft) -> tuple[Target, ...]:
        return self.makers[draft.manufacturer] if draft.manufacturer else self._all

    def _superseded(self, draft: Draft) -> str:
        """What becomes of old firmware whose newer firmware is listed; empty where there is none."""
        if not any(one.by and not one.left for one in self._targets(draft)):
            return ""
        return (
            "Old firmware that counts as corrected, since newer firmware is on the list, stays on the"
            f" list itself unless the {self.stand.campaign.body} decides otherwise."
        )

    def _todo(self, draft: Draft) -> str:
        page = f"campaigns/{self.stand.campaign.reference}/"
        if draft.audience is Audience.MANUFACTURER:
            todo = _todo(self._targets(draft))
            if not todo:
                return "Nothing now. This letter tells you where your entries stand."
            which = "the one entry" if todo == 1 else f"each of the {todo} entries"
            return (
                f"Send us a correction for {which} marked To do at the end of this letter. The page"
                " submit/with-commands/ of the list's website shows how."
            )
        if draft.audience is Audience.SUPPLIERS:
            return (
                "Look for the Device Models that you install in the list at the end of this letter,"
                " and ask their manufacturers when the correction comes."
            )
        if draft.audience is Audience.PARTIES:
            return (
                "Find out whether you use any of these Device Models. Every one is named on the page"
                f" {page} of the list's website. Their manufacturers are told by a letter of their"
                " own; nothing else is asked of you."
            )
        return (
            "If you make, install or use one of these Device Models, see where it stands on the page"
            f" {page} of this website."
        )

    def _days(self) -> Iterator[str]:
        yield deadline_words(self.stand)
        yield working_day_words(self.stand)
        left = self.stand.days_left
        if self.reminder and left is not None and left >= 0:
            days = wording.counted(left, "day")
            yield f"{days} {'is' if left == 1 else 'are'} left." if left else "That is today."

    def _what(self, draft: Draft) -> str:
        targets = self._targets(draft)
        value = meant(self.stand.campaign.selector)
        entries = wording.counted(len(targets), "entry", "entries")
        whose = f"{entries} of yours" if draft.manufacturer else entries
        one = len(targets) == 1
        given = self.stand.campaign.notice
        if given is None or given == self.state.on:
            verb = (
                f"say{'s' if one else ''} {value}" if value else f"{'needs' if one else 'need'} it"
            )
            told = f"{whose} on the Certified Products List {verb}."
            if _todo(targets) == len(targets):
                return told
        else:
            verb = f"said {value}" if value else "needed it"
            told = f"On {wording.full_day(given)}, {whose} on the Certified Products List {verb}."
        return f"{told} Today, of these: {counts_words(targets)}."

    def _groups(self, draft: Draft, makers: dict[Slug, tuple[Target, ...]]) -> Iterator[Group]:
        if draft.audience in {Audience.PARTIES, Audience.WEBSITE}:
            yield Group(heading="How many entries of whom", items=tuple(self._tallies(makers)))
            return
        own = draft.audience is Audience.MANUFACTURER
        for slug, ones in makers.items():
            yield Group(
                heading="Your entries" if own else manufacturer_name(self.state, slug),
                items=tuple(self._item(one, own=own) for one in sorted(ones, key=_left_first)),
            )

    def _tallies(self, makers: dict[Slug, tuple[Target, ...]]) -> Iterator[Item]:
        for slug, ones in makers.items():
            entries = wording.counted(len(ones), "entry", "entries")
            line = f"{entries}: {counts_words(ones)}"
            yield Item(name=manufacturer_name(self.state, slug), identifier="", lines=(line,))

    def _item(self, target: Target, *, own: bool) -> Item:
        campaign, on = self.stand.campaign, self.state.on
        entry = as_of(target.entry, on)
        value = says(entry, campaign.selector)
        name = f"{model_name(entry)}, firmware {entry.text('firmware_version')}"
        told = needs(target, campaign, self.state.register, on) if own else standing_words(target)
        return Item(
            name=f"{name} ({entry.device_type})",
            identifier=entry.entry_id,
            lines=(*([f"It says {value}."] if value and target.left else ()), told),
        )


_TODO = frozenset({Position.OUTSTANDING, Position.OVERDUE})


def _todo(targets: Iterable[Target]) -> int:
    """How many entries their manufacturer has still to correct."""
    return sum(one.position in _TODO for one in targets)


def _left_first(target: Target) -> tuple[bool, bool, EntryId]:
    return target.position not in _TODO, not target.left, target.entry_id
