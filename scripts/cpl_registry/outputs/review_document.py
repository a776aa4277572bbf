"""The review of a submission: verdict first, then what it does, to files, rows and people.

The same Markdown is printed and posted. Whatever comes from the data stands in a code span, where
neither mentions, links nor HTML mean anything.
"""

from __future__ import annotations

import json

from cpl_registry.outputs.review import Review
from cpl_registry.outputs.review_told import told
from cpl_registry.records.findings import as_data


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
