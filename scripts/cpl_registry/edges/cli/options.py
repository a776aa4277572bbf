"""What commands share: the options `--root`, `--on` and the way colour is decided."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from cpl_registry.edges.clock import today
from cpl_registry.edges.folder import root_of
from cpl_registry.records.days import FIRST_DAY, LAST_DAY, day

F = TypeVar("F", bound=Callable[..., Any])


class _Day(click.ParamType[date]):
    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        found = day(value)
        if found is None:
            self.fail(f"{value} is not a day: write YYYY-MM-DD", param, ctx)
        if not FIRST_DAY <= found <= LAST_DAY:
            self.fail(f"{value} is too far away: ask from {FIRST_DAY} to {LAST_DAY}", param, ctx)
        return found


DAY = _Day()


def root_option(command: F) -> F:
    """`--root DIR`: the register; by default the repository of the working directory."""
    return click.option(
        "--root",
        type=click.Path(path_type=Path),
        callback=lambda _context, _option, value: root_of(value),
        help="The folder that holds cpl/ (default: the repository of the working directory).",
    )(command)


def on_option(command: F) -> F:
    """`--on DAY`: the day that is asked for; by default today in London."""
    return click.option(
        "--on", type=DAY, default=today, show_default="today", help="The day that is asked for."
    )(command)


def register_options(command: F) -> F:
    """`--root` and `--on`."""
    return root_option(on_option(command))


def wants_colour() -> bool:
    """Colour on a terminal, unless NO_COLOR is set (no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
