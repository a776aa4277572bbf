"""`cpl rehearse`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from cpl_registry.edges.cli.options import root_option
from cpl_registry.edges.rehearsing import DoesNotHold, Rehearsal, rehearse
from cpl_registry.records.answer_file import answer_bytes
from cpl_registry.state.stand_in import DELTA, Verdict, logical_devices

_FOLDER = click.Path(path_type=Path, file_okay=False)
_FILE = click.Path(path_type=Path, dir_okay=False)
_SHOWN = 10


@click.command("rehearse")
@click.argument("folder", metavar="DIR", type=_FOLDER)
@click.option("--certificate", type=_FILE, help="The certificate that must have signed it (PEM).")
@click.option(
    "--smi",
    "inventory",
    type=_FILE,
    help="What the stand-in holds, in SQLite (default: .cache/cpl/smi.sqlite of the root).",
)
@click.option(
    "--profile", type=_FILE, help="How it behaves (default: cpl/dcc/dsp-profile.yaml of the root)."
)
@click.option(
    "--full",
    is_flag=True,
    help="Load the full extract whatever the profile says: to resynchronise.",
)
@root_option
def rehearse_command(
    folder: Path,
    certificate: Path | None,
    inventory: Path | None,
    profile: Path | None,
    full: bool,
    root: Path,
) -> None:
    """A stand-in for the DSP: verifies a release, loads it, answers on standard output.

    Exit codes: 0 every row was taken, 1 something was rejected or does not verify, 2 cannot judge.
    """
    try:
        done = rehearse(
            root,
            folder,
            certificate=certificate,
            inventory=inventory,
            profile=profile,
            full=full,
        )
    except DoesNotHold as error:
        click.echo("\n".join(error.lines), err=True)
        click.echo("cpl: the release does not hold; nothing was loaded", err=True)
        sys.exit(1)
    if done.outcome.verdict is not Verdict.STALE:
        content = answer_bytes(done.shipment.serial, done.outcome.results)
        sys.stdout.buffer.write(content)
    click.echo("\n".join(_told(done)), err=True)
    sys.exit(0 if done.clean else 1)


def _told(done: Rehearsal) -> Iterator[str]:
    """What happened, for a person."""
    outcome, serial = done.outcome, done.shipment.serial
    yield from done.notes
    artefact = "delta" if done.artefact == DELTA else "full extract"
    if outcome.verdict is Verdict.STALE:
        yield f"{serial}: nothing was loaded and no answer is given: {outcome.reason}"
    elif outcome.verdict is Verdict.REFUSED:
        yield f"{serial}: the {artefact} was refused and nothing was loaded: {outcome.reason}"
        if done.artefact == DELTA and not outcome.handled:
            yield "  the option --full loads the full extract of this release"
    else:
        removed = sum(one.removed for one in outcome.handled)
        loaded = sum(one.loaded for one in outcome.handled) - removed
        rejected = len(outcome.handled) - loaded - removed
        yield (
            f"{serial}: the {artefact} as of {done.shipment.on}:"
            f" {loaded} rows loaded, {removed} taken out, {rejected} rejected"
        )
    refused = [one for one in outcome.handled if not one.loaded]
    yield from (f"  rejected  {one.entry_id}  {one.reason}" for one in refused[:_SHOWN])
    if len(refused) > _SHOWN:
        yield f"  and {len(refused) - _SHOWN} more"
    if believed := sum(one.believed for one in outcome.handled):
        yield f"  {believed} rows were taken as the DCC believed they would be: that was never tested"
    devices = sum(len(logical_devices(entry_id)) for entry_id in done.holding.rows)
    yield f"  the inventory holds {len(done.holding.rows)} models as {devices} devices: {done.inventory}"
