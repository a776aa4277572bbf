"""Workbooks: what is published as `cpl.xlsx`, and a reader that nothing hostile gets past."""

import io
import random
import re
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from cpl_registry.edges.reading import read
from cpl_registry.outputs.workbook import workbook
from cpl_registry.outputs.workbook_columns import ENTRIES, HISTORY
from cpl_registry.records.workbook_cells import (
    Cell,
    CellKind,
    Sheet,
    UnreadableWorkbook,
    column_of,
    letters_of,
)
from cpl_registry.records.workbook_damage import Form, damage_of
from cpl_registry.records.workbook_file import read_workbook
from cpl_registry.records.workbook_package import MOST_BYTES, MOST_UNPACKED
from cpl_registry.state.publication import publish
from openpyxl import Workbook, load_workbook

from tests.clones import cpl_here
from tests.registers import REGISTERS
from tests.rule_cases import REGISTER
from tests.workbooks import published

ON = date(2026, 11, 22)
MUTATIONS = 300
SHEET = "xl/worksheets/sheet1.xml"
NOON = datetime(2020, 1, 2, 12)  # noqa: DTZ001  # a spreadsheet knows no time zone
Parts = dict[str, bytes]


def parts_of(raw: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def made(*rows: list[object]) -> bytes:
    """A workbook of one sheet, as openpyxl writes it."""
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def sheets_of(raw: bytes) -> list[Sheet]:
    book = read_workbook(raw)
    return [book.sheet(name) for name in book.names]


# ------------------------------------------------------------------------------- what is published


@pytest.fixture(scope="module", params=REGISTERS)
def raw(request: pytest.FixtureRequest) -> bytes:
    return published(REGISTERS[request.param], ON)


def test_every_cell_is_text_for_another_reader_too(raw: bytes) -> None:
    book = load_workbook(io.BytesIO(raw))
    assert book.sheetnames == ["About", "Entries", "History"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert len(cells) > 50
    assert {(cell.data_type, cell.number_format) for cell in cells} == {("s", "@")}


def test_headers_stay_in_sight_and_filter_and_columns_are_wide_enough(raw: bytes) -> None:
    book = load_workbook(io.BytesIO(raw))
    for name, columns in (("Entries", ENTRIES), ("History", HISTORY)):
        sheet = book[name]
        header = [cell.value for cell in sheet[1]]
        known = {column.header: column for column in columns}
        assert [known[str(one)].header for one in header] == header
        assert sheet.freeze_panes in {"B2", "C2"}
        assert sheet.auto_filter.ref == sheet.dimensions
        widths = [sheet.column_dimensions[letters_of(n)].width for n in range(1, len(header) + 1)]
        assert widths == [known[str(one)].width for one in header]
        assert all(cell.font.b for cell in sheet[1])


def test_it_says_what_it_is() -> None:
    state = publish(read(REGISTERS["shipped"], ON).report.register, ON, "0123abcd")
    book = load_workbook(io.BytesIO(workbook(state)[0].content))
    told = "\n".join(str(row[0]) for row in book["About"].iter_rows(values_only=True))
    for words in (
        "Certified Products List (CPL), also called the Central Products List",
        "Demonstration register: its manufacturers and Device Models are made up.",
        "This is not the official",
        "As of 2026-11-22, from commit 0123abcd.",
    ):
        assert words in told
    assert str(book.properties.created) == "2026-11-22 00:00:00"


def test_the_same_state_gives_the_same_bytes(raw: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    roots = {published(root, ON) for root in REGISTERS.values()}
    assert raw in roots
    assert len(roots) == len(REGISTERS)


def test_its_parts_are_well_formed_and_name_each_other(raw: bytes) -> None:
    parts = parts_of(raw)
    named = re.findall(r'PartName="/([^"]+)"', parts["[Content_Types].xml"].decode())
    assert sorted([*named, "[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels"]) == (
        sorted(parts)
    )
    for content in parts.values():
        ET.fromstring(content)


def test_our_reader_and_another_read_the_same(raw: bytes) -> None:
    book = load_workbook(io.BytesIO(raw))
    for sheet in sheets_of(raw):
        ours = {(one.row, one.column): one.text for row in sheet.rows for one in row}
        theirs = {
            (cell.row, cell.column): cell.value
            for row in book[sheet.name].iter_rows()
            for cell in row
            if cell.value is not None
        }
        assert ours == theirs


# --------------------------------------------------------------------------------- what is in a cell


def test_what_spreadsheets_keep_is_told_apart() -> None:
    book = made(["text", 5, 1.1, 1e10, True, None, date(2020, 1, 2), NOON, "=A1", "#N/A"])
    ((row),) = (sheet.rows[0] for sheet in sheets_of(book))
    assert [(one.column, one.text, one.kind.value) for one in row] == [
        (1, "text", "text"),
        (2, "5", "number"),
        (3, "1.1", "number"),
        (4, "10000000000", "number"),
        (5, "TRUE", "boolean"),
        (7, "2020-01-02", "date"),
        (8, "2020-01-02", "date"),
        (9, "=A1", "formula"),
        (10, "#N/A", "error"),
    ]


def test_places_may_be_left_out_and_texts_may_be_rich() -> None:
    sheet = (
        b"<worksheet xmlns='x'><sheetData><row/><row><c t='inlineStr'><is><r><t>a</t></r>"
        b"<rPh><t>no</t></rPh><r><t>_x0062_</t></r></is></c><c><v>7</v></c></row></sheetData>"
        b"<mergeCells><mergeCell ref='A2:B3'/></mergeCells></worksheet>"
    )
    parts = parts_of(made(["x"]))
    (found,) = sheets_of(packed({**parts, "xl/worksheets/sheet1.xml": sheet}))
    assert found.rows == [[Cell(2, 1, "ab"), Cell(2, 2, "7", CellKind.NUMBER)]]
    assert [found.merged_in(row) != () for row in (1, 2, 3, 4)] == [False, True, True, False]


def counted_from(workbook: bytes, is_1904: bytes) -> bytes:
    """A workbook's main part that says from when its days count."""
    # What writes the workbook depends on the libraries that are there: with attributes, or without.
    told, places = re.subn(
        rb"<workbookPr(?=[ />])", b'<workbookPr date1904="%s"' % is_1904, workbook
    )
    assert places == 1
    return told


def test_days_count_from_1904_where_the_workbook_says_so() -> None:
    parts = parts_of(made([date(2020, 1, 2)]))
    main = counted_from(parts["xl/workbook.xml"], b"1")
    (found,) = sheets_of(packed({**parts, "xl/workbook.xml": main}))
    assert found.rows[0][0].text == "2024-01-03"


def test_a_day_after_the_last_one_is_no_day() -> None:
    for is_1904, serial in (
        (b"0", b"2958466"),
        (b"1", b"2958400"),
        (b"0", b"-1"),
        (b"0", b"1e999"),
    ):
        parts = parts_of(made([date(2020, 1, 2)]))
        main = counted_from(parts["xl/workbook.xml"], is_1904)
        sheet = re.sub(rb"<v>[0-9]+</v>", b"<v>%s</v>" % serial, parts[SHEET])
        (found,) = sheets_of(packed({**parts, "xl/workbook.xml": main, SHEET: sheet}))
        assert found.rows[0][0].kind is CellKind.DATE
        assert damage_of(found.rows[0][0], Form(is_day=True))


@pytest.mark.parametrize(
    ("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (703, "AAA"), (16384, "XFD")]
)
def test_columns_have_letters(number: int, letters: str) -> None:
    assert (letters_of(number), column_of(letters)) == (letters, number)


CODE, VERSION, DAY = Form(hex_digits=4), Form(is_version=True), Form(is_day=True)


@pytest.mark.parametrize(
    ("form", "kind", "text", "candidates"),
    [
        (CODE, "number", "5", "0005, 5E00 or 05E0"),
        (CODE, "number", "10000000000", "1E10 or 10E9"),
        (CODE, "number", "1000", "1000, 1E03, 01E3 or 10E2"),
        (CODE, "number", "-5", ""),
        (CODE, "number", "12345", ""),
        (CODE, "number", "inf", ""),
        (CODE, "text", "1E+999", ""),
        (CODE, "text", "5", "0005"),
        (CODE, "text", "1E+10", "1E10 or 10E9"),
        (CODE, "date", "2026-02-01", "FEB1 or 1FEB"),
        (CODE, "date", "2026-03-01", ""),
        (VERSION, "number", "1.1", "1.1 or 1.10"),
        (VERSION, "number", "4", "4.0"),
        (VERSION, "text", "4", "4.0"),
        (VERSION, "date", "2026-02-01", "1.2 or 2.1"),
        (DAY, "number", "43832", "2020-01-02"),
        (DAY, "date", "2020-01-02", "2020-01-02"),
        (DAY, "text", "01/02/2020", "2020-02-01 or 2020-01-02"),
        (DAY, "text", "13/02/2020", "2020-02-13"),
        (DAY, "text", "31/02/2020", ""),
    ],
)
def test_what_a_damaged_cell_may_have_been_is_named(
    form: Form, kind: str, text: str, candidates: str
) -> None:
    damage = damage_of(Cell(1, 1, text, CellKind(kind)), form)
    assert damage is not None
    assert damage.message.partition("it may have been ")[2] == candidates


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (CODE, "1E10"),
        (CODE, "0005"),
        (VERSION, "1.10"),
        (VERSION, "1.1.20"),
        (DAY, "2020-01-02"),
        (Form(), "5"),
        (Form(), "O'Neill & Sons (1,234)"),
        (Form(), "1E+10"),
    ],
)
def test_what_may_be_meant_is_left_alone(form: Form, text: str) -> None:
    assert damage_of(Cell(1, 1, text), form) is None


# ---------------------------------------------------------------------------------- what is hostile


def _sheet(body: bytes) -> bytes:
    return b"<worksheet xmlns='x'><sheetData>" + body + b"</sheetData></worksheet>"


def _laughs() -> bytes:
    return b"<!DOCTYPE a [<!ENTITY b 'ha'><!ENTITY c '&b;&b;'>]>" + _sheet(b"<row><c>&c;</c></row>")


def _declared(raw: bytes, size: int) -> bytes:
    """The archive with another size of the directory in its end."""
    at = raw.rfind(b"PK\x05\x06")
    return raw[: at + 12] + struct.pack("<I", size) + raw[at + 16 :]


def _bomb() -> bytes:
    """Zeros that the directory tells to be few."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts_of(made(["x"])).items():
            if name != "xl/worksheets/sheet1.xml":
                archive.writestr(name, content)
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            for _ in range(MOST_UNPACKED // 2**20 + 1):
                part.write(b" " * 2**20)
    return file.getvalue()


HOSTILE: dict[str, tuple[Callable[[Parts], bytes], str]] = {
    "empty": (lambda _: b"", "no workbook"),
    "no archive": (lambda _: b"PK but no archive", "no workbook"),
    "an old workbook": (lambda _: b"\xd0\xcf\x11\xe0" + b"\0" * 600, "password"),
    "too large": (lambda _: b"PK" + b"\0" * MOST_BYTES, "larger than 32 MiB"),
    "a bomb": (lambda _: _bomb(), "when unpacked"),
    "a great directory": (lambda parts: _declared(packed(parts), 2**31), "directory"),
    "macros": (lambda parts: packed({**parts, "xl/vbaProject.bin": b"x"}), "macros"),
    "many parts": (lambda parts: packed({**parts, **{f"p{n}": b"" for n in range(2001)}}), "parts"),
    "entities": (lambda parts: packed({**parts, SHEET: _laughs()}), "document type"),
    "no XML": (lambda parts: packed({**parts, SHEET: b"<a><b></a>"}), "mismatched tag"),
    "another encoding": (
        lambda parts: packed(
            {**parts, SHEET: b"<?xml version='1.0' encoding='windows-1252'?>" + _sheet(b"\xe9")}
        ),
        "not well-formed",
    ),
    "no sheet": (
        lambda parts: packed({name: one for name, one in parts.items() if name != SHEET}),
        "lacks its part",
    ),
    "no main part": (
        lambda parts: packed({name: one for name, one in parts.items() if name != "_rels/.rels"}),
        "no workbook",
    ),
    "a text that is not there": (
        lambda parts: packed({**parts, SHEET: _sheet(b"<row><c t='s'><v>99</v></c></row>")}),
        "the number of a text",
    ),
    "a cell nowhere": (
        lambda parts: packed({**parts, SHEET: _sheet(b"<row><c r='ZZZ1'><v>9</v></c></row>")}),
        "the place of a cell",
    ),
    "a row nowhere": (
        lambda parts: packed({**parts, SHEET: _sheet(b"<row r='9999999'><c><v>9</v></c></row>")}),
        "the place of a cell",
    ),
    "a cell twice": (
        lambda parts: packed(
            {**parts, SHEET: _sheet(b"<row><c r='A1'><v>9</v></c><c r='A1'><v>8</v></c></row>")}
        ),
        "a cell twice",
    ),
    "a number that is none": (
        lambda parts: packed({**parts, SHEET: _sheet(b"<row><c><v>nan</v></c></row>")}),
        "a number",
    ),
    "an unknown kind": (
        lambda parts: packed({**parts, SHEET: _sheet(b"<row><c t='?'><v>9</v></c></row>")}),
        "the kind of a cell",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_is_refused_in_one_line(name: str, tmp_path: Path) -> None:
    spoil, words = HOSTILE[name]
    raw = spoil(parts_of(made(["x"])))
    with pytest.raises(UnreadableWorkbook, match=words) as refused:
        sheets_of(raw)
    assert "\n" not in str(refused.value)
    file = tmp_path / "list.xlsx"
    file.write_bytes(raw)
    if raw.startswith((b"PK", b"\xd0")):
        done = cpl_here("import", file, "--root", REGISTER, "--on", ON.isoformat())
        assert done.code == 2
        assert done.out == b""
        assert re.fullmatch(r"cpl: \S+/list\.xlsx: .+\n", done.err), done.err


def test_a_million_empty_rows_are_no_rows() -> None:
    rows = b"".join(b"<row r='%d'/>" % number for number in range(2, 1_000_001))
    body = b"<row r='1'><c t='inlineStr'><is><t>x</t></is></c></row>" + rows
    (found,) = sheets_of(packed({**parts_of(made(["x"])), SHEET: _sheet(body)}))
    assert found.rows == [[Cell(1, 1, "x")]]


def test_links_to_other_workbooks_are_not_followed() -> None:
    parts = parts_of(made(["x"]))
    links = parts["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="far" TargetMode="External" Target="file:///etc/passwd"'
        b' Type="http://x/externalLink"/></Relationships>',
    )
    (found,) = sheets_of(packed({**parts, "xl/_rels/workbook.xml.rels": links}))
    assert found.rows == [[Cell(1, 1, "x")]]


# ------------------------------------------------------------------------------------------ at random


def mutations(raw: bytes, seed: int) -> Iterator[bytes]:
    """Workbooks spoilt at random: bytes of the archive, or bytes and words within a part."""
    chance = random.Random(seed)  # noqa: S311  # nothing here is secret
    parts = parts_of(raw)
    words = [
        b"<c",
        b"</c>",
        b'r="A1"',
        b't="s"',
        b't="b"',
        b"<v>",
        b"\x00",
        b"\xff",
        b"&#0;",
        b"9" * 40,
    ]
    while True:
        if chance.random() < 0.4:
            spoilt = bytearray(raw)
            for _ in range(chance.randint(1, 8)):
                spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
            if chance.random() < 0.3:
                del spoilt[chance.randrange(len(spoilt)) :]
            yield bytes(spoilt)
            continue
        name = chance.choice([*parts, SHEET, SHEET, "xl/styles.xml"])
        content = bytearray(parts[name])
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(content) + 1)
            content[at : at + chance.randint(0, 6)] = chance.choice(words)
        yield packed({**parts, name: bytes(content)})


def test_no_exception_but_our_own() -> None:
    raw = published(REGISTER, ON)
    other = made(["Entry id", "Line"], [5, date(2020, 1, 2)], ["=A1", True])
    outcomes = []
    for seed, book in enumerate((raw, other)):
        for spoilt in islice(mutations(book, seed), MUTATIONS // 2):
            refusal = ""
            try:
                sheets_of(spoilt)
            except UnreadableWorkbook as refused:
                refusal = str(refused)
            assert "\n" not in refusal
            outcomes.append("refused" if refusal else "read")
    assert len(outcomes) == MUTATIONS
    assert outcomes.count("read") > 20
    assert outcomes.count("refused") > 100
