"""The options of a selector: which entries an incident or a campaign is about."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from cpl_registry.edges.failure import CannotJudge
from cpl_registry.records.device_model import Status

_MANY: dict[str, Any] = {"multiple": True}


def selector_options(command: Callable[..., None]) -> Callable[..., None]:
    """`--status`, `--type`, `--manufacturer`, `--specification`, `--gbcs-version`, `--held`.

    The command gets them as `selector`: the data of the file's selector, empty where none is given.
    """

    @wraps(command)
    def called(
        status: str | None,
        device_types: tuple[str, ...],
        manufacturers: tuple[str, ...],
        specifications: tuple[str, ...],
        gbcs_versions: tuple[str, ...],
        held: bool,
        **own: Any,
    ) -> None:
        selector: dict[str, Any] = {
            "status": status,
            "device_types": [one.upper() for one in device_types],
            "manufacturers": list(manufacturers),
            "technical_specifications": _families(specifications),
            "gbcs_versions": list(gbcs_versions),
            "held": "true" if held else None,
        }
        command(selector={name: value for name, value in selector.items() if value}, **own)

    for option in (
        click.option("--held", is_flag=True, help="Only entries that are held on the day."),
        click.option(
            "--gbcs-version", "gbcs_versions", metavar="VERSION", help="GBCS version.", **_MANY
        ),
        click.option(
            "--specification",
            "specifications",
            metavar="FAMILY=VERSION",
            help="Technical specification, for example SMETS2=2.0.",
            **_MANY,
        ),
        click.option(
            "--manufacturer", "manufacturers", metavar="SLUG", help="Manufacturer.", **_MANY
        ),
        click.option("--type", "device_types", metavar="TYPE", help="Device type.", **_MANY),
        click.option("--status", type=click.Choice([str(one) for one in Status]), help="Status."),
    ):
        called = option(called)
    return called


def _families(pairs: tuple[str, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pair in pairs:
        family, equals, version = pair.partition("=")
        if not equals:
            raise CannotJudge(f"--specification takes FAMILY=VERSION, not {pair!r}")
        found.setdefault(family, []).append(version)
    return found
