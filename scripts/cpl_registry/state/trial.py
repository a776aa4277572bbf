"""A delivery policy to try: hold everything, or send what the DSP recognises in place of it.

Nothing here is a decision. A tried substitution is named as such, so that nobody takes it for one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from cpl_registry.records.dsp_profile import DspProfile, PolicyStep, Substitution
from cpl_registry.records.register import Register
from cpl_registry.records.specifications import SpecificationBook
from cpl_registry.state.history import as_of, standing
from cpl_registry.state.policy import HOLD, SUBSTITUTE

TRIED = "TRIED"
"""Stands in a simulation where a decision would have to be cited."""
GBCS_VERSION = "gbcs_version"
_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class TriedSubstitution:
    """A substitution that is tried: days, version, what is sent instead.

    `broken_pairs` are the specification versions of entries that do not go with what is sent.
    """

    start: date
    end: date
    before: str
    after: str
    broken_pairs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A register with the DSP and the policy that are tried from a day on.

    `tried` are substitutions chosen here. A policy may come `from_file` instead: `undecided` are
    the decisions that it cites and the register does not have.
    """

    register: Register
    policy: str
    tried: tuple[TriedSubstitution, ...] = ()
    from_file: bool = False
    undecided: tuple[str, ...] = ()


def hold_from(register: Register, start: date) -> Trial:
    """What the DSP does not recognise is held, whatever the register's own policy says."""
    step = PolicyStep(start=start, end=None, policy=HOLD)
    return Trial(register=replace(register, policy=(*_before(register, start), step)), policy=HOLD)


def policy_from(register: Register, start: date, steps: tuple[PolicyStep, ...]) -> Trial:
    """The steps of a policy file, as if the decisions that they cite were published."""
    cited = {step.decision for step in steps if step.decision is not None}
    tried = replace(
        register,
        policy=(*_before(register, start), *steps),
        decisions=register.decisions | cited,
    )
    undecided = tuple(sorted(cited - register.decisions))
    return Trial(register=tried, policy=SUBSTITUTE, from_file=True, undecided=undecided)


def substitute_between(register: Register, start: date, end: date) -> Trial:
    """Each GBCS version that the DSP does not recognise is sent as another that it does.

    Which one: that which goes with the specification versions of most of the entries concerned; of
    those the last in the order of `reference/specifications.yaml`.
    """
    turns = [start, *(day for day in register.dsp.step_days(end) if day > start)]
    ends = [*(day - _DAY for day in turns[1:]), end]
    tried = [
        one
        for first, last in zip(turns, ends, strict=True)
        for one in _tried(register, first, last)
    ]
    steps = [
        PolicyStep(
            start=first,
            end=last,
            policy=SUBSTITUTE,
            substitutions=tuple(
                Substitution(field=GBCS_VERSION, before=one.before, after=one.after)
                for one in tried
                if one.start == first
            ),
            decision=TRIED,
        )
        for first, last in zip(turns, ends, strict=True)
    ]
    trial = replace(
        register,
        policy=(*_before(register, start), *steps),
        decisions=register.decisions | {TRIED},
    )
    return Trial(register=trial, policy=SUBSTITUTE, tried=tuple(tried))


def _before(register: Register, start: date) -> tuple[PolicyStep, ...]:
    """What the register's own policy said up to a day; what is tried takes its place from then on."""
    last = start - _DAY
    return tuple(
        replace(step, end=min(step.end or last, last))
        for step in register.policy
        if step.start <= last
    )


def _tried(register: Register, first: date, last: date) -> Iterator[TriedSubstitution]:
    known = _known(register.dsp, first)
    if not known:
        return
    for version, carriers in sorted(_unrecognised(register, first, last, known).items()):
        after = _instead(known, carriers, register.specifications)
        book = register.specifications
        broken = (pair for pair in carriers if not _goes(after, pair, book))
        yield TriedSubstitution(
            start=first,
            end=last,
            before=version,
            after=after,
            broken_pairs=tuple(sorted(f"{family} {number}" for family, number in broken)),
        )


def _known(dsp: DspProfile, on: date) -> frozenset[str]:
    """The GBCS versions that the DSP recognises; none where it recognises nothing or all."""
    step = dsp.step_on(on)
    return step.values.get(GBCS_VERSION, frozenset()) if step is not None else frozenset()


def _unrecognised(
    register: Register, first: date, last: date, known: frozenset[str]
) -> Mapping[str, Counter[tuple[str, str]]]:
    """The GBCS versions not known, each with the specification versions of the entries on it."""
    found: dict[str, Counter[tuple[str, str]]] = {}
    for entry in register.by_id.values():
        days = {first, *(line.day for line in entry.history if first < line.day <= last)}
        seen = set()
        for day in days:
            if standing(entry, day).active:
                then = as_of(entry, day)
                pair = then.technical_specification
                if then.gbcs_version not in known:
                    seen.add((then.gbcs_version, (pair.name, pair.version)))
        for version, carrier in seen:
            found.setdefault(version, Counter())[carrier] += 1
    return found


def _instead(
    known: frozenset[str], carriers: Counter[tuple[str, str]], book: SpecificationBook
) -> str:
    """The version that is sent instead."""
    order = {version: place for place, version in enumerate(book.gbcs)}

    def worth(version: str) -> tuple[int, int, str]:
        fits = sum(count for pair, count in carriers.items() if _goes(version, pair, book))
        return fits, order.get(version, -1), version

    return max(known, key=worth)


def _goes(gbcs: str, pair: tuple[str, str], book: SpecificationBook) -> bool:
    found = book.find(*pair)
    return found is not None and gbcs in found.gbcs_versions
