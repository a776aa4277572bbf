"""`cpl check-inventory`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from cpl_registry.edges.cli.options import register_options
from cpl_registry.edges.cli.refusing import asked_state
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.given import given, name_of
from cpl_registry.outputs.inventory_tables import report_csv, report_json
from cpl_registry.outputs.inventory_told import report_text
from cpl_registry.records.findings import Problem
from cpl_registry.records.inventory import read_inventory
from cpl_registry.records.inventory_device import MOST_BYTES, InventoryDevice
from cpl_registry.records.yaml_text import shown
from cpl_registry.state.inventory_check import all_clear, check_inventory


@click.command("check-inventory")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
)
@register_options
def check_inventory_command(file: Path, form: str, root: Path, on: date) -> None:
    """Devices of a DUIS Read Inventory answer (XML or JSON) or of a CSV, against the list.

    Exit code 0: each is on the list as Active and its inventory gives no other status; 1: some is
    not, or gives another; 2: the file cannot be read.
    """
    devices = _devices(file)
    state = asked_state(root, on)
    verdicts = check_inventory(devices, state)
    if form == "text":
        click.echo(report_text(verdicts, state), nl=False)
    else:
        made = report_json(verdicts, state) if form == "json" else report_csv(verdicts, state)
        sys.stdout.buffer.write(made)
    sys.exit(0 if all_clear(verdicts) else 1)


def _devices(path: Path) -> tuple[InventoryDevice, ...]:
    found = read_inventory(given(path, MOST_BYTES))
    if isinstance(found, Problem):
        raise CannotJudge(
            f"{name_of(path)}{_place(found)}: {found.message}; to mend it: {found.fix}"
        )
    return found


def _place(problem: Problem) -> str:
    if problem.span is not None:
        return f":{problem.span.line}:{problem.span.column}"
    return f" at {shown(problem.at, 120)}" if problem.at else ""
