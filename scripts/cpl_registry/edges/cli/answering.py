"""`cpl acknowledge`, `cpl baseline`, `cpl recall`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from cpl_registry.edges import answering
from cpl_registry.edges.cli.options import register_options
from cpl_registry.edges.cli.refusing import stopping
from cpl_registry.state.reconciliation import Reconciliation

_FILE = click.Path(path_type=Path, dir_okay=False)
_SHOWN = 20


@click.command("acknowledge")
@click.argument("file", type=_FILE)
@register_options
def acknowledge_command(file: Path, root: Path, on: date) -> None:
    """The DCC's answer to a delivery into the register."""
    with stopping("no answer is taken in"):
        taken = answering.acknowledge(root, on, file)
    click.echo(f"commit {taken.file.relative_to(root)}")
    click.echo(_told(taken.reconciliation))
    for surprise in taken.surprises:
        click.echo(surprise)
    sys.exit(1 if taken.surprises else 0)


def _told(found: Reconciliation) -> str:
    if found.zero:
        return f"expected minus loaded: zero; the DCC holds all {found.expected} rows as sent"
    rejected = f"{len(found.rejected)} of them rejected"
    lines = [f"expected minus loaded: {len(found.missing)} of {found.expected} rows, {rejected}"]
    lines += [f"  not loaded  {entry_id}" for entry_id in found.missing[:_SHOWN]]
    lines += [f"  still held by the DCC  {entry_id}" for entry_id in found.lingering[:_SHOWN]]
    more = len(found.missing[_SHOWN:]) + len(found.lingering[_SHOWN:])
    return "\n".join([*lines, f"  and {more} more"] if more else lines)


@click.command("baseline")
@click.argument("file", type=_FILE)
@register_options
def baseline_command(file: Path, root: Path, on: date) -> None:
    """The list that the DCC already holds, as the first delivery: delivered and loaded."""
    with stopping("nothing is taken over"):
        made = answering.baseline(root, on, file)
    click.echo(f"commit {made.relative_to(root)}")


@click.command("recall")
@click.argument("serial")
@register_options
def recall_command(serial: str, root: Path, on: date) -> None:
    """A delivery declared bad: what to load instead, how to go on, what to tell."""
    with stopping("no answer is given"):
        click.echo("\n".join(answering.recall(root, on, serial)))
