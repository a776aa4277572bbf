"""The incident of 9 May 2018 as a file: banner, page, feed, lines on the two ESMEs, and its end.

An illustration, recorded by the commands in a copy of the register of the founding paper: what the
paper tells up to 22 May 2018 is told here, and the rest is made up.
"""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import feedparser  # type: ignore[import-untyped]
import pytest

from tests.clones import cpl_here
from tests.registers import GBCS_1_1
from tests.repository import ROOT
from tests.site_files import Read, broken_links, pages_of

SEVERITIES = "cpl/reference/incident-severities.yaml"
PAGE = "incidents/INC-2018-001/index.html"
TITLE = "Two entries on GBCS 1.1 cannot be loaded"
TWO_ESMES = ("esme-f0b1-0021-01-00-0d01000b", "esme-f0b1-0022-01-00-0d020005")
BEFORE, FIRST, LAST, AFTER = "2018-05-08", "2018-05-09", "2018-06-21", "2018-06-22"
BANNER = f"Illustrative incident, open: {TITLE}, since Wednesday 9 May 2018; 2 entries are touched."
ACTS = (
    (
        *(FIRST, "open", "INC-2018-001", "--title", TITLE, "--severity", "2"),
        *("--fact", "The DSP recognises GBCS 1.0 only", "--illustrative"),
        *("--status", "Active", "--gbcs-version", "1.1", "--held"),
        *("--source", "SECP_56x_2205_01; the days after 22 May 2018 are made up"),
    ),
    ("2018-05-18", "note", "INC-2018-001", "--expected-end", "2018-06-22"),
    (AFTER, "close", "INC-2018-001", "--text", "The two entries go out, made up"),
)


@dataclass(frozen=True, kw_only=True)
class Published:
    """A built day: every page, and the folder of the site."""

    site: Path
    pages: Mapping[str, Read]

    def data(self, name: str) -> Any:
        return json.loads((self.site / "api" / "v1" / name).read_text("utf-8"))

    @property
    def feed(self) -> Any:
        read = feedparser.parse((self.site / "feeds" / "incidents.atom").read_bytes())
        assert not read.bozo
        return read


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Published]:
    """The site of the telling days, built after all of it was recorded."""
    root = tmp_path_factory.mktemp("incident")
    shutil.copytree(GBCS_1_1 / "cpl", root / "cpl")
    shutil.copyfile(ROOT / SEVERITIES, root / SEVERITIES)
    for day, *arguments in ACTS:
        done = cpl_here("incident", *arguments, "--root", root, "--on", day)
        assert done.code == 0, done.told
    made = {}
    for day in (BEFORE, FIRST, LAST, AFTER):
        done = cpl_here("build", "--root", root, "--on", day, "--out", root / day)
        assert done.code == 0, done.told
        site = root / day / "site"
        made[day] = Published(site=site, pages=pages_of(site))
    return made


def test_the_banner_is_on_every_page_while_it_is_open_and_on_none_else(
    days: dict[str, Published],
) -> None:
    for day, published in days.items():
        told = {name for name, page in published.pages.items() if BANNER in page.text}
        assert told == (set(published.pages) if day in {FIRST, LAST} else set()), day
    for name, page in days[FIRST].pages.items():
        # A page that works without the site says it, and has nowhere to lead.
        leads = any(one.endswith("incidents/INC-2018-001/") for one in page.links)
        assert leads or name in {PAGE, "data/cpl-finder.html"}, name
    assert f"devices/{TWO_ESMES[0]}/index.html" in days[FIRST].pages


def test_it_has_a_page_from_its_first_day_that_says_in_the_end_when_it_ended(
    days: dict[str, Published],
) -> None:
    assert PAGE not in days[BEFORE].pages
    first, last, over = (days[day].pages[PAGE].text for day in (FIRST, LAST, AFTER))
    assert "has been open since Wednesday 9 May 2018; today is its 1st day" in first
    assert "No day is known by which it is expected to end." in first
    assert "It is expected to end by Friday 22 June 2018." in last
    assert "Severity 2" in first
    assert "So says SECP_56x_2205_01" in first
    assert "it lasted from Wednesday 9 May 2018 to Thursday 21 June 2018, 44 days" in over
    for text in (first, last, over):
        assert "Illustrative" in text
        assert "2 entries" in text
    # The file tells of the end: before it the page cannot show it as it stands.
    assert 'end: "2018-06-21"' in over
    assert 'end: "2018-06-21"' not in last


def test_exactly_the_two_esmes_tell_of_it(days: dict[str, Published]) -> None:
    for day in (FIRST, LAST, AFTER):
        published = days[day]
        pages = {f"devices/{one}/index.html" for one in TWO_ESMES}
        for name, page in published.pages.items():
            if name.startswith("devices/") and name != "devices/index.html":
                line = any(text.startswith(f"Incident {TITLE}") for text in page.paragraphs)
                assert line == (name in pages), (day, name)
        for path in sorted((published.site / "api" / "v1" / "devices").glob("*.json")):
            told = json.loads(path.read_text("utf-8"))["device"]["incidents"]
            want = [{"reference": "INC-2018-001", "open": day != AFTER, "since": FIRST}]
            assert told == (want if path.stem in TWO_ESMES else []), (day, path.stem)
    text = days[AFTER].pages[f"devices/{TWO_ESMES[0]}/index.html"].text
    assert "over, its last day was Thursday 21 June 2018; this entry was touched by it" in text


def test_the_status_of_an_entry_tells_of_it(days: dict[str, Published]) -> None:
    root = days[FIRST].site.parent.parent
    for one, lines in ((TWO_ESMES[0], 1), ("gsme-f0b2-0031-01-01-03020113", 0)):
        done = cpl_here("status", one, "--root", root, "--on", LAST)
        assert done.code == 0, done.told
        assert done.out.decode().count("INC-2018-001") == lines


def test_today_tells_of_it_while_it_lasts_and_of_nothing_once_it_is_over(
    days: dict[str, Published],
) -> None:
    for day in (FIRST, LAST):
        page = days[day].pages["today/index.html"]
        assert "An incident is open, and 1 other thing needs attention." in page.text
        health = days[day].data("status.json")["health"]
        assert health["verdict"] == "incident"
        assert [one["matter"] for one in health["concerns"]] == ["open-incidents", "held"]
        for one in health["concerns"]:
            assert one["entries"] == [*TWO_ESMES]
            assert one["since"] == FIRST
    well = "Nothing is wrong with the CPL today, so far as this register knows."
    for day in (BEFORE, AFTER):
        assert well in days[day].pages["today/index.html"].text
        assert well in days[day].pages["index.html"].text
        assert days[day].data("status.json")["health"] == {
            "verdict": "well",
            "sentence": well,
            "concerns": [],
        }
    assert TITLE not in days[AFTER].pages["today/index.html"].text
    assert TITLE in days[AFTER].pages["incidents/index.html"].text


def test_the_feed_grows_and_what_it_told_stays(days: dict[str, Published]) -> None:
    assert days[BEFORE].feed.entries == []
    counts, seen = [], list[str]()
    for day in (FIRST, LAST, AFTER):
        ids = [one.id for one in days[day].feed.entries]
        assert len(set(ids)) == len(ids)
        assert ids[len(ids) - len(seen) :] == seen, day
        counts.append(len(ids))
        seen = ids
    assert counts == [2, 3, 5]
    newest = days[AFTER].feed.entries[0]
    assert newest.title == f"Demonstration: {TITLE} (INC-2018-001): over"
    assert newest.updated == "2018-06-22T00:00:00Z"
    assert days[AFTER].feed.feed.updated == "2018-06-22T00:00:00Z"
    for one in days[AFTER].feed.entries:
        assert (days[AFTER].site / "feeds" / one.link / "index.html").resolve().is_file()


def test_the_api_tells_it_as_it_was_known(days: dict[str, Published]) -> None:
    assert days[BEFORE].data("incidents.json")["incidents"] == []
    told = {day: days[day].data("incidents.json")["incidents"][0] for day in (FIRST, LAST, AFTER)}
    assert [told[day]["end"] for day in told] == [None, None, LAST]
    assert [told[day]["expected_end"] for day in told] == [None, AFTER, AFTER]
    assert [len(told[day]["timeline"]) for day in told] == [1, 2, 3]
    for one in told.values():
        assert [touch["entry_id"] for touch in one["touched"]] == [*TWO_ESMES]


def test_its_pages_lead_nowhere_wrong(days: dict[str, Published]) -> None:
    for day in (FIRST, AFTER):
        assert broken_links(days[day].site) == []
