"""One register with one violation of each rule that judges an entry: each is told once, and no more.

The violations are the cases of the rules, each moved to a key of its own, so that they can live side
by side. Rules that judge other files, or the register as a whole, are named below: their violations
cannot share a register with the others, and each has one of its own in tests/cases.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cpl_registry.records.device_model import id_of_path
from cpl_registry.rules.rule import Scope
from cpl_registry.rules.run import RULES

from tests.clones import cpl_here
from tests.judging import Files
from tests.rule_cases import ON, cases_of, rule_folders, standard_register

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
    "CPL801": "replaces the waivers",
    "CPL802": "replaces the waivers",
}
"""Rules whose violation cannot live beside those of the others, and why."""


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
            found = case.findings()
            if len(found) == 1:
                (one,) = found
                yield Violation(
                    files=files,
                    rule=folder.name.split("-")[0],
                    path=place(one.path, model),
                    line=one.line,
                    column=one.column,
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


def test_each_violation_is_told_once_and_nothing_else_is(tmp_path: Path) -> None:
    files = {
        **standard_register(),
        **{path: raw for one in all_violations() for path, raw in one.files.items()},
    }
    for path, raw in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(raw)
    asked = ("--root", tmp_path, "--on", ON.isoformat(), "--format", "json")
    done = cpl_here("validate", *asked)
    assert (done.code, done.err) == (1, "")
    told = json.loads(done.out)
    found = [(one["rule"], one["path"], one["line"], one["column"]) for one in told["findings"]]
    expected = [(one.rule, one.path, one.line, one.column) for one in all_violations()]
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_which_rules_have_their_violation_elsewhere() -> None:
    here = {one.rule for one in all_violations()}
    assert here & set(ELSEWHERE) == set()
    assert {rule.id for rule in RULES if rule.scope is not Scope.CHANGE} == here | set(ELSEWHERE)
    assert len(here) > 50
    # Each of them alone, and the changes, by whole lines: test_rules.py.
    folders = {folder.name.split("-")[0]: folder for folder in rule_folders()}
    for rule in ELSEWHERE:
        told = (folders[rule] / "expected.txt").read_text(encoding="utf-8")
        assert f": {rule} " in told
