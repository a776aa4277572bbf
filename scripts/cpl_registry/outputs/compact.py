"""JSON for the site's own scripts: the API's envelope without a blank, because phones load it."""

from __future__ import annotations

import json
from typing import Any

from cpl_registry.state.publication import PublishedState


def compact_json(state: PublishedState, **content: Any) -> bytes:
    """The envelope of API v1 and the content, with sorted keys: the same bytes always."""
    data = {
        "schema_version": "1",
        "on": state.on.isoformat(),
        "commit": state.commit,
        "illustrative": state.illustrative,
        **content,
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return (text + "\n").encode()
