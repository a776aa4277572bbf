"""The paper for the Panel: every number counted again by PyYAML and some lines of its own."""

import calendar
import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.clones import Done, cpl_here
from tests.paper_files import PaperRead, number, paper_read
from tests.recounts import by_manufacturer, positions
from tests.registers import GBCS_1_1, smaller_root

TODAY, MAY_2018 = "2026-11-22", "2018-05-22"
SMALLER = smaller_root()
"""Tables are cut at 25 rows and lists at 400 items: here nothing is cut."""
PAPERS = {"today": (SMALLER, TODAY), "2018": (GBCS_1_1, MAY_2018)}
COLUMNS = ("Active", "In the extract", "Held", "Submitted", "Removed or closed")
Entry = dict[str, Any]


@cache
def html_of(name: str) -> str:
    root, on = PAPERS[name]
    done = cpl_here("panel-report", "--root", root, "--on", on)
    assert (done.code, done.err) == (0, "")
    return done.out.decode()


@pytest.fixture(params=sorted(PAPERS))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def paper(name: str) -> PaperRead:
    return paper_read(html_of(name))


# --- the recount: PyYAML, and what the contract says -------------------------------------------


@cache
def entries(root: Path) -> dict[str, Entry]:
    found = {}
    for path in (root / "cpl" / "devices").rglob("*.yaml"):
        one = yaml.load(path.read_text("utf-8"), Loader=yaml.CBaseLoader)
        names = ("device_type", "manufacturer_identifier", "model_identifier", "hardware_version")
        key = [one[part] for part in (*names, "hardware_revision", "firmware_version")]
        found["-".join(key).lower()] = one
    return found


def until(one: Entry, on: str) -> list[dict[str, Any]]:
    return [line for line in one["history"] if line["date"] <= on]


def stands(one: Entry, on: str) -> str:
    """active, submitted, gone, or nothing where nothing has happened yet."""
    word = ""
    for line in until(one, on):
        word = {"listed": "active", "reinstated": "active", "submitted": "submitted"}.get(
            line["event"], word if line["event"] in {"amended", "corrected"} else "gone"
        )
    return word


def value(one: Entry, path: str, on: str) -> str:
    """A field as of a day; nothing where it was not there."""
    now: Any = one
    for part in path.split("."):
        if isinstance(now, list):
            now = next((x for x in now if x["scheme"] == part), {})
        else:
            now = now.get(part, {})
    for line in reversed(one["history"]):
        if line["date"] > on and path in line.get("changed", {}):
            now = line["changed"][path].get("from", "")
    return now if isinstance(now, str) else ""


def recognised(root: Path, on: str) -> set[str]:
    told = yaml.load(
        (root / "cpl/dcc/dsp-profile.yaml").read_text("utf-8"), Loader=yaml.CBaseLoader
    )["recognises"]
    steps = [one for one in told if one["start"] <= on and one.get("expected") != "true"]
    return {*max(steps, key=lambda one: str(one["start"]))["gbcs_versions"]}


def held(root: Path, on: str) -> set[str]:
    """In both registers the GBCS version alone decides, and holding is the policy."""
    known = recognised(root, on)
    return {
        name
        for name, one in entries(root).items()
        if stands(one, on) == "active" and value(one, "gbcs_version", on) not in known
    }


def deliveries(root: Path) -> list[dict[str, Any]]:
    paths = sorted((root / "cpl/dcc/deliveries").glob("*.yaml"))
    return [yaml.load(path.read_text("utf-8"), Loader=yaml.CBaseLoader) for path in paths]


def sent_rows(root: Path) -> set[str]:
    """The entries with a row in the last delivery, by adding up the deltas."""
    rows: set[str] = set()
    for one in deliveries(root):
        for line in one.get("delta", ()):
            name = line["entry_id"]
            rows = rows - {name} if line["change"] == "removed" else rows | {name}
    return rows


def months_on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


# --- each table against it ---------------------------------------------------------------------


def test_the_list_is_counted_right(name: str, paper: PaperRead) -> None:
    root, on = PAPERS[name]
    ours, is_held = entries(root), held(root, on)
    rows = sent_rows(root)
    sums = dict.fromkeys(COLUMNS, 0)
    for kind in ("ESME", "GSME", "CH", "PPMID", "HCALCS"):
        mine = {key: stands(one, on) for key, one in ours.items() if one["device_type"] == kind}
        active = {key for key, word in mine.items() if word == "active"}
        counted = {
            "Active": len(active),
            # A held entry is in the extract where an earlier row of it stands.
            "In the extract": len(active - is_held) + len(active & is_held & rows),
            "Held": len(active & is_held),
            "Submitted": sum(word == "submitted" for word in mine.values()),
            "Removed or closed": sum(word == "gone" for word in mine.values()),
        }
        row = paper.row("Entries by device type", kind)
        assert {column: number(cell) for column, cell in row.items()} == counted
        sums = {column: sums[column] + counted[column] for column in COLUMNS}
    row = paper.row("Entries by device type", "All")
    assert {column: number(cell) for column, cell in row.items()} == sums


def test_what_is_held_is_counted_right(name: str, paper: PaperRead) -> None:
    root, on = PAPERS[name]
    is_held = held(root, on)
    assert is_held
    causes = paper.tables["Held entries by cause"][1:]
    assert sum(number(row[2]) for row in causes) == len(is_held)
    makers = {entries(root)[key]["manufacturer"] for key in is_held}
    assert sum(number(row[3]) for row in causes) == len(makers)
    told = {row[0]: number(row[3]) for row in paper.tables["The entries held longest"][1:]}
    assert set(told) == is_held
    for key, count in told.items():
        since = max(line["date"] for line in until(entries(root)[key], on))
        assert count == (date.fromisoformat(on) - date.fromisoformat(since)).days + 1


def test_deliveries_and_the_queue_are_counted_right() -> None:
    paper = paper_read(html_of("today"))
    caption = "The last delivery against what is loaded"
    expected = len(sent_rows(SMALLER))
    assert number(paper.row(caption, "Rows that the DCC should hold")["Number"]) == expected
    parts = [
        number(paper.row(caption, head)["Number"])
        for head in (
            "Of them acknowledged as loaded, as sent",
            "Of them not acknowledged as loaded",
        )
    ]
    assert sum(parts) == expected
    waiting = {
        key: until(one, TODAY)[0]["date"]
        for key, one in entries(SMALLER).items()
        if stands(one, TODAY) == "submitted"
    }
    rows = paper.tables["Waiting longest"][1:]
    assert [row[0] for row in rows] == sorted(waiting, key=lambda key: (waiting[key], key))
    assert f"{len(waiting)} submissions wait to be listed" in paper.text


def test_the_clocks_are_counted_right() -> None:
    """Every listing, amendment, correction and removal of the months, by its first delivery."""
    paper = paper_read(html_of("today"))
    sent = deliveries(SMALLER)
    first = months_on(date.fromisoformat(TODAY).replace(day=1), -11).isoformat()
    acted = {"listed", "amended", "corrected", "removed", "reinstated"}
    met, late, paused = 0, 0, 0
    for key, one in entries(SMALLER).items():
        for line in until(one, TODAY):
            if line["date"] < first or line["event"] not in acted:
                continue
            brought = [
                file
                for file in sent
                if file["sent_at"][:10] >= line["date"]
                and any(row["entry_id"] == key for row in file.get("delta", ()))
            ]
            if not brought:
                paused += key in held(SMALLER, TODAY)
                continue
            took = weekdays(line["date"], brought[0]["sent_at"][:10])
            met, late = met + (took <= 1), late + (took > 1)
    row = paper.row("Clocks of the last 12 months, by the month of the event", "These months")
    told = [number(row[f"Delivered: {word}"]) for word in ("met", "missed", "paused")]
    assert told == [met, late, paused]
    assert met


def weekdays(start: str, end: str) -> int:
    """Days after one up to another that are no weekend; no delivery here spans a bank holiday."""
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    days = [first + timedelta(n) for n in range(1, (last - first).days + 1)]
    return sum(day.weekday() < 5 for day in days)


def test_certificates_are_counted_right(name: str, paper: PaperRead) -> None:
    root, on = PAPERS[name]
    today = date.fromisoformat(on)
    words = {
        1: "within 1 month",
        3: "later, within 3 months",
        6: "later, within 6 months",
        12: "later, within 12 months",
    }
    counted: dict[tuple[str, str], int] = {}
    for one in entries(root).values():
        if stands(one, on) != "active":
            continue
        for column, field in (("Expire", "expires"), ("Renewal due", "renewal_due")):
            end = value(one, f"assurance_certificates.CPA.{field}", on)
            if not end:
                continue
            day = date.fromisoformat(end)
            row = next((text for n, text in words.items() if months_on(day, -n) <= today), "")
            row = "ended, entry still Active" if day < today else row
            counted[row, column] = counted.get((row, column), 0) + 1
    caption = "CPA Certificates of Active entries that end"
    for head in ("ended, entry still Active", *words.values()):
        told = {column: number(cell) for column, cell in paper.row(caption, head).items()}
        expected = {column: counted.get((head, column), 0) for column in ("Expire", "Renewal due")}
        assert told == expected, head


def test_a_campaign_is_counted_right() -> None:
    paper = paper_read(html_of("today"))
    path = SMALLER / "cpl/panel/campaigns/CAM-2026-001.yaml"
    campaign = yaml.load(path.read_text("utf-8"), Loader=yaml.CBaseLoader)
    deadline = months_on(date.fromisoformat(campaign["notice"]), int(campaign["notice_months"]))
    found = positions(SMALLER, "CAM-2026-001", TODAY, deadline.isoformat())
    names = yaml.load(
        (SMALLER / "cpl/reference/manufacturers.yaml").read_text("utf-8"), Loader=yaml.CBaseLoader
    )
    columns = {
        "corrected": "Corrected",
        "exempt": "Spared",
        "removed": "Removed",
        "disputed": "Disputed",
        "submitted": "Correction submitted",
        "outstanding": "Outstanding",
        "overdue": "Overdue",
    }
    caption = "CAM-2026-001: where each manufacturer's entries stand"
    assert len(paper.tables[caption]) == len(by_manufacturer(SMALLER, found)) + 2
    for maker, counts in by_manufacturer(SMALLER, found).items():
        row = paper.row(caption, names[maker]["name"])
        told = {column: number(cell) for column, cell in row.items()}
        assert told.pop("Targets") == sum(counts.values())
        # A position in which no target is has no column.
        assert {word: told.pop(columns[word], 0) for word in counts} == counts
        assert not told
    total = paper.row(caption, "All")
    assert number(total["Targets"]) == len(found)
    left = sum(
        word in {"disputed", "submitted", "outstanding", "overdue"} for word in found.values()
    )
    assert f"that {left} entries of CAM-2026-001 are to be corrected by" in paper.text


def test_the_options_of_may_2018_are_those_of_the_founding_paper() -> None:
    """Two ESMEs, held from 9 May until the DSP takes them on 22 June: 31 days from 22 May on."""
    paper = paper_read(html_of("2018"))
    days = (date(2018, 6, 22) - date(2018, 5, 22)).days
    for what, hold, substitute in (
        ("Entries held on any day", 2, 0),
        ("Entry-days held", 2 * days, 0),
        ("Entries misstated on any day", 0, 2),
        ("Entry-days misstated", 0, 2 * days),
        ("Corrections sent", 0, 2),
        ("Corrections still owed after the last day", 0, 0),
    ):
        row = paper.row("In all", what)
        assert [number(row["A: hold"]), number(row["B: substitute"])] == [hold, substitute], what
    steps = paper.tables["The days on which something changes"][1:]
    assert [row[0] for row in steps] == ["Tuesday 22 May 2018", "Friday 22 June 2018"]
    assert "AGREE to proceed with option A, holding 2 entries until Friday 22 June 2018" in (
        " ".join(paper.text.split())
    )
    assert "correct 8 Active entries of 4 manufacturers that still name GBCS 1.0" in " ".join(
        paper.text.split()
    )


# --- what holds for every paper -----------------------------------------------------------------


def test_each_number_leads_to_what_it_counts(paper: PaperRead) -> None:
    assert paper.links
    for anchor, count in paper.links:
        told, items = paper.anchors[anchor]
        assert told == count, anchor
        if items:
            weights = [re.fullmatch(r".+: ([\d,]+)", one) for one in items]
            total = sum(number(one[1]) for one in weights if one) if all(weights) else len(items)
            assert total == count, anchor
    assert len(paper.ids) == len(set(paper.ids))
    assert {*paper.anchors} == {anchor for anchor, _ in paper.links}


def test_a_figure_names_entries_that_are_there(name: str, paper: PaperRead) -> None:
    root, on = PAPERS[name]
    known = {key for key, one in entries(root).items() if stands(one, on)}
    told = {
        item.split(",")[0].split(":")[0] for _, items in paper.anchors.values() for item in items
    }
    assert {one for one in told if re.fullmatch(r"[a-z]+-[0-9a-f]{4}-.+", one)} <= known


def test_the_paper_stands_alone_and_marks_what_is_made_up(name: str, paper: PaperRead) -> None:
    assert not {"script", "link", "img", "iframe", "form"} & paper.tags
    assert "url(http" not in html_of(name)
    assert "@import" not in html_of(name)
    assert "Illustrative." in paper.text
    assert "Computed; the author decides." in paper.text


def test_the_same_day_gives_the_same_bytes(name: str) -> None:
    before = html_of(name)
    html_of.cache_clear()
    assert html_of(name) == before


def refused(*arguments: str) -> Done:
    done = cpl_here("panel-report", "--root", GBCS_1_1, "--on", MAY_2018, *arguments)
    assert (done.code, done.out) == (2, b"")
    assert done.err.startswith("cpl: ")
    return done


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--campaign", "CAM-2018-009"), "no campaign CAM-2018-009 on 2018-05-22"),
        (("--reference", '"; } body { display: none'), "--reference"),
        (("--classification", "White\n"), "--classification"),
    ],
)
def test_what_cannot_be_is_refused(arguments: Iterable[str], words: str) -> None:
    assert words in refused(*arguments).err


def test_names_are_the_authors_and_are_escaped(tmp_path: Path) -> None:
    done = cpl_here(
        *("panel-report", "--root", GBCS_1_1, "--on", MAY_2018, "--out", tmp_path),
        *("--reference", "SECP 99/x_1", "--title", "A <b> & more", "--author", "The <i>"),
        *("--body", "A Panel", "--meeting", "2018-05-25", "--classification", "Green"),
    )
    assert (done.code, done.err) == (0, "")
    html = (tmp_path / "SECP-99-x_1.html").read_text("utf-8")
    assert "A &lt;b&gt; &amp; more" in html
    assert "The &lt;i&gt;" in html
    assert "A Panel, meeting on Friday 25 May 2018" in html
    assert "it may be shared with the public" not in html
    assert '"SECP 99/x_1 - Green"' in html


def test_rows_without_an_answer_are_asked_for() -> None:
    """The last delivery has none: a day after its 24 hours the DCC is asked, not before."""
    last = deliveries(SMALLER)[-1]
    waiting = {row["entry_id"] for row in last["delta"]}
    sent = date.fromisoformat(last["sent_at"][:10])
    for days, asked in ((1, set()), (2, waiting)):
        on = sent + timedelta(days=days)
        done = cpl_here("panel-report", "--root", SMALLER, "--on", on.isoformat())
        assert (done.code, done.err) == (0, "")
        anchors = paper_read(done.out.decode()).anchors
        assert set(anchors.get("n-recommend-unanswered", (0, ()))[1]) == asked


def test_a_day_with_nothing_to_decide_asks_for_nothing() -> None:
    """On 1 November 2017 all is on GBCS 1.0, and nobody knows of a version that will follow."""
    done = cpl_here("panel-report", "--root", GBCS_1_1, "--on", "2017-11-01")
    assert (done.code, done.err) == (0, "")
    text = paper_read(done.out.decode()).text
    assert "For Information" in text
    assert "nothing in it asks for a decision" in text
    assert "Nothing is held today" in text


def test_columns_of_the_list_are_all_told(paper: PaperRead) -> None:
    assert tuple(paper.tables["Entries by device type"][0][1:]) == COLUMNS


def test_only_known_tables_hold_no_links(paper: PaperRead) -> None:
    """A number of a table that leads nowhere is one that nobody can trace."""
    loose: Mapping[str, int] = {
        "Its numbers": 1,
        "The entries held longest": 1,
        "The days on which something changes": 1,
    }
    linked = {count for _, count in paper.links}
    for caption, (_, *rows) in paper.tables.items():
        if caption in loose or not caption:
            continue
        for row in rows:
            for cell in row[1:]:
                if re.fullmatch(r"[\d,]+", cell) and number(cell):
                    assert number(cell) in linked, (caption, row)
