"""What can be wrong with a machine, a clone and a register before the work starts: facts, and how grave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """Whether something is as it should be, is to be looked at, or must be mended first."""

    OK = "ok"
    ATTENTION = "attention"
    MEND = "mend"


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One thing that was looked at: what was found and, unless it is in order, what to do."""

    name: str
    verdict: Verdict
    found: str
    advice: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Machine:
    """The machine. A version is None where the program is missing.

    `differing` are packages that are not of the version that the lock names, `missing` those that
    are not there; `free` is in bytes; `unwritable` is why the cache cannot be written, else None.
    """

    python: tuple[int, int]
    git: str | None
    openssl: str | None
    differing: tuple[str, ...]
    missing: tuple[str, ...]
    encoding: str
    free: int
    unwritable: str | None
    now: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Clone:
    """The clone that a register lies in.

    `rewrites` says whether Git would change line ends on the way out; `uncommitted` counts files of
    the register; `hooks` are those that Git runs, `asleep` those that it leaves out because they are
    not executable; `waiting` are the serials of deliveries that other branches hold and this does not.
    """

    shallow: bool
    rewrites: bool
    uncommitted: int
    last_commit: datetime | None
    hooks: tuple[str, ...]
    asleep: tuple[str, ...]
    waiting: tuple[str, ...]


def must_be_mended(checks: Iterable[Check]) -> bool:
    """Whether anything stands in the way of the work."""
    return any(one.verdict is Verdict.MEND for one in checks)
