"""Campaigns over lives made at random: on every day each target stands where a recount puts it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from cpl_registry.records.campaign import Campaign, parse_campaign
from cpl_registry.records.decision import Decision, parse_decision
from cpl_registry.records.entry_file import parse_entry
from cpl_registry.records.oversight import Oversight
from cpl_registry.records.register import Register
from cpl_registry.state.campaigning import Campaigning
from cpl_registry.state.campaigns import Position, deadline_of
from cpl_registry.state.history import as_of
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import recounts
from tests.lives import Life, Raw
from tests.random_lives import FIRST_DAY, LAST_DAY, lives
from tests.registers import days

LAST_NOTICE = date(2018, 2, 20)


@dataclass(frozen=True, kw_only=True)
class World:
    """Some entries, a campaign about them with its targets frozen, and a decision that it cites."""

    entries: tuple[Raw, ...]
    campaign: Raw
    decision: Raw

    @property
    def read(self) -> Register:
        """The register of it. No rule judges it."""
        entries = tuple(
            parse_entry(f"cpl/devices/{number}.yaml", one)
            for number, one in enumerate(self.entries)
        )
        return Register(
            entries=tuple(sorted(entries, key=lambda one: one.entry_id)),
            oversight=Oversight(campaigns=(self.parsed,), decisions=(self.decided,)),
        )

    @property
    def parsed(self) -> Campaign:
        return parse_campaign("cpl/panel/campaigns/CAM-1.yaml", self.campaign)

    @property
    def decided(self) -> Decision:
        return parse_decision("cpl/panel/decisions/DEC-1.yaml", self.decision)


def _day(draw: st.DrawFn, first: date, last: date) -> str:
    offset = draw(st.integers(0, (last - first).days))
    return (first + timedelta(days=offset)).isoformat()


def _some(draw: st.DrawFn, *texts: str) -> list[str]:
    return draw(st.lists(st.sampled_from(texts), min_size=1, unique=True))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    told: Sequence[Life] = [draw(lives(number)) for number in range(4)]
    entries = tuple(dict(one.raw) for one in told)
    notice = _day(draw, FIRST_DAY, LAST_NOTICE)
    campaign: dict[str, Any] = {
        "reference": "CAM-1",
        "title": "x",
        "selector": {"status": "Active", "gbcs_versions": _some(draw, "1.0", "1.1", "2.0")},
        "corrected_by": _some(draw, "amendment", "newer-firmware"),
        "opened": notice,
        "notice_months": "1",
        "body": "x",
    }
    decision = {
        "reference": "DEC-1",
        "date": _day(draw, FIRST_DAY, LAST_DAY),
        "body": "x",
        "title": "x",
        "text": "x",
        "classification": "white",
        "status": "published",
    }
    world = World(entries=entries, campaign=campaign, decision=decision)
    meant = Campaigning(world.read).meant(world.parsed, date.fromisoformat(notice))
    targets = [str(one.entry_id) for one in meant]
    campaign |= {"notice": notice, "targets": targets}
    some = st.booleans()
    if draw(some) and targets:
        line = {"entry_id": draw(st.sampled_from(targets)), "reason": "x", "reference": "DEC-1"}
        if draw(some):
            line["since"] = _day(draw, FIRST_DAY, LAST_DAY)
        campaign["exemptions"] = [line]
    if draw(some) and targets:
        line = {"entry_id": draw(st.sampled_from(targets)), "reason": "x"}
        line["since"] = _day(draw, FIRST_DAY, LAST_DAY)
        if draw(some):
            line["settled"] = _day(draw, date.fromisoformat(line["since"]), LAST_DAY)
        campaign["disputes"] = [line]
    return World(entries=entries, campaign=campaign, decision=decision)


def test_every_day_of_any_campaign() -> None:
    met: Counter[str] = Counter()

    @settings(max_examples=120, deadline=None, derandomize=True, database=None)
    @given(worlds())
    def every_day(world: World) -> None:
        register, campaign = world.read, world.parsed
        asked, notice = Campaigning(register), campaign.notice
        end = deadline_of(campaign, None)
        assert notice is not None
        assert end is not None
        steps = dict(asked.burn_down(campaign, LAST_DAY))
        counts = steps[notice]
        for day in days(notice, LAST_DAY):
            stand = asked.standing(campaign, day)
            found = {str(one.entry_id): one.position.value for one in stand.targets}
            again = recounts.positions_of(
                world.campaign,
                world.entries,
                {"DEC-1": world.decision["date"]},
                day.isoformat(),
                end[0].isoformat(),
            )
            assert found == again, day
            met.update(found.values())
            # Every target stands somewhere, and the burn-down says the same between its days.
            assert sum(stand.counts.values()) == len(campaign.targets)
            counts = steps.get(day, counts)
            assert counts == stand.counts, day
            assert all(one.since <= day for one in stand.targets)
            assert {one.entry_id for one in stand.targets} & set(stand.joined_late) == set()

    every_day()
    assert {*met} == {one.value for one in Position}, met


def test_what_comes_later_changes_no_answer_for_an_earlier_day() -> None:
    @settings(max_examples=80, deadline=None, derandomize=True, database=None)
    @given(world=worlds(), ahead=st.integers(0, 60))
    def any_day(world: World, ahead: int) -> None:
        register, campaign = world.read, world.parsed
        assert campaign.notice is not None
        day = min(campaign.notice + timedelta(days=ahead), LAST_DAY)
        earlier = replace(
            register,
            entries=tuple(as_of(one, day) for one in register.entries if one.history[0].day <= day),
        )
        now = Campaigning(register).standing(campaign, day)
        then = Campaigning(earlier).standing(campaign, day)
        told = [(one.entry_id, one.position, one.since, one.by) for one in now.targets]
        assert told == [(one.entry_id, one.position, one.since, one.by) for one in then.targets]
        assert now.joined_late == then.joined_late

    any_day()


def test_a_closed_campaign_never_changes_again() -> None:
    @settings(max_examples=50, deadline=None, derandomize=True, database=None)
    @given(world=worlds(), after=st.integers(0, 40))
    def any_closing(world: World, after: int) -> None:
        campaign = world.parsed
        assert campaign.notice is not None
        closed = min(campaign.notice + timedelta(days=after), LAST_DAY)
        campaign = replace(campaign, closed=closed)
        asked = Campaigning(world.read)
        last = asked.standing(campaign, closed)
        for day in (closed + timedelta(days=1), LAST_DAY + timedelta(days=400)):
            later = asked.standing(campaign, day)
            assert (later.targets, later.joined_late) == (last.targets, last.joined_late)
            assert asked.burn_down(campaign, day) == asked.burn_down(campaign, closed)

    any_closing()
