"""The second half of the founding paper by commands alone: from GBCS 1.0 to GBCS 1.1, summer 2018.

An illustration: the register, its manufacturers, who corrected what, and the decision are made up.
From the paper are the days of the notice and its length, the September meeting, and what was to
come of it: a clean baseline before Release 2.0. Every count is held against tests/recounts.py, which
reads the files by itself.
"""

import csv
import io
import json
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from cpl_registry.edges.publishing import published_state
from cpl_registry.outputs.campaign_data import campaign_files
from cpl_registry.outputs.campaign_words import POSITIONS
from cpl_registry.outputs.entry_rows import Listing
from cpl_registry.outputs.json_api import FOLDER
from cpl_registry.outputs.pages_campaigns import campaign_pages

from tests import recounts
from tests.clones import Clone, refused
from tests.rehearsals import new_signer, write_register
from tests.replays import Replay
from tests.rolled_back import rolled_back

CAMPAIGN, DECISION = "CAM-2018-900", "DEC-2018-901"
DEADLINE, REMINDED = "2018-08-29", "2018-08-01"
HUB_1, HUB_2 = "ch-f0a4-5001-01-01-04000002", "ch-f0a4-5001-01-01-04000003"
METER_1, METER_2 = "esme-f0a1-0005-02-03-38040401", "esme-f0a1-0005-02-03-38040402"
GAS_1, GAS_2 = "gsme-f0a3-0401-01-01-03033240", "gsme-f0a3-0401-01-01-03033241"
GAS_NEW = "gsme-f0a3-0401-01-01-03033249"
TWIN_1, TWIN_2 = "esme-f0a1-0006-01-02-38050201", "esme-f0a1-0006-01-02-38050203"
LOAD_SWITCH = "hcalcs-f0a1-0011-01-01-00010003"
DISPLAY, DISPLAY_NEW = "ppmid-f0a5-0900-01-00-00020001", "ppmid-f0a5-0900-01-00-00020009"
# Newer firmware of these two, on GBCS 1.1, was listed on 9 May and held.
ONE_OLD, TWO_OLD = "esme-f0a2-0101-01-00-0b0a0010", "esme-f0a2-0102-01-00-0b0b0010"
OVERDUE = {
    "albion-metering": {TWIN_1, TWIN_2, "esme-f0a1-0007-01-00-38060101"},
    "brigantia-meters": {"gsme-f0a2-0201-01-02-0a010004"},
    "caldera-gas": {"gsme-f0a3-0402-01-00-03041010"},
    "dunmore-networks": {HUB_1, HUB_2},
}
ALL_OVERDUE = set().union(*OVERDUE.values())
ASKED = ("2018-05-29", "2018-07-03", "2018-08-29", "2018-08-30", "2018-09-17", "2018-09-24")


class Story:
    """The register on its way, a command after the other."""

    def __init__(self, folder: Path) -> None:
        root = write_register(rolled_back(date(2018, 5, 28)), folder / "register")
        self.clone = Clone(root=root, signer=new_signer(folder, "demo"))
        self.clone.write({".gitignore": "/release/\n/.cache/\n/letters/\n/reminders/\n/pack/\n"})
        self.clone.git("init", "--quiet", "--initial-branch=main")
        self.clone.commit("The register of 28 May 2018")
        self.replay = Replay(clone=self.clone, inventory=folder / "smi.sqlite")
        self.replay.take_over(date(2018, 5, 28))
        self.root = root

    def does(self, on: str, *arguments: str) -> str:
        """A command of a day, committed."""
        done = self.clone.must(*arguments, "--on", on)
        if self.clone.git("status", "--porcelain"):
            self.clone.commit(f"{on}: cpl {' '.join(arguments[:2])}")
        return done.out.decode()

    def refuses(self, on: str, *arguments: str, says: str) -> None:
        """A command of a day that writes nothing and says why."""
        refused(self.clone.cpl(*arguments, "--on", on), says)
        assert not self.clone.git("status", "--porcelain")

    def delivers(self, on: str, *options: str) -> None:
        made = self.replay.deliver(date.fromisoformat(on), *options)
        assert made.reconciled, made.acknowledged.told


def new_firmware(old: str, firmware: str, digest: str) -> tuple[str, ...]:
    return (
        *("new", "--from", old, "--firmware-version", firmware, "--gbcs-version", "1.1"),
        *("--image-hash", digest * 16, "--upgrades-from", old),
    )


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    made = Story(tmp_path_factory.mktemp("campaign"))
    opened(made)
    corrections_arrive(made)
    comes_before_the_panel(made)
    removed_and_delivered(made)
    closed(made)
    return made


def opened(story: Story) -> None:
    on = "2018-05-29"
    story.does(
        on,
        *("campaign", "open", CAMPAIGN, "--title", "From GBCS 1.0 to GBCS 1.1"),
        *("--gbcs-version", "1.0", "--body", "Illustrative Panel", "--meeting", "2018-09-14"),
        *("--notice-months", "3", "--illustrative"),
    )
    story.refuses(
        on, "campaign", "propose-removal", CAMPAIGN, "--decision", DECISION, says="no notice"
    )
    letters = str(story.root / "letters")
    story.does(on, "campaign", "notices", CAMPAIGN, "--out", letters)
    story.does(on, "campaign", "notices", CAMPAIGN, "--out", letters, "--sent")


def corrections_arrive(story: Story) -> None:
    story.delivers("2018-06-22")
    amended = ("amend", METER_1, METER_2, "gbcs_version=1.1", "--reference", CAMPAIGN)
    story.does("2018-06-25", *amended)
    story.delivers("2018-06-25")
    says = "It has been on GBCS 1.1 since it was certified"
    story.does("2018-07-02", "campaign", "dispute", CAMPAIGN, LOAD_SWITCH, "--reason", says)
    story.does("2018-07-16", *new_firmware(GAS_1, "03033249", "93AF"))
    story.does("2018-07-20", "accept", GAS_NEW)
    story.delivers("2018-07-20")
    letters = str(story.root / "reminders")
    story.does(REMINDED, "campaign", "notices", CAMPAIGN, "--out", letters)
    story.does(REMINDED, "campaign", "notices", CAMPAIGN, "--out", letters, "--sent")
    story.does("2018-08-22", *new_firmware(DISPLAY, "00020009", "5B1C"))


def comes_before_the_panel(story: Story) -> None:
    removal = ("campaign", "propose-removal", CAMPAIGN, "--decision", DECISION)
    story.refuses(DEADLINE, *removal, says="the deadline is not over")
    story.refuses("2018-09-10", *removal, says="no decision of that reference")
    story.refuses("2018-09-10", "campaign", "close", CAMPAIGN, says="7 targets are overdue")
    out = ("--out", str(story.root / "pack"))
    story.does("2018-09-10", "campaign", "pack", CAMPAIGN, *out)
    decide = (
        *(
            "decide",
            DECISION,
            "--title",
            "Entries left on GBCS 1.0",
            "--body",
            "Illustrative Panel",
        ),
        *("--text", "Made up. What was not corrected is removed. Old firmware is spared."),
        *("--illustrative", "--draft"),
    )
    story.does("2018-09-12", *decide)
    story.refuses("2018-09-12", *removal, says="is a draft")
    story.does("2018-09-14", "decide", DECISION)


def removed_and_delivered(story: Story) -> None:
    on = "2018-09-17"
    story.does(
        on,
        *("campaign", "exempt", CAMPAIGN, ONE_OLD, GAS_1, GAS_2),
        *("--reason", "Newer firmware is listed", "--reference", DECISION),
    )
    story.does(
        on,
        *("remove", TWO_OLD, "--status", "Withdrawn", "--cause", "panel-decision"),
        *("--reference", DECISION, "--reason", "Newer firmware is listed and installed"),
    )
    before = story.clone.git("rev-parse", "HEAD").strip()
    told = story.does(on, "campaign", "propose-removal", CAMPAIGN, "--decision", DECISION)
    assert f"7 entries removed under {DECISION}; left apart: 1 disputed, 1 submitted" in told
    touched = story.clone.git("diff", "--name-only", before, "HEAD").split()
    assert len(touched) == 7
    review = story.clone.must("review", "--base", before, "--on", on).out.decode()
    assert "the checks find no error" in review
    # Eight removals at once stop, until the decision is named that explains them.
    refused(story.clone.release(on), "8 removals and changes in one delivery, more than 5")
    refused(story.clone.release(on, "--decision", "DEC-2018-999"), "names no published decision")
    story.delivers(on, "--decision", DECISION)


def closed(story: Story) -> None:
    story.does("2018-09-19", "campaign", "dispute", CAMPAIGN, LOAD_SWITCH, "--settled")
    story.refuses("2018-09-19", "campaign", "close", CAMPAIGN, says="1 target is overdue")
    story.does("2018-09-20", "amend", LOAD_SWITCH, "gbcs_version=1.1", "--reference", CAMPAIGN)
    story.does("2018-09-20", "accept", DISPLAY_NEW)
    story.does(
        "2018-09-20",
        *("campaign", "exempt", CAMPAIGN, DISPLAY),
        *("--reason", "Newer firmware is listed", "--reference", DECISION),
    )
    story.delivers("2018-09-20")
    told = story.does("2018-09-24", "campaign", "close", CAMPAIGN, "--outcome", DECISION)
    assert "spared: 4 entries" in told
    assert "removed: the Panel decided so: 8 entries" in told
    story.delivers("2018-09-24")


# ---------------------------------------------------------------------------------- what came of it


def test_the_targets_were_frozen_on_the_day_of_notice(story: Story) -> None:
    (campaign,) = story.clone.register(date(2018, 9, 25)).oversight.campaigns
    assert campaign.notice == date(2018, 5, 29)
    assert {*campaign.targets} == recounts.active_on(story.root, "1.0", "2018-05-29")
    assert len(campaign.targets) == 15
    state = published_state(story.root, date(2018, 5, 29))[1]
    assert state.campaigns[0].deadline == date(2018, 8, 29)


def test_the_pack_lists_exactly_the_outstanding_ones_by_manufacturer(story: Story) -> None:
    pack = story.root / "pack" / f"{CAMPAIGN}-pack"
    rows = list(csv.DictReader(io.StringIO(pack.with_suffix(".csv").read_text("utf-8"))))
    parts = {
        part: {r["entry_id"] for r in rows if r["part"] == part}
        for part in ("proposed", "disputed", "submitted", "superseded")
    }
    assert parts == {
        "proposed": ALL_OVERDUE,
        "disputed": {LOAD_SWITCH},
        "submitted": {DISPLAY},
        "superseded": {ONE_OLD, TWO_OLD, GAS_1, GAS_2},
    }
    again = recounts.positions(story.root, CAMPAIGN, "2018-09-10", DEADLINE)
    assert {name for name, word in again.items() if word == "overdue"} == ALL_OVERDUE
    html = pack.with_suffix(".html").read_text("utf-8")
    proposed = html.split("Proposed for removal")[1].split("<h2>")[0]
    makers = re.split(r"<h3>(.+?): \d+ entr", proposed)
    names = (
        "Albion Metering Ltd",
        "Brigantia Meters Ltd",
        "Caldera Gas Ltd",
        "Dunmore Networks Ltd",
    )
    assert tuple(makers[1::2]) == names
    for ids, part in zip(OVERDUE.values(), makers[2::2], strict=True):
        assert set(re.findall(r'class="entry" id="([^"]+)"', part)) == ids
    # The evidence of notice of each, and what would be suspended.
    records = {
        one.reference: one for one in story.clone.register(date(2018, 9, 10)).oversight.notices
    }
    for row in rows:
        record = records[row["notice"]]
        assert row["notice_sent"] == "2018-05-29"
        assert row["notice_sha256"] == record.sha256
        assert row["entry_id"] in record.entries
    assert proposed.count("Devices of this model would be suspended") == 7
    assert "Illustrative" in html


def test_each_removal_says_status_cause_and_decision(story: Story) -> None:
    register = story.clone.register(date(2018, 9, 25))
    for name in ALL_OVERDUE:
        line = register.by_id[name].history[-1]  # type: ignore[index]
        assert (line.event, line.status, line.cause, line.reference) == (
            "removed",
            "Withdrawn",
            "panel-decision",
            DECISION,
        )
        assert line.reason == f"Not corrected by the deadline of {CAMPAIGN}, 2018-08-29"
    untouched = register.by_id[LOAD_SWITCH].history[-1]  # type: ignore[index]
    assert untouched.event == "amended"


def test_the_delivery_under_the_decision_removed_them_at_the_dcc(story: Story) -> None:
    sending = next(one for one in story.replay.sendings if one.on == date(2018, 9, 17))
    gone = {name for change, name, _ in sending.delta() if change == "removed"}
    assert gone == {*ALL_OVERDUE, TWO_OLD}
    assert all(result == "loaded" for _, result in sending.answers())


def test_a_clean_baseline_no_active_entry_on_gbcs_1_0_that_the_decision_did_not_spare(
    story: Story,
) -> None:
    spared = {ONE_OLD, GAS_1, GAS_2, DISPLAY}
    assert recounts.active_on(story.root, "1.0", "2018-09-25") == spared
    told = story.clone.must("status", "--gbcs-version", "1.0", "--on", "2018-09-25").out.decode()
    active = {line.split()[0] for line in told.splitlines() if "  Active  " in line}
    assert active == spared
    positions = recounts.positions(story.root, CAMPAIGN, "2018-09-25", DEADLINE)
    assert {name for name, word in positions.items() if word == "exempt"} == spared


@pytest.mark.parametrize("on", ASKED)
def test_every_count_equals_a_recount(story: Story, on: str) -> None:
    found = recounts.positions(story.root, CAMPAIGN, on, DEADLINE)
    counted = recounts.counts(found)
    makers = recounts.by_manufacturer(story.root, found)
    state = published_state(story.root, date.fromisoformat(on))[1]
    files = {one.path: one.content for one in campaign_files(state)}

    told = story.clone.must("campaign", "status", CAMPAIGN, "--format", "json", "--on", on)
    for source in (told.out, files[f"{FOLDER}/campaigns.json"]):
        data = json.loads(source)
        (one,) = data if isinstance(data, list) else data["campaigns"]
        assert one["counts"] == counted
        assert {each["entry_id"]: each["position"] for each in one["targets"]} == found
        assert {each["manufacturer"]: each["counts"] for each in one["manufacturers"]} == makers
        for step in one["burn_down"]:
            then = recounts.positions(story.root, CAMPAIGN, step["from"], DEADLINE)
            assert step["counts"] == recounts.counts(then)

    rows = csv.DictReader(io.StringIO(files[f"site/campaigns/{CAMPAIGN}/{CAMPAIGN}.csv"].decode()))
    assert {row["entry_id"]: row["position"] for row in rows} == found

    page = page_of(story, on)
    table = page.split('id="campaign-counts"')[1].split("</table>")[0]
    cells = re.findall(r'<th scope="row">([^<]+)</th><td class="cpl-number">(\d+)</td>', table)
    assert dict(cells) == {
        **{POSITIONS[word]: str(number) for word, number in counted.items()},  # type: ignore[index]
        "all": "15",
    }
    for slug, numbers in makers.items():
        part = page.split(f'<h3 id="{slug}">')[1].split("<h3")[0].split("<h2")[0]
        tags = re.findall(r'class="cpl-tag cpl-tag--\w+">([^<]+)<', part)
        assert {word: tags.count(POSITIONS[word]) for word in numbers} == numbers  # type: ignore[index]


IN_LETTERS = {
    "corrected": "corrected",
    "disputed": "disputed",
    "still to be corrected": "outstanding",
}


@pytest.mark.parametrize(("folder", "on"), [("letters", "2018-05-29"), ("reminders", REMINDED)])
def test_every_count_in_the_notices_equals_a_recount(story: Story, folder: str, on: str) -> None:
    found = recounts.positions(story.root, CAMPAIGN, on, DEADLINE)
    makers = recounts.by_manufacturer(story.root, found)
    register = story.clone.register(date(2018, 9, 25))
    sent = [one for one in register.oversight.notices if str(one.sent) == on]
    texts = {
        one.reference: (story.root / folder / f"{one.reference}.txt").read_text("utf-8")
        for one in sent
    }
    parties = next(one for one in sent if one.audience == "parties")
    told = re.sub(r"\s+", " ", texts[parties.reference])
    assert numbers_in(told.split("Today, of these: ")[1].split(". ")[0]) == some(
        recounts.counts(found)
    )
    for slug, numbers in makers.items():
        name = register.manufacturers[slug].name  # type: ignore[index]
        if line := re.search(rf"{name} (\d+) entr\w+: ([^.]*?)(?= \d+\. |$)", told):
            assert int(line[1]) == sum(numbers.values())
            assert numbers_in(line[2].strip()) == some(numbers)
        else:
            # A reminder leaves those out who are done.
            assert not any(numbers[word] for word in ("disputed", "submitted", "outstanding"))
    # Each manufacturer's letter names every entry of his that is asked for, and nobody else's.
    for one in sent:
        if one.manufacturer is not None:
            ids = set(re.findall(r"[a-z]+(?:-[0-9a-f]{2,8}){5}", texts[one.reference]))
            own = {name for name in found if makers_of(story)[name] == one.manufacturer}
            left = {n for n in own if found[n] in {"disputed", "submitted", "outstanding"}}
            assert left <= set(one.entries) <= own
            assert set(one.entries) <= ids


def numbers_in(words: str) -> dict[str, int]:
    parts = re.findall(r"(\d+) ([a-z ]+?)(?= and \d|, \d|$)", words)
    return {IN_LETTERS[word.strip()]: int(number) for number, word in parts}


def some(numbers: Mapping[str, int]) -> dict[str, int]:
    return {word: number for word, number in numbers.items() if number}


def makers_of(story: Story) -> dict[str, str]:
    entries = story.clone.register(date(2018, 9, 25)).by_id
    return {name: one.manufacturer for name, one in entries.items()}


@pytest.mark.parametrize("on", ["2018-06-30", "2018-09-10", "2018-09-24"])
def test_every_count_in_the_paper_equals_a_recount(story: Story, on: str) -> None:
    found = recounts.positions(story.root, CAMPAIGN, on, DEADLINE)
    makers = recounts.by_manufacturer(story.root, found)
    paper = story.clone.must("panel-report", "--campaign", CAMPAIGN, "--on", on).out.decode()
    table = paper.split("where each manufacturer&#39;s entries stand</caption>")[1]
    head, *rows = table.split("</table>")[0].split("<tr")[1:]
    columns = [word.lower() for word in re.findall(r'<th scope="col">([^<]+)</th>', head)]
    told = {}
    for row in rows:
        name, *cells = re.findall(r"<t[hd][^>]*>(?:<a[^>]*>)?([^<]+)", row)
        # A position that nobody has may have no column.
        told[name] = some(dict(zip(columns[1:], map(int, cells), strict=True)))
    register = story.clone.register(date.fromisoformat(on))
    again = {
        register.manufacturers[slug].name: in_words(numbers)  # type: ignore[index]
        for slug, numbers in makers.items()
    }
    again["All"] = in_words(recounts.counts(found))
    assert told == again


def in_words(numbers: Mapping[str, int]) -> dict[str, int]:
    words = {POSITIONS[word]: number for word, number in numbers.items()}  # type: ignore[index]
    return {"targets": sum(numbers.values()), **some(words)}


def page_of(story: Story, on: str) -> str:
    state = published_state(story.root, date.fromisoformat(on))[1]
    pages = {one.path: one for one in campaign_pages(Listing(state=state))}
    return pages[f"campaigns/{CAMPAIGN}/index"].artefact().content.decode()


def test_the_burn_down_of_the_summer(story: Story) -> None:
    state = published_state(story.root, date(2018, 10, 1))[1]
    (data,) = json.loads(
        next(one for one in campaign_files(state) if one.path.endswith(".json")).content
    )["campaigns"]
    left = [
        (
            step["from"],
            sum(
                step["counts"][word] for word in ("disputed", "submitted", "outstanding", "overdue")
            ),
        )
        for step in data["burn_down"]
    ]
    assert left == [
        ("2018-05-29", 13),
        ("2018-06-25", 11),
        ("2018-07-02", 11),
        ("2018-07-16", 11),
        ("2018-07-20", 9),
        ("2018-08-22", 9),
        ("2018-08-30", 9),
        ("2018-09-17", 2),
        ("2018-09-19", 2),
        ("2018-09-20", 0),
    ]


def test_the_page_stays_as_it_stood_and_says_that_it_is_made_up(story: Story) -> None:
    page = page_of(story, "2018-12-24")
    assert "Closed on Monday 24 September 2018." in page
    assert "Illustrative" in page
    assert DECISION in page
    running = page_of(story, "2018-08-22")
    assert "Wednesday 29 August 2018" in running
    assert "7 days left" in running
