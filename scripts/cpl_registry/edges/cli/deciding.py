"""`cpl decide`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click
from click.core import ParameterSource

from cpl_registry.edges.cli.finishing import finish
from cpl_registry.edges.cli.options import register_options
from cpl_registry.edges.cli.refusing import refusing
from cpl_registry.edges.deciding import WHITE, decided


@click.command("decide")
@click.argument("reference", metavar="ID")
@click.option("--title", metavar="TEXT", help="What it is about, in a few words.")
@click.option("--text", metavar="TEXT", help="What was decided, in plain words.")
@click.option("--body", metavar="NAME", help="Who decided, for example SEC Panel.")
@click.option("--paper", metavar="REF", help="The paper on which it was decided.")
@click.option(
    "--classification",
    metavar="WORD",
    help=f"How it is classified, one word; everybody can read it all the same.  [default: {WHITE}]",
)
@click.option("--draft", is_flag=True, help="Not taken yet: it is kept, and published nowhere.")
@click.option("--illustrative", is_flag=True, help="Made up, for demonstration.")
@click.option("--dry-run", is_flag=True, help="Show what would be written; write nothing.")
@register_options
def decide_command(
    reference: str,
    draft: bool,
    illustrative: bool,
    dry_run: bool,
    root: Path,
    on: date,
    **words: str | None,
) -> None:
    """A decision into the register, taken on the day of --on.

    A draft is published by the same command without --draft; what it says need not be said again.
    A published decision is never changed.
    """
    said = click.get_current_context().get_parameter_source("on") is ParameterSource.COMMANDLINE
    given = words | {"illustrative": "true" if illustrative else None}
    with refusing("nothing is written"):
        proposed = decided(root, on, reference, given, on if said else None, draft=draft)
    finish(proposed, dry_run=dry_run)
