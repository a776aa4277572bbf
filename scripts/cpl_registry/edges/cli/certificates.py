"""`cpl certificates`, `cpl certificates notices`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from cpl_registry.edges.cli.options import DAY, register_options
from cpl_registry.edges.cli.refusing import asked_state
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.notifying import write_letters
from cpl_registry.outputs.artefact import json_bytes
from cpl_registry.outputs.certificate_data import certificates_data, endings_csv
from cpl_registry.outputs.certificate_notices import certificate_letters
from cpl_registry.outputs.certificates_told import certificates_told
from cpl_registry.records.near_ids import did_you_mean
from cpl_registry.records.yaml_text import shown
from cpl_registry.state.certificates_ending import Ending, endings, notices_between, within
from cpl_registry.state.publication import PublishedState

_MONTHS = 12


@click.group("certificates", invoke_without_command=True)
@click.option(
    "--within",
    "months",
    type=click.IntRange(0, 120),
    default=12,
    show_default=True,
    metavar="MONTHS",
    help="Only those that have ended, or end within so many months.",
)
@click.option("--manufacturer", metavar="SLUG", help="Only the entries of a manufacturer.")
@click.option("--format", "form", type=click.Choice(["text", "csv", "json"]), default="text")
@register_options
@click.pass_context
def certificates_command(
    context: click.Context,
    months: int,
    manufacturer: str | None,
    form: str,
    root: Path,
    on: date,
) -> None:
    """CPA certificates of Active entries that have ended or end soon, expiry and renewal apart.

    Nothing is removed by itself: what an administrator may propose is printed below the list.
    """
    if context.invoked_subcommand is not None:
        return
    state = asked_state(root, on)
    found = _of(state, manufacturer, within(endings(state), months, on))
    if form == "csv":
        click.echo(endings_csv(found), nl=False)
    elif form == "json":
        click.echo(json_bytes(certificates_data(found, state)), nl=False)
    else:
        click.echo(certificates_told(found, state), nl=False)


def _of(
    state: PublishedState, manufacturer: str | None, found: tuple[Ending, ...]
) -> tuple[Ending, ...]:
    if manufacturer is None:
        return found
    if manufacturer not in state.register.manufacturers:
        raise CannotJudge(
            f"no manufacturer {shown(manufacturer)} in cpl/reference/manufacturers.yaml; "
            + did_you_mean(
                manufacturer, state.register.manufacturers, "a slug is a key of that file"
            )
        )
    return tuple(one for one in found if one.entry.manufacturer == manufacturer)


@certificates_command.command("notices")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The folder that the letters go into.",
)
@click.option("--since", type=DAY, help="Only ends of which a reminder is due from this day ...")
@click.option("--until", type=DAY, help="... to this day.  [default: the day of --on]")
@click.option("--manufacturer", metavar="SLUG", help="Only the letter to one manufacturer.")
@register_options
def notices_command(
    out: Path,
    since: date | None,
    until: date | None,
    manufacturer: str | None,
    root: Path,
    on: date,
) -> None:
    """A letter to each manufacturer whose CPA certificates have ended or end within 12 months.

    With --since, only about ends of which a reminder fell due between the two days.
    """
    state = asked_state(root, on)
    found = endings(state)
    if since is None:
        if until is not None:
            raise CannotJudge("--until goes with --since")
        chosen = within(found, _MONTHS, on)
    elif (last := until or on) < since:
        raise CannotJudge(f"--until {last} lies before --since {since}")
    else:
        due = {one.entry_id for _, one in notices_between(found, since, last)}
        chosen = tuple(one for one in found if one.entry_id in due)
    letters = list(certificate_letters(_of(state, manufacturer, chosen), state))
    write_letters(letters, out)
    for letter in letters[::2]:
        click.echo(f"{out / letter.path}, and the same as .html")
    if not letters:
        click.echo("no certificate ends in the time that is asked for: no letter is written")
