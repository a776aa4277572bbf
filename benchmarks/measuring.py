"""CPU seconds and peak memory of whole commands, in alternated pairs, and what is judged of them."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Command = Sequence[str | Path]
Run = Callable[[], float]
"""Runs something once and gives what it took."""


class NotMeasured(Exception):
    """A measurement that this machine cannot make; the message says what is missing."""


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What one process and its children took: CPU seconds (user and system), wall seconds, peak bytes.

    The peak is that of the largest single process.
    """

    cpu: float
    wall: float
    peak: int


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What a measurement gave: one value for each pair or run, and what they are made of."""

    values: tuple[float, ...]
    told: str

    @property
    def median(self) -> float:
        return statistics.median(self.values)


def ratios(pairs: Sequence[tuple[float, float]], unit: str, *, faster: bool = False) -> Figures:
    """The ratios of pairs (ours, the peer's): ours against the peer, or how many times faster we are."""
    ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    return Figures(
        values=tuple(peer / mine if faster else mine / peer for mine, peer in pairs),
        told=f"{ours:.3g} and {theirs:.3g} {unit}",
    )


def alternated(ours: Run, peer: Run, pairs: int, *, warm: bool = True) -> list[tuple[float, float]]:
    """Both, in turns: what slows the machine for a while slows both.

    Of each a first run is not counted, unless `warm` is false: it fills the caches of files and of
    compiled modules.
    """
    if warm:
        ours(), peer()
    found: list[tuple[float, float]] = []
    for number in range(pairs):
        if number % 2:
            theirs = peer()
            found.append((ours(), theirs))
        else:
            mine = ours()
            found.append((mine, peer()))
    return found


def usage(
    command: Command, environment: Mapping[str, str], *, fine: Collection[int] = (0,)
) -> Usage:
    """What a command and everything that it starts takes.

    Raises:
        subprocess.CalledProcessError: it ended with a code that is not fine; then its time means nothing.
    """
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment
    )
    assert process.stderr  # noqa: S101  # asked for in the line above
    try:
        told = process.stderr.read()
        _, status, took = os.wait4(process.pid, 0)
    except KeyboardInterrupt:
        process.kill()  # nothing goes on measuring itself behind our back
        raise
    process.stderr.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in fine:
        sys.stderr.write(told.decode("utf-8", "backslashreplace")[-2000:])
        raise subprocess.CalledProcessError(process.returncode, [str(part) for part in command[:9]])
    # Linux counts the peak in KiB, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return Usage(
        cpu=took.ru_utime + took.ru_stime,
        wall=time.perf_counter() - start,
        peak=took.ru_maxrss * unit,
    )


def cpu_seconds(
    command: Command, environment: Mapping[str, str], *, fine: Collection[int] = (0,)
) -> float:
    """The CPU seconds of a command and of everything that it starts; raises as `usage` does."""
    return usage(command, environment, fine=fine).cpu


def forked(work: Callable[[], object]) -> float:
    """The CPU seconds of some work, done in a copy of this process: what was prepared is not counted.

    Raises:
        RuntimeError: the work failed; its traceback stands on standard error.
    """
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        except BaseException:  # noqa: BLE001  # nothing may run on in the copy
            sys.excepthook(*sys.exc_info())
        finally:
            sys.stderr.flush()
            os._exit(code)
    _, status, took = os.wait4(child, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError("the measured work failed")
    return took.ru_utime + took.ru_stime
