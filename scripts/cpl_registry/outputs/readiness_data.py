"""Readiness as JSON, for machines."""

from __future__ import annotations

from datetime import date
from typing import Any

from cpl_registry.records.dsp_profile import Step
from cpl_registry.state.announced import Named
from cpl_registry.state.dated_changes import Change
from cpl_registry.state.gaps import WARN_DAYS, Gap
from cpl_registry.state.readiness import Readiness


def readiness_data(answer: Readiness) -> dict[str, Any]:
    """The answer of `cpl readiness --format json`."""
    return {
        "on": answer.on.isoformat(),
        "until": answer.until.isoformat(),
        "warn_days": WARN_DAYS,
        "alarm": bool(answer.alarms),
        "gaps": [_gap_data(gap, answer.on) for gap in answer.gaps],
        "ahead": [_change_data(change) for change in answer.ahead],
        "ended": [_change_data(change) for change in answer.standing],
        "overdue": [_step_data(step) for step in answer.overdue],
        "unconfirmed": [
            {"kind": one.kind, "version": one.value, "fields": list(names)}
            for one, names in answer.unconfirmed
        ],
    }


def _gap_data(gap: Gap, on: date) -> dict[str, Any]:
    return {
        "kind": gap.kind.value,
        "alarm": gap.alarms(on),
        "start": gap.start.isoformat(),
        "end": gap.end.isoformat() if gap.end else None,
        "days": gap.days,
        "device_types": list(gap.device_types),
        "not_recognised": [_named_data(one) for one in gap.values],
        "ended_versions": [_named_data(one) for one in gap.left],
        "ended_by": _step_data(gap.ended_by) if gap.ended_by else None,
        "entries": {
            "on_ended_versions": list(gap.size.leaving),
            "held": list(gap.size.held),
            "waiting": list(gap.size.waiting),
        },
        "manufacturers": list(gap.size.manufacturers),
    }


def _named_data(one: Named) -> dict[str, str]:
    return {"kind": one.kind, "version": one.value}


def _step_data(step: Step) -> dict[str, Any]:
    return {
        "start": step.start.isoformat(),
        "known_from": step.known_from.isoformat() if step.known_from else None,
        "expected": step.expected,
        "source": step.source,
    }


def _change_data(change: Change) -> dict[str, Any]:
    return {
        "day": change.day.isoformat(),
        "kind": change.kind.value,
        "subject": _named_data(change.subject) if change.subject else None,
        "values": [_named_data(one) for one in change.values],
        "entries": list(change.entries),
        "manufacturers": list(change.manufacturers),
        "recognised": change.recognised,
    }
