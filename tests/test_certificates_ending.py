"""CPA certificates that end: how soon, what kind of end, which reminder is due, and what is printed."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from cpl_registry.outputs.certificate_data import certificates_data, endings_csv
from cpl_registry.outputs.certificate_notices import certificate_letters
from cpl_registry.outputs.certificates_told import certificates_told
from cpl_registry.outputs.entry_rows import Listing
from cpl_registry.outputs.pages_certificates import certificate_pages
from cpl_registry.records.oversight import Calendar, Oversight
from cpl_registry.state.certificates_ending import (
    Bucket,
    EndKind,
    endings,
    notices_between,
    within,
)
from cpl_registry.state.publication import PublishedState, publish
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import LISTED, Raw, device_model, entry, register
from tests.clones import cpl_here, refused
from tests.judging import hold_against
from tests.registers import files_of, register_of
from tests.repository import ROOT
from tests.site_files import read_html

ON = date(2026, 11, 22)
ID = "esme-f0a1-0005-02-03-38040404"
MONTHS = Calendar(certificate_notice_months=(12, 6), unconfirmed=("certificate_notice_months",))


def with_cpa(**days: str) -> list[Raw]:
    others = [one for one in device_model()["assurance_certificates"] if one["scheme"] != "CPA"]
    return [*others, {"scheme": "CPA", "number": "DEMO-CPA-0001", "issued": "2020-02-01", **days}]


def state_of(on: date, *histories: Raw, calendar: Calendar = MONTHS, **days: str) -> PublishedState:
    one = entry(assurance_certificates=with_cpa(**days), history=[*LISTED, *histories])
    return publish(register(one, oversight=Oversight(calendar=calendar)), on)


@pytest.mark.parametrize(
    ("last", "bucket"),
    [
        ("2026-11-21", Bucket.ENDED),
        ("2026-11-22", Bucket.ONE),
        ("2026-12-22", Bucket.ONE),
        ("2026-12-23", Bucket.THREE),
        ("2027-02-22", Bucket.THREE),
        ("2027-02-23", Bucket.SIX),
        ("2027-05-22", Bucket.SIX),
        ("2027-05-23", Bucket.TWELVE),
        ("2027-11-22", Bucket.TWELVE),
        ("2027-11-23", Bucket.LATER),
    ],
)
@pytest.mark.parametrize("kind", list(EndKind))
def test_how_soon(last: str, bucket: Bucket, kind: EndKind) -> None:
    state = state_of(ON, expires=last)
    if kind is EndKind.RENEWAL:
        state = state_of(ON, renewal_due=last)
    (one,) = endings(state)
    assert (one.bucket, one.kind, one.ended) == (bucket, kind, bucket is Bucket.ENDED)
    assert one.days_left == (date.fromisoformat(last) - ON).days
    after = date.fromisoformat(last) + timedelta(days=1)
    assert one.proposal == (after if kind is EndKind.EXPIRY else None)


@given(st.dates(date(2026, 1, 1), date(2029, 12, 31)))
def test_a_reminder_is_due_on_the_first_day_within_its_months(last: date) -> None:
    (one,) = endings(state_of(ON, expires=last.isoformat()))
    for notice in one.notices:
        before, then = (
            within((one,), notice.months, day)
            for day in (notice.day - timedelta(days=1), notice.day)
        )
        assert (before, then) == ((), (one,))


def test_only_active_entries_with_an_end_are_told() -> None:
    removed: Raw = {
        "date": "2026-11-01",
        "event": "removed",
        "status": "Expired",
        "cause": "certificate-expired",
        "reference": "DEC-2026-001",
    }
    assert endings(state_of(ON, removed, expires="2026-10-01")) == ()
    assert len(endings(state_of(date(2026, 10, 31), removed, expires="2026-10-01"))) == 1
    assert endings(state_of(ON)) == ()
    assert endings(state_of(date(2020, 2, 10), expires="2030-02-01")) == ()  # not listed yet


def test_an_end_is_that_of_the_asked_day() -> None:
    renewed: Raw = {
        "date": "2026-11-20",
        "event": "amended",
        "changed": {
            "assurance_certificates.CPA.expires": {"from": "2026-12-01", "to": "2032-12-01"}
        },
    }
    (before,) = endings(state_of(date(2026, 11, 19), renewed, expires="2032-12-01"))
    (after,) = endings(state_of(date(2026, 11, 20), renewed, expires="2032-12-01"))
    assert (before.day, after.day) == (date(2026, 12, 1), date(2032, 12, 1))
    # Nobody could be reminded of an end before there was one.
    late = {**renewed, "changed": {"assurance_certificates.CPA.expires": {"to": "2027-01-01"}}}
    (one,) = endings(state_of(ON, late, expires="2027-01-01"))
    assert [notice.day for notice in one.notices] == [date(2026, 11, 20)] * 2


def test_reminders_due_between_two_days() -> None:
    found = endings(state_of(ON, expires="2027-06-30"))
    assert [notice.day for notice in found[0].notices] == [date(2026, 6, 30), date(2026, 12, 30)]
    for start, end, months in (
        (date(2026, 6, 30), date(2026, 6, 30), [12]),
        (date(2026, 7, 1), date(2026, 12, 29), []),
        (date(2026, 6, 1), date(2026, 12, 30), [12, 6]),
    ):
        assert [notice.months for notice, _ in notices_between(found, start, end)] == months


def test_without_recorded_months_nobody_is_reminded_and_nothing_is_said_of_it() -> None:
    state = state_of(ON, calendar=Calendar(), expires="2027-01-01")
    assert endings(state)[0].notices == ()
    assert "reminded" not in certificates_told(endings(state), state)
    assert "is reminded" not in read_html(page_of(state)).text


def page_of(state: PublishedState) -> str:
    return next(certificate_pages(Listing(state=state))).artefact().content.decode()


def test_the_page_tells_expiry_and_renewal_apart_and_that_nothing_is_automatic() -> None:
    text = " ".join(read_html(page_of(state_of(ON, expires="2026-11-20"))).text.split())
    assert "1 Active entry rests on a CPA Certificate whose last day is over" in text
    assert f"cpl remove {ID} --status Expired --cause certificate-expired" in text
    assert "Nothing happens by itself." in text
    assert "recalled, and have not been checked against a source" in text
    text = " ".join(read_html(page_of(state_of(ON, renewal_due="2026-11-20"))).text.split())
    assert "its renewal is due" in text
    assert "cpl remove" not in text  # a lifetime certificate goes on


def test_numbers_of_the_page_and_the_data_are_those_of_the_files() -> None:
    """The demonstration register, counted again by reading the lines of its files."""
    state = publish(register_of(files_of(ROOT), ON), ON)
    ends = []
    for path in sorted((ROOT / "cpl" / "devices").rglob("*.yaml")):
        text = path.read_text("utf-8")
        cpa = text.partition("scheme: CPA")[2].partition("manufacturer_image:")[0].splitlines()
        last = next(
            (line.split('"')[1] for line in cpa if "expires:" in line or "_due:" in line), ""
        )
        event = [line.split()[-1] for line in text.splitlines() if "event: " in line]
        active = [one for one in event if one in {"listed", "removed", "reinstated"}][-1:]
        if last and active in (["listed"], ["reinstated"]):
            ends.append(last)
    data = certificates_data(endings(state), state)
    assert sorted(one["last_day"] for one in data["certificates"]) == sorted(ends)
    over = [one for one in data["certificates"] if one["bucket"] == "ended"]
    assert len(over) == sum(last < "2026-11-22" for last in ends) > 0
    assert len(endings_csv(endings(state)).splitlines()) == len(ends) + 1


@pytest.mark.parametrize("maker", ["brigantia-meters", "caldera-gas"])
def test_letters_read_as_they_are_on_file(maker: str) -> None:
    state = publish(register_of(files_of(ROOT), ON), ON)
    found = {
        one.path: one.content for one in certificate_letters(within(endings(state), 12, ON), state)
    }
    for ending in ("txt", "html"):
        path = ROOT / "tests" / "letters" / f"certificates-{maker}.{ending}"
        hold_against(path, found[f"{maker}.{ending}"].decode())


def ask(*words: str | Path, on: str = "2026-11-22") -> bytes:
    done = cpl_here("certificates", *words, "--root", ROOT, "--on", on)
    assert done.code == 0, done.told
    return done.out


def test_the_command_tells_lists_and_writes(tmp_path: Path) -> None:
    text = ask().decode()
    assert text.startswith("On Sunday 22 November 2026, CPA certificates of Active entries:")
    data = json.loads(ask("--format", "json", "--within", "3"))
    table = ask("--format", "csv", "--within", "3").decode().splitlines()
    ids = [one["entry_id"] for one in data["certificates"]]
    assert [line.split(",")[0] for line in table] == ["entry_id", *ids]
    assert all(one in text for one in ids)
    mine = json.loads(ask("--format", "json", "--manufacturer", "caldera-gas"))
    assert {one["manufacturer"] for one in mine["certificates"]} == {"caldera-gas"}
    day = ("--root", ROOT, "--on", "2026-11-22")
    done = cpl_here("certificates", "notices", "--out", tmp_path / "out", *day)
    assert done.code == 0, done.told
    makers = {one["manufacturer"] for one in json.loads(ask("--format", "json"))["certificates"]}
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {f"{maker}.{ending}" for maker in makers for ending in ("txt", "html")}


def test_letters_about_reminders_that_fell_due(tmp_path: Path) -> None:
    out = tmp_path / "out"
    days = ("--since", "2026-11-24", "--until", "2026-11-24", "--out", out)
    done = cpl_here("certificates", "notices", *days, "--root", ROOT, "--on", "2026-11-24")
    assert done.code == 0, done.told
    assert {path.name for path in out.iterdir()} == {
        "dunmore-networks.txt",
        "dunmore-networks.html",
    }
    none = ("--since", "2026-11-25", "--until", "2026-11-25", "--out", tmp_path / "none")
    done = cpl_here("certificates", "notices", *none, "--root", ROOT, "--on", "2026-11-25")
    assert b"no letter is written" in done.out


def test_wrong_use_is_refused(tmp_path: Path) -> None:
    day = ("--root", ROOT, "--on", "2026-11-22")
    refused(cpl_here("certificates", "--manufacturer", "nobody", *day), "no manufacturer")
    out = ("certificates", "notices", *day, "--out", tmp_path)
    refused(cpl_here(*out, "--until", "2026-11-25"), "goes with --since")
    days = ("--since", "2026-11-25", "--until", "2026-11-24")
    refused(cpl_here(*out, *days), "lies before")
    (tmp_path / "file").write_text("", "utf-8")
    file = ("--out", tmp_path / "file")
    refused(cpl_here("certificates", "notices", *day, *file), "is a file")
