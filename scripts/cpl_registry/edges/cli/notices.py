"""`cpl campaign notices`, which the group of the campaigns takes in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from cpl_registry.edges.cli.finishing import finish
from cpl_registry.edges.cli.options import register_options
from cpl_registry.edges.cli.refusing import refusing, stopping
from cpl_registry.edges.notifying import Notified, made_ready, notify, write_letters

_OUT = Path("notices")


@click.command("notices", short_help="letters to Parties, manufacturers, suppliers, website")
@click.argument("reference", metavar="ID")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the letters go, or with --sent where they lie.  [default: notices/ID]",
)
@click.option("--sent", is_flag=True, help="They were sent on the day of --on: record that.")
@click.option("--dry-run", is_flag=True, help="Show what would be written; write nothing.")
@register_options
def notices_command(
    reference: str, out: Path | None, sent: bool, dry_run: bool, root: Path, on: date
) -> None:
    """Letters to Parties, each manufacturer, suppliers and the website, dated the day of --on.

    Each is written as text and HTML, and recorded with its digest. Send them with any mailer, then
    run the same command with --sent: the first notices that are sent give notice, freeze the
    targets and start the notice period. Once notice is given, the command writes reminders.
    """
    folder = out or root / _OUT / reference
    with stopping("nothing is written"), refusing("nothing is written"):
        notified = notify(root, on, reference, sent=sent, folder=folder)
    if not dry_run and not sent:
        made_ready(folder)  # before the records: they are of letters that can be written
    if notified.proposed is not None:
        finish(notified.proposed, dry_run=dry_run)
    if not dry_run and not sent:
        write_letters(notified.letters, folder)
    click.echo(_told(notified, folder, reference, on, sent=sent, dry_run=dry_run))


def _told(
    notified: Notified, folder: Path, reference: str, on: date, *, sent: bool, dry_run: bool
) -> str:
    kind = "reminders" if notified.reminder else "notices"
    lines = [""]
    for one in notified.written:
        whom = str(one.draft.manufacturer or one.draft.audience)
        lines.append(f"{one.reference}  {whom}: {one.draft.title}")
    lines += [
        f"{old.reference} was written before and is not needed: remove {old.path}"
        for old in notified.left_over
    ]
    if sent:
        lines.append(f"{len(notified.written)} {kind} recorded as sent on {on}")
    elif not dry_run:
        lines.append(f"{len(notified.written)} {kind} in {folder}, each as .txt and .html")
        lines.append(
            f"once they are sent: cpl campaign notices {reference} --on {on} --out {folder} --sent"
        )
    return "\n".join(lines)
