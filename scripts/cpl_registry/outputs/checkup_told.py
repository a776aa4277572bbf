"""What `cpl doctor` prints: a line for each thing looked at, and below it what to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from cpl_registry.outputs.checkup import Check, Verdict
from cpl_registry.outputs.wording import counted


def checkup_told(checks: Sequence[Check]) -> str:
    """The checks for a terminal, and their numbers."""
    width = max(len(one.name) for one in checks)
    lines = []
    for one in checks:
        lines.append(f"{one.verdict:<9}  {one.name:<{width}}  {one.found}")
        if one.advice is not None:
            lines.append(f"{'':<9}  {'':<{width}}  -> {one.advice}")
    to_mend, to_see = (_count(checks, verdict) for verdict in (Verdict.MEND, Verdict.ATTENTION))
    looked = f"looked at {counted(len(checks), 'thing')}"
    if to_mend or to_see:
        lines.append(f"{looked}: {to_mend} to be mended first, {to_see} to be looked at")
    else:
        lines.append(f"{looked}: all of them are in order")
    return "\n".join(lines) + "\n"


def checkup_data(checks: Sequence[Check], on: date) -> dict[str, Any]:
    """The same for machines."""
    return {
        "on": on.isoformat(),
        "checks": [
            {
                "check": one.name,
                "verdict": one.verdict.value,
                "found": one.found,
                "advice": one.advice,
            }
            for one in checks
        ],
        "summary": {verdict.value: _count(checks, verdict) for verdict in Verdict},
    }


def _count(checks: Sequence[Check], verdict: Verdict) -> int:
    return sum(one.verdict is verdict for one in checks)
