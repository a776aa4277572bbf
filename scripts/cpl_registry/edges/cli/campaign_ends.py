"""How a campaign ends: `cpl campaign pack`, `propose-removal`, `close`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import click

from cpl_registry.edges import campaigning_files as files
from cpl_registry.edges.cli.finishing import finish
from cpl_registry.edges.cli.options import register_options
from cpl_registry.edges.cli.refusing import refusing, stopping
from cpl_registry.edges.proposing import propose
from cpl_registry.edges.reading import read
from cpl_registry.edges.removing import propose_removal, removal_pack
from cpl_registry.edges.writer import write_artefacts
from cpl_registry.outputs import wording
from cpl_registry.outputs.artefact import Artefact
from cpl_registry.outputs.campaign_told import remainder_told
from cpl_registry.records.device_model import Status
from cpl_registry.state.campaign_removal import REMOVAL_STATUS

_REFERENCE = click.argument("reference", metavar="ID")
_DRY = click.option("--dry-run", is_flag=True, help="Show what would be written; write nothing.")
_OUT = click.Path(path_type=Path, file_okay=False)
_STATUSES = [str(one) for one in Status if one is not Status.ACTIVE]


@click.command("pack", short_help="the pack for the meeting that decides")
@_REFERENCE
@click.option("--out", type=_OUT, required=True, help="The folder to write into.")
@register_options
def pack_command(reference: str, out: Path, root: Path, on: date) -> None:
    """The pack for the meeting that decides, as HTML and CSV. It needs no decision yet."""
    with stopping("no pack is made"), refusing("no pack is made"):
        pack, made = removal_pack(root, on, reference)
    _write(out, made)
    click.echo(f"{wording.counted(len(pack.proposed), 'entry', 'entries')} proposed for removal")


@click.command("propose-removal", short_help="takes the overdue targets off the list")
@_REFERENCE
@click.option("--decision", required=True, metavar="DEC", help="The published decision to cite.")
@click.option(
    "--status",
    type=click.Choice(_STATUSES),
    default=str(REMOVAL_STATUS),
    show_default=True,
    help="The status from then on. Withdrawn: the body takes the entry off the list; Expired and"
    " Cancelled are for what ended by itself or was taken back by its issuer.",
)
@click.option("--reason", metavar="TEXT", help="Why, in plain words. Default: the deadline.")
@click.option("--out", type=_OUT, help="A folder for the pack, as cpl campaign pack makes it.")
@_DRY
@register_options
def propose_removal_command(
    reference: str,
    decision: str,
    status: str,
    reason: str | None,
    out: Path | None,
    dry_run: bool,
    root: Path,
    on: date,
) -> None:
    """Takes exactly the overdue targets off the list, as a change to be reviewed.

    Refused without notice, before the deadline is over, and without a published decision. What is
    disputed, or waits in the queue, is left. Each entry gets the line removed, with the cause
    panel-decision and the decision. The delivery that carries it needs --decision as well.
    """
    with stopping("nothing is written"), refusing("nothing is written"):
        made = propose_removal(root, on, reference, decision, Status(status), reason)
    finish(made.proposed, dry_run=dry_run)
    if dry_run:
        return
    if out is not None:
        _write(out, made.files)
    click.echo(
        f"{wording.counted(len(made.pack.proposed), 'entry', 'entries')} removed under {decision};"
        f" left apart: {len(made.pack.disputed)} disputed, {len(made.pack.submitted)} submitted"
    )
    click.echo(f"deliver it with: cpl release --decision {decision}")


@click.command("close", short_help="ends it, and lists what it leaves by cause")
@_REFERENCE
@click.option("--outcome", metavar="DEC", help="The decision on what was left.")
@_DRY
@register_options
def close_command(reference: str, outcome: str | None, dry_run: bool, root: Path, on: date) -> None:
    """Ends a campaign on the day of --on, and lists what it leaves by cause.

    Refused while targets are overdue that were neither removed nor spared.
    """
    with refusing("nothing is written"):
        reading = read(root, on)
        campaign = files.campaign_named(reading, reference)
        changed = files.closed(reading, campaign, outcome)
    click.echo(remainder_told(files.standing_of(reading, campaign)))
    finish(propose(reading, changed), dry_run=dry_run)


def _write(out: Path, made: Iterable[Artefact]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for one in made:
        write_artefacts(out, [one])
        click.echo(f"-> {out / one.path}")
