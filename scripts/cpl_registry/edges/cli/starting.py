"""`cpl init`."""

from __future__ import annotations

from pathlib import Path

import click

from cpl_registry.edges import starting


@click.command("init")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def init_command(folder: Path) -> None:
    """An empty register with the reference data, ready for real entries."""
    starting.start(folder.resolve())
    click.echo(
        f"made an empty register in {folder}\n"
        "next: name its administrators in cpl/reference/administrators.yaml and its manufacturers in"
        " cpl/reference/manufacturers.yaml,\n"
        "      check what the DSP recognises in cpl/dcc/dsp-profile.yaml, then run: cpl validate --root DIR"
    )
