"""What a command spends its time on, for the rows that miss their target."""

from __future__ import annotations

import cProfile
import io
import pstats
import re
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.bench import HOME, Bench
from benchmarks.measuring import Command

_SHOWN = 14


def profile_of(
    command: Callable[[Bench], Command], *, before: Callable[[Bench], None] | None = None
) -> Callable[[Bench], str]:
    """The functions of a Python command that take the most time in themselves."""

    def shown(bench: Bench) -> str:
        kept = bench.folder / "profile"
        program, *arguments = command(bench)
        if before is not None:
            before(bench)
        profiled = (sys.executable, "-m", "cProfile", "-o", kept, program, *arguments)
        bench.usage(profiled, fine=(0, 1))
        return top(kept)

    return shown


def profile_in_process(work: Callable[[], None], bench: Bench) -> str:
    """The same of some work in this process."""
    kept = bench.folder / "profile"
    profiler = cProfile.Profile()
    profiler.runcall(work)
    profiler.dump_stats(kept)
    return top(kept)


def top(kept: Path) -> str:
    """The head of a profile, by the time in the functions themselves, without what is the machine's."""
    stream = io.StringIO()
    pstats.Stats(str(kept), stream=stream).sort_stats("tottime").print_stats(_SHOWN)
    lines = [line.rstrip() for line in stream.getvalue().splitlines() if line.strip()]
    heads = [line.strip() for line in lines if "function calls" in line]
    start = next(number for number, line in enumerate(lines) if "tottime" in line)
    return "\n".join([*heads, *map(_plain, lines[start:])])


def _plain(line: str) -> str:
    """Paths from the repository, or from the library's folder."""
    line = line.replace(f"{HOME}/", "")
    return re.sub(r"\S*/(?:site-packages|python3\.[0-9]+)/", "", line)
