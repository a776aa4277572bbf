"""How fast the site is made, and histories are read."""

from __future__ import annotations

import random
import shutil
import stat
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.bench import Bench, build
from benchmarks.measuring import Figures, Run, alternated, cpu_seconds, forked, ratios
from benchmarks.profiles import profile_in_process, profile_of
from benchmarks.row import Row, Target, faster, ratio
from benchmarks.site_stage import (
    Prepared,
    differing,
    native_sources,
    prepared,
    render,
    render_natively,
)

CPU = "CPU s"
LARGE, SMALL = 10_000, 1_000
_SAMPLE = 50
"""So many entries are asked for one by one, and the time is reckoned for all."""
_READS_HISTORY = frozenset({"log", "rev-list", "blame", "show", "whatchanged", "shortlog"})
_LOGGING_GIT = """\
#!/bin/sh
printf '%s\\n' "$*" >> {log}
exec {git} "$@"
"""


def _prepared(bench: Bench, entries: int) -> Prepared:
    return bench.once(("prepared", entries), lambda: prepared(bench.register(entries)))


def _stage(bench: Bench, entries: int) -> Run:
    """Our site stage, into a folder that is not there yet."""
    given = _prepared(bench, entries)

    def once() -> float:
        folder = bench.folder / f"stage-{entries}"
        shutil.rmtree(folder, ignore_errors=True)
        return forked(lambda: render(given, folder))

    return once


def _against_mkdocs(bench: Bench) -> Figures:
    """Faster counts only where every entry's page is the same bytes."""
    ours = _stage(bench, SMALL)
    sources, out = bench.folder / "native", bench.folder / "native-site"
    native_sources(_prepared(bench, SMALL), sources)

    def peer() -> float:
        shutil.rmtree(out, ignore_errors=True)
        return forked(lambda: render_natively(sources, out))

    pairs = alternated(ours, peer, bench.pairs)
    if others := differing(bench.folder / f"stage-{SMALL}" / "site", out):
        told = f"{len(others)} pages differ, such as devices/{others[0]}/"
        return Figures(values=(0.0,), told=told)
    return ratios(pairs, CPU, faster=True)


def _stage_ten_times(bench: Bench) -> Figures:
    return ratios(alternated(_stage(bench, LARGE), _stage(bench, SMALL), bench.pairs), CPU)


def _build_ten_times(bench: Bench) -> Figures:
    out = bench.folder / "build"
    ours = bench.run(build(bench.register(LARGE), out))
    peer = bench.run(build(bench.register(SMALL), out))
    pairs = alternated(ours, peer, bench.pairs)
    shutil.rmtree(out)
    return ratios(pairs, CPU)


def _stage_profile(entries: int) -> Callable[[Bench], str]:
    def shown(bench: Bench) -> str:
        folder = bench.folder / "profiled"
        shutil.rmtree(folder, ignore_errors=True)
        given = _prepared(bench, entries)
        return profile_in_process(lambda: render(given, folder), bench)

    return shown


def _git_processes(bench: Bench) -> Figures:
    """How many Git processes that read history a build starts, whatever the number of entries."""
    found = {entries: _git_commands(bench, entries) for entries in (SMALL, SMALL // 2)}
    if len(found[SMALL]) != len(found[SMALL // 2]):
        return Figures(values=(float(len(found[SMALL])),), told="the number grows with the entries")
    history = [one for one in found[SMALL] if one.split(" ")[0] in _READS_HISTORY]
    told = f"{len(found[SMALL])} Git processes in all: {', '.join(sorted(found[SMALL])) or 'none'}"
    return Figures(values=(float(len(history)),), told=told)


def _git_commands(bench: Bench, entries: int) -> list[str]:
    """The first word of each Git command of a build, seen by a `git` that stands before the real one."""
    folder = bench.folder / f"git-{entries}"
    folder.mkdir()
    log, git = folder / "log", folder / "git"
    log.touch()
    git.write_text(_LOGGING_GIT.format(log=log, git=shutil.which("git")), encoding="utf-8")
    git.chmod(git.stat().st_mode | stat.S_IXUSR)
    environment = bench.environment
    environment["PATH"] = f"{folder}:{environment['PATH']}"
    cpu_seconds(build(bench.repository(entries), folder / "out"), environment)
    commands = [_plain_command(line) for line in log.read_text("utf-8").splitlines()]
    return [one for one in commands if one != "version"]


def _plain_command(line: str) -> str:
    """The command of a line such as `-c core.quotepath=off status --porcelain`."""
    words = iter(line.split(" "))
    for word in words:
        if word in {"-C", "-c"}:
            next(words)
        elif not word.startswith("-"):
            return word
    return "version"


def _history_against_each(bench: Bench) -> Figures:
    root = bench.repository(SMALL)
    files = sorted((root / "cpl" / "devices").rglob("*.yaml"))
    sample = random.Random(bench.seed).sample(files, _SAMPLE)  # noqa: S311  # which files is no secret
    ours = bench.run((sys.executable, "-m", "benchmarks.histories", root))

    def peer() -> float:
        took = [bench.run(_log_of(root, file))() for file in sample]
        return sum(took) * len(files) / _SAMPLE

    return ratios(alternated(ours, peer, bench.pairs), CPU, faster=True)


def _log_of(root: Path, file: Path) -> tuple[str | Path, ...]:
    return ("git", "-C", root, "log", "--format=%H %cI %an %s", "--", file)


ROWS = (
    Row(
        id="site",
        name=f"the site stage at {SMALL:,} entries: times faster than plain mkdocs, the pages being the same bytes",
        target=faster(4),
        measure=_against_mkdocs,
        why=_stage_profile(SMALL),
    ),
    Row(
        id="site-linear",
        name=f"the site stage at {LARGE:,} entries, against {SMALL:,}",
        target=ratio(8),
        measure=_stage_ten_times,
        why=_stage_profile(LARGE),
    ),
    Row(
        id="build-linear",
        name=f"the whole build at {LARGE:,} entries, against {SMALL:,}",
        target=ratio(8),
        measure=_build_ten_times,
        why=profile_of(lambda bench: build(bench.register(LARGE), bench.folder / "build")),
    ),
    Row(
        id="git-processes",
        name="Git processes that read history in a build, all entries with their histories",
        target=Target(limit=1, unit=""),
        unit="",
        measure=_git_processes,
    ),
    Row(
        id="histories",
        name=f"the histories of {SMALL:,} entries, the register read for it: times faster than"
        f" `git log` of each ({_SAMPLE} asked for)",
        measure=_history_against_each,
    ),
)
