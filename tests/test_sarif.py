"""SARIF output is what its own schema says, whatever the findings are."""

import json

from click.testing import CliRunner
from cpl_registry.edges.cli import cpl
from jsonschema import Draft7Validator

from tests.repository import ROOT

SCHEMA = json.loads((ROOT / "tests" / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))


def test_findings_of_the_shipped_register_as_sarif() -> None:
    answer = CliRunner().invoke(cpl, ["validate", "--root", str(ROOT), "--format", "sarif"])
    log = json.loads(answer.stdout)
    assert not list(Draft7Validator(SCHEMA).iter_errors(log))
    run = log["runs"][0]
    assert run["results"], "the demonstration has warnings and notices to tell"
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        region = result["locations"][0]["physicalLocation"]["region"]
        assert region["startLine"] >= 1
        assert region["endColumn"] > region["startColumn"] >= 1
