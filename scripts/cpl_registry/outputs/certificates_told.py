"""Ends of CPA certificates for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from cpl_registry.outputs import wording
from cpl_registry.outputs.certificate_words import (
    BUCKETS,
    RECORDED,
    end_words,
    months_recorded,
    recalled,
    removal_command,
)
from cpl_registry.records.yaml_text import shown
from cpl_registry.state.certificates_ending import Ending
from cpl_registry.state.publication import PublishedState


def certificates_told(found: Sequence[Ending], state: PublishedState) -> str:
    """The ends by how soon they come, what happens on the day, and the proposals that are open."""
    lines = [f"On {wording.full_day(state.on)}, CPA certificates of Active entries:"]
    for bucket, group in groupby(found, key=lambda one: one.bucket):
        ends = list(group)
        lines += [
            "",
            f"{BUCKETS[bucket].capitalize()}: {wording.counted(len(ends), 'entry', 'entries')}",
        ]
        for one in ends:
            number = f"  {shown(one.certificate.number, 60)}" if one.certificate.number else ""
            lines.append(f"  {one.entry_id}  {one.entry.manufacturer}{number}  {end_words(one)}")
    if not found:
        lines.append("  none in the time that is asked for")
    calendar = state.register.oversight.calendar
    if months := months_recorded(calendar):
        sure = " (recalled, not checked against a source)" if recalled(calendar) else ""
        lines += [
            "",
            f"A manufacturer is reminded {months} before, as recorded in {RECORDED}{sure}.",
        ]
    lines.append("Nothing is removed by itself: only a decision removes an entry.")
    commands = [command for one in found if (command := removal_command(one))]
    if commands:
        lines += ["", "To propose a removal, with the reference of the decision:"]
        lines += [f"  {one}" for one in commands]
    return "\n".join(lines) + "\n"
