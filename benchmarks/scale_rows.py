"""The register at ten times the size that Great Britain will ever need. Fewer runs: each is long."""

from __future__ import annotations

import shutil
from pathlib import Path

from benchmarks.bench import Bench, build, forget, validate
from benchmarks.browser_rows import finder_ratio
from benchmarks.measuring import Figures, Usage, ratios
from benchmarks.profiles import profile_of
from benchmarks.row import Row, Target, faster, ratio

CPU = "CPU s"
HUGE, LARGE = 100_000, 10_000
PAIRS = 3
_MIB, _MB = 2**20, 10**6


def _validations(bench: Bench) -> list[tuple[Usage, Usage]]:
    """Cold runs at both sizes, in turns."""

    def make() -> list[tuple[Usage, Usage]]:
        return [(_cold(bench, HUGE), _cold(bench, LARGE)) for _ in range(PAIRS)]

    return bench.once("validations", make)


def _cold(bench: Bench, entries: int) -> Usage:
    root = bench.register(entries)
    forget(root)
    return bench.usage(validate(root))


def _validate(bench: Bench) -> Figures:
    return ratios([(huge.cpu, large.cpu) for huge, large in _validations(bench)], CPU)


def _validate_memory(bench: Bench) -> Figures:
    peaks = [huge.peak / _MIB for huge, _ in _validations(bench)]
    wall = sorted(huge.wall for huge, _ in _validations(bench))[PAIRS // 2]
    return Figures(values=tuple(peaks), told=f"{wall:.0f} s by the clock")


def _warm(bench: Bench) -> Figures:
    """The last cold runs left the caches."""
    cold = [huge.cpu for huge, _ in _validations(bench)]
    root = bench.register(HUGE)
    warm = [bench.usage(validate(root)).cpu for _ in range(PAIRS)]
    return ratios(list(zip(warm, cold, strict=True)), CPU, faster=True)


def _builds(bench: Bench) -> tuple[Usage, Usage]:
    """A whole build at both sizes; the large one's site stays for the browser."""

    def make() -> tuple[Usage, Usage]:
        small_site = bench.folder / "build"
        large = bench.usage(build(bench.register(LARGE), small_site))
        shutil.rmtree(small_site)
        return bench.usage(build(bench.register(HUGE), _site(bench).parent)), large

    return bench.once("builds", make)


def _site(bench: Bench) -> Path:
    return bench.folder / f"site-{HUGE}" / "site"


def _build(bench: Bench) -> Figures:
    huge, large = _builds(bench)
    figures = ratios([(huge.cpu, large.cpu)], CPU)
    return Figures(values=figures.values, told=f"{figures.told}, {huge.wall:.0f} s by the clock")


def _build_memory(bench: Bench) -> Figures:
    huge, large = _builds(bench)
    return Figures(
        values=(huge.peak / _MIB,), told=f"{large.peak / _MIB:.0f} MiB at {LARGE:,} entries"
    )


def _site_bytes(bench: Bench) -> Figures:
    _builds(bench)
    sizes = [path.stat().st_size for path in _site(bench).rglob("*") if path.is_file()]
    return Figures(values=(sum(sizes) / _MB,), told=f"{len(sizes):,} files")


def _finder(bench: Bench) -> Figures:
    _builds(bench)
    bench.once(("site", HUGE), lambda: _site(bench))
    return finder_ratio(bench, HUGE, PAIRS, slow=False)


ROWS = (
    Row(
        id="scale-validate",
        name=f"validating {HUGE:,} entries, against {LARGE:,}",
        target=ratio(11),
        measure=_validate,
        why=profile_of(
            lambda bench: validate(bench.register(HUGE)),
            before=lambda bench: forget(bench.register(HUGE)),
        ),
    ),
    Row(
        id="scale-validate-memory",
        name=f"peak memory of validating {HUGE:,} entries",
        target=Target(limit=1024, unit=" MiB"),
        unit=" MiB",
        measure=_validate_memory,
    ),
    Row(
        id="scale-warm",
        name=f"validating {HUGE:,} entries again, with the cache: times faster than without",
        target=faster(8),
        measure=_warm,
        why=profile_of(lambda bench: validate(bench.register(LARGE))),
    ),
    Row(
        id="scale-build",
        name=f"the whole build at {HUGE:,} entries, against {LARGE:,}",
        target=ratio(11),
        measure=_build,
    ),
    Row(
        id="scale-build-memory",
        name=f"peak memory of the whole build at {HUGE:,} entries",
        target=Target(limit=1024, unit=" MiB"),
        unit=" MiB",
        measure=_build_memory,
    ),
    Row(
        id="scale-site",
        name=f"the site of {HUGE:,} entries, which a static host must take",
        target=Target(limit=1000, unit=" MB"),
        unit=" MB",
        measure=_site_bytes,
    ),
    Row(
        id="scale-finder",
        name=f"the finder at {HUGE:,} entries, first rows and an answer, against DataTables",
        measure=_finder,
    ),
)
