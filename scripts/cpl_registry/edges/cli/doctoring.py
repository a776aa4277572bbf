"""`cpl doctor`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import click

from cpl_registry.edges import probing
from cpl_registry.edges.cli.options import register_options
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.installation import working_days
from cpl_registry.edges.reading import Reading, read
from cpl_registry.edges.releasing import DELIVERIES
from cpl_registry.outputs.artefact import json_bytes
from cpl_registry.outputs.checkup_machine import clone_checks, machine_checks
from cpl_registry.outputs.checkup_register import register_checks
from cpl_registry.outputs.checkup_told import checkup_data, checkup_told
from cpl_registry.records.findings import Severity
from cpl_registry.state.checkup import Check, Verdict, must_be_mended


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
    machine = probing.machine(root)
    yield from machine_checks(machine)
    reading: Reading | None = None
    unread: Check | None = None
    try:
        reading = read(root, on)
    except CannotJudge as error:
        # The rest is told all the same: whoever asks this has a broken clone in hand.
        unread = Check(
            name="register",
            verdict=Verdict.MEND,
            found=str(error),
            advice="run this in a clone of the register, or name one with --root",
        )
    yield from clone_checks(probing.clone(root), machine.now, _sent_at(reading))
    if reading is not None:
        yield from _of_register(reading)
    if unread is not None:
        yield unread


def _sent_at(reading: Reading | None) -> datetime | None:
    if reading is None or not reading.report.register.deliveries:
        return None
    return reading.report.register.deliveries[-1].sent_at


def _of_register(reading: Reading) -> Iterator[Check]:
    errors = [one for one in reading.report.findings if one.severity is Severity.ERROR]
    broken = [one for one in errors if one.path.startswith(f"{DELIVERIES.as_posix()}/")]
    yield from register_checks(
        reading.report.register,
        reading.on,
        len(errors),
        len(broken),
        working_days(reading.root).last,
    )
