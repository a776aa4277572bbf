"""The catalogue of rules: each has one id, a letter to whoever breaks it, and cases that show it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from cpl_registry.edges.explaining import catalogue, explanation
from cpl_registry.records.findings import Severity
from cpl_registry.rules.rule import CPL_LIVE, Rule, Scope, rule
from cpl_registry.rules.run import RULES

from tests.repository import ROOT
from tests.rule_cases import cases_of, rule_folders

CPL = Path(sys.executable).with_name("cpl")
each_rule = pytest.mark.parametrize("one", RULES, ids=lambda one: one.id)


def folder_of(one: Rule) -> Path:
    return ROOT / "tests" / "cases" / f"{one.id}-{one.name.replace('_', '-')}"


def test_ids_are_unique_and_ascend() -> None:
    ids = [one.id for one in RULES]
    assert ids == sorted(set(ids))
    assert all(re.fullmatch(r"CPL[1-9][0-9]{2}", one) for one in ids)


def test_names_are_unique() -> None:
    assert len({one.name for one in RULES}) == len(RULES)


def test_no_rule_is_left_out_of_the_catalogue() -> None:
    written = {
        found
        for path in (ROOT / "scripts/cpl_registry/rules").glob("*_rules.py")
        for found in re.findall(r'@rule\(\s*"(CPL[0-9]{3})"', path.read_text(encoding="utf-8"))
    }
    assert written == {one.id for one in RULES}


@each_rule
def test_has_a_letter_to_whoever_breaks_it(one: Rule) -> None:
    assert re.fullmatch(r"[A-Z].*\.", one.title), one.title
    for text in (one.why, one.fix):
        assert text.endswith("."), text
        assert len(text.split()) >= 3, text
    assert one.source
    assert isinstance(one.severity, Severity)
    assert one.since >= CPL_LIVE


@each_rule
def test_has_cases_that_keep_it_and_cases_that_break_it(one: Rule) -> None:
    names = [case.name for case in cases_of(folder_of(one))]
    assert any(name.startswith("ok-") for name in names)
    assert any(name.startswith("bad-") for name in names)


def test_every_case_is_of_a_rule() -> None:
    assert rule_folders() == sorted(map(folder_of, RULES))


@each_rule
def test_is_explained(one: Rule) -> None:
    text = " ".join(explanation(one.id).split())
    told = (one.title, one.why[1:], one.fix[1:], one.source[1:])
    for part in (one.id, *told, f"({one.severity}, since {one.since})"):
        assert " ".join(part.split()) in text


def test_is_explained_by_the_real_command_in_any_case_of_letters() -> None:
    done = subprocess.run([CPL, "explain", "cpl404"], capture_output=True, check=True, text=True)
    assert done.stdout == explanation("CPL404")
    assert done.stderr == ""


def test_the_catalogue_has_a_line_for_each() -> None:
    lines = catalogue().splitlines()
    assert [line.split()[0] for line in lines] == [one.id for one in RULES]
    assert all(line.endswith(one.title) for line, one in zip(lines, RULES, strict=True))


def test_a_rule_without_a_letter_is_no_rule() -> None:
    def check() -> None:
        """A title alone."""

    with pytest.raises(ValueError, match="Why"):
        rule("CPL999", scope=Scope.ENTRY, source="nowhere")(check)  # type: ignore[arg-type]
