"""Every rule on situations that keep it and situations that break it: whole finding lines compared.

`expected.txt` beside the cases of a rule holds every finding of every case, a line each:
`<case>: CPL404 error <path>:<line>:<column> <message>`. How a case is written: tests/rule_cases.py.
"""

from pathlib import Path

import pytest

from tests.judging import hold_against, line_of
from tests.rule_cases import REGISTER, Case, cases_of, files_in, rule_folders


def test_the_register_around_the_cases_is_right() -> None:
    assert files_in(REGISTER)
    assert [line_of(one) for one in Case(name="register", files={}).findings()] == []


@pytest.mark.parametrize("folder", rule_folders(), ids=lambda path: path.name)
def test_the_cases_of_a_rule(folder: Path) -> None:
    rule = folder.name.split("-")[0]
    told = []
    for case in cases_of(folder):
        assert case.name.startswith(("ok-", "bad-")), case.name
        findings = case.findings()
        broken = any(one.rule == rule for one in findings)
        assert broken == case.name.startswith("bad-"), case.name
        assert all(one.fix for one in findings), case.name
        told += [f"{case.name}: {line_of(one)}\n" for one in findings]
    hold_against(folder / "expected.txt", "".join(told))
