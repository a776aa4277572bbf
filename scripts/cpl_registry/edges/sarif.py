"""Findings as SARIF 2.1.0, the form in which code hosts and editors take them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from cpl_registry.records.findings import Finding, Severity, Verdict
from cpl_registry.records.shown import shown

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTICE: "note"}


def as_sarif(report: Verdict, _sources: object, *, colour: bool = False) -> str:
    """The findings as one SARIF run; only rules that found something are described."""
    from cpl_registry.rules.run import RULES  # dear, and told in this form alone

    del colour
    found = {one.rule for one in report.findings}
    rules = [rule for rule in RULES if rule.id in found]
    index = {rule.id: number for number, rule in enumerate(rules)}
    driver = {
        "name": "cpl",
        "rules": [
            {
                "id": rule.id,
                "name": rule.name,
                "shortDescription": {"text": rule.title},
                "fullDescription": {"text": rule.why},
                "help": {"text": f"{rule.fix} (cpl explain {rule.id})"},
                "defaultConfiguration": {"level": _LEVELS[rule.severity]},
            }
            for rule in rules
        ],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, index[one.rule]) for one in report.findings],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _result(one: Finding, rule_index: int) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": quote(one.path)}}
    if one.line is not None:
        region = {"startLine": one.line, "startColumn": one.column, "endColumn": one.end_column}
        place["region"] = {name: number for name, number in region.items() if number is not None}
    text = f"{one.message}. {one.fix}" if one.fix else one.message
    return {
        "ruleId": one.rule,
        "ruleIndex": rule_index,
        "level": _LEVELS[one.severity],
        "message": {"text": shown(text, 800)},
        "locations": [{"physicalLocation": place}],
    }
