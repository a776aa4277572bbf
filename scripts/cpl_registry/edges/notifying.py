"""Notices of a campaign: written for a day, and recorded as sent; the records are the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from cpl_registry.edges import installation
from cpl_registry.edges.campaigning_files import campaign_named, noticed
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.proposing import Proposed, propose
from cpl_registry.edges.publishing import published_state
from cpl_registry.edges.reading import Reading
from cpl_registry.edges.writer import write_file
from cpl_registry.outputs import wording
from cpl_registry.outputs.artefact import Artefact
from cpl_registry.outputs.letter import Letter, letter_html, letter_text
from cpl_registry.outputs.notices import CampaignNotices, Draft
from cpl_registry.records.campaign import Campaign
from cpl_registry.records.device_model import EntryId
from cpl_registry.records.notice import Notice
from cpl_registry.state.acts import NotDone
from cpl_registry.state.campaigning import Campaigning
from cpl_registry.state.campaigns import CampaignStanding
from cpl_registry.state.notice_numbers import references
from cpl_registry.state.publication import PublishedState

FOLDER = "cpl/panel/notices"


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """One notice with its reference: what is recorded of it, and its two files."""

    reference: str
    draft: Draft
    record: Mapping[str, Any]
    files: tuple[Artefact, ...]


@dataclass(frozen=True, kw_only=True)
class Notified:
    """What comes of a run: records to be written (None: they stand as they are), and the letters.

    `left_over` are notices that were written before, were not sent, and are not needed any more.
    """

    proposed: Proposed | None
    written: tuple[Written, ...]
    left_over: tuple[Notice, ...]
    reminder: bool

    @property
    def letters(self) -> tuple[Artefact, ...]:
        """The files of all letters."""
        return tuple(file for one in self.written for file in one.files)


def notify(root: Path, on: date, name: str, *, sent: bool, folder: Path) -> Notified:
    """The notices of a campaign for a day; with `sent`, they are recorded as sent on that day.

    The day of notice is the day on which the first notices are sent: the targets are frozen then.
    `folder` holds the texts that went out, which are then held against the records: no letter is
    recorded as sent that was never written, since its record is evidence against its receiver.

    Raises:
        NotDone: there is no such campaign or nobody to be told, or what was sent is not what was
            written.
        NotPublishable: the register has errors.
    """
    reading, state = published_state(root, on)
    campaign = campaign_named(reading, name)
    first = _is_first(campaign, reading)
    changed = noticed(reading, campaign) if campaign.notice is None else {}
    notices = CampaignNotices(_standing(campaign, reading), state, reminder=not first)
    written = tuple(_written(notices, campaign, state, on if sent else None))
    if sent:
        _as_written(written, reading, campaign, folder)
    records = {f"{FOLDER}/{one.reference}.yaml": dict(one.record) for one in written}
    files = {**(changed if sent else {}), **records}
    documents = reading.tree.documents
    files = {
        path: data
        for path, data in files.items()
        if path not in documents or documents[path].data != data
    }
    now = {one.reference for one in written}
    return Notified(
        proposed=propose(reading, files) if files else None,
        written=written,
        left_over=tuple(
            one
            for one in reading.report.register.oversight.notices
            if one.about == name and one.sent is None and one.reference not in now
        ),
        reminder=not first,
    )


def _is_first(campaign: Campaign, reading: Reading) -> bool:
    """Whether these are the notices that give notice, and no reminders."""
    told = reading.report.register.oversight.notices
    sent = any(one.about == campaign.reference and one.sent is not None for one in told)
    return campaign.notice in {None, reading.on} and not sent


def _standing(campaign: Campaign, reading: Reading) -> CampaignStanding:
    """The campaign on the day, as it is once notice is given on it."""
    on, asked = reading.on, Campaigning(reading.report.register)
    if campaign.notice is not None and campaign.notice > on:
        given = wording.full_day(campaign.notice)
        raise NotDone(
            f"{campaign.reference} gives notice on {given}: there is nothing to remind of"
        )
    if campaign.closed is not None and campaign.closed <= on:
        closed = wording.full_day(campaign.closed)
        raise NotDone(f"{campaign.reference} was closed on {closed}: nobody is told any more")
    if campaign.notice is None:
        targets = tuple(EntryId(one.entry_id) for one in asked.meant(campaign, on))
        campaign = replace(campaign, notice=on, targets=targets)
    stand = asked.standing(campaign, on, installation.working_days(reading.root))
    if not stand.left:
        raise NotDone(f"nothing of {campaign.reference} is left: there is nothing to remind of")
    return stand


def _written(
    notices: CampaignNotices, campaign: Campaign, state: PublishedState, sent: date | None
) -> list[Written]:
    drafts = list(notices.drafts)
    receivers = [(one.audience, one.manufacturer) for one in drafts]
    named = references(state.register, campaign.reference, receivers, state.on)
    found = []
    for draft, reference in zip(drafts, named, strict=True):
        letter = notices.letter(draft, reference)
        text = letter_text(letter).encode()
        found.append(
            Written(
                reference=reference,
                draft=draft,
                record=_record(draft, letter, sent, text),
                files=(
                    Artefact(path=f"{reference}.txt", content=text),
                    Artefact(path=f"{reference}.html", content=letter_html(letter).encode()),
                ),
            )
        )
    return found


def _record(draft: Draft, letter: Letter, sent: date | None, text: bytes) -> dict[str, Any]:
    data: dict[str, Any] = {
        "reference": letter.reference,
        "title": draft.title,
        "about": letter.about,
        "audience": str(draft.audience),
    }
    if draft.manufacturer is not None:
        data["manufacturer"] = str(draft.manufacturer)
    if sent is not None:
        data["sent"] = sent.isoformat()
    data["sha256"] = sha256(text).hexdigest()
    if draft.entries:
        data["entries"] = [str(one) for one in draft.entries]
    if letter.illustrative:
        data["illustrative"] = "true"
    return data


def _as_written(
    written: tuple[Written, ...], reading: Reading, campaign: Campaign, folder: Path
) -> None:
    """Whether what was sent is what was written for this day.

    Raises:
        NotDone: a text was never written, differs from the digest in its record, or is not there.
    """
    known = {one.reference: one for one in reading.report.register.oversight.notices}
    for one in written:
        before = known.get(one.reference)
        again = f"write the notices again: cpl campaign notices {campaign.reference}"
        if before is None:
            whom = one.draft.manufacturer or one.draft.audience
            raise NotDone(
                f"no letter to {whom} was written for {reading.on}, so none can have been sent;"
                f" write and send them first: cpl campaign notices {campaign.reference}"
                f" --on {reading.on}"
            )
        if before.sha256 != one.record["sha256"]:
            raise NotDone(
                f"{one.reference} was written for another day, or the register has changed since;"
                f" {again} --on {reading.on}"
            )
        path = folder / one.files[0].path
        try:
            digest = sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            raise NotDone(f"{path} cannot be read: {error.strerror}; {again}") from error
        if digest != before.sha256:
            raise NotDone(f"{path} is not the text that was recorded for {one.reference}; {again}")


def write_letters(letters: Iterable[Artefact], folder: Path) -> None:
    """Letters into a folder, each in one step.

    Raises:
        CannotJudge: the folder is a file.
    """
    made_ready(folder)
    for file in letters:
        write_file(folder / file.path, file.content, aside_in=folder)


def made_ready(folder: Path) -> None:
    """The folder of the letters, made where it is missing.

    Raises:
        CannotJudge: it is a file.
    """
    if folder.exists() and not folder.is_dir():
        raise CannotJudge(f"{folder} is a file: name a folder with --out")
    folder.mkdir(parents=True, exist_ok=True)
