"""`cpl new`."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import click

from cpl_registry.edges import installation
from cpl_registry.edges.acts import entry_named
from cpl_registry.edges.cli.options import register_options, wants_colour
from cpl_registry.edges.cli.questions import ask_missing
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.new_entry import copied_told, from_image, new_entries, told
from cpl_registry.edges.proposing import Proposed, difference, write
from cpl_registry.edges.reading import Reading, read
from cpl_registry.edges.reporters import as_text
from cpl_registry.records.device_model import Entry
from cpl_registry.records.documents import Kind
from cpl_registry.records.entry_fields import always_there, described, field_paths
from cpl_registry.state.acts import NotDone
from cpl_registry.state.submission import HARDWARE, copied, derived

_HARDWARE = re.compile(r"[0-9A-F]{4}", re.ASCII)
_NAMES = {
    "model_identifier": "model",
    "technical_specification.name": "specification",
    "technical_specification.version": "specification-version",
    "manufacturer_image.sha256": "image-hash",
    "manufacturer_image.upgrades_from": "upgrades-from",
}


def option_of(path: str) -> str:
    """The option that gives a field: `--gbcs-version`, `--cpa-number`."""
    name = _NAMES.get(path) or path.removeprefix("assurance_certificates.")
    return "--" + name.replace(".", "-").replace("_", "-").lower()


def _offered() -> list[str]:
    """The fields with an option: of the certificates, only that of CPA has an end."""
    ends = ("expires", "renewal_due")
    return [
        path
        for path in field_paths(installation.schemas()[Kind.ENTRY])
        if not path.endswith(ends) or ".CPA." in path
    ]


def _parameter(path: str) -> str:
    return f"field__{path.replace('.', '__')}"


def _field_options(command: Callable[..., None]) -> Callable[..., None]:
    schema = installation.schemas()[Kind.ENTRY]
    for path in reversed(_offered()):
        about = described(schema, path)
        text = f"{about.description.rstrip('.')}, for example {about.example}."
        command = click.option(option_of(path), _parameter(path), metavar="TEXT", help=text)(
            command
        )
    return command


@click.command("new")
@click.option("--image", type=click.Path(path_type=Path), help="A GBCS firmware file (OTA).")
@click.option("--from", "earlier", metavar="ENTRY", help="An entry to copy all but firmware from.")
@click.option("--hardware", multiple=True, metavar="VVRR", help="Version and revision; repeatable.")
@_field_options
@click.option("--set", "pairs", multiple=True, metavar="FIELD=VALUE", help="Any field by its path.")
@click.option("--reason", metavar="TEXT", help="Why, in plain words.")
@click.option("--reference", metavar="REF", help="The submission's own reference.")
@click.option("--dry-run", is_flag=True, help="Show what would be written; write nothing.")
@register_options
def new_command(
    image: Path | None,
    earlier: str | None,
    hardware: tuple[str, ...],
    pairs: tuple[str, ...],
    dry_run: bool,
    root: Path,
    on: date,
    **rest: Any,
) -> None:
    """A new entry: asks on a terminal for what the options do not give.

    Writes the entry's file with the line submitted, at the place that follows from its key.
    """
    words = {name: rest.pop(name) for name in ("reason", "reference")}
    options = {path: rest[_parameter(path)] for path in _offered()}
    given = {path: text for path, text in options.items() if text is not None} | _set(pairs)
    reading = read(root, on)
    try:
        old = entry_named(reading, earlier) if earlier else None
        fields, versions = _gathered(image, old, hardware, given)
        asked = _ask(reading, fields, versions)
        proposed = new_entries(reading, fields, versions, words)
    except NotDone as refusal:
        click.echo(f"nothing is written: {refusal}", err=True)
        sys.exit(1)
    notes = copied_told(old, fields, given) if old else ()
    _finish(proposed, fields if asked else {}, versions, notes, dry_run=dry_run)


def _set(pairs: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        path, equals, text = pair.partition("=")
        if not equals:
            raise CannotJudge(f"--set takes FIELD=VALUE, not {pair!r}")
        found[path] = text
    return found


def _gathered(
    image: Path | None,
    earlier: Entry | None,
    hardware: tuple[str, ...],
    given: dict[str, str],
) -> tuple[dict[str, str], tuple[str, ...]]:
    """The fields as far as options, an earlier entry and a firmware file give them."""
    wrong = next((one for one in hardware if not _HARDWARE.fullmatch(one)), None)
    if wrong is not None:
        raise CannotJudge(f"--hardware takes four hex digits in upper case, not {wrong!r}")
    fields = copied(earlier) if earlier else {}
    if image is not None or hardware:
        fields = {path: text for path, text in fields.items() if path not in HARDWARE}
    fields |= given
    if image is None:
        return fields, tuple(dict.fromkeys(hardware))
    pair = tuple(given.get(name, "") for name in HARDWARE)
    found = from_image(image, hardware or (["".join(pair)] if all(pair) else []))
    for path, text in found.fields.items():
        if fields.get(path, text) != text:
            raise NotDone(f"{path} is {text} in the firmware file, not {fields[path]}")
    click.echo(told(found))
    return {**fields, **found.fields}, found.hardware


def _ask(reading: Reading, fields: dict[str, str], hardware: tuple[str, ...]) -> bool:
    """Fills in what follows from the rest and, on a terminal, what a person answers."""
    if sys.stdin.isatty() and sys.stderr.isatty():
        return ask_missing(fields, reading.report.register, hardware)
    fields |= derived(fields, reading.report.register)
    schema = installation.schemas()[Kind.ENTRY]
    given = {*fields, *(HARDWARE if hardware else ())}
    missing = [one for one in _offered() if always_there(schema, one) and one not in given]
    if missing:
        named = ", ".join(option_of(path) for path in missing)
        raise NotDone(f"{named} missing: give them, or run it on a terminal, where it asks")
    return False


def _finish(
    proposed: Proposed,
    answers: dict[str, str],
    hardware: tuple[str, ...],
    notes: Iterable[str],
    *,
    dry_run: bool,
) -> None:
    if dry_run:
        for edit in proposed.edits:
            click.echo("\n".join(difference(edit)))
    paths = {edit.path for edit in proposed.edits}
    found = {*proposed.refusals, *proposed.review.findings}
    own = {one for one in proposed.report.findings if one.path in paths}
    findings = sorted(found | own, key=lambda one: one.sort_key)
    report = replace(
        proposed.report, findings=tuple(findings), entries=len(proposed.edits), halted=()
    )
    click.echo(as_text(report, proposed.documents, colour=wants_colour()), nl=False)
    if proposed.refusals:
        click.echo("nothing is written: the entry would have errors", err=True)
        if answers:
            options = [f"--set={path}={text}" for path, text in answers.items()]
            options += [f"--hardware={one}" for one in hardware]
            click.echo(f"to go on from your answers: cpl new {shlex.join(options)}", err=True)
        sys.exit(1)
    for note in notes:
        click.echo(note)
    if dry_run:
        click.echo("a dry run: nothing is written")
        return
    write(proposed)
    for edit in proposed.edits:
        click.echo(f"commit {edit.path}")
