"""0000: `model_name` becomes `trade_name`. A rehearsal, and the pattern for those that are meant.

It is played on every register in memory, so that the way through is known to be open on the day
when a field must be renamed for real. Nobody asked for this name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from migrations.migration import Migration, renamed, rewritten

BEFORE, AFTER = "model_name", "trade_name"
_SCHEMA = Path(__file__).parents[2] / "schema" / "device-model.schema.json"


def with_trade_name(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema with the field under its other name, at the same place."""
    properties = {
        AFTER if name == BEFORE else name: value for name, value in schema["properties"].items()
    }
    return {**schema, "properties": properties}


def to_trade_name(text: str) -> str:
    """One file."""
    schema = with_trade_name(json.loads(_SCHEMA.read_text(encoding="utf-8")))
    return rewritten(text, lambda data: renamed(data, BEFORE, AFTER), schema)


REHEARSAL = Migration(
    number=0,
    name="model_name becomes trade_name (a rehearsal)",
    change=to_trade_name,
    schema=with_trade_name,
)
