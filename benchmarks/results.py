"""`benchmarks/RESULTS.md`: a section for each verb, of which a run writes its own and keeps the others."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import jinja2
from cpl_registry.edges.clock import today

from benchmarks.bench import HOME
from benchmarks.breaking import WAYS
from benchmarks.row import Result

RESULTS = HOME / "benchmarks" / "RESULTS.md"
TITLES = {
    "bench": "Against the targets",
    "bench-scale": "At 100,000 entries",
    "matrix": "The same bytes on many machines",
    "fuzz": "What spoilt files came to",
}
_VERDICTS = ("met", "missed", "not measured", "no target")


def line(one: Result) -> str:
    """A row for a terminal."""
    told = one.figures.told if one.figures else one.problem
    target = one.row.target or "no target"
    return f"{one.verdict:12} {one.measured}  ({target})  {one.row.name}: {told}"


def tally(results: Sequence[Result]) -> str:
    """How many rows got which verdict."""
    counts = {word: sum(one.verdict == word for one in results) for word in _VERDICTS}
    return ", ".join(f"{count} {word}" for word, count in counts.items() if count)


def section(
    verb: str, results: Sequence[Result], machine: Sequence[tuple[str, str]], *, seed: int
) -> str:
    """The section of a verb that measures."""
    text = _template("section.md.jinja").render(
        title=TITLES[verb],
        verb=verb,
        results=results,
        machine=machine,
        tally=tally(results),
        seed=seed,
    )
    return f"{text.strip()}\n"


def replaced(text: str, verb: str, new: str) -> str:
    """The whole file with the section of a verb replaced, or added where it was not there."""
    sections: Mapping[str, str] = {**_sections(text), TITLES[verb]: new}
    kept = [sections[title] for title in TITLES.values() if title in sections]
    rendered = _template("results.md.jinja").render(sections="\n".join(kept), ways=len(WAYS))
    return f"{rendered.strip()}\n"


def record(verb: str, new: str) -> None:
    """Writes the section of a verb into the file."""
    text = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else ""
    RESULTS.write_text(replaced(text, verb, new), encoding="utf-8")


def _sections(text: str) -> dict[str, str]:
    parts = re.split(r"^(?=## )", text, flags=re.MULTILINE)[1:]
    return {part.partition("\n")[0].removeprefix("## "): f"{part.strip()}\n" for part in parts}


def _template(name: str) -> jinja2.Template:
    loader = jinja2.FileSystemLoader(Path(__file__).parent / "templates")
    # Markdown for readers of this repository: nothing in it comes from outside.
    surroundings = jinja2.Environment(loader=loader, trim_blocks=True, lstrip_blocks=True)  # noqa: S701
    return surroundings.get_template(name)


def machine() -> Iterator[tuple[str, str]]:
    """What was measured, and on what."""
    yield "day", today().isoformat()
    yield "commit", _commit()
    yield "processor", f"{_processor()}, {os.cpu_count()} cores"
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    yield "memory", f"{memory:.0f} GiB"
    busy = "/".join(f"{load:.1f}" for load in os.getloadavg())
    yield "system", f"{platform.system()} {platform.release()}, {platform.machine()}, load {busy}"
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
    changed = git("status", "--porcelain", "--", ".", ":!benchmarks/RESULTS.md", ":!.venv")
    return git("rev-parse", "HEAD") + (", with changes that are not committed" if changed else "")
