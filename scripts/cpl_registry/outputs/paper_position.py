"""The position in numbers: the list, what is held, deliveries, clocks, queue, certificates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from cpl_registry.outputs import wording
from cpl_registry.outputs.entry_rows import Listing
from cpl_registry.outputs.pages_dcc import HeldView, held_views
from cpl_registry.outputs.paper_clocks import clock_block
from cpl_registry.outputs.paper_parts import (
    Block,
    Cell,
    Figure,
    PaperTable,
    Told,
    counted_rows,
    key_of,
)
from cpl_registry.outputs.queue_told import age_words
from cpl_registry.records.days import london_day
from cpl_registry.state.certificates_ending import Bucket, Ending, EndKind, endings
from cpl_registry.state.publication import PublishedState
from cpl_registry.state.queue import Waiting, waiting
from cpl_registry.state.reconciliation import reconciled

MOST = 25
"""A table with a line for each entry has at most so many; the appendix has the rest."""
BUCKETS = {
    Bucket.ENDED: "ended, entry still Active",
    Bucket.ONE: "within 1 month",
    Bucket.THREE: "later, within 3 months",
    Bucket.SIX: "later, within 6 months",
    Bucket.TWELVE: "later, within 12 months",
}


def position_blocks(listing: Listing) -> Iterator[Block]:
    """The blocks of the section but incidents and campaigns."""
    state = listing.state
    yield _list_block(state)
    yield held_block(listing)
    yield _delivery_block(state)
    yield clock_block(state)
    yield _queue_block(listing)
    yield _certificate_block(state)


def _list_block(state: PublishedState) -> Block:
    rows: list[tuple[str, dict[str, tuple[str, ...]]]] = []
    extract = {one.entry_id for one in state.extract}
    for code in state.register.device_types:
        ours = [one for one in state.entries if one.entry.device_type == code]
        active = [one for one in ours if one.standing.active]
        rows.append(
            (
                code,
                {
                    "Active": tuple(one.entry_id for one in active),
                    "In the extract": tuple(
                        one.entry_id for one in active if one.entry_id in extract
                    ),
                    "Held": tuple(one.entry_id for one in active if one.held),
                    "Submitted": tuple(one.entry_id for one in ours if one.waiting_since),
                    "Removed or closed": tuple(
                        one.entry_id
                        for one in ours
                        if not one.standing.active and one.waiting_since is None
                    ),
                },
            )
        )
    table = PaperTable(
        caption="Entries by device type",
        columns=("Device type", *(rows[0][1] if rows else ())),
        rows=tuple(counted_rows("list", rows)),
        note=(
            "Listed entries are Active. The extract is what the DCC is sent. An entry whose"
            " amendment is held is in the extract with its earlier row, and counts as held too."
        ),
    )
    return Block(heading="The list", tables=(table,))


def held_block(listing: Listing) -> Block:
    """What is held: by cause, and entry by entry."""
    views = held_views(listing)
    if not views:
        return Block(heading="Held back from the DCC", told=(Told(text="Nothing is held."),))
    causes: dict[str, list[HeldView]] = {}
    for view in views:
        causes.setdefault(view.cause, []).append(view)
    by_cause = tuple(
        (
            cause,
            wording.full_day(min(view.since for view in found)),
            Figure(
                key=key_of("held", cause),
                label=f"held because {cause}",
                items=tuple(view.row.entry_id for view in found),
            ),
            Figure(
                key=key_of("held-makers", cause),
                label=f"manufacturers concerned where {cause}",
                items=tuple(sorted({view.row.manufacturer_name for view in found})),
            ),
        )
        for cause, found in causes.items()
    )
    tables = [
        PaperTable(
            caption="Held entries by cause",
            columns=("Cause", "First held", "Entries", "Manufacturers"),
            rows=by_cause,
        ),
        PaperTable(
            caption=f"The entries held longest{_most(len(views))}",
            columns=("Entry", "Manufacturer", "Held since", "Days", "What is next"),
            rows=tuple(
                (
                    view.row.entry_id,
                    view.row.manufacturer_name,
                    _unbroken(view.since),
                    f"{view.days:,}",
                    view.outlook,
                )
                for view in views[:MOST]
            ),
            words=True,
        ),
    ]
    return Block(heading="Held back from the DCC", tables=tuple(tables))


def _delivery_block(state: PublishedState) -> Block:
    last = state.sent.last
    heading = "Delivered and loaded"
    if last is None:
        text = "No delivery is recorded in the register up to this day, so nothing is known of loading."
        return Block(heading=heading, told=(Told(text=text),))
    found = reconciled(state)
    sent = tuple(sorted(state.sent.rows))
    loaded = tuple(one for one in sent if one not in set(found.missing))
    words = {
        "Rows that the DCC should hold": sent,
        "Of them acknowledged as loaded, as sent": loaded,
        "Of them not acknowledged as loaded": found.missing,
        "Of those: rejected by the DCC": found.rejected,
        "Rows that the DCC still holds and should not": found.lingering,
    }
    day = wording.full_day(london_day(last.sent_at))
    rows: list[tuple[Cell, ...]] = [
        (name, Figure(key=key_of("loaded", name), label=name, items=tuple(items)))
        for name, items in words.items()
    ]
    table = PaperTable(
        caption="The last delivery against what is loaded",
        columns=("Rows", "Number"),
        rows=tuple(rows),
    )
    told = Told(text=f"The last delivery is {last.serial}, sent on {day}.")
    return Block(heading=heading, told=(told,), tables=(table,))


def _queue_block(listing: Listing) -> Block:
    queue = waiting(listing.state)
    if not queue:
        return Block(heading="The queue", told=(Told(text="No submission waits to be listed."),))
    figure = Figure(
        key="n-queue",
        label="submissions",
        items=tuple(one.entry_id for one in queue),
    )
    oldest = wording.full_day(queue[0].since)
    count = wording.counted(len(queue), "submission waits", "submissions wait")
    told = Told(text=f"{count} to be listed, the oldest since {oldest}.", figures=(figure,))
    table = PaperTable(
        caption=f"Waiting longest{_most(len(queue))}",
        columns=("Entry", "Manufacturer", "Since", "Age", "If it were listed today"),
        rows=tuple(
            (
                one.entry_id,
                listing.manufacturer_name(one.manufacturer),
                _unbroken(one.since),
                age_words(one.age),
                _then(one),
            )
            for one in queue[:MOST]
        ),
        words=True,
    )
    return Block(heading="The queue", told=(told,), tables=(table,))


def _then(one: Waiting) -> str:
    """What would follow, were it listed on the day."""
    if one.unknown_to_dsp:
        values = [
            f"{wording.short_name(cause.field)} {cause.value}" for cause in one.unknown_to_dsp
        ]
        return f"it would be held: the DSP does not recognise {wording.joined(values)}"
    if one.due_if_listed is None:
        return "its Working Day would begin"
    return f"due at the DCC by the end of {wording.full_day(one.due_if_listed)}"


def _unbroken(day: date) -> str:
    """A day that is not broken at a line's end."""
    return wording.day(day).replace(" ", "\u00a0")


def _certificate_block(state: PublishedState) -> Block:
    found = endings(state)
    rows: list[tuple[str, dict[str, tuple[str, ...]]]] = [
        (
            words,
            {
                "Expire": _certificates(found, bucket, EndKind.EXPIRY),
                "Renewal due": _certificates(found, bucket, EndKind.RENEWAL),
            },
        )
        for bucket, words in BUCKETS.items()
    ]
    table = PaperTable(
        caption="CPA Certificates of Active entries that end",
        columns=("When", "Expire", "Renewal due"),
        rows=tuple(counted_rows("certificates", rows, total="Within 12 months, and ended")),
        note=(
            "Counted by entry. A certificate whose renewal is due goes on; one that expires makes"
            " its entry's removal possible from the next day, and nothing is removed by itself."
        ),
    )
    return Block(heading="Certificates ending", tables=(table,))


def _certificates(found: tuple[Ending, ...], bucket: Bucket, kind: EndKind) -> tuple[str, ...]:
    return tuple(
        f"{one.entry_id}, {one.certificate.number or 'no number'}, {one.day}"
        for one in found
        if one.bucket is bucket and one.kind is kind
    )


def _most(count: int) -> str:
    return f" (the first {MOST} of {count:,}; all are in the appendix)" if count > MOST else ""
