"""`cpl doctor`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

import click

from cpl_registry.edges import probing
from cpl_registry.edges.cli.options import register_options
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.installation import working_days
from cpl_registry.edges.reading import Reading, read
from cpl_registry.edges.releasing import DELIVERIES
from cpl_registry.outputs.artefact import json_bytes
from cpl_registry.outputs.checkup import Check, Verdict, must_be_mended
from cpl_registry.outputs.checkup_machine import clone_checks, machine_checks
from cpl_registry.outputs.checkup_register import register_checks
from cpl_registry.outputs.checkup_told import checkup_data, checkup_told
from cpl_registry.records.findings import Severity

T = TypeVar("T")


@click.command("doctor")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@register_options
def doctor_command(form: str, root: Path, on: date) -> None:
    """What is wrong with this machine, this clone and this register, and how to mend it.

    Exit code 1 when something must be mended before the work starts. Nothing is changed.
    """
    checks = tuple(_checks(root, on))
    if form == "json":
        click.echo(json_bytes(checkup_data(checks, on)), nl=False)
    else:
        click.echo(checkup_told(checks), nl=False)
    sys.exit(1 if must_be_mended(checks) else 0)


def _checks(root: Path, on: date) -> Iterator[Check]:
    """What cannot be read is told as one of the things: who asks has a broken clone in hand."""
    machine = probing.machine(root)
    yield from machine_checks(machine)
    advice = "run this in a clone of the register, or name one with --root"
    reading = _tried("register", lambda: read(root, on), advice)
    clone = _tried("clone", lambda: probing.clone(root), "take another clone, or git fsck this one")
    if isinstance(clone, Check):
        yield clone
    else:
        sent_at = None if isinstance(reading, Check) else _sent_at(reading)
        yield from clone_checks(clone, machine.now, sent_at)
    if isinstance(reading, Check):
        yield reading
    else:
        yield from _of_register(reading)


def _tried(name: str, ask: Callable[[], T], advice: str) -> T | Check:
    try:
        return ask()
    except CannotJudge as error:
        return Check(name=name, verdict=Verdict.MEND, found=str(error), advice=advice)


def _sent_at(reading: Reading) -> datetime | None:
    made = reading.report.register.deliveries
    return made[-1].sent_at if made else None


def _of_register(reading: Reading) -> Iterator[Check]:
    errors = [one for one in reading.report.findings if one.severity is Severity.ERROR]
    broken = [one for one in errors if one.path.startswith(f"{DELIVERIES.as_posix()}/")]
    try:
        calendar = working_days(reading.root)
    except CannotJudge:
        calendar = None  # why is told by the rules
    yield from register_checks(
        reading.report.register,
        reading.on,
        len(errors),
        len(broken),
        calendar,
    )
