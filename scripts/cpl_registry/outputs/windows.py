"""The windows of GBCS versions against what the DSP recognises, as a picture and its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from cpl_registry.records.dsp_profile import DspProfile
from cpl_registry.state.dsp import known_steps
from cpl_registry.state.publication import PublishedState

_LEFT, _WIDTH = 90.0, 700.0
_ROW = 34


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """A stretch of days, and where it lies in the picture. `end` is None where none is known."""

    start: date
    end: date | None
    x: float
    width: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """A GBCS version: the days in which new entries may name it, and when the DSP recognises it."""

    version: str
    y: int
    window: Bar
    recognised: tuple[Bar, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """All that the picture shows: rows, years on its axis, the asked day, and its size."""

    windows: tuple[Window, ...]
    years: tuple[tuple[int, float], ...]
    today: float
    height: int
    first: date
    last: date


def windows_picture(state: PublishedState, until: date) -> Picture | None:
    """The picture for a day; None where no GBCS version is known."""
    versions = [
        one
        for one in state.register.specifications.gbcs.values()
        if (one.known_from is None or one.known_from <= state.on) and one.start <= until
    ]
    if not versions:
        return None
    first = min(one.start for one in versions).replace(month=1, day=1)
    span = (until - first).days or 1

    def bar(start: date, end: date | None) -> Bar:
        left = max(start, first)
        right = min(end or until, until)
        x = _LEFT + _WIDTH * (left - first).days / span
        width = _WIDTH * max((right - left).days + 1, 1) / span
        return Bar(start=start, end=end, x=round(x, 1), width=round(width, 1))

    windows = tuple(
        Window(
            version=one.version,
            y=10 + _ROW * row,
            window=bar(one.start, one.installation_end),
            recognised=tuple(
                bar(start, end)
                for start, end in _recognised(one.version, state.register.dsp, state.on)
                if start <= until
            ),
        )
        for row, one in enumerate(versions)
    )
    years = tuple(
        (year, round(_LEFT + _WIDTH * (date(year, 1, 1) - first).days / span, 1))
        for year in range(first.year, until.year + 1)
    )
    today = round(_LEFT + _WIDTH * (state.on - first).days / span, 1)
    height = 10 + _ROW * len(windows) + 24
    return Picture(
        windows=windows, years=years, today=today, height=height, first=first, last=until
    )


def _recognised(version: str, dsp: DspProfile, on: date) -> list[tuple[date, date | None]]:
    """The stretches in which the DSP recognises a GBCS version, as known on a day."""
    found: list[tuple[date, date | None]] = []
    open_since: date | None = None
    for step in known_steps(dsp, on):
        known = "gbcs_version" not in step.values or version in step.values["gbcs_version"]
        if known and open_since is None:
            open_since = step.start
        elif not known and open_since is not None:
            found.append((open_since, step.start - timedelta(days=1)))
            open_since = None
    if open_since is not None:
        found.append((open_since, None))
    return found
