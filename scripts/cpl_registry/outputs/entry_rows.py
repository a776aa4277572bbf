"""An entry as one row of a table, and the tables' usual groups and orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from cpl_registry.outputs.answers import Answer, answer
from cpl_registry.outputs.entry_address import entry_address
from cpl_registry.outputs.verdicts import Install, Tone
from cpl_registry.records.device_model import Entry, EntryId, Slug
from cpl_registry.state.clocks import EventClocks, Verdict
from cpl_registry.state.publication import Published, PublishedState
from cpl_registry.state.references import reference_pages


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryRow:
    """What a table shows of an entry; every text as it stands in the entry. `page` is its address.

    `active`, `held` and `waiting` are what it is counted as; the colour is that of the verdict.
    """

    entry_id: EntryId
    page: str
    name: str
    manufacturer: str
    manufacturer_name: str
    device_type: str
    code: str
    model: str
    hardware: str
    firmware: str
    specification: str
    gbcs: str
    word: str
    tone: Tone
    install: Install
    active: bool
    held: bool
    waiting: bool


@dataclass(frozen=True, kw_only=True)
class Listing:
    """Every entry of a state with its answer and its row, worked out once for all pages.

    `sources` are the texts of the register's files that pages may show, by path.
    """

    state: PublishedState
    sources: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def answers(self) -> Mapping[EntryId, Answer]:
        """The answers by entry id."""
        return {one.entry_id: answer(one, self.state) for one in self.state.entries}

    @cached_property
    def rows(self) -> Mapping[EntryId, EntryRow]:
        """The rows by entry id, in that order."""
        return {one.entry_id: self._row(one) for one in self.state.entries}

    @cached_property
    def clocks(self) -> Mapping[EntryId, Sequence[EventClocks]]:
        """The clocks of each entry's events that have one; nothing where nothing was delivered."""
        found = defaultdict[EntryId, list[EventClocks]](list)
        for one in self.state.clocks:
            if one.delivered.verdict is not Verdict.NOT_APPLICABLE:
                found[one.entry_id].append(one)
        return found

    @cached_property
    def reference_pages(self) -> Mapping[str, str]:
        """The pages of decisions, campaigns and incidents by their references."""
        return reference_pages(self.state)

    def by(self, word: Callable[[EntryRow], str]) -> Mapping[str, Sequence[EntryRow]]:
        """The rows by a word of theirs, in entry id order; nothing for a word that none has."""
        groups: dict[str, list[EntryRow]] = defaultdict(list)
        for row in self.rows.values():
            groups[word(row)].append(row)
        return groups

    def manufacturer_name(self, slug: str) -> str:
        """A manufacturer's name; the slug where the register does not name it."""
        return manufacturer_name(self.state, slug)

    def _row(self, one: Published) -> EntryRow:
        entry, told = one.entry, self.answers[one.entry_id]
        specification = entry.technical_specification
        return EntryRow(
            entry_id=one.entry_id,
            page=entry_address(one.entry_id, self.state),
            name=model_name(entry),
            manufacturer=entry.manufacturer,
            manufacturer_name=self.manufacturer_name(entry.manufacturer),
            device_type=entry.device_type,
            code=entry.text("manufacturer_identifier"),
            model=entry.text("model_identifier"),
            hardware=f"{entry.text('hardware_version')} {entry.text('hardware_revision')}",
            firmware=entry.text("firmware_version"),
            specification=f"{specification.name} {specification.version}",
            gbcs=entry.gbcs_version,
            word=told.word,
            tone=told.tone,
            install=told.install,
            active=one.standing.active,
            held=one.held,
            waiting=one.delivery is None and one.waiting_since is not None,
        )


def manufacturer_name(state: PublishedState, slug: str) -> str:
    """A manufacturer's name; the slug where the register does not name it."""
    maker = state.register.manufacturers.get(Slug(slug))
    return maker.name if maker else slug


def model_name(entry: Entry) -> str:
    """The name of a Device Model; its identifier where it has none."""
    return entry.get("model_name") or f"Model {entry.text('model_identifier')}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """How many entries of a group are Active, held among them, in the queue, and no longer listed."""

    active: int
    held: int
    waiting: int
    removed: int


def tally(rows: Iterable[EntryRow]) -> Tally:
    """The numbers of a group of rows."""
    found = tuple(rows)
    active, waiting = sum(row.active for row in found), sum(row.waiting for row in found)
    return Tally(
        active=active,
        held=sum(row.held for row in found),
        waiting=waiting,
        removed=len(found) - active - waiting,
    )
