"""The DCC's tables say what the entries say: nothing more, nothing less, nothing else.

The laws of the contract's section 4, on every register that lies here and on lives made at random.
The shipped register is asked for every day of its life in its smaller form, and as it is for today.
What is right is worked out by `tests.lives`, which reads the files itself.
"""

import csv
import hashlib
import io
import json
import re
import subprocess
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cpl_registry.edges import installation
from cpl_registry.outputs.dcc_files import dcc_artefacts
from cpl_registry.outputs.extract import HELD_HEADER, held_rows
from cpl_registry.outputs.register_csv import data_files
from cpl_registry.records.canonical import leaf_paths
from cpl_registry.records.csv_text import csv_bytes
from cpl_registry.records.documents import Kind
from cpl_registry.records.extract_profile import DEFAULT_PROFILE
from cpl_registry.records.register import Register
from cpl_registry.state.publication import PublishedState, publish

from tests.lives import FORMULA, NOTHING, Life, Raw, Row, Sent, applied, as_text, life_of
from tests.registers import (
    REGISTERS,
    cpl,
    delta_rows,
    extract_rows,
    files_of,
    register_of,
    small_files_of,
    with_edit,
)

TODAY = date(2026, 11, 22)
SOURCES = [column.source for column in DEFAULT_PROFILE.columns]
_CELL = r'(?:[^",\r\n]*|"(?:[^"]|"")*")'
RFC_4180 = re.compile(rf"(?:{_CELL}(?:,{_CELL})*\r\n)+")

each_register = pytest.mark.parametrize("name", REGISTERS)


@cache
def shipped(name: str) -> tuple[Register, Mapping[str, Life], Raw]:
    """A register as the package reads it, and its entries and DSP profile as its files say."""
    files = small_files_of(name)
    told = [life_of(text) for path, text in files.items() if path.startswith("cpl/devices/")]
    dsp = as_text(files["cpl/dcc/dsp-profile.yaml"])
    return register_of(files, TODAY), {one.entry_id: one for one in told}, dsp


@cache
def calendar(name: str) -> dict[date, dict[str, Sent]]:
    """By day and entry id, what a register's files say the DCC must be sent."""
    _, entries, dsp = shipped(name)
    found: dict[date, dict[str, Sent]] = {}
    for entry_id in sorted(entries):
        for day, sent in entries[entry_id].sent(TODAY, dsp, SOURCES):
            if sent != NOTHING:
                found.setdefault(day, {})[entry_id] = sent
    return found


def turning_days(name: str) -> list[date]:
    """Every day on which anything happens in a register, and the day before it."""
    _, entries, dsp = shipped(name)
    turns = {day for one in entries.values() for day in one.days}
    turns |= {date.fromisoformat(step["start"]) for step in dsp["recognises"]} | {TODAY}
    return sorted(day for one in turns for day in (one - timedelta(days=1), one) if day <= TODAY)


@cache
def states(name: str) -> tuple[PublishedState, ...]:
    register, _, _ = shipped(name)
    return tuple(publish(register, day) for day in turning_days(name))


def rows_of(sent: Mapping[str, Sent]) -> tuple[list[Row], list[Row]]:
    """The rows of the extract and of the held list."""
    extract = [one.row for one in sent.values() if one.row is not None]
    return extract, [row for one in sent.values() for row in one.held]


# ------------------------------------------------------------------------- the laws, on what lies here


@each_register
def test_each_cell_is_the_text_in_the_entry(name: str) -> None:
    """A standing row shows the text of the day from which it stands."""
    _, entries, _ = shipped(name)
    seen = 0
    for state in states(name):
        for one in state.extract:
            assert one.delivery is not None
            day = one.delivery.stands_from or state.on
            assert one.delivery.row == entries[one.entry_id].row_on(day, SOURCES), state.on
            seen += 1
    assert seen > 0


@each_register
def test_extract_and_held_list_are_what_the_files_say_on_every_turning_day(name: str) -> None:
    for state in states(name):
        extract, held = rows_of(calendar(name).get(state.on, {}))
        assert extract_rows(state) == extract, state.on
        assert held_rows(state) == held, state.on


def test_the_registers_here_hold_what_the_laws_are_about() -> None:
    """Rows held without and with a standing row: else the laws above would say little."""
    kinds = {
        row[-1] for name in REGISTERS for day in calendar(name).values() for row in rows_of(day)[1]
    }
    assert kinds == {"none", "previous"}
    assert {row[-1] for row in rows_of(calendar("shipped")[TODAY])[1]} == {"none", "previous"}


@each_register
def test_together_they_cover_all_active_entries_and_share_the_standing_rows(name: str) -> None:
    _, entries, _ = shipped(name)
    for state in states(name):
        rows = {row[0] for row in extract_rows(state)}
        held = held_rows(state)
        active = {entry_id for entry_id, one in entries.items() if one.active_on(state.on)}
        assert rows | {row[0] for row in held} == active, state.on
        assert rows & {row[0] for row in held} == {row[0] for row in held if row[-1] == "previous"}


@each_register
def test_the_extract_before_and_the_delta_make_the_extract(name: str) -> None:
    before: list[Row] = []
    kinds = set()
    for state in states(name):
        rows = extract_rows(state)
        delta = delta_rows(before, rows)
        kinds |= {change for change, *_ in delta}
        assert applied(before, delta) == rows
        before = rows
    assert "added" in kinds
    assert name != "shipped" or kinds == {"added", "changed", "removed"}


# ----------------------------------------------------------------------------- the form of the tables


def tables(state: PublishedState) -> dict[str, bytes]:
    files = [*dcc_artefacts(state), *data_files(state)]
    return {file.path: file.content for file in files if file.path.endswith(".csv")}


@each_register
def test_the_tables_are_as_rfc_4180_says(name: str) -> None:
    for state in states(name)[-20:]:
        for path, content in tables(state).items():
            text = content.decode("utf-8")
            assert not text.startswith("\ufeff"), path
            assert RFC_4180.fullmatch(text), path
            assert text.count("\n") == text.count("\r\n") == text.count("\r"), path
            rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
            assert {len(row) for row in rows} == {len(rows[0])}, path
            ids = [row[rows[0].index("entry_id")] for row in rows[1:]]
            assert ids == sorted(ids), path
            starts = [cell[:1] for row in rows for cell in row]
            assert not {*FORMULA} & {*starts}, path


@each_register
def test_the_headers_are_the_published_ones(name: str) -> None:
    files = small_files_of(name)
    layout = as_text(files["cpl/dcc/extract-profile.yaml"])["columns"]
    header = ",".join(column["name"] for column in layout)
    found = tables(publish(shipped(name)[0], TODAY))
    firsts = {path: content.decode().split("\r\n", 1)[0] for path, content in found.items()}
    assert firsts["dcc/cpl-dcc-extract.csv"] == header
    assert firsts["dcc/cpl-dcc-delta.csv"] == f"change,{header}"
    assert firsts["dcc/cpl-dcc-held.csv"] == ",".join(HELD_HEADER)


def test_the_default_header_is_the_contracts() -> None:
    assert ",".join(DEFAULT_PROFILE.header) == (
        "entry_id,device_type,manufacturer_identifier,model_identifier,hardware_version,"
        "hardware_revision,firmware_version,technical_specification,"
        "technical_specification_version,gbcs_version,manufacturer_image_hash,cpa_certificate,"
        "cpa_expires,cpa_renewal_due,zigbee_certificate,dlms_certificate"
    )


def test_no_value_that_starts_a_formula_gets_in() -> None:
    """It is refused at the door, whichever field it stands in, and never altered on the way out."""
    schema = installation.schemas()[Kind.ENTRY]
    text = next(text for path, text in files_of(REGISTERS["shipped"]).items() if "38040401" in path)
    raw = as_text(text)
    assert schema.fits(raw)
    tried = 0
    for path in leaf_paths(schema.schema, schema.schema):
        holder, part = _holder(raw, path)
        if holder is None or not isinstance(holder.get(part), str):
            continue
        kept = holder[part]
        for sign in FORMULA:
            for value in (sign + kept, sign, f'{sign}HYPERLINK("x")'):
                holder[part] = value
                assert not schema.fits(raw), (path, value)
                tried += 1
        holder[part] = kept
    assert tried > 15 * len(FORMULA) * 3
    assert schema.fits(raw)


def _holder(raw: Raw, path: str) -> tuple[Raw | None, str]:
    parts = path.split(".")
    if parts[0] == "assurance_certificates":
        found = [one for one in raw[parts[0]] if one["scheme"] == parts[1]]
        return (found[0] if found else None), parts[2]
    holder = raw.get(parts[0]) if len(parts) == 2 else raw
    return (holder if isinstance(holder, dict) else None), parts[-1]


def test_a_cell_with_comma_or_quote_is_quoted_and_no_other() -> None:
    rows = [("a, b", 'say "c"', "d;e"), ("é", "", " f ")]
    content = csv_bytes(("x", "y", "z"), rows)
    assert content.decode() == 'x,y,z\r\n"a, b","say ""c""",d;e\r\né,, f \r\n'


def test_another_layout_is_one_edit_of_data() -> None:
    columns = "".join(
        f'  - name: "{name}"\n    from: {source}\n'
        for name, source in (("name", "model_name"), ("key", "entry_id"), ("gbcs", "gbcs_version"))
    )
    files = files_of(REGISTERS["standing-row"])
    path = "cpl/dcc/extract-profile.yaml"
    files[path] = f'version: "2.0"\nlabel: "Another"\ncolumns:\n{columns}'
    files = with_edit(
        files,
        "cpl/devices/ch/harbour-networks/f0b3-0041-0102-04000001.yaml",
        'model_name: "Harbour Hub"',
        'model_name: "Harbour, Hub"',
    )
    extract = tables(publish(register_of(files, TODAY), date(2018, 6, 1)))[
        "dcc/cpl-dcc-extract.csv"
    ]
    assert extract.decode().split("\r\n") == [
        "name,key,gbcs",
        '"Harbour, Hub",ch-f0b3-0041-01-02-04000001,1.0',
        "Fenland F1,esme-f0b1-0021-01-00-0d010008,1.0",
        "",
    ]


@each_register
def test_the_manifest_counts_and_sums_what_is_there(name: str) -> None:
    state = publish(shipped(name)[0], TODAY)
    files = {file.path.removeprefix("dcc/"): file.content for file in dcc_artefacts(state)}
    manifest: dict[str, Any] = json.loads(files.pop("manifest.json"))
    sums = files.pop("SHA256SUMS").decode()
    for told in manifest["files"]:
        content = files[told["name"]]
        table = list(csv.reader(io.StringIO(content.decode(), newline="")))
        rows = len(table) - 1 if told["name"].endswith(".csv") else None
        digest = hashlib.sha256(content).hexdigest()
        assert (told["size"], told["rows"], told["sha256"]) == (len(content), rows, digest)
        assert f"{digest}  {told['name']}\n" in sums
    assert [told["name"] for told in manifest["files"]] == sorted(files)
    assert [line[66:] for line in sums.splitlines()] == sorted([*files, "manifest.json"])
    extract, held = rows_of(calendar(name)[TODAY])
    counts = manifest["counts"]
    assert counts["delivered"] == len(extract)
    assert counts["listed"] == len({row[0] for row in (*extract, *held)})
    assert sum(counts["held"].values()) == len({row[0] for row in held})


def test_the_whole_shipped_register_says_what_its_files_say_today() -> None:
    files = files_of(REGISTERS["shipped"])
    told = [life_of(text) for path, text in files.items() if path.startswith("cpl/devices/")]
    dsp = as_text(files["cpl/dcc/dsp-profile.yaml"])
    sent = {one.entry_id: [*one.sent(TODAY, dsp, SOURCES)][-1][1] for one in told}
    extract, held = rows_of(dict(sorted(sent.items())))
    state = publish(register_of(files, TODAY), TODAY)
    assert len(extract) > 400
    assert extract_rows(state) == extract
    assert held_rows(state) == held


def test_the_command_writes_files_whose_sums_hold(tmp_path: Path) -> None:
    out = tmp_path / "out"
    answer = cpl("extract", "--root", REGISTERS["shipped"], "--on", TODAY.isoformat(), "--out", out)
    assert (answer.returncode, answer.stderr) == (0, b"")
    told = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"], cwd=out, capture_output=True, check=True
    )
    fine = {line.removesuffix(": OK") for line in told.stdout.decode().splitlines()}
    assert fine == {path.name for path in out.iterdir()} - {"SHA256SUMS"}
    assert {"cpl-dcc-extract.csv", "cpl-dcc-delta.csv", "cpl-dcc-held.csv"} < fine
