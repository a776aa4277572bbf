"""What every answer of API v1 begins with."""

from __future__ import annotations

from typing import Any

from cpl_registry.state.publication import PublishedState

FOLDER = "site/api/v1"


def envelope(state: PublishedState, **content: Any) -> dict[str, Any]:
    """What every answer carries: version of the shape, the day asked for, commit, label."""
    return {
        "schema_version": "1",
        "on": state.on.isoformat(),
        "commit": state.commit,
        "illustrative": state.illustrative,
        **content,
    }
