"""An amendment that the DSP does not know: the row sent before it stands, letter for letter.

The register in `standing-row/` is the story as it is; variations of it are made in memory.
"""

import csv
import io
from datetime import date

import pytest
from cpl_registry.state.publication import publish

from tests.registers import STANDING_ROW, cpl, days, dcc_tables, files_of, register_of, with_edit

AMENDED, TAKEN = date(2018, 5, 21), date(2018, 6, 22)
BEFORE, LATER = date(2018, 5, 20), date(2018, 7, 31)
METER, HUB = "esme-f0b1-0021-01-00-0d010008", "ch-f0b3-0041-01-02-04000001"
ENTRY = "cpl/devices/esme/fenland-meters/f0b1-0021-0100-0d010008.yaml"
DSP = "cpl/dcc/dsp-profile.yaml"
GBCS_CHANGE = '      gbcs_version:\n        from: "1.0"\n        to: "1.1"\n'
NAME_CHANGE = '      model_name:\n        from: "Fenland F1"\n        to: "Fenland One"\n'
LAST_LINE = '    reference: "SUB-2018-0001"\n'
REMOVAL = """\
  - date: "2018-06-01"
    event: removed
    status: Withdrawn
    cause: manufacturer-request
    reference: "DEC-2018-900"
"""
RETURN = """\
  - date: "2018-06-11"
    event: reinstated
    reference: "DEC-2018-901"
"""
HEADER = "entry_id,since,reason,field,value,standing_row"
HELD = f"{METER},2018-05-21,dsp-does-not-recognise,gbcs_version,1.1,previous"

Files = dict[str, str]


@pytest.fixture
def files() -> Files:
    return files_of(STANDING_ROW)


def lines(files: Files, on: date, table: str) -> list[str]:
    tables = dcc_tables(register_of(files, LATER), on)
    return tables[f"cpl-dcc-{table}.csv"].decode().removesuffix("\r\n").split("\r\n")


def extract(files: Files, on: date) -> list[str]:
    return lines(files, on, "extract")


def held(files: Files, on: date) -> list[str]:
    """The held list without its header."""
    header, *rows = lines(files, on, "held")
    assert header == HEADER
    return rows


def row(files: Files, on: date) -> str | None:
    """The meter's row in the extract; None where it has none."""
    return next((line for line in extract(files, on) if line.startswith(f"{METER},")), None)


def and_then(files: Files, *more: str) -> Files:
    """The story with history lines after the amendment."""
    return with_edit(files, ENTRY, LAST_LINE, LAST_LINE + "".join(more))


def amended(day: str, **changes: tuple[str, str]) -> str:
    """A history line that changes fields, given as `a__b=(before, after)` for `a.b`."""
    told = "".join(
        f'      {path.replace("__", ".")}:\n        from: "{old}"\n        to: "{new}"\n'
        for path, (old, new) in changes.items()
    )
    return f'  - date: "{day}"\n    event: amended\n    changed:\n{told}'


def test_the_row_of_before_stands_letter_for_letter_every_day_of_the_hold(files: Files) -> None:
    sent = extract(files, BEFORE)
    assert [line.split(",")[0] for line in sent[1:]] == [HUB, METER]
    assert ",SMETS2,2.0,1.0," in sent[2]
    for day in days(AMENDED, date(2018, 6, 21)):
        assert extract(files, day) == sent, day
        assert held(files, day) == [HELD], day


def test_nothing_is_held_the_day_before_the_amendment(files: Files) -> None:
    assert held(files, BEFORE) == []


def test_the_new_row_goes_when_the_dsp_recognises_it(files: Files) -> None:
    old = row(files, date(2018, 6, 21))
    assert old is not None
    assert row(files, TAKEN) == old.replace("SMETS2,2.0,1.0,", "SMETS2,2.0,1.1,") != old
    assert held(files, TAKEN) == []


def test_the_state_says_from_which_day_the_standing_row_is(files: Files) -> None:
    register = register_of(files, LATER)
    delivery = publish(register, AMENDED).by_id[METER].delivery  # type: ignore[index]
    assert delivery is not None
    assert delivery.stands_from == date(2016, 11, 22)
    taken = publish(register, TAKEN).by_id[METER].delivery  # type: ignore[index]
    assert taken is not None
    assert (taken.stands_from, taken.hold) == (None, None)


def test_the_real_command_says_the_same(files: Files) -> None:
    for on in (BEFORE, AMENDED, TAKEN):
        answer = cpl("extract", "--root", STANDING_ROW, "--on", on.isoformat())
        assert answer.stdout.decode().split("\r\n")[:-1] == extract(files, on)


def test_a_removal_takes_the_standing_row_and_the_hold(files: Files) -> None:
    removed = and_then(files, REMOVAL)
    assert row(removed, date(2018, 5, 31)) == row(files, BEFORE)
    assert held(removed, date(2018, 5, 31)) == [HELD]
    for on in (date(2018, 6, 1), TAKEN):
        assert row(removed, on) is None
        assert held(removed, on) == []


def test_a_reinstated_entry_has_no_standing_row_and_waits_anew(files: Files) -> None:
    """It was absent from the last extract, so there is nothing that could stand."""
    back = and_then(files, REMOVAL, RETURN)
    for day in days(date(2018, 6, 11), date(2018, 6, 21)):
        assert row(back, day) is None
        assert held(back, day) == [
            f"{METER},2018-06-11,dsp-does-not-recognise,gbcs_version,1.1,none"
        ]
    assert row(back, TAKEN) == row(files, TAKEN)
    assert held(back, TAKEN) == []


def test_removed_and_reinstated_on_one_day_was_never_absent(files: Files) -> None:
    back = and_then(files, REMOVAL, RETURN.replace("2018-06-11", "2018-06-01"))
    for day in days(AMENDED, date(2018, 6, 21)):
        assert row(back, day) == row(files, BEFORE)
        assert held(back, day) == [HELD]


def test_a_second_amendment_does_not_start_the_hold_anew(files: Files) -> None:
    end = "assurance_certificates__CPA__expires"
    renewed = with_edit(files, ENTRY, 'expires: "2022-11-02"', 'expires: "2024-11-02"')
    renewed = and_then(renewed, amended("2018-06-04", **{end: ("2022-11-02", "2024-11-02")}))
    for on in (AMENDED, date(2018, 6, 4), date(2018, 6, 21)):
        assert row(renewed, on) == row(files, BEFORE)
        assert held(renewed, on) == [HELD]
    new = row(files, TAKEN)
    assert new is not None
    assert row(renewed, TAKEN) == new.replace("2022-11-02", "2024-11-02")


def test_an_amendment_taken_back_ends_the_hold_and_a_later_one_begins_anew(files: Files) -> None:
    taken_back = and_then(
        files,
        amended("2018-06-04", gbcs_version=("1.1", "1.0")),
        amended("2018-06-12", gbcs_version=("1.0", "1.1")),
    )
    # GBCS 1.0 had ended in May: that the line may not say so is another rule's business.
    book = "cpl/reference/specifications.yaml"
    taken_back = with_edit(taken_back, book, '    installation_end: "2018-05-07"\n', "")
    assert held(taken_back, date(2018, 6, 3)) == [HELD]
    assert held(taken_back, date(2018, 6, 4)) == []
    assert held(taken_back, date(2018, 6, 11)) == []
    assert held(taken_back, date(2018, 6, 12)) == [HELD.replace("05-21", "06-12")]
    for day in days(AMENDED, date(2018, 6, 21)):
        assert row(taken_back, day) == row(files, BEFORE)


def test_an_amendment_of_what_the_extract_does_not_show_is_not_held(files: Files) -> None:
    renamed = with_edit(files, ENTRY, GBCS_CHANGE, NAME_CHANGE)
    renamed = with_edit(renamed, ENTRY, 'gbcs_version: "1.1"', 'gbcs_version: "1.0"')
    renamed = with_edit(renamed, ENTRY, 'model_name: "Fenland F1"', 'model_name: "Fenland One"')
    renamed = with_edit(renamed, DSP, "changed_row: unknown", "changed_row: reject")
    for on in (AMENDED, TAKEN):
        assert row(renamed, on) == row(files, BEFORE)
        assert held(renamed, on) == []


def test_a_dsp_that_refuses_changed_rows_keeps_the_row_standing(files: Files) -> None:
    """From 22 June the value is known, and it is the change that is refused: one unbroken hold."""
    refusing = with_edit(files, DSP, "changed_row: unknown", "changed_row: reject")
    assert held(refusing, date(2018, 6, 21)) == [HELD]
    for on in (TAKEN, LATER):
        assert row(refusing, on) == row(files, BEFORE)
        assert held(refusing, on) == [
            f"{METER},2018-05-21,dsp-refuses-amendment,gbcs_version,1.1,previous"
        ]


def test_each_changed_cell_of_a_refused_row_is_named(files: Files) -> None:
    refusing = with_edit(files, DSP, "changed_row: unknown", "changed_row: reject")
    refusing = with_edit(refusing, DSP, '  - start: "2018-06-22"', '  - start: "2018-05-01"')
    refusing = with_edit(refusing, ENTRY, 'expires: "2022-11-02"', 'renewal_due: "2024-11-02"')
    lifetime = (
        "      assurance_certificates.CPA.expires:\n"
        '        from: "2022-11-02"\n'
        "      assurance_certificates.CPA.renewal_due:\n"
        '        to: "2024-11-02"\n'
    )
    refusing = with_edit(refusing, ENTRY, GBCS_CHANGE, GBCS_CHANGE + lifetime)
    rows = list(csv.DictReader(io.StringIO("\n".join([HEADER, *held(refusing, AMENDED)]))))
    assert {(one["since"], one["reason"], one["standing_row"]) for one in rows} == {
        ("2018-05-21", "dsp-refuses-amendment", "previous")
    }
    assert [(one["field"], one["value"]) for one in rows] == [
        ("gbcs_version", "1.1"),
        ("assurance_certificates.CPA.expires", ""),
        ("assurance_certificates.CPA.renewal_due", "2024-11-02"),
    ]
    assert row(refusing, AMENDED) == row(files, BEFORE)


def test_a_dsp_that_refuses_changed_rows_takes_new_ones(files: Files) -> None:
    refusing = with_edit(files, DSP, "changed_row: unknown", "changed_row: reject")
    assert held(refusing, BEFORE) == []
    assert extract(refusing, BEFORE) == extract(files, BEFORE)
    back = and_then(refusing, REMOVAL, RETURN)
    assert row(back, TAKEN) == row(files, TAKEN)


def test_a_value_that_the_dsp_gives_up_leaves_the_row_standing(files: Files) -> None:
    step = '  - start: "2018-07-10"\n    gbcs_versions:\n      - "1.0"\n    source: "made up"\n'
    files[DSP] += step
    assert row(files, date(2018, 7, 9)) == row(files, date(2018, 7, 10))
    assert held(files, date(2018, 7, 10)) == [HELD.replace("2018-05-21", "2018-07-10")]
