"""Merged but not delivered: what the workflows ask before a release, and every day."""

import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cpl_registry.edges.installation import schemas, working_days
from cpl_registry.outputs.delivery_file import delivery_file
from cpl_registry.outputs.manifest import Sending
from cpl_registry.records.delivery import Serial
from cpl_registry.records.documents import Kind
from cpl_registry.records.working_days import HolidaysUnknown
from cpl_registry.state.publication import publish
from cpl_registry.state.waiting import overdue_rows, reasons_to_deliver, waiting_rows

from tests.registers import GBCS_1_1, files_of, register_of, with_edit
from tests.repository import ROOT

Files = Mapping[str, str]
DSP = "cpl/dcc/dsp-profile.yaml"
TWO_ESMES = ["esme-f0b1-0021-01-00-0d01000b", "esme-f0b1-0022-01-00-0d020005"]


def noon(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 12, tzinfo=UTC)


def delivered(files: Files, on: date) -> Files:
    """The register after a delivery of a day."""
    state = publish(register_of(files, on), on)
    serial = Serial(f"{on}-01")
    sending = Sending(serial=serial, sent_at=noon(on), valid_until=noon(on) + timedelta(days=7))
    content = delivery_file(state, state.rows, sending, schemas()[Kind.DELIVERY].plan)
    return {**files, f"cpl/dcc/deliveries/{serial}.yaml": content.decode()}


def due(files: Files, on: date) -> list[str]:
    return list(reasons_to_deliver(publish(register_of(files, on), on), noon(on)))


def overdue(files: Files, on: date) -> list[str]:
    rows = overdue_rows(register_of(files, on), on, working_days(ROOT))
    return [row.entry_id for row in rows]


def test_where_nothing_was_ever_delivered_everything_waits() -> None:
    on = date(2018, 5, 9)
    rows = publish(register_of(files_of(GBCS_1_1), on), on).rows
    assert due(files_of(GBCS_1_1), on) == [f"no delivery was ever made: {len(rows)} rows wait"]
    assert overdue(files_of(GBCS_1_1), on) == list(rows)


def test_nothing_is_due_on_the_day_after_a_delivery() -> None:
    files = delivered(files_of(GBCS_1_1), date(2018, 6, 25))
    assert due(files, date(2018, 6, 26)) == []
    assert overdue(files, date(2018, 6, 26)) == []


def test_a_hold_that_begins_is_a_delivery_of_its_own() -> None:
    files = delivered(files_of(GBCS_1_1), date(2018, 5, 8))
    on = date(2018, 5, 9)
    assert waiting_rows(publish(register_of(files, on), on)) == []
    assert due(files, on) == ["what is held is not what delivery 2018-05-08-01 says"]


def test_a_hold_that_ends_is_due_without_any_push() -> None:
    files = delivered(files_of(GBCS_1_1), date(2018, 6, 21))
    assert due(files, date(2018, 6, 22))[0] == "2 rows differ from delivery 2018-06-21-01"


@pytest.mark.parametrize(
    ("day", "late"),
    [(22, []), (23, []), (25, []), (26, TWO_ESMES)],
    ids=["friday", "saturday", "monday", "tuesday"],
)
def test_a_row_is_late_once_its_working_day_is_over(day: int, late: list[str]) -> None:
    files = delivered(files_of(GBCS_1_1), date(2018, 6, 21))
    assert overdue(files, date(2018, 6, day)) == late


@pytest.mark.parametrize(("day", "late"), [(29, []), (30, TWO_ESMES)])
def test_a_bank_holiday_is_no_working_day(day: int, late: list[str]) -> None:
    """28 May 2018 was one; the hold is made to end on the Friday before."""
    files = with_edit(files_of(GBCS_1_1), DSP, 'start: "2018-06-22"', 'start: "2018-05-25"')
    assert overdue(delivered(files, date(2018, 5, 24)), date(2018, 5, day)) == late


def test_a_list_is_sent_again_before_it_is_stale() -> None:
    files = delivered(files_of(GBCS_1_1), date(2018, 6, 25))
    assert due(files, date(2018, 6, 29)) == []
    told = ["delivery 2018-06-25-01 was sent on 25 June 2018: it is fresh for a week"]
    assert due(files, date(2018, 6, 30)) == told


def test_beyond_the_bank_holidays_nothing_is_guessed() -> None:
    with pytest.raises(HolidaysUnknown):
        overdue(files_of(GBCS_1_1), date(2031, 1, 6))


def ask(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command: list[str | Path] = [
        sys.executable,
        ROOT / "scripts/delivering/ask.py",
        "--root",
        root,
        *options,
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """The scenario on disk, last delivered on 21 June 2018."""
    for name, text in delivered(files_of(GBCS_1_1), date(2018, 6, 21)).items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    return tmp_path


def test_the_monitor_fails_loudly(register: Path) -> None:
    monday = ask(register, "--overdue", "--on", "2018-06-25")
    assert (monday.returncode, monday.stdout) == (
        0,
        "2 rows wait for the next delivery, 0 of them too long\n",
    )
    tuesday = ask(register, "--overdue", "--on", "2018-06-26")
    late = "".join(f"{one}: added, and not delivered within one Working Day\n" for one in TWO_ESMES)
    assert tuesday.returncode == 1
    assert tuesday.stdout == f"2 rows wait for the next delivery, 2 of them too long\n{late}"


def test_the_answer_is_handed_on_in_a_workflow(
    register: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs = tmp_path / "outputs"
    monkeypatch.setenv("GITHUB_OUTPUT", str(outputs))
    assert ask(register, "--on", "2018-06-22").returncode == 0
    assert outputs.read_text(encoding="utf-8") == "due=true\n"


def test_what_cannot_be_judged_is_told_in_one_line(register: Path, tmp_path: Path) -> None:
    answers = [ask(register, "--overdue", "--on", "2031-01-06"), ask(tmp_path / "no-register")]
    for answer in answers:
        assert answer.returncode == 2
        assert len(answer.stderr.splitlines()) == 1
        assert "Traceback" not in answer.stderr
    (register / DSP).write_text("nonsense", encoding="utf-8")
    assert ask(register, "--on", "2018-06-22").returncode == 1
