"""`cpl accept`, `amend`, `renew`, `correct`, `remove`, `reinstate`, `close`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any

import click

from cpl_registry.edges.acts import carried_out
from cpl_registry.edges.cli.finishing import finish
from cpl_registry.edges.cli.options import register_options
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.outputs import wording
from cpl_registry.records.device_model import Entry, Event, Scheme, Status
from cpl_registry.state.acts import Act, NotDone, renewal

_CAUSES = list(wording.CAUSES)
ENTRIES = click.argument("entries", metavar="ENTRY...", nargs=-1, required=True)
MIXED = click.argument("given", metavar="ENTRY... FIELD=VALUE...", nargs=-1, required=True)
_STATUSES = [str(one) for one in Status if one is not Status.ACTIVE]


@dataclass(frozen=True, kw_only=True, slots=True)
class _How:
    """What every act is told besides what it does: where, on which day, whether to write, why."""

    root: Path
    on: date
    dry_run: bool
    words: dict[str, str | None]


def _options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of every act; the command gets them as one."""

    @wraps(command)
    def called(
        root: Path, on: date, dry_run: bool, reason: str | None, reference: str | None, **own: Any
    ) -> None:
        words = {"reason": reason, "reference": reference}
        command(how=_How(root=root, on=on, dry_run=dry_run, words=words), **own)

    for option in (
        click.option("--dry-run", is_flag=True, help="Show what would be written; write nothing."),
        click.option("--reference", metavar="REF", help="The decision, campaign or submission."),
        click.option("--reason", metavar="TEXT", help="Why, in plain words."),
        register_options,
    ):
        called = option(called)
    return called


def _perform(names: Sequence[str], how: _How, act_on: Callable[[Entry], Act]) -> None:
    """Shows what an act does and what the review would say of it, then writes it or refuses."""
    try:
        proposed = carried_out(how.root, how.on, names, act_on)
    except NotDone as refusal:
        click.echo(f"nothing is written: {refusal}", err=True)
        sys.exit(1)
    finish(proposed, dry_run=how.dry_run)


def _simple(event: Event, entries: Sequence[str], how: _How) -> None:
    _perform(entries, how, lambda _: Act(event=event, day=how.on, words=how.words))


def _change(event: Event, given: Sequence[str], how: _How) -> None:
    names = [one for one in given if "=" not in one]
    pairs = [one.partition("=") for one in given if "=" in one]
    fields = {path: value for path, _, value in pairs}
    if not names or not fields:
        what = "an entry" if not names else "a change, as FIELD=VALUE"
        raise CannotJudge(f"name {what}; for example: cpl amend ENTRY gbcs_version=4.2")
    if len(fields) < len(pairs):
        raise CannotJudge("each field can be given once")
    _perform(names, how, lambda _: Act(event=event, day=how.on, fields=fields, words=how.words))


@click.command("accept")
@ENTRIES
@_options
def accept_command(entries: tuple[str, ...], how: _How) -> None:
    """Puts submissions on the list: the line `listed`. Their clock starts."""
    _simple(Event.LISTED, entries, how)


@click.command("amend")
@MIXED
@_options
def amend_command(given: tuple[str, ...], how: _How) -> None:
    """Changes values that are true from the day on.

    A field is a dotted path, for example gbcs_version=4.2 or
    assurance_certificates.CPA.expires=2031-05-01; FIELD= drops it. Lists go with commas.
    """
    _change(Event.AMENDED, given, how)


@click.command("correct")
@MIXED
@_options
def correct_command(given: tuple[str, ...], how: _How) -> None:
    """Corrects values that were wrong since they were taken; needs --reference, the decision.

    Fields are given as to cpl amend.
    """
    _change(Event.CORRECTED, given, how)


@click.command("renew")
@ENTRIES
@click.option("--scheme", type=click.Choice([*map(str, Scheme)]), default="CPA", show_default=True)
@click.option("--number", metavar="NUMBER", help="The certificate's number, if it is a new one.")
@click.option("--issued", metavar="DAY", help="The day it was issued, if it was issued anew.")
@click.option("--expires", metavar="DAY", help="Its last day, where it has a fixed end.")
@click.option("--renewal-due", metavar="DAY", help="When a lifetime certificate is to be renewed.")
@_options
def renew_command(entries: tuple[str, ...], scheme: str, how: _How, **parts: str | None) -> None:
    """Renews a certificate: an amendment of its number and days."""
    if parts["expires"] is not None and parts["renewal_due"] is not None:
        raise CannotJudge("a certificate has --expires or --renewal-due, never both")
    if all(part is None for part in parts.values()):
        raise CannotJudge("say what is new: --number, --issued, --expires or --renewal-due")
    _perform(entries, how, lambda entry: renewal(entry, Scheme(scheme), parts, how.on, how.words))


@click.command("remove")
@ENTRIES
@click.option("--status", type=click.Choice(_STATUSES), help="The status from then on.")
@click.option("--cause", type=click.Choice(_CAUSES), help="Why it is removed.")
@click.option("--replaced-by", metavar="ID", help="The right entry, with cause entered-in-error.")
@_options
def remove_command(entries: tuple[str, ...], how: _How, **words: str | None) -> None:
    """Takes entries off the list; needs --status, --cause and --reference.

    Devices of the model are suspended once the DCC has loaded it.
    """
    words |= how.words
    _perform(entries, how, lambda _: Act(event=Event.REMOVED, day=how.on, words=words))


@click.command("reinstate")
@ENTRIES
@_options
def reinstate_command(entries: tuple[str, ...], how: _How) -> None:
    """Puts removed entries on the list again; needs --reference, the decision."""
    _simple(Event.REINSTATED, entries, how)


@click.command("close")
@ENTRIES
@_options
def close_command(entries: tuple[str, ...], how: _How) -> None:
    """Ends submissions that will not be listed."""
    _simple(Event.CLOSED, entries, how)
