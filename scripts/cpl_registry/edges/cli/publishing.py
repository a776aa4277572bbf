"""`cpl build`, `cpl serve`, `cpl extract`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import click

from cpl_registry.edges import publishing
from cpl_registry.edges.cli.options import register_options
from cpl_registry.edges.cli.refusing import stopping
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.writer import write_file
from cpl_registry.outputs.dcc_files import dcc_artefacts_since
from cpl_registry.records.yaml_text import shown
from cpl_registry.state.publication import PublishedState
from cpl_registry.state.sending import refused, stopped
from cpl_registry.state.sent import extract_of

OUT = click.Path(path_type=Path, file_okay=False)


@click.command("build")
@click.option(
    "--out", type=OUT, help="The folder to build into (default: build/ of the register's root)."
)
@register_options
def build_command(out: Path | None, root: Path, on: date) -> None:
    """The whole publication: site/, dcc/, data/; whole or not at all."""
    folder = (out or root / "build").resolve()
    with stopping(f"nothing is published, and {folder} stays as it was,"):
        state = publishing.build(root, on, folder)
    click.echo(_told(state, folder))


@click.command("extract")
@click.option(
    "--out", type=OUT, help="The folder to write into (default: the extract on standard output)."
)
@click.option("--since", help="The delivery from which the delta leads (default: the last).")
@register_options
def extract_command(out: Path | None, since: str | None, root: Path, on: date) -> None:
    """The DCC extract alone: extract, delta, held list and manifest."""
    with stopping("no extract is made"):
        _, state = publishing.settled_state(root, on)
    base, before = state.sent.last, state.sent.rows
    if since is not None:
        found = extract_of(state.sent, since)
        if found is None:
            raise CannotJudge(f"there is no delivery {shown(since)} up to {on}")
        base, before = found
    blocked = [*stopped(state), *refused(state)]
    if blocked:
        click.echo("\n".join([*blocked, "no extract is made: it would be refused"]), err=True)
        sys.exit(1)
    files = list(publishing.checked(dcc_artefacts_since(state, base, before)))
    if out is None:
        sys.stdout.buffer.write(files[0].content)
        return
    for file in files:  # the manifest and the sums come last: until then no set of them holds
        name = file.path.removeprefix("dcc/")
        write_file(out / name, file.content, aside_in=out.resolve().parent)
    click.echo(_told(state, out))


def _told(state: PublishedState, folder: Path) -> str:
    stands = sum(one.delivery is not None and one.delivery.row is not None for one in state.held)
    standing = f" ({stands} of them with an earlier row in it)" if stands else ""
    return (
        f"{len(state.entries)} entries on {state.on}: {len(state.active)} Active,"
        f" {len(state.extract)} rows in the extract, {len(state.held)} held{standing} -> {folder}"
    )


@click.command("serve")
@click.option("--port", default=8000, show_default=True, help="The port on this machine.")
@register_options
def serve_command(port: int, root: Path, on: date) -> None:
    """The site on this machine, built again whenever a file of the register changes."""
    from cpl_registry.edges.serving import serve

    serve(root, on, port)
