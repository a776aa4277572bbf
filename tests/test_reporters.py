"""Findings as people and GitHub read them: why, how to mend it, and never more than is shown."""

import re
from datetime import date

from cpl_registry.edges.installation import schemas
from cpl_registry.edges.reporters import REPORTERS
from cpl_registry.records.documents import TreeFile
from cpl_registry.records.register import sort_files
from cpl_registry.rules.run import RULES, validate

from tests.commands.calling import ENTRY
from tests.rule_cases import standard_register


def told(raw: bytes, form: str, path: str = ENTRY) -> list[str]:
    files = {**standard_register(), path: raw}
    tree = sort_files(TreeFile(path=name, raw=text) for name, text in files.items())
    report = validate(tree, schemas(), date(2026, 11, 22))
    text: str = REPORTERS[form](report, tree.documents, colour=False)
    return text.splitlines()


def with_errors(count: int) -> bytes:
    """The entry of the small register with so many unknown fields, each an error."""
    fields = "".join(f'zz_{number:03}: "a"\n' for number in range(count))
    return standard_register()[ENTRY].replace(b"history:\n", fields.encode() + b"history:\n")


def test_text_says_why_and_how_to_mend_it() -> None:
    lines = told(with_errors(1), "text")
    why = next(rule.why for rule in RULES if rule.id == "CPL122")
    assert f"   = why:  {' '.join(why.split())}" in lines
    parts = [line.split(":")[0].strip() for line in lines if line.startswith("   = ")]
    assert parts == ["= why", "= fix", "= help"]
    assert lines[-1].startswith("1 error, 0 warnings, 0 notices in 1 entry")


def test_ten_annotations_are_ten() -> None:
    lines = told(with_errors(10), "github")
    assert len(lines) == 10
    assert all(line.startswith("::error file=") for line in lines)


def test_of_more_than_ten_the_last_sums_up_and_the_log_has_the_rest() -> None:
    lines = told(with_errors(25), "github")
    annotations = [line for line in lines if line.startswith("::")]
    assert len(annotations) == 10
    assert annotations[-1] == (
        "::error title=cpl::16 further errors: the log of this step lists them"
    )
    rest = [line for line in lines if not line.startswith("::")]
    assert len(rest) == 16
    assert all(line.startswith(f"error CPL122 {ENTRY}:") for line in rest)


def test_a_name_can_be_no_workflow_command() -> None:
    path = "cpl/devices/esme/albion-metering/a,line=1::x%0A::error::y\n::notice::z.yaml"
    lines = told(b"a: b\n", "github", path)
    form = r"::error file=[^:,\n]+,line=\d+,col=\d+,title=CPL\d{3}::.*"
    assert [line for line in lines if re.fullmatch(form, line)]
    others = [line for line in lines if line.startswith("::") and not re.fullmatch(form, line)]
    assert [one for one in others if not one.startswith("::error title=cpl::")] == []
