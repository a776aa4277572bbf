"""`cpl import`."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from cpl_registry.edges.cli.options import register_options
from cpl_registry.edges.import_workbook import import_file
from cpl_registry.edges.proposing import write_edits
from cpl_registry.outputs.import_told import report_json, report_text
from cpl_registry.outputs.wording import counted


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--mapping",
    type=click.Path(path_type=Path),
    help="What the columns mean, as YAML (default: the columns of our own cpl.xlsx).",
)
@click.option("--dry-run", is_flag=True, help="Only the report; nothing is written.")
@click.option("--partial", is_flag=True, help="Write the good rows though others have problems.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
)
@register_options
def import_command(
    file: Path,
    mapping: Path | None,
    dry_run: bool,
    partial: bool,
    form: str,
    root: Path,
    on: date,
) -> None:
    """A workbook (.xlsx) or CSV into entry files, with a report of what could not be read.

    Nothing is written unless every row is good. A file that is there is never written over.
    """
    made = import_file(file, mapping, root, on, partial=partial)
    writes = bool(made.edits) and not dry_run
    if writes:
        write_edits(root, made.edits)
    report = replace(made.report, written=writes)
    click.echo(report_json(report) if form == "json" else report_text(report), nl=False)
    if form == "text":
        click.echo(_ending(len(made.edits), writes=writes, dry_run=dry_run))
    sys.exit(1 if report.errors else 0)


def _ending(files: int, *, writes: bool, dry_run: bool) -> str:
    told = counted(files, "file")
    if writes:
        return f"written: {told} under cpl/devices; look at what is new, then commit it"
    if dry_run and files:
        return f"a dry run: nothing is written; without --dry-run, {told} would be"
    return "nothing is written"
