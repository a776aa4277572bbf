"""`cpl incident open`, `note`, `close`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from cpl_registry.edges.cli.finishing import finish
from cpl_registry.edges.cli.options import DAY, register_options
from cpl_registry.edges.cli.selecting import selector_options
from cpl_registry.edges.incident_files import IncidentAct, closed, noted, opened
from cpl_registry.outputs import wording
from cpl_registry.state.acts import NotDone

_SHOWN = 20
_REFERENCE = click.argument("reference", metavar="ID")
_DRY = click.option("--dry-run", is_flag=True, help="Show what would be written; write nothing.")
_TEXT = "What happened, in plain words, for the timeline."


@click.group("incident")
def incident_command() -> None:
    """Incidents: what went wrong with the list or at the DSP, told while it lasts and afterwards."""


@incident_command.command("open", short_help="an incident into the register")
@_REFERENCE
@click.option("--title", required=True, help="What is wrong, in a few plain words.")
@click.option("--severity", required=True, help="A level of reference/incident-severities.yaml.")
@click.option("--since", type=DAY, show_default="the day of --on", help="Its first day.")
@click.option("--fact", required=True, help="The fact about the DSP or the list it rests on.")
@selector_options
@click.option("--expected-end", type=DAY, help="The day by which its end is expected.")
@click.option("--text", help=f"{_TEXT} Default: the fact.")
@click.option("--decision", metavar="REF", help="The decision that was taken on it.")
@click.option("--source", help="Where this was read.")
@click.option("--illustrative", is_flag=True, help="Made up, for demonstration.")
@_DRY
@register_options
def open_command(
    reference: str, selector: dict[str, Any], dry_run: bool, root: Path, on: date, **told: Any
) -> None:
    """An incident into the register. Which entries it touches is asked by their properties.

    Values of one property are alternatives; an entry must match every property that is given.
    """
    since = told["since"] or on
    data = {
        "reference": reference,
        "title": told["title"],
        "severity": told["severity"],
        "start": since.isoformat(),
        "expected_end": told["expected_end"].isoformat() if told["expected_end"] else None,
        "expected_known_from": on.isoformat() if told["expected_end"] and on > since else None,
        "fact": told["fact"],
        "selector": selector,
        "timeline": [{"date": on.isoformat(), "text": told["text"] or told["fact"]}],
        "decision": told["decision"],
        "source": told["source"],
        "illustrative": "true" if told["illustrative"] else None,
    }
    given = {name: value for name, value in data.items() if value is not None}
    _perform(lambda: opened(root, on, given), on, dry_run=dry_run)


@incident_command.command("note", short_help="what happened since, or by when the end is expected")
@_REFERENCE
@click.option("--text", help=_TEXT)
@click.option("--expected-end", type=DAY, help="The day by which its end is expected now.")
@_DRY
@register_options
def note_command(
    reference: str,
    text: str | None,
    expected_end: date | None,
    dry_run: bool,
    root: Path,
    on: date,
) -> None:
    """A line in the timeline of an open incident, and the end that is expected now."""
    _perform(lambda: noted(root, on, reference, text, expected_end), on, dry_run=dry_run)


@incident_command.command("close", short_help="an incident that is over")
@_REFERENCE
@click.option("--text", required=True, help=_TEXT)
@click.option("--decision", metavar="REF", help="The decision that was taken on it.")
@_DRY
@register_options
def close_command(
    reference: str, text: str, decision: str | None, dry_run: bool, root: Path, on: date
) -> None:
    """An incident that is over on the day of --on: its last day is the one before.

    Refused while anything that it touches is held.
    """
    _perform(lambda: closed(root, on, reference, text, decision), on, dry_run=dry_run)


def _perform(act: Callable[[], IncidentAct], on: date, *, dry_run: bool) -> None:
    try:
        made = act()
    except NotDone as refusal:
        click.echo(f"nothing is written: {refusal}", err=True)
        sys.exit(1)
    click.echo("\n".join(_told(made, on)) + "\n")
    finish(made.proposed, dry_run=dry_run)


def _told(made: IncidentAct, on: date) -> Iterator[str]:
    """What an incident touches and how long it lasts, before the file itself."""
    incident = made.incident
    touched = wording.counted(len(made.touched), "entry", "entries")
    yield f"{incident.reference} touches {touched}" + (":" if made.touched else ".")
    for entry_id, since in list(made.touched.items())[:_SHOWN]:
        yield f"  {entry_id} since {since}"
    if len(made.touched) > _SHOWN:
        yield f"  and {len(made.touched) - _SHOWN} more"
    if incident.end is not None:
        yield f"Its last day is {wording.full_day(incident.end)}."
        if incident.end >= on:
            yield "Until the end of that day it is shown as open."
