"""One in a hundred entries of a register broken, each in another of the ways that people break them."""

from __future__ import annotations

import random
from pathlib import Path

from tests import mistakes_of_meaning, mistakes_of_shape
from tests.mistakes import Mistake

ONE_IN = 100
WAYS: dict[str, Mistake] = {**mistakes_of_shape.MISTAKES, **mistakes_of_meaning.MISTAKES}


def break_some(root: Path, *, seed: int, one_in: int = ONE_IN) -> dict[str, list[Path]]:
    """Breaks exactly one in so many entry files in place; gives them by the way they are broken.

    The ways take turns; one that has no place in an entry is left to the next entry.
    """
    files = sorted((root / "cpl" / "devices").rglob("*.yaml"))
    rng = random.Random(seed)  # noqa: S311  # nothing here is secret
    rng.shuffle(files)
    wanted = len(files) // one_in
    broken: dict[str, list[Path]] = {}
    waiting: list[str] = []
    while wanted:
        waiting = waiting or rng.sample(list(WAYS), len(WAYS))
        path = files.pop()
        text = path.read_text(encoding="utf-8")
        for way in waiting:
            told = WAYS[way](text)
            if told is not None:
                path.write_bytes(told.text)
                broken.setdefault(way, []).append(path)
                waiting.remove(way)
                wanted -= 1
                break
    return broken
