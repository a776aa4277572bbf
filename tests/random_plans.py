"""What a history of deliveries is made from: entries, the DSP, a policy, when and how it answers."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from cpl_registry.records.dsp_profile import PolicyStep, Substitution

from tests.lives import Life, Raw
from tests.random_lives import FIRST_DAY, LAST_DAY, SPECIFICATION, Seeded, lived

ANSWERS = ("none", "loaded", "file rejected", "by row", "by row", "twice")
VERSIONS = ("1.0", "1.0", "1.0", "1.1", "1.1", "2.0")
DECISION = "DEC-2018-900"
LAST = (LAST_DAY - FIRST_DAY).days


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A delivery to come: its day, how it is answered, after how many hours, by which chance."""

    on: date
    answer: str
    hours: int
    chance: float


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything that a seed decides. With `honest` the DCC is what the profile says it is."""

    lives: tuple[Life, ...]
    dsp: Raw
    moments: tuple[Moment, ...]
    baseline: bool
    honest: bool
    policy: tuple[PolicyStep, ...] = ()

    def sent_instead(self, on: date) -> dict[str, str]:
        """The GBCS versions that a policy sends in place of others on a day."""
        return {
            one.before: one.after
            for step in self.policy
            if step.end is not None and step.start <= on <= step.end
            for one in step.substitutions
        }


def plan(seed: int) -> Plan:
    """The plan of a seed."""
    random = Random(seed)  # noqa: S311  # the same every time
    days = [FIRST_DAY + timedelta(days=random.randint(0, LAST)) for _ in range(9)]
    days += random.choices(days, k=4)  # several deliveries a day
    moments = (
        Moment(
            on=day,
            answer=random.choice(ANSWERS),
            hours=random.choice([1, 1, 1, 30, 200]),
            chance=random.random(),
        )
        for day in sorted(days)
    )
    return Plan(
        lives=tuple(lived(Seeded(random), n, VERSIONS) for n in range(6)),
        dsp=_profile(random),
        moments=tuple(moments),
        baseline=random.random() < 0.3,
        honest=random.random() < 0.3,
        policy=_policy(random, min(days)) if random.random() < 0.4 else (),
    )


def _policy(random: Random, first: date) -> tuple[PolicyStep, ...]:
    """A decision for a time, once deliveries are made: GBCS 1.1 or 2.0, or both, are sent as 1.0."""
    start = first + timedelta(days=random.randint(0, LAST // 2))
    before = random.choice([("1.1",), ("2.0",), ("1.1", "2.0")])
    step = PolicyStep(
        start=start,
        end=start + timedelta(days=random.randint(5, LAST // 2)),
        policy="substitute",
        substitutions=tuple(
            Substitution(field="gbcs_version", before=one, after="1.0") for one in before
        ),
        decision=DECISION,
    )
    return (step,)


def _profile(random: Random) -> Raw:
    """The DSP learns values and forgets them; sometimes it checks more than the GBCS version."""
    known = {"1.0", *random.sample(VERSIONS, 1)}
    steps: list[Raw] = []
    for offset in (-5, *sorted(random.sample(range(5, LAST), 3))):
        step: Raw = {"start": str(FIRST_DAY + timedelta(days=offset)), "source": "made up"}
        step["gbcs_versions"] = sorted(known)
        if random.random() < 0.2:
            family = random.choice(["SMETS2", "CHTS"])
            step["technical_specifications"] = {family: random.sample(SPECIFICATION, 2)}
        if random.random() < 0.1:
            step["expected"] = "true"
        steps.append(step)
        if random.random() < 0.25:
            known = set(random.sample(sorted(known), len(known) - 1)) or known
        else:
            known = known | {random.choice(VERSIONS)}
    random.shuffle(steps)
    profile: Raw = {"rejects": random.choice(["file", "row"]), "recognises": steps}
    if reaction := random.choice([None, "accept", "accept", "reject", "unknown"]):
        profile["changed_row"] = reaction
    return profile
