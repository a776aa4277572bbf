"""The data files: each passes a judge that is not ours, and all of them say the same."""

import csv
import hashlib
import io
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from cpl_registry.edges import installation, publishing
from cpl_registry.outputs.data_columns import columns_of
from cpl_registry.outputs.delivery_data import delivery_files
from cpl_registry.outputs.register_csv import COLUMNS
from cpl_registry.outputs.register_sqlite import TABLES, database
from csvw import CSVW  # type: ignore[import-untyped]
from csvw.metadata import Table  # type: ignore[import-untyped]
from frictionless import Package, Resource, system

from tests import duck
from tests.published_files import DAY, HOSTILE, NAMES, files, state_of, written
from tests.workbooks import tables_of

LISTED_FILES = ("cpl.csv", "cpl.jsonl", "cpl.sqlite", "cpl.xlsx")
each_register = pytest.mark.parametrize("name", NAMES)


@pytest.fixture(params=NAMES)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The data files of a register in a folder."""
    return written(request.param, tmp_path)


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    return written("shipped", tmp_path)


def csv_rows(raw: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(raw.decode(), newline="")))


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in files(name)["data/cpl.jsonl"].split(b"\n") if line]


def asked(name: str, query: str) -> list[tuple[Any, ...]]:
    """What the database answers."""
    with closing(sqlite3.connect(":memory:")) as opened:
        opened.deserialize(files(name)["data/cpl.sqlite"])
        return opened.execute(query).fetchall()


# ------------------------------------------------------------------------------------- the judges


def test_csv_on_the_web_accepts_the_table(folder: Path) -> None:
    judged = CSVW(str(folder / "cpl.csv-metadata.json"), validate=True)
    rows = csv_rows((folder / "cpl.csv").read_bytes())
    assert judged.is_valid or not rows
    table = Table.from_file(str(folder / "cpl.csv-metadata.json"))
    assert table.check_primary_key()
    assert len(list(table.iterdicts(strict=True))) == len(rows)


def test_and_reads_it_as_it_is_meant(shipped: Path) -> None:
    table = Table.from_file(str(shipped / "cpl.csv-metadata.json"))
    read = {row["entry_id"]: row for row in table.iterdicts(strict=True)}
    kinds = {"day": datetime, "ids": list, "truth": bool, "text": str, "moment": datetime}
    for column in columns_of(schema()):
        found = [value for row in read.values() if (value := row[column.name]) not in (None, "")]
        assert found, column.name
        assert {type(value) for value in found} == {kinds[column.holds]}, column.name
    row = read["esme-f0a1-0005-02-03-38040404"]
    assert row["gbcs_version"] == "1.1"
    assert row["model_identifier"] == "0005"


def schema() -> Any:
    return installation.published_schemas()["devices"]


def test_frictionless_accepts_the_package(folder: Path) -> None:
    descriptor = json.loads((folder / "datapackage.json").read_text("utf-8"))
    assert [one["path"] for one in descriptor["resources"]] == list(LISTED_FILES)
    table, *others = descriptor["resources"]
    with system.use_context(trusted=True):
        report = Package.from_descriptor(
            {**descriptor, "resources": [table]}, basepath=str(folder)
        ).validate()
        assert report.valid, report.flatten(["type", "message"])
        for one in others:  # these are no tables to it: size and digest are judged
            told = {key: one[key] for key in ("name", "path", "bytes", "hash")}
            plain = Resource.from_descriptor({**told, "type": "file"}, basepath=str(folder))
            assert plain.validate().valid, one["path"]
    assert descriptor["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2020-02-11", "2020-02-31"),
        (",Active,", ",Alive,"),
        (",F0A1,", ",F0AG,"),
        ("esme-f0a1-0005-02-03-38040401", "esme-f0a1-0005-02-03-38040402"),
    ],
)
def test_both_judges_see_a_fault(before: str, after: str, shipped: Path) -> None:
    """Else they would prove nothing: an impossible day, an unknown word, a digit, a key twice."""
    path = shipped / "cpl.csv"
    text = path.read_text("utf-8")
    if before == "2020-02-11":
        before = re.findall(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", text)[0]
    assert before in text
    path.write_bytes(text.replace(before, after, 1).encode())
    descriptor = json.loads((shipped / "datapackage.json").read_text("utf-8"))
    table = {
        key: value
        for key, value in descriptor["resources"][0].items()
        if key not in {"bytes", "hash"}
    }
    with system.use_context(trusted=True):
        judged = Resource.from_descriptor(table, basepath=str(shipped)).validate()
    assert not judged.valid
    assert not csvw_accepts(shipped)


def csvw_accepts(folder: Path) -> bool:
    table = Table.from_file(str(folder / "cpl.csv-metadata.json"))
    try:
        list(table.iterdicts(strict=True))
        return bool(table.check_primary_key())
    except ValueError:
        return False


@each_register
def test_the_database_is_whole(name: str) -> None:
    assert asked(name, "PRAGMA integrity_check") == [("ok",)]
    assert asked(name, "PRAGMA foreign_key_check") == []
    for table, columns in TABLES.items():
        told = asked(name, f"SELECT name FROM pragma_table_info('{table}') ORDER BY cid")  # noqa: S608  # names of ours
        assert [one for (one,) in told] == list(columns)


@each_register
def test_sums_and_digests_are_those_of_the_files(name: str) -> None:
    made = files(name)
    digests = {
        path.removeprefix("data/"): hashlib.sha256(content).hexdigest()
        for path, content in made.items()
        if path.startswith("data/")
    }
    sums = digests.pop("SHA256SUMS")
    assert sums
    told = [line.split("  ") for line in made["data/SHA256SUMS"].decode().splitlines()]
    assert [(name, digest) for digest, name in told] == sorted(digests.items())
    package = json.loads(made["data/datapackage.json"])
    for one in package["resources"]:
        assert one["hash"] == f"sha256:{digests[one['path']]}"
        assert one["bytes"] == len(made[f"data/{one['path']}"])


@each_register
def test_search_engines_are_told_what_there_is(name: str) -> None:
    """The properties that schema.org's Dataset is looked through for."""
    made = files(name)
    told = json.loads(made["data/dataset.jsonld"])
    assert (told["@context"], told["@type"]) == ("https://schema.org/", "Dataset")
    assert 50 <= len(told["description"]) <= 5000
    assert "not the official" in told["description"]
    assert [one["name"] for one in told["variableMeasured"]] == list(COLUMNS)
    assert {one["contentUrl"]: one["sha256"] for one in told["distribution"]} == {
        file: hashlib.sha256(made[f"data/{file}"]).hexdigest() for file in LISTED_FILES
    }


# ------------------------------------------------------------------------------- all say the same


@each_register
def test_every_form_of_the_list_has_the_same_values(name: str) -> None:
    rows = csv_rows(files(name)["data/cpl.csv"])
    entries = lines(name)
    api = json.loads(files(name)["site/api/v1/devices.json"])
    assert api["total"] == len(rows) == len(entries) == len(api["devices"])
    columns = ", ".join(f"coalesce(\"{one}\", '')" for one in COLUMNS)
    stored = asked(name, f"SELECT {columns} FROM devices ORDER BY entry_id")  # noqa: S608  # names of ours
    assert [dict(zip(COLUMNS, row, strict=True)) for row in stored] == rows
    for row, line, device in zip(rows, entries, api["devices"], strict=True):
        for column in COLUMNS:
            if column == "illustrative":
                assert line[column] is api[column] is (row[column] == "true")
            elif column == "upgrades_from":
                ids = [] if row[column] == "not-applicable" else row[column].split()
                assert line[column] == device[column] == ids
            else:
                assert line[column] == device[column] == row[column], column


@each_register
def test_the_workbook_has_the_same_rows(name: str) -> None:
    sheets = tables_of(files(name)["data/cpl.xlsx"])
    rows = csv_rows(files(name)["data/cpl.csv"])
    same = {
        "Entry id": "entry_id",
        "Manufacturer": "manufacturer",
        "Model identifier": "model_identifier",
        "Firmware version": "firmware_version",
        "GBCS version": "gbcs_version",
        "CPA certificate": "cpa_certificate",
        "CPA expires": "cpa_expires",
        "Manufacturer Image SHA-256": "manufacturer_image_hash",
    }
    assert [
        {column: row.get(header, "") for header, column in same.items()}
        for row in sheets["Entries"]
    ] == [{column: row[column] for column in same.values()} for row in rows]
    (told,) = asked(name, "SELECT count(*) FROM history")
    numbered = {(row["Entry id"], row["Line"]) for row in sheets.get("History", [])}
    assert len(numbered) == told[0]


@each_register
def test_the_tables_of_the_database_are_the_lists_of_the_lines(name: str) -> None:
    entries = lines(name)

    def told(of: str, *keys: str) -> list[tuple[Any, ...]]:
        return [
            (one["entry_id"], *(inner[key] or None for key in keys))
            for one in entries
            for inner in one[of]
        ]

    parts = ("scheme", "number", "issued", "expires", "renewal_due")
    certificates = asked(name, "SELECT * FROM certificates")
    assert sorted(map(str, certificates)) == sorted(map(str, told("certificates", *parts)))
    keys = ("date", "event", "by", "status", "cause", "replaced_by", "reason", "reference")
    columns = ", ".join(f'"{key}"' for key in keys)
    history = asked(name, f"SELECT entry_id, {columns} FROM history ORDER BY entry_id, line")  # noqa: S608  # names of ours
    assert history == told("history", *keys)
    upgrades = [(one["entry_id"], before) for one in entries for before in one["upgrades_from"]]
    assert sorted(asked(name, "SELECT * FROM upgrades")) == sorted(upgrades)
    changes = [
        (one["entry_id"], number, change["field"], *map(together, (change["from"], change["to"])))
        for one in entries
        for number, line in enumerate(one["history"], 1)
        for change in line["changed"]
    ]
    told_there = asked(name, "SELECT * FROM changes")
    assert sorted(told_there, key=str) == sorted(changes, key=str)


def together(values: list[str]) -> str | None:
    return " ".join(values) if values else None


def test_an_analyst_finds_the_same_in_duckdb_and_in_sqlite(shipped: Path) -> None:
    """Questions of the trade, asked of the CSV by DuckDB, of the database by SQLite, and in Python."""
    rows = csv_rows((shipped / "cpl.csv").read_bytes())
    ends = str(DAY.replace(year=DAY.year + 1))
    questions = {
        "SELECT manufacturer, count(*) FROM {} WHERE status = 'Active' GROUP BY 1 ORDER BY 1": [
            (maker, sum(row["manufacturer"] == maker for row in rows if row["status"] == "Active"))
            for maker in sorted({row["manufacturer"] for row in rows if row["status"] == "Active"})
        ],
        f"SELECT entry_id FROM {{}} WHERE cpa_expires <= '{ends}' ORDER BY 1": [  # noqa: S608  # names of ours
            (row["entry_id"],) for row in rows if "" < row["cpa_expires"] <= ends
        ],
        "SELECT entry_id FROM {} WHERE held_since IS NOT NULL ORDER BY 1": [
            (row["entry_id"],) for row in rows if row["held_since"]
        ],
        "SELECT gbcs_version, count(*) FROM {} GROUP BY 1 ORDER BY 1": [
            (version, sum(row["gbcs_version"] == version for row in rows))
            for version in sorted({row["gbcs_version"] for row in rows})
        ],
    }
    table = f"read_csv('{shipped / 'cpl.csv'}', all_varchar = true)"
    for question, answer in questions.items():
        assert answer, question
        assert duck.answered(question.format(table)) == answer, question
        assert asked("shipped", question.format("devices")) == answer, question


# ---------------------------------------------------------------------------------- what is kept


def test_hostile_texts_stay_texts() -> None:
    """As if nothing stood at the door: no cell becomes markup, a statement or another cell."""
    (row,) = csv_rows(files("hostile")["data/cpl.csv"])
    (line,) = lines("hostile")
    for column in ("model_name", "esme_variant", "cpa_certificate"):
        assert row[column] == line[column] == HOSTILE
        assert asked("hostile", f"SELECT {column} FROM devices") == [(HOSTILE,)]  # noqa: S608  # names of ours
    assert asked("hostile", "SELECT reason FROM history WHERE reason IS NOT NULL") == [(HOSTILE,)]
    (api,) = json.loads(files("hostile")["site/api/v1/devices.json"])["devices"]
    assert api["model_name"] == HOSTILE


@each_register
def test_the_same_state_gives_the_same_database(name: str) -> None:
    (again,) = database(state_of(name))
    assert again.content == files(name)["data/cpl.sqlite"]
    assert again.content[16:18] == (4096).to_bytes(2, "big")


def test_a_database_of_another_day_is_another() -> None:
    """It says its day; a file that never differed would prove nothing above."""
    told = dict(asked("shipped", "SELECT key, value FROM about"))
    assert told["on"] == str(DAY)
    assert "made up" in told["demonstration"]
    assert files("shipped")["data/cpl.sqlite"] != files("real")["data/cpl.sqlite"]


def test_every_column_is_told_in_words_and_has_a_kind() -> None:
    columns = columns_of(schema())
    assert [one.name for one in columns] == list(COLUMNS)
    held = {one.name: one.holds for one in columns}
    days = {"cpa_expires", "cpa_renewal_due", "status_since", "listed_on", "held_since"}
    assert {name for name, holds in held.items() if holds == "day"} == days
    assert {name for name, holds in held.items() if holds == "moment"} == {"loaded_at"}
    required = {one.name for one in columns if one.required}
    assert {"entry_id", "gbcs_version", "delivery"} <= required
    assert not {"status", "model_name", "cpa_expires"} & required


def test_a_release_carries_the_list_in_every_form() -> None:
    carried = {one.path: one.content for one in publishing.data_of(state_of("shipped"))}
    made = files("shipped")
    names = (*LISTED_FILES, "cpl.csv-metadata.json", "datapackage.json")
    assert carried == {f"data/{name}": made[f"data/{name}"] for name in names}


# ------------------------------------------------------------------------- the list as it stood


def deliveries() -> Iterator[dict[str, Any]]:
    yield from json.loads(files("shipped")["site/api/v1/deliveries.json"])["deliveries"]


def test_the_list_as_it_stood_is_what_was_sent() -> None:
    seen = 0
    for one in deliveries():
        assert one["file"] == f"data/deliveries/{one['serial']}.csv"
        content = files("shipped")[f"site/{one['file']}"]
        assert hashlib.sha256(content).hexdigest() == one["extract_sha256"]
        assert content.count(b"\r\n") - 1 == one["rows"]
        seen += 1
    assert seen >= 20
    serials = [one["serial"] for one in deliveries()]
    assert serials == sorted(serials, reverse=True)


def test_above_a_number_of_rows_only_the_newest_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    newest = [one["rows"] for one in deliveries()][:3]
    monkeypatch.setattr("cpl_registry.outputs.delivery_data.MOST_ROWS", sum(newest))
    made = {one.path: one.content for one in delivery_files(state_of("shipped"))}
    told = json.loads(made.pop("site/api/v1/deliveries.json"))["deliveries"]
    assert [bool(one["file"]) for one in told] == [index < 3 for index in range(len(told))]
    assert sorted(made) == sorted(f"site/{one['file']}" for one in told[:3])


def test_days_are_days() -> None:
    assert {date.fromisoformat(one["on"]) for one in deliveries()} <= {
        date.fromordinal(number) for number in range(1, DAY.toordinal() + 1)
    }
