"""The last results of a long run, in the file of the benchmarks' results: when, of which commit, where."""

from collections.abc import Iterable

from benchmarks.results import TITLES, machine, record


def table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A table in Markdown."""
    names = list(header)
    lines = [names, ["---"] * len(names), *([str(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def write(verb: str, text: str) -> None:
    """What a verb tells, and where it comes from, into its section."""
    facts = "\n".join(f"- {what}: {value}" for what, value in machine())
    record(verb, f"## {TITLES[verb]}\n\n{text.strip()}\n\n{facts}\n")
