"""CPU seconds of whole commands, in alternated pairs."""

from __future__ import annotations

import os
import statistics
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """What a pair of commands took: CPU seconds (user and system, with their children) of each run."""

    name: str
    target: float
    ours: tuple[float, ...]
    peer: tuple[float, ...]

    @property
    def ratios(self) -> tuple[float, ...]:
        return tuple(mine / theirs for mine, theirs in zip(self.ours, self.peer, strict=True))

    @property
    def ratio(self) -> float:
        """The median of the pairs' ratios."""
        return statistics.median(self.ratios)

    @property
    def met(self) -> bool:
        return self.ratio <= self.target


def measure(
    name: str,
    target: float,
    ours: Sequence[str | Path],
    peer: Sequence[str | Path],
    *,
    pairs: int,
    environment: Mapping[str, str],
) -> Measurement:
    """Both commands, in turns: what slows the machine for a while slows both.

    A first run of each is not counted: it fills the caches of files and of compiled modules.
    """
    for command in (ours, peer):
        cpu_seconds(command, environment)
    found: list[tuple[float, float]] = []
    for number in range(pairs):
        if number % 2:
            theirs = cpu_seconds(peer, environment)
            found.append((cpu_seconds(ours, environment), theirs))
        else:
            mine = cpu_seconds(ours, environment)
            found.append((mine, cpu_seconds(peer, environment)))
    return Measurement(
        name=name,
        target=target,
        ours=tuple(mine for mine, _ in found),
        peer=tuple(theirs for _, theirs in found),
    )


def cpu_seconds(command: Sequence[str | Path], environment: Mapping[str, str]) -> float:
    """The CPU seconds of a command and of everything that it starts.

    Raises:
        subprocess.CalledProcessError: it did not end well; then its time means nothing.
    """
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, [str(part) for part in command])
    return usage.ru_utime + usage.ru_stime
