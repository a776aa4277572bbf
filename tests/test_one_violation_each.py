"""One register with one violation of each rule that judges an entry: each is told once, and no more.

The violations are the cases of the rules, each moved to a key of its own, so that they can live side
by side. Rules that judge other files, or the register as a whole, are named below: their violations
cannot share a register with the others, and each is judged in one of its own. What must be found, and
at which line and column, is what the reviewed `expected.txt` of the cases says.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from cpl_registry.records.device_model import id_of_path
from cpl_registry.rules.rule import Scope
from cpl_registry.rules.run import RULES
from jsonschema import Draft7Validator

from tests.clones import cpl_here
from tests.judging import Files
from tests.repository import ROOT
from tests.rule_cases import ON, Case, cases_of, rule_folders, standard_register

USUAL_DIGESTS = (
    b"7542F475E3F12EAE887D81E32C46D313741D67076B13CAEC2F82E00BA5E1BB36",
    b"4583B02951295305A39F8536A7DAB461BF573E2F737AA14EC21E28D4A65377E1",
)
ELSEWHERE = {
    "CPL202": "a mode, which files on a disk that knows none cannot have",
    "CPL206": "two findings: the code and the name are each of somebody else",
    "CPL502": "two findings: each of the two entries is told of the other",
    "CPL116": "replaces a table that others are judged by",
    "CPL507": "replaces the manufacturers",
    "CPL508": "replaces the manufacturers",
    "CPL511": "a reference file is missing, and what depends on it is not judged",
    "CPL702": "replaces the profile of the DSP",
    "CPL712": "a chain of deliveries: one violation of it a register",
    "CPL713": "a chain of deliveries",
    "CPL714": "replaces the delivery policy",
    "CPL715": "a chain of deliveries, and another layout",
    "CPL717": "a chain of deliveries",
    "CPL801": "replaces the waivers",
    "CPL802": "replaces the waivers",
    "CPL902": "two findings: what is still held is told of as well",
    "CPL932": "replaces the calendar, as that of CPL931 does",
    "CPL933": "replaces the calendar, as that of CPL931 does",
    "CPL934": "replaces the calendar, as that of CPL931 does",
    "CPL935": "replaces the calendar, as that of CPL931 does",
}
"""Rules whose violation cannot live beside those of the others, and why."""
TWOFOLD = {
    "CPL206": "the code is of two entries",
    "CPL502": "the hash is of two entries",
    "CPL511": "the folder of a manufacturer that nobody knows",
    "CPL802": "what was waived is told again",
}
"""Those of them whose violation is told at two places, and why."""


SARIF = json.loads((ROOT / "tests" / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
Found = tuple[str, str, int | None, int | None]
"""A finding as it must be: rule, path, line, column."""
_LINE = re.compile(r"(?P<case>[^:]+): (?P<rule>CPL\d{3}) \w+ (?P<path>\S+?)(?::(\d+):(\d+))? .+")


def on_file(folder: Path) -> dict[str, list[Found]]:
    """What `expected.txt` says of each case of a rule."""
    found: dict[str, list[Found]] = {}
    for line in (folder / "expected.txt").read_text(encoding="utf-8").splitlines():
        if match := _LINE.fullmatch(line):
            place = (int(match[4]), int(match[5])) if match[4] else (None, None)
            found.setdefault(match["case"], []).append((match["rule"], match["path"], *place))
    return found


@dataclass(frozen=True, kw_only=True)
class Violation:
    """The files of a case at a key of its own, and the one finding that they give."""

    files: dict[str, bytes]
    rule: str
    path: str
    line: int | None
    column: int | None


def violations() -> Iterator[Violation]:
    taken = set(standard_register())
    for number, folder in enumerate(rule_folders()):
        told = on_file(folder)
        for case in cases_of(folder):
            if not case.name.startswith("bad-") or case.base is not None or case.modes:
                continue
            model = f"{0xA000 + number:04X}"
            files = {
                place(path, model): moved(raw, case.files, model)
                for path, raw in case.files.items()
            }
            if case.absent or case.on != ON or taken & set(files):
                continue
            if len(told.get(case.name, ())) == 1:
                ((rule, path, line, column),) = told[case.name]
                assert rule == folder.name.split("-")[0]
                yield Violation(
                    files=files, rule=rule, path=place(path, model), line=line, column=column
                )
                taken |= set(files)
                break


def place(path: str, model: str) -> str:
    return path.replace("-0005-", f"-{model.lower()}-")


def moved(raw: bytes, files: Files, model: str) -> bytes:
    """The same file for another model, with an image of its own."""
    raw = raw.replace(b'model_identifier: "0005"', b'model_identifier: "' + model.encode() + b'"')
    for path in files:
        if found := id_of_path(path):
            raw = raw.replace(found.encode(), place(found, model).encode())
    for number, digest in enumerate(USUAL_DIGESTS):
        raw = raw.replace(digest, model.encode() * 15 + f"{number:04X}".encode())
    return raw


@cache
def all_violations() -> tuple[Violation, ...]:
    return tuple(violations())


def all_files() -> Files:
    return {path: raw for one in all_violations() for path, raw in one.files.items()}


def validated(
    root: Path, files: Files, modes: Mapping[str, str] | None = None, on: date = ON
) -> list[Found]:
    """What `cpl validate --format json` finds in a register, and that it ends as it must."""
    for path, raw in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(raw)
        if modes and modes.get(path) == "100755":
            (root / path).chmod(0o755)
    asked = ("--root", root, "--on", on.isoformat(), "--format", "json")
    done = cpl_here("validate", *asked)
    findings = json.loads(done.out)["findings"]
    errors = any(one["severity"] == "error" for one in findings)
    assert (done.code, done.err) == (1 if errors else 0, "")
    return [(one["rule"], one["path"], one["line"], one["column"]) for one in findings]


def test_each_violation_is_told_once_and_nothing_else_is(tmp_path: Path) -> None:
    files = {**standard_register(), **all_files()}
    expected = [(one.rule, one.path, one.line, one.column) for one in all_violations()]
    assert sorted(validated(tmp_path, files), key=str) == sorted(expected, key=str)


@pytest.mark.parametrize("form", ["sarif", "github"])
def test_other_programs_are_told_the_same(form: str, tmp_path: Path) -> None:
    """What SARIF says is held against its schema; an annotation is one line, and escaped."""
    found = validated(tmp_path, {**standard_register(), **all_files()})
    done = cpl_here("validate", "--root", tmp_path, "--on", ON.isoformat(), "--format", form)
    assert (done.code, done.err) == (1, "")
    if form == "sarif":
        log = json.loads(done.out)
        assert not list(Draft7Validator(SARIF).iter_errors(log))
        results = log["runs"][0]["results"]
        assert sorted(one["ruleId"] for one in results) == sorted(one[0] for one in found)
        return
    lines = done.out.decode().splitlines()
    annotations = [line for line in lines if line.startswith("::")]
    assert len(annotations) > 10
    for line in annotations:
        place = r"file=[^:,\x00-\x1f]+,line=\d+,col=\d+,title=CPL\d{3}"
        assert re.fullmatch(rf"::(error|warning|notice) (title=cpl|{place})::[^\x00-\x1f]+", line)


def folder_of(rule: str) -> Path:
    return next(folder for folder in rule_folders() if folder.name.startswith(f"{rule}-"))


def judged_alone(rule: str) -> Case:
    """The case of a rule that a disk can hold, with as little besides as there is."""
    told = on_file(folder_of(rule))
    cases = [
        case
        for case in cases_of(folder_of(rule))
        if case.name.startswith("bad-") and set(case.modes.values()) <= {"100755"}
    ]
    return min(cases, key=lambda case: len(told[case.name]))


@pytest.mark.parametrize("rule", ELSEWHERE)
def test_a_violation_in_a_register_of_its_own(rule: str, tmp_path: Path) -> None:
    case = judged_alone(rule)
    files = {
        path: raw
        for path, raw in {**standard_register(), **case.files}.items()
        if path not in case.absent
    }
    found = validated(tmp_path, files, case.modes, case.on)
    assert sorted(found, key=str) == sorted(on_file(folder_of(rule))[case.name], key=str)
    # What is told besides is named above, where the reason stands.
    assert rule in {one[0] for one in found}
    assert len(found) == (1 if rule not in TWOFOLD else 2)


def test_which_rules_have_their_violation_elsewhere() -> None:
    here = {one.rule for one in all_violations()}
    assert here & set(ELSEWHERE) == set()
    assert {rule.id for rule in RULES if rule.scope is not Scope.CHANGE} == here | set(ELSEWHERE)
    assert len(here) > 50
    # Each of them alone is judged above, and the changes by whole lines in test_rules.py.
    for rule in ELSEWHERE:
        assert judged_alone(rule).name
