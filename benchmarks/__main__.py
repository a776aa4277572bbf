"""Measures, prints a line for each row and writes the table into `benchmarks/RESULTS.md`.

`python -m benchmarks [--scale] [--pairs N] [--seed N] [--only ID ...]`. A target that is missed is
told and does not fail: a measurement is read by people, and no test is timed. Exit code 1 says that
something could not be measured here.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from benchmarks.bench import HOME, Bench
from benchmarks.measuring import NotMeasured
from benchmarks.results import RESULTS, line, machine, record, section, tally
from benchmarks.row import Result, Row
from benchmarks.rows import SECTIONS

LEAST_PAIRS = 5
STOPPED = "the run was stopped before it"


def main() -> None:
    asked = _asked()
    # For what runs in this process and in its copies.
    os.environ["NO_MKDOCS_2_WARNING"] = "1"
    verb = "bench-scale" if asked.scale else "bench"
    rows = [row for row in SECTIONS[verb] if not asked.only or row.id in asked.only]
    results: list[Result] = []
    facts = tuple(machine())
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="cpl-benchmarks-") as folder:
        bench = Bench(folder=Path(folder), pairs=max(asked.pairs, LEAST_PAIRS), seed=asked.seed)
        try:
            for one in measured(rows, bench):
                print(line(one), flush=True)
                if one.shown and asked.only:
                    print(one.shown, flush=True)
                results.append(one)
        except KeyboardInterrupt:
            # What was measured is not lost; what was not is said to be so.
            results += [Result(row=row, problem=STOPPED) for row in rows[len(results) :]]
        # Before what was made is removed, which takes minutes on a busy disk.
        _tell(verb, results, facts, asked)
    sys.exit(any(one.figures is None for one in results))


def _tell(
    verb: str,
    results: Sequence[Result],
    facts: Sequence[tuple[str, str]],
    asked: argparse.Namespace,
) -> None:
    print(tally(results))
    if asked.only:
        print("not written: only some rows were measured")
        return
    record(verb, section(verb, results, facts, seed=asked.seed))
    print(f"written to {RESULTS.relative_to(HOME)}", flush=True)


def measured(rows: Iterable[Row], bench: Bench) -> Iterator[Result]:
    """Each row measured, and what is missed looked into."""
    for row in rows:
        try:
            figures = row.measure(bench)
        except (NotMeasured, RuntimeError, OSError, subprocess.SubprocessError) as problem:
            # The rows after it are measured all the same: a long run is not lost.
            yield Result(row=row, problem=" ".join(str(problem).split()))
            continue
        result = Result(row=row, figures=figures)
        missed = result.verdict == "missed" and row.why is not None
        yield Result(row=row, figures=figures, shown=row.why(bench)) if missed else result  # type: ignore[misc]


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--scale", action="store_true", help="the long runs, at 100,000 entries")
    parser.add_argument("--pairs", type=int, default=LEAST_PAIRS, help="pairs of runs, at least 5")
    parser.add_argument("--seed", type=int, default=1, help="which registers are made")
    parser.add_argument("--only", nargs="+", metavar="ID", help="only these rows; nothing written")
    return parser.parse_args()


if __name__ == "__main__":
    main()
