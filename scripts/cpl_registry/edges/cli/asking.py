"""`cpl status`, `cpl history`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from cpl_registry.edges.cli.options import register_options
from cpl_registry.edges.cli.refusing import asked_state
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.git_history import commits_of, is_shallow
from cpl_registry.edges.queueing import branch_of
from cpl_registry.outputs.queue_told import queue_told
from cpl_registry.outputs.told import entry_told, history_told, list_told
from cpl_registry.records.near_ids import did_you_mean
from cpl_registry.records.yaml_text import shown
from cpl_registry.state.publication import Published, PublishedState
from cpl_registry.state.queue import waiting


def _entry(state: PublishedState, name: str) -> Published:
    """An entry by its id or by the path of its file."""
    for one in state.entries:
        if name.lower() == one.entry_id or name == one.entry.path:
            return one
    raise CannotJudge(
        f"no entry {shown(name, 80)} on {state.on}; {did_you_mean(name, state.by_id)}"
    )


@click.command("status")
@click.argument("entry", required=False)
@click.option("--manufacturer", help="Only the entries of a manufacturer (its slug).")
@click.option("--type", "device_type", help="Only the entries of a device type.")
@click.option("--gbcs-version", "gbcs", help="Only the entries on a GBCS version.")
@click.option("--queue", is_flag=True, help="The submissions that wait, how long, and their clock.")
@click.option(
    "--branch",
    "branches",
    multiple=True,
    metavar="REV",
    help="With --queue: a branch of Git that holds a submission (again for more).",
)
@register_options
def status_command(
    entry: str | None,
    manufacturer: str | None,
    device_type: str | None,
    gbcs: str | None,
    queue: bool,
    branches: tuple[str, ...],
    root: Path,
    on: date,
) -> None:
    """What is submitted, listed and held: of one entry, or of all that are asked for."""
    if branches and not queue:
        raise CannotJudge("--branch goes with --queue")
    state = asked_state(root, on)
    if entry is not None:
        click.echo(entry_told(_entry(state, entry), state), nl=False)
        return
    if manufacturer is not None and manufacturer not in state.register.manufacturers:
        raise CannotJudge(
            f"no manufacturer {shown(manufacturer)} in cpl/reference/manufacturers.yaml"
        )
    if device_type is not None and device_type.upper() not in state.register.device_types:
        raise CannotJudge(f"no device type {shown(device_type)} in cpl/reference/device-types.yaml")
    chosen = [
        one
        for one in state.entries
        if manufacturer in (None, one.entry.manufacturer)
        and (device_type is None or one.entry.device_type == device_type.upper())
        and gbcs in (None, one.entry.gbcs_version)
    ]
    if queue:
        ids = {one.entry_id for one in chosen}
        queued = [one for one in waiting(state) if one.entry_id in ids]
        coming = [branch_of(root, name, on) for name in branches]
        click.echo(queue_told(queued, coming, on), nl=False)
        return
    click.echo(list_told(chosen, state), nl=False)


@click.command("history")
@click.argument("entry")
@register_options
def history_command(entry: str, root: Path, on: date) -> None:
    """What happened to an entry, from its file and from Git, side by side."""
    state = asked_state(root, on)
    one = _entry(state, entry)
    click.echo(history_told(one, state), nl=False)
    commits = commits_of(root, one.entry.path)
    click.echo("\nIn Git (newest first)")
    if commits is None:
        click.echo("  this register is not in a Git repository")
        return
    for commit in commits:
        click.echo(f"  {commit.at[:10]}  {commit.commit[:12]}  {shown(commit.subject, 100)}")
    if not commits:
        click.echo("  no commit touches this file yet")
    if is_shallow(root):
        click.echo("  this clone is shallow: older commits are missing; run: git fetch --unshallow")
