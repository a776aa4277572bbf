"""The pack with which a campaign's remainder comes before the body that decides: HTML and CSV."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from cpl_registry.outputs import wording
from cpl_registry.outputs.artefact import Artefact
from cpl_registry.outputs.campaign_words import (
    POSITIONS,
    corrected_by_words,
    counts_words,
    notice_period_words,
    position_words,
    selector_words,
    stage_words,
    working_day_words,
)
from cpl_registry.outputs.entry_rows import manufacturer_name, model_name
from cpl_registry.outputs.templating import render
from cpl_registry.records.csv_text import csv_bytes
from cpl_registry.records.delivery import moment_text
from cpl_registry.records.notice import Notice
from cpl_registry.state.campaign_removal import REMOVAL_CAUSE, Case, Pack
from cpl_registry.state.publication import PublishedState

COLUMNS = (
    "part",
    "entry_id",
    "manufacturer",
    "model_name",
    "firmware_version",
    "position",
    "since",
    "notice",
    "notice_sent",
    "notice_sha256",
    "delivered_with",
    "loaded_at",
    "newer_firmware",
    "says",
)
_PARTS = ("proposed", "disputed", "submitted", "outstanding", "superseded")
_HEADINGS = {
    "disputed": "Disputed, not proposed",
    "submitted": "Correction submitted, not proposed",
    "outstanding": "Not corrected yet, and still in time",
    "superseded": "Corrected by newer firmware, while the old firmware is still listed",
}
_NOTES = {
    "disputed": "The manufacturer says that these need no correction. Settle that first.",
    "submitted": "A correction of these waits in the queue to be accepted.",
    "outstanding": "Their deadline has not passed.",
    "superseded": (
        "These count as corrected, because newer firmware of the same Device Model is listed. The old"
        " firmware is still Active with the values that are to go. It is not proposed for removal:"
        " the body may spare it, or have it removed as well."
    ),
}


def pack_files(pack: Pack, state: PublishedState, decision: str | None) -> tuple[Artefact, ...]:
    """`<campaign>-pack.html` and `.csv`; `decision` is what the removals rest on, None before it."""
    name = f"{pack.standing.campaign.reference}-pack"
    return (
        Artefact(path=f"{name}.html", content=_html(pack, state, decision).encode()),
        Artefact(path=f"{name}.csv", content=csv_bytes(COLUMNS, _rows(pack))),
    )


def _html(pack: Pack, state: PublishedState, decision: str | None) -> str:
    stand = pack.standing
    return render(
        "panel_pack.html.jinja",
        campaign=stand.campaign,
        stand=stand,
        on=state.on,
        decision=decision,
        illustrative=stand.campaign.illustrative or state.illustrative,
        stage=stage_words(stand),
        caveat=working_day_words(stand),
        meant=selector_words(stand.campaign.selector),
        corrected_by=corrected_by_words(stand.campaign),
        period=notice_period_words(stand.campaign),
        counts=[(POSITIONS[place], number) for place, number in stand.counts.items()],
        told=counts_words(stand.counts),
        makers=[
            (manufacturer_name(state, slug), [_view(one, state) for one in cases])
            for slug, cases in groupby(
                sorted(pack.proposed, key=_by_maker), key=lambda one: one.target.entry.manufacturer
            )
        ],
        proposed=len(pack.proposed),
        at_dcc=sum(one.at_dcc for one in pack.proposed),
        unnoticed=sum(not one.notices for one in pack.proposed),
        apart=[
            (_HEADINGS[part], _NOTES[part], [_view(one, state) for one in getattr(pack, part)])
            for part in _PARTS[1:]
            if getattr(pack, part)
        ],
        notices=_notices(pack, state),
        cause=REMOVAL_CAUSE,
    )


def _notices(pack: Pack, state: PublishedState) -> list[tuple[Notice, str]]:
    """Every notice that the pack names, with whom it was written to."""
    cases = (case for part in _PARTS for case in getattr(pack, part))
    found = {one.reference: one for case in cases for one in case.notices}
    return [
        (one, manufacturer_name(state, one.manufacturer or "")) for _, one in sorted(found.items())
    ]


def _by_maker(case: Case) -> tuple[str, str]:
    return case.target.entry.manufacturer, case.target.entry_id


def _view(case: Case, state: PublishedState) -> dict[str, object]:
    entry = case.target.entry
    return {
        "id": case.target.entry_id,
        "name": model_name(entry),
        "type": entry.device_type,
        "maker": manufacturer_name(state, entry.manufacturer),
        "firmware": entry.text("firmware_version"),
        "hardware": f"{entry.text('hardware_version')} {entry.text('hardware_revision')}",
        "position": f"{POSITIONS[case.target.position]}, {position_words(case.target, state.on)}",
        "notices": [_notice_words(one) for one in case.notices],
        "dcc": _dcc_words(case),
        "newer": [_newer_words(one) for one in _newer(case)],
    }


def _notice_words(notice: Notice) -> str:
    sent = wording.full_day(notice.sent) if notice.sent else "not sent"
    return f"{notice.reference}, sent on {sent}"


def _dcc_words(case: Case) -> str:
    if case.way.loaded is not None:
        day = wording.day(case.way.loaded.at.date())
        return f"Devices of this model would be suspended: the DCC loaded a row for it on {day}."
    if case.way.delivered is not None:
        return (
            f"Devices of this model would be suspended: its row was sent with"
            f" {case.way.delivered.serial}, and no answer to it is recorded."
        )
    return "No row for it was sent to the DCC as far as is recorded: nothing would be suspended."


def _newer(case: Case) -> Iterator[tuple[str, str, str]]:
    for one in case.newer:
        entry = one.entry.entry
        yield one.entry.entry_id, entry.text("firmware_version"), entry.gbcs_version


def _newer_words(newer: tuple[str, str, str]) -> str:
    entry_id, firmware, gbcs = newer
    return f"{firmware} on GBCS {gbcs} ({entry_id})"


def _rows(pack: Pack) -> Iterator[tuple[str, ...]]:
    for part in _PARTS:
        for case in getattr(pack, part):
            entry, way = case.target.entry, case.way
            last = case.notices[0] if case.notices else None
            yield (
                part,
                case.target.entry_id,
                entry.manufacturer,
                entry.get("model_name") or "",
                entry.text("firmware_version"),
                case.target.position.value,
                case.target.since.isoformat(),
                last.reference if last else "",
                last.sent.isoformat() if last and last.sent else "",
                last.sha256 if last else "",
                way.delivered.serial if way.delivered else "",
                moment_text(way.loaded.at) if way.loaded else "",
                " ".join(one.entry.entry_id for one in case.newer),
                case.target.text,
            )
