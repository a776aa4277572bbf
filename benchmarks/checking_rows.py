"""How fast entries are checked, reviewed and asked for."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from benchmarks.bench import CPL, DAY, Bench, forget, validate
from benchmarks.measuring import Command, Figures, alternated, ratios
from benchmarks.peers import ajv, check_jsonschema
from benchmarks.profiles import profile_of
from benchmarks.reading import PARSER, PLAIN
from benchmarks.row import Row, faster, ratio

CPU = "CPU s"
LARGE, MIDDLE, SMALL = 10_000, 5_000, 1_000
_FOUND = (1,)
"""The exit code of a check that found errors."""
_STARTS = 21
"""Pairs where a run takes a tenth of a second: the median of five would be noise."""


def _against_reading(way: str, bench: Bench) -> Figures:
    root = bench.register(LARGE)
    floor = bench.run((sys.executable, "-m", "benchmarks.reading", root, way))
    return ratios(alternated(bench.run(validate(root), cold=root), floor, bench.pairs), CPU)


def _against_check_jsonschema(bench: Bench) -> Figures:
    root = bench.register(MIDDLE)
    peer = bench.run(check_jsonschema(_entries(root)))
    pairs = alternated(bench.run(validate(root), cold=root), peer, bench.pairs)
    return ratios(pairs, CPU, faster=True)


def _against_ajv(bench: Bench) -> Figures:
    root = bench.register(MIDDLE)
    peer = bench.run(ajv(root))
    pairs = alternated(bench.run(validate(root), cold=root), peer, bench.pairs)
    return ratios(pairs, CPU, faster=True)


def _broken_against_clean(bench: Bench) -> Figures:
    broken, clean = bench.broken(LARGE), bench.register(LARGE)
    ours = bench.run(validate(broken), cold=broken, fine=_FOUND)
    return ratios(alternated(ours, bench.run(validate(clean), cold=clean), bench.pairs), CPU)


def _ten_times_the_entries(bench: Bench) -> Figures:
    large, small = bench.register(LARGE), bench.register(SMALL)
    ours = bench.run(validate(large), cold=large)
    return ratios(alternated(ours, bench.run(validate(small), cold=small), bench.pairs), CPU)


def _warm_against_cold(bench: Bench) -> Figures:
    """Faster counts only where both say the same, in a form that tells everything."""
    root = bench.register(LARGE)
    every = (*validate(root), "--format", "json")
    forget(root)
    first, second = bench.said(every), bench.said(every)
    if first != second:
        return Figures(values=(0.0,), told="a warm run says something else than a cold one")
    warm, cold = bench.run(validate(root)), bench.run(validate(root), cold=root)
    # The cold run of a pair may come first or second; either way it leaves a whole cache.
    return ratios(alternated(warm, cold, bench.pairs), CPU, faster=True)


def _review_against_warm(bench: Bench) -> Figures:
    root = bench.repository(LARGE)
    pairs = alternated(bench.run(_review(root)), bench.run(validate(root)), bench.pairs)
    return ratios(pairs, CPU)


def _help_against_bare(bench: Bench) -> Figures:
    ours, bare = bench.run((CPL, "--help")), bench.run((sys.executable, "-c", "pass"))
    return ratios(alternated(ours, bare, _STARTS), CPU)


def _one_against_bare(entries: int, bench: Bench) -> Figures:
    root = bench.register(entries)
    bare = bench.run((sys.executable, "-c", "pass"))
    return ratios(alternated(bench.run(_one(root)), bare, _STARTS), CPU)


def _one_of_few(bench: Bench) -> Figures:
    return _one_against_bare(SMALL, bench)


def _one_of_many(bench: Bench) -> Figures:
    return _one_against_bare(LARGE, bench)


def _one(root: Path) -> Command:
    return validate(root, _entries(root)[0])


def _entries(root: Path) -> list[Path]:
    return sorted((root / "cpl" / "devices").rglob("*.yaml"))


def _review(root: Path) -> Command:
    return (
        *(CPL, "review", "--base", "main", "--head", "submission", "--actor", "github:30000000"),
        *("--on", DAY, "--root", root),
    )


def _cold_large(bench: Bench) -> Command:
    return validate(bench.register(LARGE))


def _forget_large(bench: Bench) -> None:
    forget(bench.register(LARGE))


_COLD = profile_of(_cold_large, before=_forget_large)

ROWS = (
    Row(
        id="validate",
        name=f"validating {LARGE:,} entries by every rule, against reading and parsing them",
        target=ratio(1.8, aim=1.3),
        measure=partial(_against_reading, PLAIN),
        why=_COLD,
    ),
    Row(
        id="validate-parser",
        name=f"validating {LARGE:,} entries by every rule, against the YAML parser reading them all",
        target=ratio(1.8, aim=1.3),
        measure=partial(_against_reading, PARSER),
        why=_COLD,
    ),
    Row(
        id="check-jsonschema",
        name=f"validating {MIDDLE:,} entries by every rule: times faster than check-jsonschema",
        target=faster(20),
        measure=_against_check_jsonschema,
        why=_COLD,
    ),
    Row(
        id="ajv",
        name=f"validating {MIDDLE:,} entries by every rule: times faster than ajv-cli",
        measure=_against_ajv,
    ),
    Row(
        id="broken",
        name=f"validating {LARGE:,} entries of which 1% are broken, against none",
        target=ratio(2),
        measure=_broken_against_clean,
        why=profile_of(
            lambda bench: validate(bench.broken(LARGE)),
            before=lambda bench: forget(bench.broken(LARGE)),
        ),
    ),
    Row(
        id="linear",
        name=f"validating {LARGE:,} entries, against {SMALL:,}",
        target=ratio(10.5),
        measure=_ten_times_the_entries,
        why=_COLD,
    ),
    Row(
        id="warm",
        name=f"validating {LARGE:,} entries again, with the cache: times faster than without",
        target=faster(8),
        measure=_warm_against_cold,
        why=profile_of(_cold_large),
    ),
    Row(
        id="review",
        name=f"reviewing five files against {LARGE:,} entries, against validating them, warm",
        target=ratio(2),
        measure=_review_against_warm,
        why=profile_of(lambda bench: _review(bench.repository(LARGE))),
    ),
    Row(
        id="help",
        name="`cpl --help`, against bare Python",
        target=ratio(5),
        measure=_help_against_bare,
        why=profile_of(lambda _: (CPL, "--help")),
    ),
    Row(
        id="one",
        name=f"`cpl validate ONE` of {SMALL:,}, warm, against bare Python",
        target=ratio(15),
        measure=_one_of_few,
        why=profile_of(lambda bench: _one(bench.register(SMALL))),
    ),
    Row(
        id="one-of-many",
        name=f"`cpl validate ONE` of {LARGE:,}, warm, against bare Python",
        measure=_one_of_many,
    ),
)
