"""The plan of the canonical form as JSON, for writers in other languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cpl_registry.records.canonical import Plan, leaf_paths, plan_of


def plan_document(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The plan that a schema implies, and the dotted paths by which `ordered` mappings are sorted.

    Each plan is a mapping; what is not said of a place is the default: a scalar is quoted. `fields`
    are pairs of name and plan, because their order counts and that of a JSON mapping does not.
    """
    return {"plan": _told(plan_of(schema)), "places": leaf_paths(schema, schema)}


def _told(plan: Plan) -> dict[str, Any]:
    told = {
        "plain": plan.plain,
        "words": sorted(plan.plain_words),
        "item": _told(plan.item) if plan.item else None,
        "fields": [[name, _told(inner)] for name, inner in plan.fields.items()],
        "other": _told(plan.other) if plan.other else None,
        "ordered": plan.order is not None,
    }
    return {name: value for name, value in told.items() if value}
