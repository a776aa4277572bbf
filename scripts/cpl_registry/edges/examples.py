"""A wrong and a right example for each rule, taken from the cases that test it.

Of all pairs of a case that breaks a rule and one that keeps it, the pair is shown that differs in
the fewest lines: those lines, with the line before and after.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

from cpl_registry.edges.installation import HOME
from cpl_registry.records.yaml_text import shown

_CASES = HOME / "tests" / "cases"
_MOST_LINES = 9


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """The lines of a wrong and a right file; in words where a rule is about more than one text."""

    wrong: str
    right: str


@cache
def example(rule_id: str) -> Example:
    """The example of a rule."""
    folder = next(_CASES.glob(f"{rule_id}-*"), None)
    if folder is None:
        return Example(wrong="", right="")
    wrong = [_files(case) for case in sorted(folder.glob("bad-*"))]
    right = [_files(case) for case in sorted(folder.glob("ok-*"))]
    pairs = [
        (before, after)
        for bad, good in product(wrong, right)
        for name, before in bad.items()
        if (after := good.get(name)) is not None and after != before
    ]
    if not pairs:
        return Example(wrong=_situation(folder, "bad-"), right=_situation(folder, "ok-"))
    told = [list(difflib.unified_diff(*pair, n=1, lineterm=""))[2:] for pair in pairs]
    fewest = min(told, key=lambda lines: sum(line[0] in "+-" for line in lines))
    return Example(wrong=_side(fewest, "-"), right=_side(fewest, "+"))


def _situation(folder: Path, kind: str) -> str:
    """The first case of a kind in the words of its name."""
    names = sorted(path.name.partition(".")[0] for path in folder.glob(f"{kind}*"))
    return names[0].removeprefix(kind).replace("-", " ") if names else ""


def _files(case: Path) -> dict[str, list[str]]:
    """The lines of a case's files, by their names; one entry alone has none."""
    if case.is_file():
        return {"": _lines(case)}
    files = (path for path in sorted(case.rglob("*")) if path.is_file() and path.name != "tree.txt")
    return {path.relative_to(case).as_posix(): _lines(path) for path in files}


def _lines(path: Path) -> list[str]:
    text = path.read_bytes().decode("utf-8", "backslashreplace")
    return [shown(line, 100) for line in text.removesuffix("\n").split("\n")]


def _side(diff: list[str], mark: str) -> str:
    lines = [line[1:] for line in diff if line[0] in {mark, " "}]
    more = ["..."] if len(lines) > _MOST_LINES else []
    return "\n".join([*lines[:_MOST_LINES], *more])
