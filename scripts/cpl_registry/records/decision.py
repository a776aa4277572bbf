"""Decisions: what a body decided, when, on which paper, and who may read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cpl_registry.records.days import day_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """One decision. A draft is not published, and nothing may rest on it."""

    path: str
    reference: str
    day: date
    body: str
    title: str
    text: str
    paper: str | None
    classification: str
    published: bool
    illustrative: bool = False


def parse_decision(path: str, data: Mapping[str, Any]) -> Decision:
    """The decision of `panel/decisions/<reference>.yaml`."""
    return Decision(
        path=path,
        reference=data["reference"],
        day=day_of(data, "date"),
        body=data["body"],
        title=data["title"],
        text=data["text"],
        paper=data.get("paper"),
        classification=data["classification"],
        published=data["status"] == "published",
        illustrative=data.get("illustrative") == "true",
    )
