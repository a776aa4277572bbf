"""`cpl import`: a workbook as administrators keep it, all of it or a report of what is wrong with it."""

import errno
import io
import json
import os
import random
import shutil
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from cpl_registry.edges import installation
from cpl_registry.edges.import_tables import DEFAULT_MAPPING
from cpl_registry.edges.reading import read
from cpl_registry.outputs.register_csv import data_files
from cpl_registry.outputs.workbook_columns import ENTRIES, HISTORY
from cpl_registry.records.canonical import ENTRY_FIRST_LINE, canonical
from cpl_registry.records.device_model import entry_path, id_of_path
from cpl_registry.records.workbook_cells import letters_of
from cpl_registry.state.publication import publish
from openpyxl import Workbook

from benchmarks.registers import write
from tests.broken_rows import BROKEN
from tests.builders import LISTED, device_model
from tests.clones import Done, cpl_here
from tests.commands.calling import files_of
from tests.registers import REGISTERS
from tests.repository import ROOT
from tests.rule_cases import REGISTER
from tests.workbooks import ON, Row, book, entry_files, headers, published, tables_of

ENTRIES_OF_A_REGISTER = 5000
SEED = 11
DAY = ON.isoformat()


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register of 5,000 entries from a seed."""
    root = tmp_path_factory.mktemp("generated")
    write(root, ENTRIES_OF_A_REGISTER, seed=SEED, home=ROOT)
    return root


def emptied(root: Path, into: Path) -> Path:
    """A register with the same reference data and no entries."""
    for name in ("reference", "dcc", "panel"):
        if (root / "cpl" / name).is_dir():
            shutil.copytree(root / "cpl" / name, into / "cpl" / name)
    for name in ("deliveries", "acknowledgements"):
        shutil.rmtree(into / "cpl" / "dcc" / name, ignore_errors=True)
    return into


# ------------------------------------------------------------------------- 5,000 rows, 50 broken


@dataclass(frozen=True, kw_only=True)
class Spoilt:
    """A workbook with broken rows: its bytes, what must be told, the files that none of it makes."""

    raw: bytes
    expected: list[tuple[str, int, str, str]]
    lost: frozenset[str]


@pytest.fixture(scope="module")
def spoilt(generated: Path) -> Spoilt:
    tables = tables_of(published(generated))
    rows, lines = tables["Entries"], tables["History"]
    named = {word for row in rows for word in row["Upgrades from"].split("; ")}
    named |= {line["Replaced by"] for line in lines if "Replaced by" in line}
    of: dict[str, list[Row]] = {}
    for line in lines:
        of.setdefault(line["Entry id"], []).append(line)
    free = [
        row
        for row in rows
        if row["Device type"] == "ESME"
        and row["Entry id"] not in named
        and [line["Event"] for line in of[row["Entry id"]]] == ["submitted", "listed"]
        and "CPA expires" in row
    ]
    expected = []
    lost, merged = set(), []
    for broken, row in zip(BROKEN, free, strict=False):
        entry_id = row["Entry id"]
        lost.add(entry_id)
        own = of[entry_id]
        if broken.twin:
            of[entry_id] = []
            row.update(rows[0])
            continue
        broken.change(row, own)
        if broken.merged:
            row.setdefault("Evidence", "zigbee-firmware-mapping: DEMO-EV-0001")
    tables["History"] = [line for own in of.values() for line in own]
    places = {id(row): number for name in tables for number, row in enumerate(tables[name], 2)}
    order = {name: headers(rows) for name, rows in tables.items()}
    for broken, row in zip(BROKEN, free, strict=False):
        sheet, place = "Entries", places[id(row)]
        if broken.line is not None:
            own = of[next(one for one in lost if of.get(one) and one == row["Entry id"])]
            sheet, place = "History", places[id(own[broken.line])]
        column = letters_of(order[sheet].index(broken.header) + 1)
        expected.append((sheet, place, column, broken.told))
        if broken.merged:
            beside = letters_of(order[sheet].index(broken.header) + 2)
            merged.append((sheet, f"{column}{place}:{beside}{place}"))
    assert order["Entries"][-1] == "Evidence", "the cell beside the merged one must be empty"
    return Spoilt(raw=book(tables, merged), expected=sorted(expected), lost=frozenset(lost))


def test_there_are_fifty_ways() -> None:
    assert len(BROKEN) == len({(one.header, one.told) for one in BROKEN}) == 50


def test_each_broken_row_is_told_once_with_its_cell_and_nothing_is_written(
    spoilt: Spoilt, generated: Path, tmp_path: Path
) -> None:
    root = emptied(generated, tmp_path / "empty")
    file = tmp_path / "list.xlsx"
    file.write_bytes(spoilt.raw)
    before = files_of(root)
    done = cpl_here("import", file, "--root", root, "--on", DAY, "--format", "json")
    assert (done.code, done.err) == (1, "")
    report = json.loads(done.out)
    found = [one for one in report["problems"] if one["severity"] == "error"]
    places = [(one["sheet"], one["row"], one["column"]) for one in found]
    assert sorted(places) == [one[:3] for one in spoilt.expected]
    messages = dict(zip(places, (one["message"] for one in found), strict=True))
    for sheet, row, column, words in spoilt.expected:
        assert words in messages[sheet, row, column]
    assert all(one["fix"] for one in found)
    assert report["written"] is False
    assert files_of(root) == before


def test_the_good_rows_are_written_on_demand_byte_for_byte(
    spoilt: Spoilt, generated: Path, tmp_path: Path
) -> None:
    root = emptied(generated, tmp_path / "empty")
    file = tmp_path / "list.xlsx"
    file.write_bytes(spoilt.raw)
    done = cpl_here("import", file, "--partial", "--root", root, "--on", DAY)
    assert done.code == 1
    assert "50 problems in 50 rows" in done.told
    written, original = entry_files(root), entry_files(generated)
    assert len(written) == ENTRIES_OF_A_REGISTER - 50
    assert {path for path in original if path not in written} == {
        path for path in original if id_of_path(path) in spoilt.lost
    }
    assert all(written[path] == original[path] for path in written)


# ----------------------------------------------------------------------------- there and back again


@pytest.mark.parametrize("name", REGISTERS)
def test_the_published_workbook_makes_the_same_entries(name: str, tmp_path: Path) -> None:
    root, new = REGISTERS[name], emptied(REGISTERS[name], tmp_path / "new")
    file = tmp_path / "cpl.xlsx"
    file.write_bytes(published(root, date(2026, 11, 22)))
    done = cpl_here("import", file, "--root", new, "--on", "2026-11-22")
    assert (done.code, done.err) == (0, ""), done.told
    assert entry_files(new) == entry_files(root)
    again = cpl_here("import", file, "--root", new, "--on", "2026-11-22")
    assert again.code == 0
    assert f"0 new entries, {len(entry_files(root))} already there" in again.told
    assert again.out.endswith(b"nothing is written\n")


def test_what_hardly_any_entry_has_comes_back_as_well(tmp_path: Path) -> None:
    """Certificates in another order, evidence of two kinds, lists in a history, letters of others."""
    root = tmp_path / "old"
    shutil.copytree(REGISTER / "cpl", root / "cpl")
    for path in root.glob("cpl/devices/*/*/*.yaml"):
        path.unlink()
    data = device_model(
        model_name="Z\u00e4hler x005F",
        evidence=[
            {"kind": "zigbee-firmware-mapping", "reference": "EV_x0041_1"},
            {"kind": "zigbee-firmware-mapping", "reference": "EV 2"},
            {"kind": "other", "reference": "EV 3"},
        ],
        history=[
            *LISTED,
            {
                "date": "2021-03-02",
                "event": "amended",
                "changed": {"evidence.other": {"to": ["EV 9"]}},
            },
            {
                "date": "2021-03-02",
                "event": "amended",
                "changed": {
                    "evidence.other": {"from": ["EV 9"], "to": "EV 3"},
                    "evidence.zigbee-firmware-mapping": {
                        "from": "EV 2",
                        "to": ["EV_x0041_1", "EV 2"],
                    },
                    "model_name": {"from": "AM-100", "to": "Z\u00e4hler x005F"},
                },
                "reason": "Known now",
            },
        ],
    )
    data["assurance_certificates"].reverse()
    path = root / entry_path(data)
    plan = installation.schemas()["device-model"].plan
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(canonical(data, plan, ENTRY_FIRST_LINE), encoding="utf-8", newline="")
    file = tmp_path / "cpl.xlsx"
    file.write_bytes(published(root))
    new = emptied(root, tmp_path / "new")
    done = cpl_here("import", file, "--root", new, "--on", DAY)
    assert done.code == 0, done.told
    assert entry_files(new) == entry_files(root)


def test_the_default_mapping_knows_each_header_of_the_workbook() -> None:
    data = yaml.CBaseLoader(DEFAULT_MAPPING.read_text(encoding="utf-8")).get_single_data()
    for columns, name, sheet in ((ENTRIES, "field", "entries"), (HISTORY, "part", "history")):
        known = {(one[name], header) for one in data[sheet]["columns"] for header in one["headers"]}
        assert {(one.field, one.header) for one in columns} <= known


def test_the_published_table_lacks_what_an_entry_needs_and_that_is_said(tmp_path: Path) -> None:
    file = tmp_path / "cpl.csv"
    state = publish(read(REGISTER, ON).report.register, ON)
    file.write_bytes(next(data_files(state)).content)
    done = cpl_here("import", file, "--root", REGISTER, "--on", DAY)
    assert done.code == 2
    assert "no column for assurance_certificates.ZigBee.issued (header ZigBee issued)" in done.err
    assert done.err.count("\n") == 1


def test_the_published_table_with_the_missing_days_is_read(tmp_path: Path) -> None:
    state = publish(read(REGISTER, ON).report.register, ON)
    header, row = next(data_files(state)).content.decode().splitlines()
    file = tmp_path / "cpl.csv"
    file.write_text(
        f"{header},zigbee_issued,dlms_issued,cpa_issued,submitted_on\r\n"
        f"{row},2020-01-15,2020-01-20,2020-02-03,2020-03-02\r\n",
        encoding="utf-8",
        newline="",
    )
    root = emptied(REGISTER, tmp_path / "new")
    done = cpl_here("import", file, "--root", root, "--on", DAY)
    assert done.code == 0, done.told
    assert "history made for 1 entry" in done.told
    (made,) = entry_files(root).values()
    (original,) = entry_files(REGISTER).values()
    # A table has no place for evidence.
    lost = b'evidence:\n  - kind: zigbee-firmware-mapping\n    reference: "DEMO-EV-0001"\n'
    assert made == original.replace(lost, b"")


# -------------------------------------------------------------------------- other people's workbooks

MAPPING = """\
entries:
  sheet: "Meters"
  header_row: "3"
  columns:
    - field: model_identifier
      headers:
        - "Model"
    - field: firmware_version
      headers:
        - "Firmware"
        - "FW"
    - field: gbcs_version
      headers:
        - "GBCS"
    - field: assurance_certificates.CPA.number
      headers:
        - "CPA"
    - field: assurance_certificates.CPA.issued
      headers:
        - "CPA from"
      date_cells: taken
    - field: assurance_certificates.CPA.expires
      headers:
        - "CPA to"
      date_cells: taken
    - field: history.listed.date
      headers:
        - "Listed"
      date_cells: taken
  constants:
    device_type: "ESME"
    manufacturer: "albion-metering"
    manufacturer_identifier: "F0A1"
    hardware_version: "02"
    hardware_revision: "03"
    esme_variant: "ADE"
    technical_specification.name: "SMETS2"
    technical_specification.version: "4.2"
    gbcs_version: "3.2"
    assurance_certificates.ZigBee.number: "DEMO-ZIG-0011"
    assurance_certificates.ZigBee.issued: "2020-01-15"
    assurance_certificates.DLMS.number: "DEMO-DLMS-0001"
    assurance_certificates.DLMS.issued: "2020-01-20"
    history.listed.reference: "SUB-2020-0001"
    manufacturer_image.sha256: "93AF93AF93AF93AF93AF93AF93AF93AF93AF93AF93AF93AF93AF93AF93AF93AF"
    evidence.zigbee-firmware-mapping: "DEMO-EV-0009"
"""
HEADER = ("Model", "Remarks", "fw", "CPA", "CPA  From", "CPA to", "Listed", "GBCS")
LINE = ("0005", "x", "38040404", "DEMO-CPA-0009", date(2020, 2, 3), date(2030, 2, 3))


def meters(*rows: tuple[Any, ...], header: tuple[str, ...] = HEADER) -> bytes:
    """A workbook as somebody keeps it: a title above, two sheets, dates as dates."""
    made = Workbook()
    sheet = made.worksheets[0]
    sheet.title = "Meters"
    for row in (("Our meters",), (), header, *rows):
        sheet.append(row)
    made.create_sheet("Notes")
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def imported(folder: Path, raw: bytes, *options: str, mapping: str = MAPPING) -> Done:
    (folder / "list.xlsx").write_bytes(raw)
    (folder / "mapping.yaml").write_text(mapping, encoding="utf-8")
    own = ("--mapping", folder / "mapping.yaml") if mapping else ()
    root = folder / "register"
    if not root.exists():
        shutil.copytree(REGISTER, root)
    return cpl_here("import", folder / "list.xlsx", *own, "--root", root, "--on", DAY, *options)


def test_columns_constants_and_a_history_come_from_the_mapping(tmp_path: Path) -> None:
    row = (*LINE, date(2020, 3, 3), "3.1")
    done = imported(tmp_path, meters(row))
    assert done.code == 0, done.told
    assert "mapping does not know them: columns B (Remarks)" in done.told
    text = next((tmp_path / "register").rglob("*-38040404.yaml")).read_text("utf-8")
    for words in (
        'gbcs_version: "3.1"',
        '    issued: "2020-02-03"\n    expires: "2030-02-03"',
        '  - kind: zigbee-firmware-mapping\n    reference: "DEMO-EV-0009"',
        "    event: submitted\n    by: albion-metering\n  - date",
        '  - date: "2020-03-03"\n    event: listed\n    reference: "SUB-2020-0001"\n',
    ):
        assert words in text
    assert cpl_here("validate", "--root", tmp_path / "register", "--on", DAY).code == 0


def test_a_row_that_was_never_listed_is_submitted_today(tmp_path: Path) -> None:
    done = imported(tmp_path, meters(LINE))
    assert done.code == 0, done.told
    text = next((tmp_path / "register").rglob("*-38040404.yaml")).read_text("utf-8")
    assert 'gbcs_version: "3.2"' in text
    assert text.endswith(f'  - date: "{DAY}"\n    event: submitted\n    by: albion-metering\n')


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    before = files_of(REGISTER)
    done = imported(tmp_path, meters(LINE), "--dry-run")
    assert done.code == 0
    assert "a dry run: nothing is written; without --dry-run, 1 file would be" in done.told
    assert files_of(tmp_path / "register") == before


def test_a_file_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    row = (LINE[0], "x", "38040401", *LINE[3:], date(2020, 3, 3))
    before = files_of(REGISTER)
    done = imported(tmp_path, meters(row), "--partial")
    assert done.code == 1
    assert "Meters!D4 (CPA): the register has esme-f0a1-0005-02-03-38040401 already" in done.told
    assert files_of(tmp_path / "register") == before


def test_a_row_that_needs_a_bad_one_is_not_written_either(tmp_path: Path) -> None:
    mapping = MAPPING.replace(
        "  constants:",
        "    - field: manufacturer_image.upgrades_from\n      headers:\n"
        '        - "Before"\n  constants:',
    )
    earlier = "esme-f0a1-0005-02-03-38040401"
    header = (*HEADER, "Before")
    bad = (*LINE, None, "9.9", earlier)
    needs = ("0005", "x", "38040405", *LINE[3:], None, None, "esme-f0a1-0005-02-03-38040404")
    good = ("0005", "x", "38040406", *LINE[3:], None, None, earlier)
    raw = meters(bad, needs, good, header=header)
    whole = imported(tmp_path, raw, mapping=mapping)
    assert "1 problem in 1 row" in whole.told
    done = imported(tmp_path, raw, "--partial", mapping=mapping)
    assert done.code == 1
    assert "Meters!I5 (Before) [CPL504]: no such entry: " in done.told
    assert "it needs a row that is not written" in done.told
    written = sorted(path.name for path in (tmp_path / "register").rglob("f0a1-*.yaml"))
    assert written == ["f0a1-0005-0203-38040401.yaml", "f0a1-0005-0203-38040406.yaml"]
    assert cpl_here("validate", "--root", tmp_path / "register", "--on", DAY).code == 0


def test_what_cells_hold_cannot_speak_to_a_terminal(tmp_path: Path) -> None:
    row = ("0005", "x", "\u202e3804\u009b31m::error::", *LINE[3:])
    done = imported(tmp_path, meters(row))
    assert done.code == 1
    assert "\\u{202e}3804\\u{9b}31m::error::" in done.told
    assert not {"\u202e", "\u009b"} & set(done.told)
    assert not any(line.startswith("::") for line in done.told.splitlines())


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('"3"', '"1"', "no column of row 1 of sheet Meters has a header that the mapping knows"),
        ("Meters", "Other", "no sheet Other (it has Meters, Notes)"),
        ('  sheet: "Meters"\n', "", "more than one sheet (it has Meters, Notes)"),
        ("gbcs_version", "gbcs", "an entry has no field gbcs; did you mean gbcs_version?"),
        ("entries:", "entrie:", "unknown field entrie"),
        ("taken", "guessed", "date_cells must be one of taken"),
        ('"Remarks"', '"Model"', "are both for model_identifier"),
        ('    device_type: "ESME"\n', "", "no column of sheet Meters for device_type"),
        ("    assurance_certificates.DLMS.issued", "    x: y\n    x", "x"),
        ("entries:", "&a entries:", "anchor"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused_in_one_line(
    before: str, after: str, words: str, tmp_path: Path
) -> None:
    mapping = MAPPING.replace(before, after)
    header = tuple(one.replace("Remarks", "Model") if "Model" in after else one for one in HEADER)
    assert mapping != MAPPING or header != HEADER
    done = imported(tmp_path, meters(LINE, header=header), mapping=mapping)
    assert (done.code, done.out) == (2, b"")
    assert words in done.err
    assert done.err.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"device_type;gbcs_version\r\n", "has a header that the mapping knows"),
        (b"device_type,\xe9\r\n", "not UTF-8"),
        (b'device_type,"a\r\n', "never closed"),
        (b"", "has a header that the mapping knows"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_in_one_line(
    content: bytes, words: str, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(content)
    done = cpl_here("import", file, "--root", REGISTER, "--on", DAY)
    assert (done.code, done.out) == (2, b"")
    assert words in done.err
    assert done.err.count("\n") == 1


def test_files_that_are_not_there_are_named(tmp_path: Path) -> None:
    for options in ((), ("--mapping", "none.yaml")):
        done = cpl_here("import", tmp_path / "none.xlsx", *options, "--root", REGISTER)
        assert done.code == 2
        assert "cannot be read: No such file" in done.err


# ------------------------------------------------------------------------------ whatever may happen


ODD: tuple[Any, ...] = (
    *(0, -1, 1e300, 1.1, True, None, "", " ", "=A1", "#N/A", "\u2028", "\ufffd", "\ud7ff"),
    *(
        "1E+999",
        "9" * 400,
        "_xD800_",
        "_x0000_",
        "a" * 3000,
        ";",
        ":;:",
        "not-applicable",
        "..",
        "/",
    ),
    *("31/31/9999", "0000-00-00", "9999-12-31", "esme-f0a1-0005-02-03-38040401", "submitted"),
    *("assurance_certificates.CPA.number", "history.0", "../../etc/passwd", date(9999, 12, 31)),
)


def test_no_cell_makes_another_exception_than_our_own(tmp_path: Path) -> None:
    tables = tables_of(published(REGISTER))
    chance = random.Random(SEED)  # noqa: S311  # nothing here is secret
    outcomes = Counter[int]()
    root = emptied(REGISTER, tmp_path / "empty")
    file = tmp_path / "list.xlsx"
    for _ in range(150):
        spoilt = deepcopy(tables)
        for _ in range(chance.randint(1, 4)):
            row = chance.choice([*spoilt["Entries"], *spoilt["History"]])
            row[chance.choice(list(row))] = chance.choice(ODD)
        file.write_bytes(book(spoilt))
        outcomes[cpl_here("import", file, "--partial", "--dry-run", "--root", root).code] += 1
    assert outcomes[1] > 100
    assert set(outcomes) <= {0, 1, 2}
    assert entry_files(root) == {}


def test_a_disk_that_fills_up_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    fsync = os.fsync

    def full(descriptor: int) -> None:
        if len(written) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        written.append(descriptor)
        fsync(descriptor)

    root, new = REGISTERS["gbcs-1.1"], tmp_path / "new"
    emptied(root, new)
    (tmp_path / "cpl.xlsx").write_bytes(published(root))
    monkeypatch.setattr(os, "fsync", full)
    done = cpl_here("import", tmp_path / "cpl.xlsx", "--root", new, "--on", DAY)
    assert done.code == 2
    assert "No space left on device" in done.err
    assert len(written) == 3
    assert entry_files(new) == {}
