"""The last results of a long run, as a file beside the benchmarks': when, of which commit, where."""

import platform
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from cpl_registry.edges.clock import today

from tests.repository import ROOT

FOLDER = ROOT / "benchmarks"


def table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A table in Markdown."""
    names = list(header)
    lines = [names, ["---"] * len(names), *([str(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def write(name: str, text: str) -> Path:
    """A text and where it comes from, into a file beside the benchmarks' results."""
    path = FOLDER / name
    facts = "\n".join(f"- {what}: {value}" for what, value in provenance(name))
    path.write_text(f"{text.strip()}\n\n{facts}\n", encoding="utf-8")
    return path


def provenance(name: str) -> Iterator[tuple[str, str]]:
    """The day, the commit, the machine; `name` is the file that is being written."""
    yield "day", today().isoformat()
    yield "commit", _commit(name)
    yield "system", f"{platform.system()} {platform.release()}, {platform.machine()}"
    yield "Python", f"{platform.python_implementation()} {platform.python_version()}"


def _commit(name: str) -> str:
    def git(*arguments: str) -> str:
        command = ["git", "-C", str(ROOT), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    # What came of the run before stands in the file that is being written.
    changed = git(
        "status", "--porcelain", "--untracked-files=no", "--", ".", f":!benchmarks/{name}"
    )
    return git("rev-parse", "HEAD") + (", with changes that are not committed" if changed else "")
