"""`cpl sign`, `cpl verify`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from cpl_registry.edges.cli.options import DAY, root_option
from cpl_registry.edges.recovering import recovered
from cpl_registry.edges.signing import sign_release
from cpl_registry.edges.verifying import DoesNotHold, verified

_FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)
_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.command("sign")
@click.argument("folder", metavar="DIR", type=_FOLDER)
@click.option("--key", type=_FILE, required=True, help="The private key, ECDSA P-256, PEM.")
@click.option("--certificate", type=_FILE, required=True, help="Its X.509 certificate, PEM.")
def sign_command(folder: Path, key: Path, certificate: Path) -> None:
    """Signs a release that was made elsewhere, and completes its SHA256SUMS."""
    try:
        sign_release(folder, key, certificate)
    except DoesNotHold as error:
        click.echo(f"{error.verdict}\ncpl: {folder} was not signed", err=True)
        sys.exit(error.verdict.code)
    click.echo(f"signed {folder}")


@click.command("verify")
@click.argument("folder", metavar="DIR", type=_FOLDER)
@click.option("--certificate", type=_FILE, help="The certificate that must have signed it.")
@click.option(
    "--chain", is_flag=True, help="Compare it with cpl/dcc/deliveries/ and keys.yaml of --root too."
)
@click.option(
    "--from",
    "repository",
    type=_FOLDER,
    help="Make it again from this clone, which may be bare, and compare every byte: chain included.",
)
@click.option("--on", type=DAY, help="The day on which it must still be fresh.")
@click.option(
    "--remember",
    "memory",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file that keeps the last release that held: an older one is refused from then on.",
)
@root_option
def verify_command(
    folder: Path,
    certificate: Path | None,
    chain: bool,
    repository: Path | None,
    on: date | None,
    memory: Path | None,
    root: Path,
) -> None:
    """Digests, signature, sequence and chain of a release: each thing that does not hold, a line.

    Exit codes: 0 the release holds, 1 it does not, 2 it cannot be judged.
    """
    if repository is not None and chain:
        raise click.UsageError("--from looks at the chain of that clone: leave out --chain")
    if repository is not None:
        found = recovered(folder, certificate, repository, on, memory)
    else:
        chain_of = root if chain else None
        found = verified(folder, certificate, chain_of=chain_of, on=on, memory=memory)
    click.echo(str(found))
    sys.exit(found.code)
