"""How a command ends that writes into the register: what it does, what the review says, the files."""

from __future__ import annotations

import sys
from dataclasses import replace

import click

from cpl_registry.edges.proposing import Proposed, difference, write
from cpl_registry.outputs import wording
from cpl_registry.outputs.review import Review
from cpl_registry.outputs.review_document import as_text
from cpl_registry.records.yaml_text import shown
from cpl_registry.state.changes import ExtractChange


def finish(proposed: Proposed, *, dry_run: bool) -> None:
    """The difference, the verdict, and the files: written, refused, or only shown."""
    for edit in proposed.edits:
        click.echo("\n".join(difference(edit)))
    if proposed.refusals:
        click.echo(f"\n{as_text(_undone(proposed.review)).rstrip()}")
        for one in set(proposed.refusals) - set(proposed.review.findings):
            place = f"{one.path}:{one.line or 1}"
            click.echo(f"There before: error {one.rule} at {place}: {shown(one.message, 400)}")
        click.echo("nothing is written: the result would have errors", err=True)
        sys.exit(1)
    click.echo(f"\n{as_text(proposed.review).rstrip()}")
    if others := proposed.errors_elsewhere:
        files = wording.counted(others, "error")
        click.echo(f"\nNothing goes to the DCC while other files have {files}: cpl validate")
    if dry_run:
        click.echo("\na dry run: nothing is written")
        return
    write(proposed)
    click.echo()
    for edit in proposed.edits:
        click.echo(f"commit {edit.path}")


def _undone(review: Review) -> Review:
    """A review of what will not be: its findings stand, but no row changes and no clock starts."""
    nothing = ExtractChange(added=(), changed=(), removed=(), newly_held=(), newly_released=())
    return replace(review, extract=nothing, clock=(), approvals=())
