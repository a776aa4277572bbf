"""Findings as people and GitHub read them: why, how to mend it, and never more than is shown."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from cpl_registry.edges.installation import schemas
from cpl_registry.edges.reporters import REPORTERS
from cpl_registry.records.documents import TreeFile
from cpl_registry.records.register import sort_files
from cpl_registry.rules.run import RULES, validate

from tests.clones import cpl_here
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


def entries_that_the_dsp_does_not_know(count: int) -> dict[str, bytes]:
    """Entries with one notice each, by their paths."""
    text = standard_register()[ENTRY].decode()
    text = text.replace('version: "4.2"', 'version: "5.2"').replace('"3.2"', '"4.2"')
    text = text.replace("2020-03-0", "2024-03-0")
    found = {}
    for number in range(count):
        firmware = f"3804042{number}"
        digest = f"{number + 1:X}0" * 32
        one = re.sub(r'sha256: "[0-9A-F]+"', f'sha256: "{digest}"', text)
        one = one.replace('"38040401"', f'"{firmware}"')
        found[ENTRY.replace("38040401", firmware)] = one.encode()
    return found


def validated(root: Path, *asked: str) -> str:
    done = cpl_here("validate", *asked, "--root", root, "--on", "2026-11-22")
    assert (done.code, done.err) == (0, "")
    return done.out.decode()


@pytest.mark.parametrize(("count", "told_once"), [(5, False), (6, True)])
def test_many_notices_of_a_rule_are_told_by_one_and_their_number(
    count: int, told_once: bool, tmp_path: Path
) -> None:
    files = {**standard_register(), **entries_that_the_dsp_does_not_know(count)}
    for path, raw in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(raw)
    text = validated(tmp_path, "--format", "text")
    more = f"   = and:  {count - 1} more notices of CPL701, {count} files in all; each of them: cpl"
    assert text.count("notice[CPL701]") == (1 if told_once else count)
    assert (more in text) == told_once
    assert text.splitlines()[-1].startswith(f"0 errors, 0 warnings, {count} notices")
    every = validated(tmp_path, "cpl", "--format", "text")
    assert every.count("notice[CPL701]") == count
    assert "   = and:" not in every
    assert len(json.loads(validated(tmp_path, "--format", "json"))["findings"]) == count


def test_errors_are_told_one_by_one_however_many(tmp_path: Path) -> None:
    for path, raw in standard_register().items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(raw)
    for path, raw in entries_that_the_dsp_does_not_know(7).items():
        (tmp_path / path).write_bytes(raw.replace(b'gbcs_version: "4.2"', b'gbcs_version: "9.9"'))
    done = cpl_here("validate", "--format", "text", "--root", tmp_path, "--on", "2026-11-22")
    assert done.code == 1
    assert done.out.decode().count("error[CPL402]") == 7
