"""`cpl campaign`: who must correct what by when, from opening to closing."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

from cpl_registry.edges import campaigning_files as files
from cpl_registry.edges.cli.campaign_ends import (
    close_command,
    pack_command,
    propose_removal_command,
)
from cpl_registry.edges.cli.finishing import finish
from cpl_registry.edges.cli.notices import notices_command
from cpl_registry.edges.cli.options import DAY, register_options
from cpl_registry.edges.cli.refusing import asked_state, refusing
from cpl_registry.edges.cli.selecting import selector_options
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.proposing import propose
from cpl_registry.edges.reading import Reading, read
from cpl_registry.outputs import wording
from cpl_registry.outputs.artefact import json_bytes
from cpl_registry.outputs.campaign_data import campaign_csv, campaign_data
from cpl_registry.outputs.campaign_told import campaign_told, campaigns_told
from cpl_registry.records.campaign import Campaign, Way
from cpl_registry.records.device_model import Status
from cpl_registry.records.yaml_text import shown

_REFERENCE = click.argument("reference", metavar="ID")
_ENTRIES = click.argument("entries", metavar="ENTRY...", nargs=-1, required=True)
_DRY = click.option("--dry-run", is_flag=True, help="Show what would be written; write nothing.")


@click.group("campaign")
def campaign_command() -> None:
    """Campaigns: who must correct what by when. All counts are computed, for any day."""


@campaign_command.command("open", short_help="a campaign into the register")
@_REFERENCE
@click.option("--title", required=True, help="What is to be corrected, in a few plain words.")
@selector_options
@click.option("--body", required=True, metavar="NAME", help="Who decides on what is left.")
@click.option(
    "--notice-months",
    type=click.IntRange(1, 99),
    default=3,
    show_default=True,
    help="The notice period in calendar months.",
)
@click.option("--meeting", type=DAY, help="The day of the meeting that decides on what is left.")
@click.option("--decision", metavar="REF", help="The decision on which the campaign rests.")
@click.option(
    "--corrected-by",
    "ways",
    type=click.Choice([str(one) for one in Way]),
    multiple=True,
    default=[str(one) for one in Way],
    show_default=True,
    help="What counts as corrected; repeatable.",
)
@click.option("--illustrative", is_flag=True, help="Made up, for demonstration.")
@_DRY
@register_options
def open_command(
    reference: str, selector: dict[str, Any], dry_run: bool, root: Path, on: date, **told: Any
) -> None:
    """A campaign into the register. Which entries are meant is asked by their properties.

    Values of one property are alternatives; an entry must match every property that is given. The
    entries that are meant on the day of notice become its targets, and stay that.
    """
    if selector.get("status") not in {None, str(Status.ACTIVE)}:
        raise CannotJudge("a campaign is about Active entries: others need no correction")
    fields = {
        "title": told["title"],
        # Only Active entries can be corrected; it is written out for those who read the file.
        "selector": {"status": str(Status.ACTIVE), **selector},
        "corrected_by": list(told["ways"]),
        "notice_months": str(told["notice_months"]),
        "body": told["body"],
    }
    if told["meeting"]:
        fields["meeting"] = told["meeting"].isoformat()
    if told["decision"]:
        fields["decision"] = told["decision"]
    if told["illustrative"]:
        fields["illustrative"] = "true"
    if not selector:
        raise CannotJudge("say which entries are meant, for example with --gbcs-version 1.0")
    _perform(lambda reading: files.opened(reading, reference, fields), root, on, dry_run=dry_run)


@campaign_command.command("status", short_help="where it stands: counts, manufacturers, days left")
@click.argument("reference", metavar="[ID]", required=False)
@click.option("--format", "form", type=click.Choice(["text", "json", "csv"]), default="text")
@register_options
def status_command(reference: str | None, form: str, root: Path, on: date) -> None:
    """Where a campaign stands: counts, manufacturers, days left, burn-down, late joiners.

    Without ID, all campaigns.
    """
    state = asked_state(root, on)
    found = [one for one in state.campaigns if reference in (None, one.campaign.reference)]
    if reference is not None and not found:
        known = wording.joined([one.campaign.reference for one in state.campaigns])
        raise CannotJudge(
            f"no campaign {shown(reference, 60)} on {on}; campaigns: {known or 'there is none'}"
        )
    if form == "json":
        click.echo(json_bytes([campaign_data(one, state) for one in found]), nl=False)
    elif form == "csv":
        if reference is None:
            raise CannotJudge("a table is of one campaign: name it")
        sys.stdout.buffer.write(campaign_csv(found[0]))
    elif reference is None:
        click.echo(campaigns_told(state), nl=False)
    else:
        click.echo(campaign_told(found[0], state), nl=False)


@campaign_command.command("exempt", short_help="spares targets under a decision")
@_REFERENCE
@_ENTRIES
@click.option("--reason", required=True, metavar="TEXT", help="Why, in plain words.")
@click.option(
    "--reference", "decision", required=True, metavar="DEC", help="The decision that says so."
)
@_DRY
@register_options
def exempt_command(
    reference: str,
    entries: tuple[str, ...],
    reason: str,
    decision: str,
    dry_run: bool,
    root: Path,
    on: date,
) -> None:
    """Spares targets under a decision: they need no correction and are not removed."""

    def act(reading: Reading, campaign: Campaign) -> files.Files:
        return files.exempted(reading, campaign, entries, reason, decision)

    _change(reference, act, root, on, dry_run=dry_run)


@campaign_command.command(
    "dispute", short_help="targets that a manufacturer disputes, or no longer"
)
@_REFERENCE
@_ENTRIES
@click.option("--reason", metavar="TEXT", help="What the manufacturer says, in plain words.")
@click.option("--settled", is_flag=True, help="The dispute is settled on the day of --on.")
@_DRY
@register_options
def dispute_command(
    reference: str,
    entries: tuple[str, ...],
    reason: str | None,
    settled: bool,
    dry_run: bool,
    root: Path,
    on: date,
) -> None:
    """Records that a manufacturer disputes that targets need correction, or that this is settled.

    A disputed target is not proposed for removal.
    """
    if (reason is None) is not settled:
        raise CannotJudge("give --reason, or --settled to end a dispute")

    def act(reading: Reading, campaign: Campaign) -> files.Files:
        if reason is None:
            return files.settled(reading, campaign, entries)
        return files.disputed(reading, campaign, entries, reason)

    _change(reference, act, root, on, dry_run=dry_run)


for _command in (notices_command, pack_command, propose_removal_command, close_command):
    campaign_command.add_command(_command)


def _change(
    reference: str,
    act: Callable[[Reading, Campaign], files.Files],
    root: Path,
    on: date,
    *,
    dry_run: bool,
) -> None:
    _perform(
        lambda reading: act(reading, files.campaign_named(reading, reference)),
        root,
        on,
        dry_run=dry_run,
    )


def _perform(act: Callable[[Reading], files.Files], root: Path, on: date, *, dry_run: bool) -> None:
    with refusing("nothing is written"):
        reading = read(root, on)
        changed = act(reading)
    finish(propose(reading, changed), dry_run=dry_run)
