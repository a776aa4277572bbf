"""From a register on disk to the publication: whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from cpl_registry.edges import installation
from cpl_registry.edges.examples import example
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.git_history import commit_of
from cpl_registry.edges.installation import published_schema, published_schemas
from cpl_registry.edges.reading import Reading, read
from cpl_registry.edges.reporters import as_text
from cpl_registry.edges.settled import must_be_settled
from cpl_registry.edges.writer import replaced_folder, write_artefacts
from cpl_registry.outputs.artefact import Artefact, Fingerprint
from cpl_registry.outputs.described import described, descriptions
from cpl_registry.outputs.every_output import OUTPUTS
from cpl_registry.outputs.register_csv import data_files
from cpl_registry.outputs.register_sqlite import database
from cpl_registry.outputs.rule_pages import RulePage
from cpl_registry.outputs.workbook import workbook
from cpl_registry.records.documents import Kind
from cpl_registry.rules.run import RULES
from cpl_registry.state.fidelity import infidelities
from cpl_registry.state.panel_days import PanelFile, may_be_shown
from cpl_registry.state.publication import MOST_ENTRY_PAGES, PublishedState, publish

# Which schema a published JSON file must meet; a path that ends in a slash means all below it.
_SCHEMAS = {
    "dcc/manifest.json": "manifest",
    "dcc/cpl-dcc-changes.json": "changes",
    "site/api/v1/index.json": "index",
    "site/api/v1/status.json": "status",
    "site/api/v1/incidents.json": "incidents",
    "site/api/v1/queue.json": "queue",
    "site/api/v1/campaigns.json": "campaigns",
    "site/api/v1/decisions.json": "decisions",
    "site/api/v1/certificates.json": "certificates",
    "site/api/v1/outlook.json": "outlook",
    "site/api/v1/devices.json": "devices",
    "site/api/v1/devices/": "device",
    "site/api/v1/check/": "check",
    "site/api/v1/finder.json": "finder",
    "site/api/v1/finder/": "finder",
    "site/api/v1/manufacturers/": "manufacturer",
    "site/api/v1/models/": "model",
    "site/api/v1/deliveries.json": "deliveries",
}


class NotPublishable(Exception):
    """The register has findings of severity error."""


def published_state(
    root: Path, on: date, most_entry_pages: int = MOST_ENTRY_PAGES
) -> tuple[Reading, PublishedState]:
    """The state of a register on a day.

    Raises:
        NotPublishable: it has findings of severity error, which are told on standard error.
        CannotJudge: the state breaks a fidelity law, which is a mistake of the tools, or of
            somebody who edited a delivery.
    """
    reading = read(root, on)
    return reading, state_of(reading, most_entry_pages)


def state_of(reading: Reading, most_entry_pages: int = MOST_ENTRY_PAGES) -> PublishedState:
    """The state of a register that was read, or that a command is about to write.

    Raises:
        NotPublishable, CannotJudge: as above.
    """
    if reading.report.failed:
        click.echo(
            as_text(reading.report, reading.tree.documents, colour=False), err=True, nl=False
        )
        raise NotPublishable
    root = reading.root
    state = publish(
        reading.report.register,
        reading.on,
        commit_of(root),
        installation.working_days(root),
        most_entry_pages,
    )
    broken = list(infidelities(state))
    if broken:
        raise CannotJudge(f"the publication would break its own laws: {'; '.join(broken[:5])}")
    return state


def settled_state(
    root: Path, on: date, most_entry_pages: int = MOST_ENTRY_PAGES
) -> tuple[Reading, PublishedState]:
    """The same for what leaves the register: of one state of its files, that of the named commit.

    Raises:
        NotPublishable, CannotJudge: as above, or the files changed meanwhile.
    """
    reading, state = published_state(root, on, most_entry_pages)
    must_be_settled(reading, state.commit)
    return reading, state


def checked(artefacts: Iterable[Artefact]) -> Iterator[Artefact]:
    """The artefacts, each JSON file held against its published schema on the way.

    Raises:
        CannotJudge: one breaks its schema; nothing may be published then.
    """
    for artefact in artefacts:
        name = next((_SCHEMAS[path] for path in _SCHEMAS if artefact.path.startswith(path)), None)
        if name is not None:
            schema, data = published_schema(name), json.loads(artefact.content)
            if not schema.fits(data):
                fault = schema.faults(data)[0]
                raise CannotJudge(
                    f"{artefact.path} breaks its own schema at {fault.pointer}: {fault.message}"
                )
        yield artefact


def artefacts(state: PublishedState, site: str | None = None) -> Iterator[Artefact]:
    """Everything that is published but most pages; `site` is the address where it will stand."""
    data: list[Fingerprint] = []
    for output in OUTPUTS:
        for artefact in output(state):
            if artefact.path.startswith("data/"):
                data.append(artefact.fingerprint())
            yield artefact
    yield from described(state, data, published_schemas(), site)


def data_of(state: PublishedState) -> list[Artefact]:
    """What a release carries below `data/`: the list in each form, and what the files are."""
    data = [file for make in (data_files, workbook, database) for file in make(state)]
    told = [file.fingerprint() for file in data]
    return [*data, *descriptions(state, told, published_schemas())]


def rule_pages() -> tuple[RulePage, ...]:
    """The rules as the site shows them: the same text that `cpl explain` prints."""
    return tuple(
        RulePage(
            id=rule.id,
            title=rule.title,
            severity=rule.severity,
            why=rule.why,
            fix=rule.fix,
            source=rule.source,
            since=rule.since,
            scope=rule.scope,
            good=tuple(filter(None, [example(rule.id).right])),
            bad=tuple(filter(None, [example(rule.id).wrong])),
        )
        for rule in RULES
    )


def _ours(out: Path) -> None:
    """Only an earlier build, or nothing, may be replaced.

    Raises:
        CannotJudge: the folder holds something else.
    """
    if out.exists() and not out.is_dir():
        raise CannotJudge(f"{out} is a file: name a folder to build into")
    if out.exists() and any(out.iterdir()) and not (out / "dcc" / "manifest.json").is_file():
        raise CannotJudge(
            f"{out} holds something that is no build: name an empty folder with --out"
        )


def build(
    root: Path, on: date, out: Path, most_entry_pages: int = MOST_ENTRY_PAGES
) -> PublishedState:
    """The whole publication into a folder, which stays as it was if anything fails."""
    from cpl_registry.edges.site import edit_address, render_site, site_address
    from cpl_registry.outputs.pages import pages
    from cpl_registry.outputs.pages_entry import stamped_pages

    reading, state = settled_state(root, on, most_entry_pages)
    sources = sources_of(reading, entries=state.entry_pages)
    del reading  # of a long list, its texts take more memory than all that is made from it
    _ours(out)

    def made(folder: Path) -> Iterator[Artefact]:
        yield from pages(state, rule_pages(), sources)
        yield from submission_pages(state, sources)
        for artefact in checked(artefacts(state, site_address())):
            if artefact.path.startswith(("site/", "pages/")):
                yield artefact
            else:
                write_artefacts(folder, [artefact])
                # What the site offers for download are copies inside it.
                yield replace(artefact, path=f"site/{artefact.path}")

    with replaced_folder(out) as folder:
        render_site(folder, made(folder), stamped_pages(state, sources, edit_address()), on)
    return state


def submission_pages(state: PublishedState, sources: Mapping[str, str]) -> Iterator[Artefact]:
    """The form for submissions, and the files that its scripts fetch."""
    from cpl_registry.outputs.pages_submit import submit_page
    from cpl_registry.outputs.submission_files import entry_texts

    yield submit_page(state, installation.schemas()[Kind.ENTRY]).artefact()
    yield from entry_texts(state, sources)


def sources_of(reading: Reading, *, entries: bool = True) -> dict[str, str]:
    """The text of each Panel file, and with `entries` of each entry's, to be shown on its page.

    What tells of a later day is left out, and so is a draft.
    """
    register, on = reading.report.register, reading.on
    told = register.oversight
    panel: tuple[PanelFile, ...] = (
        *told.incidents,
        *told.decisions,
        *told.campaigns,
        *told.notices,
    )
    paths = [
        *(one.path for one in register.entries if entries and one.history[-1].day <= on),
        *(one.path for one in panel if may_be_shown(one, on)),
    ]
    return {path: reading.tree.documents[path].text for path in paths}
