"""`cpl release`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from cpl_registry.edges import releasing
from cpl_registry.edges.cli.options import register_options
from cpl_registry.edges.cli.refusing import stopping
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.releasing import Signer

_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.command("release")
@click.option("--key", type=_FILE, help="The private key, ECDSA P-256, PEM.")
@click.option("--certificate", type=_FILE, help="Its X.509 certificate, PEM.")
@click.option("--unsigned", is_flag=True, help="Leave the signature to another machine.")
@click.option("--attach", type=_FILE, help="A signature made elsewhere, for the release in --out.")
@click.option("--decision", help="The decision or campaign that explains a mass change.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder of the release (default: release/<serial>/ of the register's root).",
)
@register_options
def release_command(
    key: Path | None,
    certificate: Path | None,
    unsigned: bool,
    attach: Path | None,
    decision: str | None,
    out: Path | None,
    root: Path,
    on: date,
) -> None:
    """A delivery to the DCC: extract and data files, signed manifest, delivery file."""
    if attach is not None:
        if out is None:
            raise CannotJudge("name the release that the signature belongs to with --out DIR")
        with stopping("nothing is signed"):
            releasing.attach(root, attach, out)
        return
    if (key is None or certificate is None) is not unsigned:
        raise CannotJudge("give --key and --certificate, or --unsigned and sign elsewhere")
    signer = Signer(key=key, certificate=certificate) if key and certificate else None
    with stopping("nothing is released"):
        made = releasing.release(root, on, signer, out, decision)
    for note in made.notes:
        click.echo(f"note: {note}", err=True)
    click.echo(f"{made.serial} -> {made.folder}\ncommit {made.file.relative_to(root)}")
