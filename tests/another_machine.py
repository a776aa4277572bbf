"""Runs `cpl` as another machine would: its clock 400 days ahead, its folders in another order.

They are listed backwards, or shuffled by the seed that ORDER holds. A script of its own, started by
tests in a process of its own: nothing here may reach other tests.
"""

import datetime as dt
import os
import random
import time
from collections.abc import Iterator
from typing import Any, Self

AHEAD = dt.timedelta(days=400, hours=7)
_time, _gmtime, _localtime, _scandir, _listdir = (
    time.time,
    time.gmtime,
    time.localtime,
    os.scandir,
    os.listdir,
)


class LaterMoment(dt.datetime):
    """A moment whose now lies ahead."""

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> Self:
        return super().now(tz) + AHEAD

    @classmethod
    def today(cls) -> Self:
        return super().today() + AHEAD


class LaterDay(dt.date):
    """A day whose today lies ahead."""

    @classmethod
    def today(cls) -> Self:
        return super().today() + AHEAD


def reordered(names: list[Any]) -> list[Any]:
    """What a folder holds, in the order of another machine."""
    seed = os.environ.get("ORDER")
    if seed is None:
        return names[::-1]
    random.Random(seed).shuffle(names)  # noqa: S311  # any order will do
    return names


class Reordered:
    """`os.scandir`, in another order."""

    def __init__(self, path: Any = ".") -> None:
        with _scandir(path) as found:
            self._entries = reordered(sorted(found, key=lambda entry: entry.name))

    def __iter__(self) -> Iterator[Any]:
        return iter(self._entries)

    def __next__(self) -> Any:
        if not self._entries:
            raise StopIteration
        return self._entries.pop(0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Nothing is open."""


def main() -> None:
    later = AHEAD.total_seconds()
    time.time = lambda: _time() + later
    time.gmtime = lambda at=None: _gmtime(time.time() if at is None else at)
    time.localtime = lambda at=None: _localtime(time.time() if at is None else at)
    dt.datetime = LaterMoment  # type: ignore[misc]
    dt.date = LaterDay  # type: ignore[misc]
    os.scandir = Reordered  # type: ignore[assignment]
    os.listdir = lambda path=".": reordered(sorted(_listdir(path)))
    from cpl_registry.edges.cli import main as cpl

    cpl()


if __name__ == "__main__":
    main()
