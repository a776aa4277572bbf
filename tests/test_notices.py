"""Notices of a campaign: plain letters for every audience, and records that are evidence later."""

import hashlib
import re
import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml
from cpl_registry.edges.installation import working_days
from cpl_registry.edges.reading import read
from cpl_registry.outputs.letter import Letter, letter_html, letter_text
from cpl_registry.outputs.notices import CampaignNotices, Draft
from cpl_registry.records.notice import Audience
from cpl_registry.records.register import Register
from cpl_registry.state.publication import publish

from tests.clones import Done, cpl_here, refused
from tests.judging import hold_against
from tests.recounts import active_on, by_manufacturer, positions
from tests.registers import GBCS_1_1, files_of, register_of
from tests.repository import ROOT
from tests.site_files import read_html

LETTERS = ROOT / "tests" / "letters"
NOTICE_2018, REMINDER_2026 = date(2018, 5, 29), date(2026, 11, 16)
NOTICES, CAMPAIGN = "cpl/panel/notices", "cpl/panel/campaigns/CAM-2018-002.yaml"
WORDS = {
    "outstanding": "still to be corrected",
    "overdue": "overdue",
    "submitted": "with a correction that waits to be listed",
    "disputed": "disputed",
    "corrected": "corrected",
    "exempt": "spared",
    "removed": "removed",
}
OPEN = (
    *("campaign", "open", "CAM-2018-002", "--title", "From GBCS 1.0 to GBCS 1.1"),
    *("--gbcs-version", "1.0", "--body", "Demonstration Panel", "--meeting", "2018-09-14"),
    "--illustrative",
)
SEND = ("campaign", "notices", "CAM-2018-002")


def demonstration(on: date) -> Register:
    return register_of(files_of(ROOT), on)


def letters(name: str, on: date, *, reminder: bool) -> dict[str, tuple[Draft, Letter]]:
    """The letters about a campaign of the demonstration register, by who they are for."""
    state = publish(demonstration(on), on, calendar=working_days(ROOT))
    (stand,) = [one for one in state.campaigns if one.campaign.reference == name]
    notices = CampaignNotices(stand, state, reminder=reminder)
    return {
        str(draft.manufacturer or draft.audience): (draft, notices.letter(draft, "NOT-0000-001"))
        for draft in notices.drafts
    }


def makers_of(root: Path, entries: set[str]) -> dict[str, set[str]]:
    """By reading the files alone: entries by the manufacturer whose folder they lie in."""
    found: dict[str, set[str]] = {}
    for path in (root / "cpl" / "devices").rglob("*.yaml"):
        code, model, hardware, firmware = path.stem.split("-")
        kind = path.parts[-3]
        name = "-".join((kind, code, model, hardware[:2], hardware[2:], firmware))
        if name in entries:
            found.setdefault(path.parts[-2], set()).add(name)
    return found


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A register of 2018 with a campaign that was opened, and has not given notice."""
    shutil.copytree(GBCS_1_1 / "cpl", tmp_path / "cpl")
    must(tmp_path, *OPEN, on="2018-05-28")
    return tmp_path


def ask(root: Path, *arguments: str | Path, on: str) -> Done:
    return cpl_here(*arguments, "--root", root, "--on", on)


def must(root: Path, *arguments: str | Path, on: str) -> str:
    done = ask(root, *arguments, on=on)
    assert done.code == 0, done.told
    return done.out.decode()


def send(root: Path, on: str) -> str:
    """The letters of a day written, and then recorded as sent."""
    must(root, *SEND, on=on)
    return must(root, *SEND, "--sent", on=on)


def records(root: Path) -> dict[str, dict[str, str]]:
    """The records of the campaign's notices by their references."""
    found = (path.read_text("utf-8") for path in sorted((root / NOTICES).glob("*.yaml")))
    loaded = [yaml.load(text, yaml.CBaseLoader) for text in found]  # all is text
    return {one["reference"]: one for one in loaded if one["about"] == "CAM-2018-002"}


@pytest.mark.parametrize(
    ("name", "campaign", "on", "maker"),
    [
        ("first-notice", "CAM-2018-001", NOTICE_2018, "brigantia-meters"),
        ("reminder", "CAM-2026-001", REMINDER_2026, "caldera-gas"),
    ],
)
def test_letters_read_as_they_are_on_file(name: str, campaign: str, on: date, maker: str) -> None:
    _, letter = letters(campaign, on, reminder=name == "reminder")[maker]
    hold_against(LETTERS / f"{name}.txt", letter_text(letter))
    hold_against(LETTERS / f"{name}.html", letter_html(letter))


def test_every_manufacturer_is_told_of_its_own_entries_alone() -> None:
    made = letters("CAM-2018-001", NOTICE_2018, reminder=False)
    counted = makers_of(ROOT, active_on(ROOT, "1.0", "2018-05-29"))
    assert set(made) == {*counted, "parties", "suppliers", "website"}
    every = set().union(*counted.values())
    assert set(made["suppliers"][0].entries) == every
    for maker, entries in counted.items():
        draft, letter = made[maker]
        text = letter_text(letter)
        assert draft.audience is Audience.MANUFACTURER
        assert set(draft.entries) == set(entries)
        assert {one for one in every if one in text} == set(entries)
        which = "the one entry" if len(entries) == 1 else f"each of the {len(entries)} entries"
        assert f"Send us a correction for {which}" in " ".join(text.split())
        assert text.count("To do: ") == len(entries)
    for audience in ("parties", "website"):
        told = letter_text(made[audience][1])
        assert made[audience][0].entries == ()
        assert f"{len(every)} entries on the list are to be corrected by Wednesday" in told
        assert [int(one) for one in re.findall(r"^ +([0-9]+) entr", told, re.MULTILINE)] == [
            len(counted[maker]) for maker in sorted(counted)
        ]


@pytest.mark.parametrize("on", ["2026-10-06", "2026-11-16", "2027-01-06"])
def test_the_numbers_of_a_reminder_are_those_of_the_files(on: str) -> None:
    """Each maker's numbers in the letter to all Parties, counted again by reading the files."""
    made = letters("CAM-2026-001", date.fromisoformat(on), reminder=True)
    found = by_manufacturer(ROOT, positions(ROOT, "CAM-2026-001", on, "2027-01-05"))
    (group,) = made["parties"][1].groups
    told = [
        {
            words: int(number)
            for number, words in re.findall(r"([0-9]+) ([a-z ]+?)(?:,| and|$)", line)
        }
        for item in group.items
        for line in [item.lines[0].partition(": ")[2]]
    ]
    assert told == [
        {WORDS[name]: number for name, number in counts.items() if number}
        for counts in found.values()
    ]
    todo = {maker: one["outstanding"] + one["overdue"] for maker, one in found.items()}
    reminded = {maker for maker, number in todo.items() if number}
    assert set(made) == {*reminded, "parties", "suppliers", "website"}
    for maker in reminded:
        text = letter_text(made[maker][1])
        assert text.count("To do") - 1 == todo[maker]  # and once where it says what to do


@pytest.mark.parametrize(
    ("campaign", "on", "reminder"),
    [
        ("CAM-2018-001", NOTICE_2018, False),
        ("CAM-2018-001", date(2018, 8, 30), True),
        ("CAM-2026-001", REMINDER_2026, True),
    ],
)
def test_each_letter_is_plain(campaign: str, on: date, reminder: bool) -> None:
    months = "January|February|March|April|May|June|July|August|September|October|November|December"
    for name, (draft, letter) in letters(campaign, on, reminder=reminder).items():
        text = letter_text(letter)
        assert max(map(len, text.splitlines())) <= 76, name
        assert text.count("WHAT TO DO") == 1
        assert text.index("WHAT TO DO") < text.index("WHY")
        assert "ILLUSTRATION" in text
        for found in re.finditer(rf"[0-9]+ (?:{months}) [0-9]{{4}}", " ".join(text.split())):
            before = " ".join(text.split())[: found.start()]
            assert before.endswith("day "), (name, found[0])
        # The same words, whatever the mailer shows.
        page = read_html(letter_html(letter))
        plain = text.replace(" 1. ", "")
        for section in letter.sections:
            for paragraph in (*section.paragraphs, *section.points):
                assert paragraph in " ".join(page.text.split())
                assert paragraph in " ".join(plain.replace("\n  - ", "\n").split())
        assert not page.loads
        assert not page.scripts
        assert draft.title in page.text


def test_sending_gives_notice_and_freezes_the_targets(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "letters"
    must(root, *SEND, "--out", out, on="2018-05-29")
    assert "notice:" not in (root / CAMPAIGN).read_text("utf-8")
    written = records(root)
    assert not any("sent" in one for one in written.values())
    for name, one in written.items():
        text = (out / f"{name}.txt").read_bytes()
        assert hashlib.sha256(text).hexdigest() == one["sha256"]
        assert (out / f"{name}.html").is_file()
    must(root, *SEND, "--out", out, "--sent", on="2018-05-29")
    assert {one["sent"] for one in records(root).values()} == {"2018-05-29"}
    assert records(root) == {name: {**one, "sent": "2018-05-29"} for name, one in written.items()}
    campaign = yaml.safe_load((root / CAMPAIGN).read_text("utf-8"))
    assert campaign["notice"] == "2018-05-29"
    assert campaign["targets"] == sorted(active_on(root, "1.0", "2018-05-29"))
    assert not read(root, date(2018, 5, 29)).report.failed


def test_what_was_sent_must_be_what_was_written(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "letters"
    must(root, *SEND, "--out", out, on="2018-05-29")
    before = {path: path.read_bytes() for path in (root / "cpl").rglob("*.yaml")}
    refused(ask(root, *SEND, "--sent", on="2018-05-30"), "written for another day")
    changed = next(out.glob("*.txt"))
    changed.write_text("Something else", "utf-8")
    refused(ask(root, *SEND, "--out", out, "--sent", on="2018-05-29"), "is not the text that")
    changed.unlink()
    refused(ask(root, *SEND, "--out", out, "--sent", on="2018-05-29"), "cannot be read")
    assert {path: path.read_bytes() for path in (root / "cpl").rglob("*.yaml")} == before


def test_what_was_never_written_was_not_sent(root: Path) -> None:
    says = "so none can have been sent"
    refused(ask(root, *SEND, "--sent", on="2018-05-29"), "no letter to parties", says)
    assert not records(root)
    must(root, *SEND, on="2018-05-29")
    # Without --out the letters lie in the folder that the command takes by default.
    next((root / "notices" / "CAM-2018-002").glob("*.txt")).unlink()
    refused(ask(root, *SEND, "--sent", on="2018-05-29"), "cannot be read")
    assert "notice:" not in (root / CAMPAIGN).read_text("utf-8")


def test_letters_that_were_not_sent_are_written_again_under_their_references(root: Path) -> None:
    must(root, *SEND, on="2018-05-29")
    first = records(root)
    must(root, *SEND, on="2018-05-30")
    second = records(root)
    assert list(second) == list(first)
    assert all(second[name]["sha256"] != first[name]["sha256"] for name in first)
    assert (root / "notices" / "CAM-2018-002").is_dir()


def test_once_notice_is_given_the_letters_are_reminders(root: Path) -> None:
    send(root, "2018-05-29")
    first = records(root)
    told = send(root, "2018-08-01")
    second = records(root)
    assert {name: second[name] for name in first} == first
    new = [one for name, one in second.items() if name not in first]
    assert all(one["title"].startswith("Reminder, ") and one["sent"] == "2018-08-01" for one in new)
    assert "reminders recorded as sent on 2018-08-01" in told
    campaign = yaml.safe_load((root / CAMPAIGN).read_text("utf-8"))
    assert campaign["notice"] == "2018-05-29"


@pytest.mark.parametrize(
    ("words", "on", "reason"),
    [
        (("campaign", "notices", "CAM-2018-999"), "2018-05-29", "no campaign"),
        (SEND, "2018-05-27", "is opened on"),
    ],
)
def test_nobody_is_told_where_there_is_nothing_to_tell(
    root: Path, words: tuple[str, ...], on: str, reason: str
) -> None:
    refused(ask(root, *words, on=on), "nothing is written", reason)
    assert not records(root)


def test_a_campaign_that_is_closed_tells_nobody(root: Path) -> None:
    send(root, "2018-05-29")
    refused(ask(root, *SEND, on="2018-05-28"), "gives notice on Tuesday 29 May 2018")
    path = root / CAMPAIGN
    text = path.read_text("utf-8").replace("illustrative:", 'closed: "2018-06-01"\nillustrative:')
    path.write_text(text, "utf-8")
    refused(ask(root, *SEND, on="2018-06-01"), "was closed on Friday 1 June 2018")


def test_a_dry_run_writes_nothing(root: Path) -> None:
    assert "a dry run" in must(root, *SEND, "--dry-run", on="2018-05-29")
    assert not records(root)
    assert not (root / "notices").exists()
