"""A machine and a clone, judged: what `cpl doctor` says of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from cpl_registry.outputs.checkup import Check, Clone, Machine, Verdict
from cpl_registry.outputs.wording import counted
from cpl_registry.records.delivery import moment_text

OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 13)
"""Those that the tests are run with."""
OLDEST_GIT = (2, 30)
LITTLE, TOO_LITTLE = 2 << 30, 256 << 20
"""Free bytes: a publication with its parts aside takes some hundred megabytes."""
_SLACK = timedelta(minutes=5)
"""Clocks of two machines differ by that much, and nobody minds."""
_SHOWN = 5


def machine_checks(machine: Machine) -> Iterator[Check]:
    """The machine, a line each."""
    yield _python(machine.python)
    yield _git(machine.git)
    yield _program_that_signs(machine.openssl)
    yield _packages(machine)
    yield _encoding(machine.encoding)
    yield _space(machine.free)
    yield _cache(machine.unwritable)


def clone_checks(clone: Clone | None, now: datetime, sent_at: datetime | None) -> Iterator[Check]:
    """The clone, a line each; None where the register lies in none.

    `sent_at` is when the last delivery was sent.
    """
    if clone is None:
        advice = "without Git nothing can be reviewed or delivered: work in a clone (git clone)"
        yield _look("clone", "the register lies in no Git repository", advice)
    else:
        yield _history(clone)
        yield _line_ends(clone)
        yield _tree(clone)
        yield _hooks(clone)
        yield _waiting(clone)
    yield _clock(now, clone.last_commit if clone else None, sent_at)


def _python(version: tuple[int, int]) -> Check:
    told = ".".join(map(str, version))
    if version < OLDEST_PYTHON:
        return _mend("Python", told, "install Python 3.11 or newer, then run: make site")
    if version > NEWEST_PYTHON:
        return _look(
            "Python", told, "the tests run with 3.11 to 3.13: run make test before you trust it"
        )
    return _fine("Python", told)


def _git(version: str | None) -> Check:
    if version is None:
        return _mend("Git", "missing", "install git: history, reviews and deliveries need it")
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdecimal())
    if numbers < OLDEST_GIT:
        return _look("Git", version, "it is older than 2.30: install a newer one")
    return _fine("Git", version)


def _program_that_signs(version: str | None) -> Check:
    if version is None:
        advice = "install openssl: no release can be signed, and no signature judged, without it"
        return _mend("openssl", "missing", advice)
    return _fine("openssl", version)


def _packages(machine: Machine) -> Check:
    if machine.missing:
        advice = "make the environment again from the lock: rm -r .venv, then make site"
        return _mend("packages", f"missing: {_few(machine.missing)}", advice)
    if machine.differing:
        advice = "the bytes of workbook and database hang on them: rm -r .venv, then make site"
        return _look(
            "packages", f"not as requirements.lock has them: {_few(machine.differing)}", advice
        )
    return _fine("packages", "as requirements.lock has them")


def _encoding(encoding: str) -> Check:
    if encoding.lower().replace("-", "") != "utf8":
        advice = (
            "what is written is UTF-8 all the same; for readable messages: export LC_ALL=C.UTF-8"
        )
        return _look("locale", f"the terminal is taken to know {encoding} only", advice)
    return _fine("locale", "UTF-8")


def _space(free: int) -> Check:
    told = f"{free / (1 << 30):.1f} GiB free"
    if free < TOO_LITTLE:
        return _mend("disk", told, "make room: make clean removes what was built, and the caches")
    if free < LITTLE:
        return _look(
            "disk", told, "make room soon: make clean removes what was built, and the caches"
        )
    return _fine("disk", told)


def _cache(unwritable: str | None) -> Check:
    if unwritable is not None:
        advice = (
            "nothing can be written aside and put in its place: mend the owner or mode of .cache/"
        )
        return _mend("cache", unwritable, advice)
    return _fine("cache", "can be written")


def _history(clone: Clone) -> Check:
    if clone.shallow:
        advice = "the history is part of the register; fetch the rest: git fetch --unshallow"
        return _mend("history", "the clone is shallow", advice)
    return _fine("history", "whole")


def _line_ends(clone: Clone) -> Check:
    if clone.rewrites:
        advice = "switch it off and check out again: git config core.autocrlf false"
        return _mend("line ends", "core.autocrlf changes them, and every digest with them", advice)
    return _fine("line ends", "Git leaves them alone")


def _tree(clone: Clone) -> Check:
    if clone.uncommitted:
        told = f"{counted(clone.uncommitted, 'file')} of cpl/ differ from the commit"
        advice = "commit or take them back before a release: git status -- cpl"
        return _look(
            "working tree",
            told.replace("1 file of cpl/ differ ", "1 file of cpl/ differs "),
            advice,
        )
    return _fine("working tree", "as committed")


def _hooks(clone: Clone) -> Check:
    if clone.asleep:
        told = f"not executable, so Git leaves them out: {_few(clone.asleep)}"
        return _look("hooks", told, "make them executable, or remove them from the folder of hooks")
    return _fine("hooks", _few(clone.hooks) if clone.hooks else "none")


def _waiting(clone: Clone) -> Check:
    if clone.waiting:
        told = f"sent, and not in this tree: {_few(clone.waiting)}"
        return _look(
            "deliveries", told, "merge their files first: no further delivery is made until then"
        )
    return _fine("deliveries", "every one that a branch holds is in this tree")


def _clock(now: datetime, committed: datetime | None, sent: datetime | None) -> Check:
    for what, at in (("the last commit", committed), ("the last delivery", sent)):
        if at is not None and now + _SLACK < at:
            told = f"{moment_text(now)}, and {what} is of {moment_text(at)}"
            return _mend(
                "clock", told, "set the machine's clock: a delivery would seem older than it is"
            )
    return _fine("clock", moment_text(now))


def _few(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _fine(name: str, found: str) -> Check:
    return Check(name=name, verdict=Verdict.OK, found=found)


def _look(name: str, found: str, advice: str) -> Check:
    return Check(name=name, verdict=Verdict.ATTENTION, found=found, advice=advice)


def _mend(name: str, found: str, advice: str) -> Check:
    return Check(name=name, verdict=Verdict.MEND, found=found, advice=advice)
