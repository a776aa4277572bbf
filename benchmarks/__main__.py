"""Measures, prints a table and writes it to `benchmarks/RESULTS.md`.

`python -m benchmarks [--pairs N] [--entries N] [--seed N]`. The exit code says nothing of speed:
a measurement is read by people, and no test is timed.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from cpl_registry.edges.clock import today

from benchmarks.lives import TODAY
from benchmarks.measuring import Measurement, measure
from benchmarks.registers import write

HOME = Path(__file__).resolve().parents[1]
RESULTS = HOME / "benchmarks" / "RESULTS.md"
CPL = Path(sys.executable).with_name("cpl")
DAY = TODAY.isoformat()
LEAST_PAIRS = 5
ENTRIES = 10_000
REPORT = """\
# How fast it is, as ratios

Written by `make bench`. Each figure is the median of the ratios of {pairs} alternated pairs of runs, in CPU seconds (user
and system) of whole commands, start-up included; in brackets the least and the most. Absolute seconds tell of the
machine and are a guide only. The registers are made from seed {seed}, and valid.

| measurement | at most | measured | verdict | CPU seconds, medians |
|---|---|---|---|---|
{rows}

{machine}
"""


def main() -> None:
    asked = _asked()
    with tempfile.TemporaryDirectory(prefix="cpl-benchmarks-") as folder:
        found = []
        for one in _measurements(asked, Path(folder)):
            print(_row(one))
            found.append(one)
    if asked.entries == ENTRIES:
        RESULTS.write_text(_report(found, asked), encoding="utf-8")
        print(f"written to {RESULTS.relative_to(HOME)}")
    else:
        print("not written: the targets are for another number of entries")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--pairs", type=int, default=LEAST_PAIRS, help="pairs of runs, at least 5")
    parser.add_argument(
        "--entries", type=int, default=ENTRIES, help="entries of the large register"
    )
    parser.add_argument("--seed", type=int, default=1, help="which registers are made")
    asked = parser.parse_args()
    asked.pairs = max(asked.pairs, LEAST_PAIRS)
    return asked


def _measurements(asked: argparse.Namespace, folder: Path) -> Iterator[Measurement]:
    large, small = folder / "large", folder / "small"
    for root, entries in ((large, asked.entries), (small, asked.entries // 10)):
        root.mkdir()
        write(root, entries, seed=asked.seed, home=HOME)
    print("measurement | target | median [least, most] | verdict | CPU seconds, medians")
    environment = _environment(folder)
    validate = (CPL, "validate", "--on", DAY, "--root")
    yield measure(
        f"validating {asked.entries:,} entries, against reading and parsing them",
        2.0,
        (*validate, large),
        (sys.executable, "-m", "benchmarks.reading", large),
        pairs=asked.pairs,
        environment=environment,
    )
    yield measure(
        f"validating {asked.entries:,} entries, against {asked.entries // 10:,}",
        10.5,
        (*validate, large),
        (*validate, small),
        pairs=asked.pairs,
        environment=environment,
    )
    build = (CPL, "build", "--on", DAY, "--out", folder / "build", "--root")
    yield measure(
        f"the whole build at {asked.entries:,} entries, against {asked.entries // 10:,}",
        10.0,
        (*build, large),
        (*build, small),
        pairs=asked.pairs,
        environment=environment,
    )


def _environment(folder: Path) -> dict[str, str]:
    """As a user has it, compiled modules kept; what is measured is the code beside this file."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    path = f"{HOME / 'scripts'}{os.pathsep}{HOME}"
    return {**kept, "PYTHONPATH": path, "PYTHONPYCACHEPREFIX": str(folder / "compiled")}


def _row(one: Measurement) -> str:
    ours, theirs = (sorted(times)[len(times) // 2] for times in (one.ours, one.peer))
    spread = f"{one.ratio:.2f} [{min(one.ratios):.2f}, {max(one.ratios):.2f}]"
    verdict = "met" if one.met else "missed"
    return f"{one.name} | {one.target:g} | {spread} | {verdict} | {ours:.2f} and {theirs:.2f}"


def _report(found: Sequence[Measurement], asked: argparse.Namespace) -> str:
    rows = "\n".join(f"| {_row(one)} |" for one in found)
    machine = "\n".join(f"- {name}: {value}" for name, value in _machine())
    return REPORT.format(pairs=asked.pairs, seed=asked.seed, rows=rows, machine=machine)


def _machine() -> Iterator[tuple[str, str]]:
    yield "day", today().isoformat()
    yield "commit", _commit()
    yield "processor", f"{_processor()}, {os.cpu_count()} cores"
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    yield "memory", f"{memory:.0f} GiB"
    yield "system", f"{platform.system()} {platform.release()}, {platform.machine()}"
    yield "Python", f"{platform.python_implementation()} {platform.python_version()}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else "unknown"


def _commit() -> str:
    def git(*arguments: str) -> str:
        command = ["git", "-C", str(HOME), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    # What was measured last stands in the file that is being written.
    changed = git("status", "--porcelain", "--", ".", ":!benchmarks/RESULTS.md")
    return git("rev-parse", "HEAD") + (", with changes that are not committed" if changed else "")


if __name__ == "__main__":
    main()
