"""The review of a submission: verdict first, then what it does, to files, rows and people.

The same Markdown is printed and posted. Whatever comes from the data stands in a code span, where
neither mentions, links nor HTML mean anything.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from cpl_registry.outputs.review_told import told
from cpl_registry.records.findings import Finding, Severity, as_data

if TYPE_CHECKING:
    from cpl_registry.records.device_model import EntryId
    from cpl_registry.state.changes import ExtractChange, FileChange
    from cpl_registry.state.delivery import Hold


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """What must be delivered by the end of which day: entry, event, its day, the last day.

    `due` is None where the list of bank holidays does not reach, and where no Working Day runs:
    while a `hold` pauses it, and where the row stays as it is (`idle`).
    """

    entry_id: EntryId
    event: str
    day: date
    due: date | None
    hold: Hold | None = None
    idle: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """Everything that a review says. `findings` are new with the submission, `older` were there.

    `approvals` are sentences: who must approve, and what happens next. `outlooks` says of each
    newly held entry until when.
    """

    base: str
    head: str
    on: date
    actor: str | None
    files: tuple[FileChange, ...]
    findings: tuple[Finding, ...]
    older: int
    extract: ExtractChange
    outlooks: dict[EntryId, str]
    clock: tuple[Due, ...]
    approvals: tuple[str, ...]

    @property
    def rejected(self) -> bool:
        """Whether the submission adds an error."""
        return any(one.severity is Severity.ERROR for one in self.findings)

    @property
    def verdict(self) -> str:
        """The verdict in one sentence."""
        errors = sum(one.severity is Severity.ERROR for one in self.findings)
        if errors:
            return f"Not acceptable yet: {errors} {'error' if errors == 1 else 'errors'} to mend."
        if not self.files:
            return "Nothing to review: the two revisions hold the same files."
        return "Acceptable: the checks find no error in this submission."


def as_markdown(review: Review) -> str:
    """The review as the Markdown that is posted."""
    return told(review)


def as_text(review: Review) -> str:
    """The review for a terminal: the same words without the marks of Markdown."""
    lines = as_markdown(review).replace("`", "").replace("**", "").split("\n")
    return "\n".join(line.lstrip("# ") if line.startswith("#") else line for line in lines)


def as_json(review: Review) -> str:
    """The review for machines."""
    extract = review.extract
    data = {
        "verdict": "reject" if review.rejected else "accept",
        "sentence": review.verdict,
        "base": review.base,
        "head": review.head,
        "on": review.on.isoformat(),
        "actor": review.actor,
        "files": [
            {
                "path": one.path,
                "nature": one.nature.value,
                "entry_id": one.entry_id,
                "fields": [
                    {"field": field.field, "from": field.before, "to": field.after}
                    for field in one.fields
                ],
            }
            for one in review.files
        ],
        "findings": [as_data(one) for one in review.findings],
        "findings_before": review.older,
        "extract": {
            "added": list(extract.added),
            "changed": [
                {"entry_id": entry_id, "field": field, "from": before, "to": after}
                for entry_id, field, before, after in extract.changed
            ],
            "removed": list(extract.removed),
            "newly_held": [
                {"entry_id": entry_id, "since": hold.since.isoformat(), "reason": hold.reason}
                for entry_id, hold in extract.newly_held
            ],
            "newly_released": list(extract.newly_released),
        },
        "clock": [
            {
                "entry_id": one.entry_id,
                "event": one.event,
                "date": one.day.isoformat(),
                "due": one.due.isoformat() if one.due else None,
                "state": "paused" if one.hold else "none" if one.idle else "running",
            }
            for one in review.clock
        ],
        "approvals": list(review.approvals),
    }
    return json.dumps(data, indent=2) + "\n"


REVIEW_FORMS = {"text": as_text, "markdown": as_markdown, "json": as_json}
