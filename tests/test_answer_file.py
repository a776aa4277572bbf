"""The DCC's answer as CSV: what is taken, what is refused and where, and that nothing else happens."""

import hashlib
import json
from datetime import UTC, datetime

import pytest
from cpl_registry.records import answer_row
from cpl_registry.records.answer_file import Answer, answer_bytes, read_answer
from cpl_registry.records.csv_cells import place_of
from cpl_registry.records.delivery import HUB_DEVICES, Result, Serial
from cpl_registry.records.findings import Problem
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.repository import ROOT

SERIAL = "2026-11-20-01"
ESME = "esme-f0a1-0005-02-03-38040404"
HUB = "ch-f0a3-0007-01-00-04000007"
AT = "2026-11-20T15:30:00Z"
HEADER = "serial,entry_id,logical_device,result,reason,at"
ROWS = (
    f"{SERIAL},{ESME},,rejected,GBCS version 1.1 not recognised,{AT}",
    f"{SERIAL},{HUB},CHF,loaded,,{AT}",
    f'{SERIAL},{HUB},GPF,loaded,"held already, unchanged",{AT}',
)
WHEN = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
RESULTS = (
    Result(
        entry_id=ESME,
        logical_device=None,
        loaded=False,
        reason="GBCS version 1.1 not recognised",
        at=WHEN,
    ),
    Result(entry_id=HUB, logical_device="CHF", loaded=True, reason=None, at=WHEN),
    Result(
        entry_id=HUB, logical_device="GPF", loaded=True, reason="held already, unchanged", at=WHEN
    ),
)


def file(*rows: str, end: str = "\r\n", header: str = HEADER) -> bytes:
    return "".join(f"{line}{end}" for line in (header, *rows)).encode()


def problems(raw: bytes) -> list[Problem]:
    found = read_answer(raw)
    assert not isinstance(found, Answer), found
    return found


def told(raw: bytes) -> list[str]:
    """Each problem as `line:column message`."""
    return [f"{place_of(one)} {one.message}".strip() for one in problems(raw)]


def with_cell(name: str, text: str) -> bytes:
    """An answer of one row about an ESME, with one cell replaced."""
    row = dict(zip(HEADER.split(","), ROWS[0].split(","), strict=True))
    return file(",".join((row | {name: text}).values()))


def column(name: str) -> int:
    """The column at which a cell of that row begins."""
    cells = ROWS[0].split(",")[: HEADER.split(",").index(name)]
    return sum(len(cell) + 1 for cell in cells) + 1


@pytest.mark.parametrize(
    "raw",
    [
        file(*ROWS),
        file(*ROWS, end="\n"),
        b"\xef\xbb\xbf" + file(*ROWS),
        file(*ROWS).removesuffix(b"\r\n"),
        file(",".join(f'"{cell}"' for cell in ROWS[0].split(",")), *ROWS[1:]),
    ],
    ids=["CRLF", "LF", "byte order mark", "no last line end", "quotes"],
)
def test_an_answer_is_read(raw: bytes) -> None:
    digest = hashlib.sha256(raw).hexdigest()
    assert read_answer(raw) == Answer(serial=Serial(SERIAL), results=RESULTS, sha256=digest)


def test_what_is_written_is_rfc_4180_and_is_read_again() -> None:
    raw = answer_bytes(Serial(SERIAL), RESULTS)
    assert raw == file(*ROWS)
    read = read_answer(raw)
    assert isinstance(read, Answer)
    assert read.results == RESULTS


def test_a_whole_file_may_be_answered_with_exceptions_after_it() -> None:
    read = read_answer(file(f"{SERIAL},*,,loaded,,{AT}", ROWS[0]))
    assert isinstance(read, Answer)
    assert [one.entry_id for one in read.results] == ["*", ESME]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("serial", "", "an empty cell is not the serial of a delivery"),
        ("serial", "2026-11-31-01", "2026-11-31-01 is not the serial of a delivery"),
        ("serial", "20/11/2026", "20/11/2026 is not the serial of a delivery"),
        ("entry_id", ESME.upper(), f"{ESME.upper()} is not an entry id"),
        ("entry_id", f" {ESME}", f" {ESME} is not an entry id"),
        ("entry_id", f"{ESME}0", f"{ESME}0 is not an entry id"),
        ("entry_id", "**", "** is not an entry id"),
        ("logical_device", "chf", "chf is not a logical device"),
        ("logical_device", "ESME", "ESME is not a logical device"),
        ("logical_device", "GPF", f"GPF is said of {ESME}, which is no Communications Hub"),
        ("result", "Loaded", "Loaded is not a result"),
        ("result", "accepted", "accepted is not a result"),
        ("result", "", "an empty cell is not a result"),
        ("at", "2026-11-20 15:30:00", "2026-11-20 15:30:00 is not a moment in UTC"),
        ("at", "2026-11-20T15:30:00+00:00", "2026-11-20T15:30:00+00:00 is not a moment in UTC"),
        ("at", "2026-02-30T15:30:00Z", "2026-02-30T15:30:00Z is not a moment in UTC"),
        ("at", "2026-11-20T24:00:00Z", "2026-11-20T24:00:00Z is not a moment in UTC"),
        ("at", "20/11/2026 15:30", "20/11/2026 15:30 is not a moment in UTC"),
        ("at", f"{AT}Z", f"{AT}Z is not a moment in UTC"),
    ],
)
def test_a_cell_that_says_it_wrongly_is_refused_at_its_place(
    name: str, text: str, message: str
) -> None:
    assert told(with_cell(name, text)) == [f"2:{column(name)} {message}"]


@pytest.mark.parametrize(
    "reason",
    [
        "=HYPERLINK(1)",
        "-1",
        "version: 1.1",
        "50% of rows",
        "<b>not known</b>",
        "not_recognised",
        "two\u2028lines",
        "right\u202eleft",
        "zero\u200bwidth",
        "variation\ufe0f",
        "no\u00a0break",
        "cyrillic \u0430 and latin",
        "e\u0301",
        "\u20ac 5",
        "x" * 301,
    ],
)
def test_a_reason_outside_the_alphabet_is_refused_and_not_altered(reason: str) -> None:
    found = problems(with_cell("reason", reason))
    assert [place_of(one) for one in found] == [f"2:{column('reason')}"]


@pytest.mark.parametrize("reason", ["a tab\there", "two\nlines", "two\r\nlines", "nul\0"])
def test_a_reason_with_a_control_character_is_refused(reason: str) -> None:
    found = problems(with_cell("reason", f'"{reason}"'))
    assert [place_of(one) for one in found] == [f"2:{column('reason')}"]


def test_a_reason_in_another_language_is_kept() -> None:
    read = read_answer(with_cell("reason", "Gerät unbekannt; siehe (3.1/b) & d'accord"))
    assert isinstance(read, Answer)
    assert read.results[0].reason == "Gerät unbekannt; siehe (3.1/b) & d'accord"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "1:1 the file is empty"),
        (file(), "1:1 the answer has no row"),
        (
            file(*ROWS, header=HEADER.upper()),
            "1:1 SERIAL stands in place of the column serial",
        ),
        (
            file(*ROWS, header=HEADER.replace(",", ";")),
            f"1:1 {HEADER.replace(',', ';')} stands in place of the column serial",
        ),
        (
            file(*ROWS, header=f"{HEADER},note"),
            f"1:{len(HEADER) + 2} note is no column of an answer",
        ),
        (
            file(*ROWS, header=HEADER.removesuffix(",at")),
            f"1:{HEADER.index('reason') + 1} the column at is missing",
        ),
        (file(f"{ROWS[0]},more"), f"2:{len(ROWS[0]) + 2} the row has 7 cells and the header 6"),
        (file(ROWS[0], ""), "3:1 the row has 1 cells and the header 6"),
        (file(f'{SERIAL},"{ESME}'), "2:15 a quoted cell is never closed"),
        (file(f'{SERIAL},"{ESME}"x,,loaded,,{AT}'), "2:46 x stands where a cell must end"),
        (file(f'{SERIAL},{ESME}",,loaded,,{AT}'), '2:44 " stands where a cell must end'),
        (
            file(ROWS[0], end="\r"),
            f"1:{len(HEADER) + 1} a carriage return without a line feed stands where a cell must end",
        ),
        (file("\N{POUND SIGN}").replace(b"\xc2", b""), "2:1 file is not UTF-8: byte 0xA3"),
        (file(*ROWS).decode().encode("utf-16"), "1:1 file is not UTF-8: byte 0xFF"),
        (file(ROWS[0], ROWS[0]), f"3:15 {ESME} is answered twice, first on line 2"),
        (file(ROWS[1], ROWS[1]), f"3:15 {HUB} CHF is answered twice, first on line 2"),
        (
            file(ROWS[1].replace("CHF", "")),
            "2:43 a Communications Hub is answered without saying for which of its two devices",
        ),
        (
            file(ROWS[0], f"{SERIAL},*,,loaded,,{AT}"),
            "3:15 an answer for the whole file stands after answers for rows",
        ),
        (
            file(*[f"{SERIAL},*,,loaded,,{AT}"] * 2),
            "3:15 the whole file is answered twice, first on line 2",
        ),
        (
            file(ROWS[0], ROWS[1].replace(SERIAL, "2026-11-20-02")),
            f"3:1 the row answers 2026-11-20-02 and the first row {SERIAL}",
        ),
    ],
)
def test_a_file_that_is_no_answer_is_refused_at_its_place(raw: bytes, said: str) -> None:
    assert told(raw) == [said]


def test_every_fault_is_told_and_no_endless_list() -> None:
    two = file(ROWS[0].replace("rejected", "refused"), ROWS[1].replace("loaded", "taken"))
    assert [place_of(one) for one in problems(two)] == ["2:46", "3:47"]
    many = problems(file(*["x"] * 5000))
    assert len(many) == 101
    assert many[-1].message == "there may be more: no further rows were judged"


def test_a_file_that_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cpl_registry.records.answer_file.DELIVERY_BYTES", 100)
    assert told(file(*ROWS)) == ["the file is larger than 100 bytes"]


def test_the_alphabet_is_that_of_the_schema() -> None:
    schema = json.loads((ROOT / "schema/acknowledgement.schema.json").read_text(encoding="utf-8"))
    row = schema["properties"]["results"]["items"]["properties"]
    assert schema["$defs"]["serial"]["pattern"] == answer_row.SERIAL
    assert schema["$defs"]["moment"]["pattern"] == answer_row.MOMENT
    assert schema["$defs"]["words"]["pattern"] == answer_row.WORDS
    assert row["entry_id"]["pattern"] == answer_row.ENTRY_ID
    assert row["reason"]["maxLength"] == answer_row.REASON_LENGTH
    assert tuple(row["logical_device"]["enum"]) == HUB_DEVICES
    assert row["result"]["enum"] == [answer_row.LOADED, answer_row.REJECTED]


# Pieces that make files which are nearly answers.
_PIECES = st.sampled_from(
    [
        *(HEADER, *ROWS, SERIAL, ESME, HUB, AT, "*", "CHF", "loaded", "rejected"),
        *(",", '"', '""', "\r\n", "\n", "\r", "\0", "\ufeff", "=1", "\u202e", "x" * 301),
    ]
)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(
    raw=st.binary(max_size=200)
    | st.lists(_PIECES | st.text(max_size=5), max_size=30).map(
        lambda parts: "".join(parts).encode("utf-8", "replace")
    )
    | st.tuples(st.integers(0, len(file(*ROWS)) - 1), st.binary(max_size=3)).map(
        lambda edit: file(*ROWS)[: edit[0]] + edit[1] + file(*ROWS)[edit[0] + 1 :]
    )
)
@example(raw=b'"' * 1001)
@example(raw=file('"' + "a," * 1000))
def test_any_bytes_are_an_answer_or_problems(raw: bytes) -> None:
    found = read_answer(raw)
    if isinstance(found, Answer):
        again = read_answer(answer_bytes(found.serial, found.results))
        assert isinstance(again, Answer)
        assert again.results == found.results
        return
    assert found
    for one in found:
        assert one.message.isprintable()
        assert one.span is None or (one.span.line >= 1 and one.span.column >= 1)
