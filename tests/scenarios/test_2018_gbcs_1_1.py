"""The founding paper, day by day: GBCS 1.1 comes, the DSP does not know it, two ESMEs wait.

What is expected stands as whole files in `2018-gbcs-1.1/expected/`: a line a day, and the extract
and the held list of the telling days. `GOLDEN=rewrite` writes them again; read the difference.
"""

import csv
import io
import os
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from cpl_registry.outputs.extract import held_rows
from cpl_registry.records.register import Register
from cpl_registry.state.publication import publish

from tests.registers import (
    GBCS_1_1,
    called,
    cpl,
    days,
    dcc_tables,
    extract_rows,
    files_of,
    register_of,
    with_edit,
)

EXPECTED = GBCS_1_1 / "expected"
FIRST, LAST = date(2017, 11, 1), date(2018, 10, 1)
TELLING = (
    date(2017, 11, 6),  # GBCS 1.1 comes into effect
    date(2018, 5, 7),  # the last day of GBCS 1.0
    date(2018, 5, 8),  # the first day without it
    date(2018, 5, 9),  # two ESMEs with GBCS 1.1 are listed
    date(2018, 6, 21),  # the last day on which they are held
    date(2018, 6, 22),  # the DSP takes them
    date(2018, 10, 1),
)
TABLES = {"extract.csv": "cpl-dcc-extract.csv", "held.csv": "cpl-dcc-held.csv"}
LISTED, FIX = date(2018, 5, 9), date(2018, 6, 22)
TWO_ESMES = ("esme-f0b1-0021-01-00-0d01000b", "esme-f0b1-0022-01-00-0d020005")
DSP = "cpl/dcc/dsp-profile.yaml"
STEP = """\
  - start: "2018-06-22"
    gbcs_versions:
      - "1.0"
      - "1.1"
    known_from: "2018-05-18"
    source: "SECP_56x_2205_01 expected the day; that it came true is invented"
"""
COLUMNS = (
    "day",
    "listed",
    "extract_rows",
    "held_rows",
    "newly_listed",
    "newly_held",
    "released",
    "removed",
    "held_because",
)


@cache
def the_register() -> Register:
    return register_of(files_of(GBCS_1_1), LAST)


def held_on(register: Register, on: date) -> tuple[str, ...]:
    return tuple(one.entry_id for one in publish(register, on).held)


def timeline(register: Register) -> Iterator[tuple[str, ...]]:
    """A line a day: how many are listed, in the extract and held, and who came and went."""
    before = publish(register, FIRST - timedelta(days=1))
    active = {one.entry_id for one in before.active}
    held = {one.entry_id for one in before.held}
    for day in days(FIRST, LAST):
        state = publish(register, day)
        now_active = {one.entry_id for one in state.active}
        now_held = {one.entry_id for one in state.held}
        rows = held_rows(state)
        yield (
            day.isoformat(),
            str(len(now_active)),
            str(len(extract_rows(state))),
            str(len(rows)),
            " ".join(sorted(now_active - active)),
            " ".join(sorted(now_held - held)),
            " ".join(sorted((held - now_held) & now_active)),
            " ".join(sorted(active - now_active)),
            "; ".join(
                sorted({f"{reason} {field} {value}" for _, _, reason, field, value, _ in rows})
            ),
        )
        active, held = now_active, now_held


def made() -> dict[str, bytes]:
    """The expected files as the register gives them now, by their path below `expected/`."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(timeline(the_register()))
    files = {"timeline.csv": text.getvalue().encode()}
    for day in TELLING:
        tables = dcc_tables(the_register(), day)
        files |= {f"{day}/{name}": tables[table] for name, table in TABLES.items()}
    return files


@pytest.fixture(scope="module")
def expected() -> Mapping[str, bytes]:
    if os.environ.get("GOLDEN") == "rewrite":
        for old in EXPECTED.rglob("*.csv"):
            old.unlink()
        for name, content in made().items():
            path = EXPECTED / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return {
        path.relative_to(EXPECTED).as_posix(): path.read_bytes() for path in EXPECTED.rglob("*.csv")
    }


def story(expected: Mapping[str, bytes]) -> dict[date, dict[str, str]]:
    """The expected timeline by its day."""
    lines = csv.DictReader(io.StringIO(expected["timeline.csv"].decode()))
    return {date.fromisoformat(line["day"]): line for line in lines}


def ids(table: bytes) -> list[str]:
    return [line.split(",")[0] for line in table.decode().split("\r\n")[1:-1]]


def test_every_day_is_as_expected(expected: Mapping[str, bytes]) -> None:
    given = made()
    assert sorted(given) == sorted(expected)
    for name in given:
        assert given[name] == expected[name], f"{name}: GOLDEN=rewrite writes it again"


def test_the_expected_days_are_all_there_and_add_up(expected: Mapping[str, bytes]) -> None:
    told = story(expected)
    assert list(told) == days(FIRST, LAST)
    for day, line in told.items():
        counts = {name: int(line[name]) for name in ("listed", "extract_rows", "held_rows")}
        assert counts["listed"] == counts["extract_rows"] + counts["held_rows"], day


def test_the_paper_is_told(expected: Mapping[str, bytes]) -> None:
    """Nothing waits before 9 May 2018; then the two ESMEs, and only they, until 22 June."""
    told = story(expected)
    for day, line in told.items():
        waiting = LISTED <= day < FIX
        assert line["held_rows"] == ("2" if waiting else "0"), day
        because = "dsp-does-not-recognise gbcs_version 1.1" if waiting else ""
        assert line["held_because"] == because, day
        assert line["newly_held"] == (" ".join(TWO_ESMES) if day == LISTED else ""), day
        assert line["released"] == (" ".join(TWO_ESMES) if day == FIX else ""), day
    assert told[LISTED]["newly_listed"] == " ".join(TWO_ESMES)


def test_until_the_fix_the_dcc_is_sent_gbcs_1_0_alone(expected: Mapping[str, bytes]) -> None:
    """The paper, section 8: all current entries that are uploaded still reference GBCS 1.0."""
    for day in TELLING:
        rows = csv.DictReader(io.StringIO(expected[f"{day}/extract.csv"].decode(), newline=""))
        versions = {row["gbcs_version"] for row in rows}
        assert versions == ({"1.0"} if day < FIX else {"1.0", "1.1"}), day


def test_what_is_held_is_said_with_its_reason_and_its_day(expected: Mapping[str, bytes]) -> None:
    header = "entry_id,since,reason,field,value,standing_row\r\n"
    rows = [
        f"{one},2018-05-09,dsp-does-not-recognise,gbcs_version,1.1,none\r\n" for one in TWO_ESMES
    ]
    for day in TELLING:
        told = "".join(rows) if LISTED <= day < FIX else ""
        assert expected[f"{day}/held.csv"].decode() == header + told, day


def test_the_end_of_gbcs_1_0_takes_nothing_off_the_list(expected: Mapping[str, bytes]) -> None:
    assert expected["2018-05-07/extract.csv"] == expected["2018-05-08/extract.csv"]
    told = story(expected)
    assert told[date(2018, 5, 7)]["listed"] == told[date(2018, 5, 8)]["listed"]


def test_what_is_removed_leaves_the_extract_that_day() -> None:
    gone = "gsme-f0b2-0031-01-01-03020110"
    before, after = date(2018, 4, 16), date(2018, 4, 17)
    assert gone in ids(dcc_tables(the_register(), before)["cpl-dcc-extract.csv"])
    assert gone not in ids(dcc_tables(the_register(), after)["cpl-dcc-extract.csv"])
    assert gone not in ids(dcc_tables(the_register(), after)["cpl-dcc-held.csv"])


def test_a_submission_is_in_neither_table() -> None:
    waiting = publish(the_register(), date(2018, 5, 8))
    assert tuple(one.entry_id for one in waiting.queue) == TWO_ESMES
    assert not {*TWO_ESMES} & {one.entry_id for one in (*waiting.active, *waiting.held)}


def test_without_that_step_of_the_profile_they_stay_held() -> None:
    files = with_edit(files_of(GBCS_1_1), DSP, STEP, "")
    register = register_of(files, LAST)
    for day in days(LISTED, date(2018, 7, 9)):
        assert held_on(register, day) == TWO_ESMES, day
    # What was listed later with GBCS 1.1 waits as well.
    assert len(held_on(register, LAST)) == 4
    assert extract_rows(publish(register, LAST)) == extract_rows(publish(register, LISTED))


def test_the_day_is_moved_by_one_line_and_no_entry_is_touched() -> None:
    files = files_of(GBCS_1_1)
    earlier = with_edit(files, DSP, 'start: "2018-06-22"', 'start: "2018-06-12"')
    assert [path for path in files if files[path] != earlier[path]] == [DSP]
    register = register_of(earlier, LAST)
    assert held_on(register, date(2018, 6, 11)) == TWO_ESMES
    assert held_on(register, date(2018, 6, 12)) == ()


def test_an_announced_fix_does_not_count() -> None:
    announced = STEP.replace("    known_from", "    expected: true\n    known_from")
    register = register_of(with_edit(files_of(GBCS_1_1), DSP, STEP, announced), LAST)
    assert held_on(register, FIX) == TWO_ESMES


def test_every_listing_was_valid_on_its_day() -> None:
    """The paper: submissions with GBCS 1.1 are valid; it is the DSP that does not know them."""
    for day in TELLING:
        answer = called("validate", "--root", GBCS_1_1, "--on", day.isoformat())
        assert answer.returncode == 0, day
        notices = answer.stdout.decode().count("notice[CPL701]")
        assert notices == (2 if date(2018, 5, 3) < day < FIX else 0), day


def extract_of(folder: Path, on: date) -> tuple[list[bytes], list[bytes]]:
    """The lines of the extract and of the held list that the real command writes."""
    answer = cpl("extract", "--root", GBCS_1_1, "--on", on.isoformat(), "--out", folder)
    assert (answer.returncode, answer.stderr) == (0, b"")
    extract, held = (
        (folder / name).read_bytes().splitlines(keepends=True) for name in TABLES.values()
    )
    printed = called("extract", "--root", GBCS_1_1, "--on", on.isoformat())
    assert printed.stdout == b"".join(extract)
    return extract, held


def test_the_command_tells_21_and_22_june_apart_by_exactly_two_rows(tmp_path: Path) -> None:
    extract, held = extract_of(tmp_path / "before", date(2018, 6, 21))
    next_extract, next_held = extract_of(tmp_path / "after", date(2018, 6, 22))
    added = [line for line in next_extract if line not in extract]
    released = [line for line in held if line not in next_held]
    assert [line.split(b",")[0].decode() for line in added] == [*TWO_ESMES]
    assert [line for line in next_extract if line not in added] == extract
    assert [line.split(b",")[0].decode() for line in released] == [*TWO_ESMES]
    assert next_held == held[:1]
