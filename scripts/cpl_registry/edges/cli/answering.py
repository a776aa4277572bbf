"""`cpl acknowledge`, `cpl baseline`, `cpl recall`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from cpl_registry.edges import answering
from cpl_registry.edges.cli.options import register_options
from cpl_registry.edges.publishing import NotPublishable
from cpl_registry.edges.releasing import NotReleasable
from cpl_registry.state.reconciliation import Reconciliation

_FILE = click.Path(path_type=Path, dir_okay=False)
_SHOWN = 20


@click.command("acknowledge")
@click.argument("file", type=_FILE)
@register_options
def acknowledge_command(file: Path, root: Path, on: date) -> None:
    """The DCC's answer to a delivery into the register."""
    try:
        taken = answering.acknowledge(root, on, file)
    except NotPublishable:
        click.echo("cpl: no answer is taken in while the register has errors", err=True)
        sys.exit(1)
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
    try:
        made = answering.baseline(root, on, file)
    except NotPublishable:
        click.echo("cpl: nothing is taken over while the register has errors", err=True)
        sys.exit(1)
    except NotReleasable as error:
        click.echo("\n".join(error.lines), err=True)
        sys.exit(1)
    click.echo(f"commit {made.relative_to(root)}")


@click.command("recall")
@click.argument("serial")
@register_options
def recall_command(serial: str, root: Path, on: date) -> None:
    """A delivery declared bad: what to load instead, how to go on, what to tell."""
    try:
        lines = list(answering.recall(root, on, serial))
    except NotPublishable:
        click.echo("cpl: no answer is given while the register has errors", err=True)
        sys.exit(1)
    click.echo("\n".join(lines))
