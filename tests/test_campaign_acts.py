"""`cpl campaign`: what is written, what is refused and why, what is told."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from cpl_registry.edges.publishing import published_state
from cpl_registry.edges.reading import read
from cpl_registry.outputs.campaign_data import campaign_data
from cpl_registry.outputs.entry_rows import Listing
from cpl_registry.outputs.pages_campaigns import campaign_pages

from tests import recounts
from tests.clones import Done, cpl_here, refused
from tests.repository import ROOT
from tests.rule_cases import REGISTER

ENTRY = "esme-f0a1-0005-02-03-38040401"
ID, PATH = "CAM-2026-001", "cpl/panel/campaigns/CAM-2026-001.yaml"
OPEN = ("--title", "From GBCS 3.2 to 4.2", "--body", "Illustrative Panel", "--gbcs-version", "3.2")
OPENED, NOTICE, DEADLINE, LATE = "2026-01-05", "2026-01-12", "2026-04-13", "2026-04-14"
DECISION = "DEC-2026-001"
AS_OPENED = """\
# yaml-language-server: $schema=../../../schema/campaign.schema.json
reference: "CAM-2026-001"
title: "From GBCS 3.2 to 4.2"
selector:
  status: Active
  gbcs_versions:
    - "3.2"
corrected_by:
  - amendment
  - newer-firmware
opened: "2026-01-05"
notice_months: "3"
body: "Illustrative Panel"
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A register with one entry and one decision, of 30 January 2026."""
    shutil.copytree(REGISTER / "cpl", tmp_path / "cpl")
    return tmp_path


def campaign(root: Path, on: str, *arguments: str) -> Done:
    return cpl_here("campaign", *arguments, "--on", on, "--root", root)


def must(root: Path, on: str, *arguments: str) -> str:
    done = campaign(root, on, *arguments)
    assert done.code == 0, done.told
    return done.out.decode()


def file_of(root: Path) -> str:
    return (root / PATH).read_text("utf-8")


@pytest.fixture
def noticed(root: Path) -> Path:
    must(root, OPENED, "open", ID, *OPEN)
    letters = str(root / "letters")
    must(root, NOTICE, "notices", ID, "--out", letters)
    must(root, NOTICE, "notices", ID, "--out", letters, "--sent")
    return root


def refuses(root: Path, on: str, *arguments: str, says: str) -> None:
    """An act that writes nothing and says why."""
    before = {path: path.read_bytes() for path in root.rglob("cpl/**/*.yaml")}
    refused(campaign(root, on, *arguments), says)
    assert {path: path.read_bytes() for path in root.rglob("cpl/**/*.yaml")} == before


# ---------------------------------------------------------------------------------- opening


def test_opening_writes_the_file_in_canonical_form(root: Path) -> None:
    told = must(root, OPENED, "open", ID, *OPEN)
    assert file_of(root) == AS_OPENED
    assert f"commit {PATH}" in told


def test_a_dry_run_writes_nothing(root: Path) -> None:
    told = must(root, OPENED, "open", ID, *OPEN, "--dry-run")
    assert '+title: "From GBCS 3.2 to 4.2"' in told
    assert not (root / PATH).exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((ID, *OPEN[:-1], "9.9"), "the selector means no entry on Monday 5 January 2026"),
        ((ID, *OPEN[:-2]), "say which entries are meant"),
        ((ID, *OPEN, "--status", "Withdrawn"), "a campaign is about Active entries"),
        ((DECISION, *OPEN), "is the reference of a file under cpl/panel/ already"),
        (("../out", *OPEN), "reference: "),
        ((ID, *OPEN, "--type", "TOASTER"), "device_types"),
        ((ID, *OPEN[2:], "--title", "a <b>"), "title: "),
        ((ID, *OPEN, "--notice-months", "0"), "--notice-months"),
    ],
)
def test_what_cannot_be_opened(root: Path, arguments: tuple[str, ...], says: str) -> None:
    refuses(root, OPENED, "open", *arguments, says=says)
    assert not (root.parent / "out.yaml").exists()


def test_a_campaign_is_opened_once(root: Path) -> None:
    must(root, OPENED, "open", ID, *OPEN)
    refuses(root, OPENED, "open", ID, *OPEN, says="already")


# ---------------------------------------------------------------------------------- exemptions, disputes


def test_sparing_and_disputing_are_written_with_their_day(noticed: Path) -> None:
    must(noticed, "2026-02-02", "dispute", ID, ENTRY, "--reason", "It is right")
    must(noticed, "2026-02-09", "dispute", ID, ENTRY, "--settled")
    why = ("--reason", "Nothing is installed", "--reference", DECISION)
    must(noticed, "2026-02-16", "exempt", ID, ENTRY, *why)
    assert file_of(noticed).partition("exemptions:\n")[2] == (
        f'  - entry_id: "{ENTRY}"\n    since: "2026-02-16"\n    reason: "Nothing is installed"\n'
        f'    reference: "{DECISION}"\n'
        f'disputes:\n  - entry_id: "{ENTRY}"\n    since: "2026-02-02"\n'
        f'    settled: "2026-02-09"\n    reason: "It is right"\n'
    )


@pytest.mark.parametrize(
    ("on", "arguments", "says"),
    [
        (NOTICE, ("exempt", ID, ENTRY, "--reason", "x", "--reference", "DEC-9"), "no decision"),
        (OPENED, ("exempt", ID, ENTRY, "--reason", "x", "--reference", DECISION), "before its day"),
        (LATE, ("exempt", ID, "0401", "--reason", "x", "--reference", DECISION), "is no target"),
        (LATE, ("exempt", "CAM-1", ENTRY, "--reason", "x", "--reference", DECISION), "no campaign"),
        (LATE, ("dispute", ID, ENTRY, "--settled"), "is not disputed"),
        (LATE, ("dispute", ID, ENTRY), "give --reason, or --settled"),
        (LATE, ("dispute", ID, ENTRY, "--reason", "a <b>"), "reason"),
    ],
)
def test_what_cannot_be_spared_or_disputed(
    noticed: Path, on: str, arguments: tuple[str, ...], says: str
) -> None:
    refuses(noticed, on, *arguments, says=says)


def test_nothing_is_told_twice(noticed: Path) -> None:
    why = ("--reason", "Nothing is installed", "--reference", DECISION)
    must(noticed, LATE, "exempt", ID, ENTRY, *why)
    refuses(noticed, LATE, "exempt", ID, ENTRY, *why, says="spared already")
    must(noticed, LATE, "dispute", ID, ENTRY, "--reason", "It is right")
    refuses(noticed, LATE, "dispute", ID, ENTRY, "--reason", "Again", says="is disputed since")


# ---------------------------------------------------------------------------------- removal


@pytest.mark.parametrize(
    ("on", "decision", "says"),
    [
        (DEADLINE, DECISION, "the deadline is not over: its last day is 2026-04-13"),
        (LATE, "DEC-9", "no decision of that reference"),
        (LATE, ID, "no decision of that reference"),
    ],
)
def test_nothing_is_removed_too_early_or_without_a_decision(
    noticed: Path, on: str, decision: str, says: str
) -> None:
    refuses(noticed, on, "propose-removal", ID, "--decision", decision, says=says)


def test_nothing_is_removed_without_notice(root: Path) -> None:
    must(root, OPENED, "open", ID, *OPEN)
    asked = ("propose-removal", ID, "--decision", DECISION)
    refuses(root, "2026-11-22", *asked, says="no notice was given yet")


def test_a_draft_removes_nothing(noticed: Path) -> None:
    path = noticed / "cpl/panel/decisions/DEC-2026-001.yaml"
    path.write_text(path.read_text("utf-8").replace("status: published", "status: draft"), "utf-8")
    refuses(noticed, LATE, "propose-removal", ID, "--decision", DECISION, says="is a draft")


def test_the_status_is_withdrawn_unless_another_is_named(noticed: Path) -> None:
    asked = ("propose-removal", ID, "--decision", DECISION, "--dry-run")
    assert "+    status: Withdrawn\n" in must(noticed, LATE, *asked)
    assert "+    status: Cancelled\n" in must(noticed, LATE, *asked, "--status", "Cancelled")
    refused(campaign(noticed, LATE, *asked, "--status", "Active"), "'Active' is not one of")


def test_the_pack_is_written_with_the_removal_and_not_without_it(noticed: Path) -> None:
    out = noticed / "pack"
    asked = ("propose-removal", ID, "--decision", DECISION, "--out", str(out))
    must(noticed, LATE, *asked, "--dry-run")
    assert not out.exists()
    must(noticed, LATE, *asked)
    assert sorted(path.name for path in out.iterdir()) == [f"{ID}-pack.csv", f"{ID}-pack.html"]
    assert f"The removals below rest on {DECISION}." in (out / f"{ID}-pack.html").read_text("utf-8")
    refuses(noticed, LATE, *asked, says="nothing of CAM-2026-001 is overdue")


def test_a_pack_before_the_deadline_tells_who_is_still_in_time(noticed: Path) -> None:
    out = noticed / "pack"
    told = must(noticed, DEADLINE, "pack", ID, "--out", str(out))
    assert "0 entries proposed for removal" in told
    assert "Not corrected yet, and still in time: 1 entry" in (out / f"{ID}-pack.html").read_text()


def test_a_pack_tells_where_no_notice_was_recorded(noticed: Path) -> None:
    shutil.rmtree(noticed / "cpl/panel/notices")
    out = noticed / "pack"
    must(noticed, LATE, "pack", ID, "--out", str(out))
    assert "no record of a notice to its manufacturer was found" in (
        out / f"{ID}-pack.html"
    ).read_text("utf-8")


# ---------------------------------------------------------------------------------- closing


def test_closing_is_refused_while_anything_is_overdue(noticed: Path) -> None:
    refuses(noticed, LATE, "close", ID, "--outcome", DECISION, says=f"  {ENTRY} (albion-metering)")


def test_closing_lists_what_was_not_corrected_by_cause(noticed: Path) -> None:
    must(noticed, LATE, "propose-removal", ID, "--decision", DECISION)
    told = must(noticed, "2026-04-20", "close", ID, "--outcome", DECISION)
    assert "What was not corrected, by cause:\n  removed: the Panel decided so: 1 entry\n" in told
    text = file_of(noticed)
    assert f'outcome: "{DECISION}"' in text
    assert 'closed: "2026-04-20"' in text
    refuses(noticed, "2026-04-21", "close", ID, says="was closed on Monday 20 April 2026")
    late = ("dispute", ID, ENTRY, "--reason", "It is right")
    refuses(noticed, "2026-04-21", *late, says="it is not changed any more")
    asked = ("propose-removal", ID, "--decision", DECISION)
    refuses(noticed, "2026-04-21", *asked, says="is closed: what it left was decided")


def test_a_reinstated_entry_is_overdue_again(noticed: Path) -> None:
    must(noticed, LATE, "propose-removal", ID, "--decision", DECISION)
    back = ("reinstate", ENTRY, "--reference", DECISION, "--on", "2026-05-05", "--root", noticed)
    assert cpl_here(*back).code == 0
    told = must(noticed, "2026-05-05", "status", ID)
    assert f"{ENTRY}  overdue" in told


# ---------------------------------------------------------------------------------- asking


def test_status_in_words(noticed: Path) -> None:
    told = must(noticed, "2026-04-12", "status", ID)
    assert told == (
        "CAM-2026-001 on Sunday 12 April 2026: From GBCS 3.2 to 4.2\n"
        "  Notice was given on Monday 12 January 2026; the deadline is Monday 13 April 2026:"
        " 1 day left.\n"
        "  Meant: Active entries on GBCS 3.2. Corrected by an amendment of the entry itself or"
        " newer firmware of the same Device Model on the list.\n"
        "  Notice period: 3 calendar months. What is left is decided by Illustrative Panel.\n"
        "\n"
        "1 target: 1 outstanding; 1 left\n"
        "On the list with the values that are to go: 1, of which 0 spared\n"
        "\n"
        "Albion Metering Ltd: 0 of 1 done with\n"
        f"  {ENTRY}  outstanding           since 12 January 2026\n"
        "\n"
        "Left, from day to day\n"
        f"  2026-01-12  {'#' * 40}  1 of 1 left: 1 outstanding\n"
    )


def test_status_of_all_and_of_none(noticed: Path) -> None:
    assert must(noticed, "2026-01-04", "status") == (
        "No campaign was opened by Sunday 4 January 2026.\n"
    )
    assert must(noticed, NOTICE, "status").startswith(f"{ID}  From GBCS 3.2 to 4.2\n")
    refused(campaign(noticed, NOTICE, "status", "CAM-1"), "campaigns: CAM-2026-001")
    refused(campaign(noticed, NOTICE, "status", "--format", "csv"), "a table is of one campaign")


def test_an_entry_and_its_manufacturer_tell_of_it(noticed: Path) -> None:
    asked = ("--on", NOTICE, "--root", noticed)
    entry = cpl_here("status", ENTRY, *asked).out.decode()
    assert "CAM-2026-001: outstanding, since 12 January 2026; to be corrected by Monday" in entry
    maker = cpl_here("status", "--manufacturer", "albion-metering", *asked).out.decode()
    assert "CAM-2026-001: 1 outstanding. Notice was given on Monday 12 January 2026" in maker


def page_of(root: Path, on: str) -> str:
    state = published_state(root, date.fromisoformat(on))[1]
    pages = {one.path: one for one in campaign_pages(Listing(state=state))}
    return pages[f"campaigns/{ID}/index"].artefact().content.decode()


def test_the_page_before_notice_has_no_deadline_and_no_chart(root: Path) -> None:
    must(root, OPENED, "open", ID, *OPEN)
    page = page_of(root, OPENED)
    assert "Opened on Monday 5 January 2026; notice has not been given yet." in page
    assert "counted from the notice" in page
    assert "<svg" not in page


def test_the_page_after_notice_has_deadline_chart_and_the_records_of_what_was_sent(
    noticed: Path,
) -> None:
    page = page_of(noticed, NOTICE)
    assert "the deadline is Monday 13 April 2026: 91 days left." in page
    assert '<svg class="cpl-chart cpl-chart--wide"' in page
    sent = [
        one
        for one in read(noticed, date.fromisoformat(NOTICE)).report.register.oversight.notices
        if one.about == ID
    ]
    assert len(sent) == 4
    assert all(f'<span class="cpl-id">{one.reference}</span>' in page for one in sent)
    assert all(f'<span class="cpl-id cpl-long">{one.sha256}</span>' in page for one in sent)


# ---------------------------------------------------------------------------------- the demonstration


@pytest.mark.parametrize(
    ("reference", "deadline", "days"),
    [
        ("CAM-2018-001", "2018-08-29", ("2018-05-29", "2018-08-30", "2018-09-24", "2026-11-22")),
        ("CAM-2026-001", "2027-01-05", ("2026-10-05", "2026-10-19", "2026-11-22")),
    ],
)
def test_every_count_of_the_demonstration_equals_a_recount(
    reference: str, deadline: str, days: tuple[str, ...]
) -> None:
    for on in days:
        state = published_state(ROOT, date.fromisoformat(on))[1]
        stand = next(one for one in state.campaigns if one.campaign.reference == reference)
        data = json.loads(json.dumps(campaign_data(stand, state)))
        again = recounts.positions(ROOT, reference, on, deadline)
        assert {one["entry_id"]: one["position"] for one in data["targets"]} == again
        assert data["counts"] == recounts.counts(again)
        assert data["deadline"] == deadline
        for step in data["burn_down"]:
            then = recounts.positions(ROOT, reference, step["from"], deadline)
            assert step["counts"] == recounts.counts(then)


def test_the_targets_of_the_demonstration_are_those_that_were_meant() -> None:
    report = read(ROOT, date(2026, 11, 22)).report
    assert [one for one in report.findings if one.rule.startswith("CPL91")] == []
    assert len(report.register.oversight.campaigns) >= 2
