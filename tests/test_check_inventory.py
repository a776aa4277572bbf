"""`cpl check-inventory`: what it prints, how it ends, and what its guide says of it."""

import json
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cpl_registry.outputs.inventory_tables import COLUMNS, GIVEN
from cpl_registry.outputs.inventory_told import STATE_WORDS
from cpl_registry.records.inventory_device import DUIS_NAMES
from cpl_registry.state.inventory_state import State

from tests.inventories import JSON, MODELS, ODD, ON, XML, rows_of
from tests.judging import hold_against
from tests.registers import REAL, STANDING_ROW, called, cpl
from tests.repository import ROOT

GUIDE = ROOT / "docs" / "how-to" / "check-an-inventory.md"
ON_REAL = ("--root", str(REAL), "--on", ON.isoformat())
_EXAMPLE = re.compile(r"```console\n\$ cpl (.+)\n((?:.*\n)*?)```")


def ran(path: Path, *options: str) -> tuple[int, str, str]:
    answer = called("check-inventory", path, *ON_REAL, *options)
    return answer.returncode, answer.stdout.decode(), answer.stderr.decode()


# -------------------------------------------------------------------------------------------- the command


@pytest.mark.parametrize("path", [XML, JSON], ids=["xml", "json"])
def test_the_published_answer_is_on_the_list(path: Path) -> None:
    code, out, err = ran(path)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    for line, (kind, maker, model, firmware, _) in zip(lines[:5], MODELS, strict=True):
        assert f"  {kind} {maker} {model} {firmware}: on the list, Active since 2023-12-31" in line
    assert not lines[5]
    assert lines[6].startswith("On 2026-11-22: 5 devices, 5 on the list as Active, 0 not, 0 with")


def test_one_digit_changed_ends_with_exit_code_1(tmp_path: Path) -> None:
    changed = tmp_path / "changed.xml"
    text = XML.read_text(encoding="utf-8")
    changed.write_text(text.replace("38040404", "38040405"), encoding="utf-8")
    code, out, _ = ran(changed)
    assert code == 1
    assert [line.split(": ")[1].split(";")[0] for line in out.splitlines()[:5]] == [
        *["on the list, Active since 2023-12-31"] * 2,
        "not on the list",
        *["on the list, Active since 2023-12-31"] * 2,
    ]
    assert "38040404" not in out


def test_json_and_csv_say_the_same() -> None:
    asked = ("check-inventory", ODD, "--root", STANDING_ROW, "--on", "2018-05-25", "--format")
    answer = called(*asked, "json")
    assert answer.returncode == 1
    told: dict[str, Any] = json.loads(answer.stdout)
    answer = called(*asked, "csv")
    assert answer.returncode == 1
    out = answer.stdout.decode()
    rows = rows_of(out)
    assert out.count("\r\n") == out.count("\n") == len(rows) + 1
    assert tuple(rows[0]) == COLUMNS
    for one, row in zip(told["devices"], rows, strict=True):
        assert one["given"] == {name: row[name] for name in GIVEN}
        assert (one["place"], one["state"], one["told"]) == (
            row["place"],
            row["state"],
            row["told"],
        )
        assert one["on_the_list"] == (row["on_the_list"] == "yes")
        assert ((one["entry"] or {}).get("entry_id") or "") == row["entry_id"]
        assert " ".join((one["read_as"] or {}).values()) == row["read_as"]
    assert told["on"] == "2018-05-25"
    assert told["summary"] == {
        "devices": 6,
        "active": 2,
        "not_active": 4,
        "status_differs": 2,
        "states": {
            "listed-awaiting-delivery": 1,
            "listed-amendment-held": 1,
            "not-on-the-list": 1,
            "type-2": 1,
            "smets1": 1,
            "not-understood": 1,
        },
    }
    assert told["devices"][1]["differences"] == [
        {"field": "cpl_status", "inventory": "EXPIRED", "list": "Active"},
        {"field": "specification_version", "inventory": "SMETS V3.0", "list": "SMETS2 2.0"},
        {"field": "gbcs_version", "inventory": "1.0", "list": "1.1"},
    ]
    assert told["devices"][1]["entry"]["held_since"] == rows[1]["held_since"] == "2018-05-21"


def test_a_day_before_the_listing() -> None:
    answer = cpl("check-inventory", XML, "--root", REAL, "--on", "2023-12-30")
    assert answer.returncode == 1
    assert answer.stdout.count(b": not on the list; ") == 5


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<!DOCTYPE a [\n<!ENTITY b 'c'>]><a>&b;</a>", ":1:13: a document type declaration"),
        (b"{", ":1:2: the JSON cannot be read"),
        (b"DeviceID\n1\n", ":1:1: the first line has no column DeviceType"),
        (b'{"DSPInventory": {"Device": {"DeviceID": 1}}}', " at /DSPInventory/Device/DeviceID: "),
        (b"", ": the file is empty"),
    ],
    ids=["xml", "json", "csv", "number", "empty"],
)
def test_a_file_that_cannot_be_read_is_one_line(content: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "answer"
    path.write_bytes(content)
    code, out, err = ran(path)
    assert (code, out) == (2, "")
    assert err.startswith(f"cpl: {path}{says}")
    assert "to mend it: " in err
    assert err.count("\n") == 1


def test_no_file_and_no_register(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.xml", tmp_path):
        code, out, err = ran(path)
        assert (code, out) == (2, "")
        assert err.startswith(f"cpl: {path} cannot be read: ")
        assert err.count("\n") == 1
    answer = called("check-inventory", XML, "--root", tmp_path)
    assert answer.returncode == 2
    assert b"Traceback" not in answer.stderr


def test_nothing_of_the_inventory_is_stored(tmp_path: Path) -> None:
    root = tmp_path / "register"
    shutil.copytree(REAL, root)
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    for form in ("text", "json", "csv"):
        assert called("check-inventory", XML, "--root", root, "--format", form).returncode == 0
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


# ---------------------------------------------------------------------------------------------- the guide


def test_the_examples_of_the_guide_are_what_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    codes = []

    def run(match: re.Match[str]) -> str:
        answer = called(*match[1].split())
        codes.append(answer.returncode)
        return f"```console\n$ cpl {match[1]}\n{answer.stdout.decode()}```"

    hold_against(GUIDE, _EXAMPLE.sub(run, GUIDE.read_text(encoding="utf-8")))
    assert codes == [0, 1]


def test_the_guide_names_every_state_and_column() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert re.findall(r"^\| `([a-z0-9-]+)` \|", text, re.MULTILINE) == [str(one) for one in State]
    assert set(STATE_WORDS) == set(State)
    assert {name for name in DUIS_NAMES if f"`{name}`" not in text} == set()


def test_the_files_are_those_of_the_answer() -> None:
    """Device ids are invented: they begin with seven zero octets."""
    for path in (XML, JSON, ODD):
        ids = re.findall(r"(?:[0-9A-Fa-f]{2}-){7}[0-9A-Fa-f]{2}", path.read_text(encoding="utf-8"))
        assert len(ids) >= 5
        assert all(one.startswith("00-00-00-00-00-00-00-") for one in ids)
    assert date(2026, 11, 22) == ON
