"""`cpl review`."""

from __future__ import annotations

import re
import sys
from datetime import date
from pathlib import Path

import click

from cpl_registry.edges import reviewing
from cpl_registry.edges.cli.options import register_options
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.git_trees import uncommitted
from cpl_registry.outputs.review_document import REVIEW_FORMS
from cpl_registry.records.yaml_text import shown

_ACCOUNT = re.compile(r"github:[0-9]{1,20}", re.ASCII)


@click.command("review")
@click.option("--base", required=True, metavar="REV", help="The revision that it started from.")
@click.option("--head", metavar="REV", help="The submission (default: HEAD).")
@click.option("--actor", metavar="ID", help="Who submits: github:<numeric account id>.")
@click.option(
    "--format", "form", type=click.Choice(sorted(REVIEW_FORMS)), default="text", show_default=True
)
@register_options
def review_command(
    base: str, head: str | None, actor: str | None, form: str, root: Path, on: date
) -> None:
    """What a submission does: files, findings, rows of the extract, clocks, who must approve."""
    if actor is not None and not _ACCOUNT.fullmatch(actor):
        raise CannotJudge(f"{shown(actor)} is no account: write github:<numeric account id>")
    if head is None and (number := uncommitted(root)):
        files = f"{number} files under cpl/ are" if number > 1 else "1 file under cpl/ is"
        click.echo(
            f"notice: {files} not committed; the review judges the commit: commit first", err=True
        )
    made = reviewing.review(root, base, head or "HEAD", actor, on)
    click.echo(REVIEW_FORMS[form](made), nl=False)
    sys.exit(1 if made.rejected else 0)
