"""Decisions as data: each published one, and who cites it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cpl_registry.outputs.artefact import Artefact, json_bytes
from cpl_registry.outputs.json_api import FOLDER, envelope
from cpl_registry.state.citations import cited_on
from cpl_registry.state.publication import PublishedState
from cpl_registry.state.references import published_decisions


def decision_files(state: PublishedState) -> Iterator[Artefact]:
    """`api/v1/decisions.json`."""
    data = envelope(state, decisions=decisions_data(state))
    yield Artefact(path=f"{FOLDER}/decisions.json", content=json_bytes(data))


def decisions_data(state: PublishedState) -> list[dict[str, Any]]:
    """The decisions published by the day, newest first; a draft is none."""
    cited = cited_on(state.register, state.on)
    return [
        {
            "reference": one.reference,
            "date": one.day.isoformat(),
            "body": one.body,
            "title": one.title,
            "text": one.text,
            "paper": one.paper,
            "classification": one.classification,
            "illustrative": one.illustrative,
            "cited_by": [
                {
                    "by": citation.by.value,
                    "name": citation.name,
                    "since": citation.rests.isoformat() if citation.rests else None,
                }
                for citation in cited.get(one.reference, ())
            ],
        }
        for one in published_decisions(state)
    ]
