"""The windows of versions against what the DSP recognises, as a picture and its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from cpl_registry.records.specifications import GBCS
from cpl_registry.state.dsp import SPECIFICATION, known_steps
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
    """A version: the days in which new entries may name it, and when the DSP recognises it."""

    version: str
    y: int
    window: Bar
    recognised: tuple[Bar, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """All that the picture shows: rows, years on its axis, the asked day, and its size.

    `checked` is whether the DSP is known to look at the versions of this family at all.
    """

    family: str
    checked: bool
    windows: tuple[Window, ...]
    years: tuple[tuple[int, float], ...]
    today: float
    height: int
    first: date
    last: date


def windows_picture(
    state: PublishedState, until: date, family: str = GBCS, only: str | None = None
) -> Picture | None:
    """The picture of a family, or of one version of it; None where none is known on the day."""
    versions = [
        one
        for one in state.register.specifications.families.get(family, {}).values()
        if (one.known_from is None or one.known_from <= state.on)
        and one.start <= until
        and only in {None, one.version}
    ]
    if not versions:
        return None
    first = min(one.start for one in versions).replace(month=1, day=1)
    span = (until - first).days or 1
    field = "gbcs_version" if family == GBCS else f"{SPECIFICATION}{family}"
    checked = any(field in step.values for step in known_steps(state.register.dsp, state.on))

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
                for start, end in _recognised(one.version, field, state)
                if checked and start <= until
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
        family=family,
        checked=checked,
        windows=windows,
        years=years,
        today=today,
        height=height,
        first=first,
        last=until,
    )


def _recognised(version: str, field: str, state: PublishedState) -> list[tuple[date, date | None]]:
    """The stretches in which the DSP recognises a version, as known on the day."""
    found: list[tuple[date, date | None]] = []
    open_since: date | None = None
    for step in known_steps(state.register.dsp, state.on):
        known = field not in step.values or version in step.values[field]
        if known and open_since is None:
            open_since = step.start
        elif not known and open_since is not None:
            found.append((open_since, step.start - timedelta(days=1)))
            open_since = None
    if open_since is not None:
        found.append((open_since, None))
    return found
