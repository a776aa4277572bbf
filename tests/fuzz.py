"""Everything that reads files from outside, given spoilt ones: `make fuzz` for long, test_fuzz.py for short.

    python -m tests.fuzz [INPUTS [SEED]]

INPUTS is the number of files of the register; the other kinds get their share of it.
"""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests import fuzz_files, fuzz_trees, fuzzing, results
from tests.fuzzing import Tally
from tests.repository import ROOT

FULL, TREES = 200_000, 4_000
SLOWEST = ROOT / ".cache" / "slowest-input"
REPORT = """\
Written by `make fuzz`. Files of each kind are spoilt at random, from seed {seed}. None may end in an exception, and none may
take longer than is told for each 1,000 lines. What is read must be what it says: what the rules accept of the register, two YAML parsers
read alike; a firmware file's hash is worked out a second time; an answer says the same when it is written again; what is
imported passes every rule; a selector means the entries that have the properties; a hostile tree is never acceptable.

{table}

It took {minutes:.0f} minutes of processor time.
"""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of input: how many, what judges them, and the seconds that one may take."""

    name: str
    inputs: int
    run: Callable[[int, int], Tally]
    most_seconds: float


def kinds() -> Iterator[Kind]:
    """Every kind, with its full number."""
    yield Kind(name="file of the register", inputs=FULL, run=fuzzing.run, most_seconds=0.2)
    for one in fuzz_files.TARGETS:
        yield Kind(
            name=one.name,
            inputs=one.full,
            run=lambda inputs, seed, one=one: fuzz_files.run(one, inputs, seed),  # type: ignore[misc]
            most_seconds=1.0,
        )
    yield Kind(name="tree of a submission", inputs=TREES, run=fuzz_trees.run, most_seconds=1.0)


def main(inputs: int = FULL, seed: int = 1) -> None:
    rows, slow = [], []
    start = time.process_time()
    for kind in kinds():
        number = max(1, kind.inputs * inputs // FULL)
        tally = kind.run(number, seed)
        told = (f"{number:,}", tally.told(), f"{tally.slowest:.3f} s", f"{kind.most_seconds} s")
        print(f"{kind.name}: {', '.join(told[:3])}", flush=True)  # noqa: T201
        rows.append((kind.name, *told))
        if tally.slowest > kind.most_seconds:
            SLOWEST.parent.mkdir(exist_ok=True)
            SLOWEST.write_bytes(tally.slowest_input)
            slow.append(kind.name)
    if not slow:
        header = ("kind", "inputs", "what became of them", "the slowest", "at most")
        minutes = (time.process_time() - start) / 60
        text = REPORT.format(seed=seed, table=results.table(header, rows), minutes=minutes)
        results.write("fuzz", text)
    if slow:
        sys.exit(f"too slow: {', '.join(slow)}; the slowest input is now in {SLOWEST}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
