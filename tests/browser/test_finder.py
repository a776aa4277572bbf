"""The finder in a real browser: what it finds is what an oracle finds, and everybody can use it."""

import csv
import json
import random
import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, ViewportSize, expect

from tests.browser.conftest import REPOSITORY
from tests.browser.seeing import faults, seen
from tests.browser.test_check import devices
from tests.browser.walking import until, walk

SITE = REPOSITORY / "build" / "site"
OFFLINE = SITE / "data" / "cpl-finder.html"
QUERIES = 1000
PHONE: ViewportSize = {"width": 390, "height": 844}
FACETS = ("device_type", "manufacturer", "specification", "gbcs", "status")
Question = tuple[str, dict[str, str]]


# -------------------------------------------------------------------------- 1,000 questions and an oracle


@dataclass(frozen=True, kw_only=True)
class Row:
    """An entry as the API has it."""

    id: str
    digits: str
    words: tuple[str, ...]
    facets: dict[str, str]


def oracle_rows() -> list[Row]:
    """What the finder should know, from other files than its own: the API and the pages."""
    found = []
    for one in devices():
        page = (SITE / "devices" / one["entry_id"] / "index.html").read_text(encoding="utf-8")
        word = re.search(r'class="cpl-answer[^>]*><span class="cpl-tag[^>]*>([^<]*)<', page)
        maker = re.search(r"<dt>Manufacturer</dt><dd><a [^>]*>([^<]*)<", page)
        assert word
        assert maker
        name = one["model_name"] or f"Model {one['model_identifier']}"
        specification = f"{one['technical_specification']} {one['technical_specification_version']}"
        status = one["status"]
        if not status:
            status = "Submitted" if one["delivery"] == "submitted" else "Closed"
        elif status != "Active":
            status = f"Removed: {status}"
        facets = {
            "device_type": one["device_type"],
            "manufacturer": maker[1],
            "specification": specification,
            "gbcs": one["gbcs_version"],
            "status": status,
        }
        text = " ".join([name, *list(facets.values())[:4], word[1]]).lower()
        digits = "".join(
            one[part]
            for part in (
                "manufacturer_identifier",
                "model_identifier",
                "hardware_version",
                "hardware_revision",
                "firmware_version",
            )
        )
        found.append(
            Row(id=one["entry_id"], digits=digits.lower(), words=tuple(split(text)), facets=facets)
        )
    return found


def split(text: str) -> list[str]:
    words = re.sub(r"[^\w.]|_", " ", text.lower()).split()
    return [word.strip(".") for word in words if word.strip(".")]


def oracle(row: Row, text: str) -> bool:
    """Whether a question finds a row; written for clearness, as a search by regular expressions."""
    words = split(text)
    at = 0
    while at < len(words):
        run = []
        while at < len(words) and (group := hex_of(words[at])):
            run.append((words[at], group))
            at += 1
        if not run:
            if not begins(row, words[at]):
                return False
            at += 1
            continue
        pattern = run[0][1]
        for (_, before), (_, group) in pairwise(run):
            pattern += (".*" if min(len(before), len(group)) >= 4 else "") + group
        if not re.search(pattern, row.digits) and not all(begins(row, word) for word, _ in run):
            return False
    return True


def hex_of(word: str) -> str | None:
    plain = word.removeprefix("0x")
    if re.fullmatch(r"[0-9a-f]{2}(\.[0-9a-f]{2})+", plain):
        return plain.replace(".", "")
    return plain if re.fullmatch(r"[0-9a-f]{2,}", plain) else None


def begins(row: Row, word: str) -> bool:
    return any(own.startswith(word) for own in row.words)


def questions(rows: list[Row]) -> list[Question]:
    rng = random.Random(6)  # noqa: S311 - the same questions each time
    made: list[Question] = []
    for _ in range(QUERIES):
        row = rng.choice(rows)
        first = rng.randrange(19)
        piece = row.digits[first : first + rng.randrange(2, 21)]
        changed = list(row.digits)
        changed[rng.randrange(20)] = rng.choice("0123456789abcdef")
        fields = [row.digits[:4], row.digits[4:8], row.digits[8:12], row.digits[12:]]
        bytewise = rng.choice(":. -").join(fields[3][at : at + 2] for at in range(0, 8, 2))
        words = [word[: rng.randrange(1, 9)] for word in rng.sample(row.words, 2)]
        text = rng.choice(
            [
                "",
                piece,
                f"0x{piece}",
                "".join(changed),
                " ".join(fields).upper(),
                f"{fields[0]} {fields[3]}",
                f"{fields[3]} {fields[0]}",
                bytewise,
                f"{fields[0]} {bytewise}",
                " ".join(words),
                f"{words[0]} {piece}",
                f"{piece} {words[0]}",
                row.id,
                row.facets["specification"],
            ]
        )
        chosen = rng.sample(FACETS, rng.choice([0, 0, 1, 1, 2]))
        other = rng.choice(rows)
        made.append((text, {facet: rng.choice([row, other]).facets[facet] for facet in chosen}))
    return made


ASK = """async (asked) => {
  const { match, tableOf } = await import(new URL("../scripts/finding.js", location.href));
  const table = tableOf(await (await fetch("../api/v1/finder.json")).json());
  return asked.map(([text, chosen]) => {
    const { found, counts } = match(table, text, chosen);
    const plain = Object.entries(counts).map(([facet, words]) => [facet, Object.fromEntries(words)]);
    return [found.map((row) => row.id), Object.fromEntries(plain)];
  });
}"""


def test_a_thousand_questions_find_what_the_oracle_finds(page: Page, site_url: str) -> None:
    rows = oracle_rows()
    asked = questions(rows)
    page.goto(f"{site_url}/devices/")
    hits = 0
    for (text, chosen), (ids, counts) in zip(asked, page.evaluate(ASK, asked), strict=True):
        said = [row for row in rows if oracle(row, text)]
        wanted = [row.id for row in said if fits(row, chosen)]
        assert ids == wanted, (text, chosen)
        hits += bool(wanted)
        for facet in FACETS:
            others = {name: word for name, word in chosen.items() if name != facet}
            left = Counter(row.facets[facet] for row in said if fits(row, others))
            assert counts[facet] == dict(left), (text, chosen, facet)
    assert QUERIES / 2 < hits < QUERIES


def fits(row: Row, chosen: dict[str, str]) -> bool:
    return all(row.facets[facet] == word for facet, word in chosen.items())


def test_one_changed_digit_of_a_whole_key_never_hits(page: Page, site_url: str) -> None:
    rows = oracle_rows()
    known = {row.digits for row in rows}
    asked: list[Question] = []
    for row in rows[:: max(1, len(rows) // 8)]:
        for at in range(20):
            for digit in "0123456789abcdef":
                other = row.digits[:at] + digit + row.digits[at + 1 :]
                if other not in known:
                    asked.append((other, {}))
                    spaced = (other[:4], other[4:8], other[8:10], other[10:12], other[12:])
                    asked.append((" ".join(spaced), {}))
    page.goto(f"{site_url}/devices/")
    assert len(asked) > 4000
    assert [
        text for (text, _), (ids, _) in zip(asked, page.evaluate(ASK, asked), strict=True) if ids
    ] == []


# ---------------------------------------------------------------------------------------- what is shown


def ready(page: Page, url: str) -> None:
    page.goto(url)
    page.locator("[data-finder=ready]").wait_for(state="attached")


def rows_of(page: Page) -> list[str]:
    return page.locator("#table tbody tr").all_inner_texts()


CELLS = """table => [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => [
  cell.tagName, cell.className, cell.textContent.trim(), cell.querySelector("a")?.href ?? "",
  cell.firstElementChild?.className ?? "",
]))"""


def test_the_script_shows_the_rows_that_the_page_has_without_it(
    browser: Browser, page: Page, site_url: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    try:
        plain = context.new_page()
        plain.goto(f"{site_url}/devices/")
        without = plain.locator("#table").evaluate(CELLS)
    finally:
        context.close()
    assert len(without) == len(devices())
    ready(page, f"{site_url}/devices/")
    assert page.locator("#table").evaluate(CELLS) == without[:100]
    assert all(cells[0][3] for cells in without)


def test_the_rows_that_a_page_brings_stand_until_something_is_asked(
    page: Page, states_url: str
) -> None:
    """Where the page has the very rows that would be shown, to make them again would only take time."""
    page.add_init_script(
        "document.addEventListener('DOMContentLoaded', () => { window.first = document.querySelector('#table tbody tr'); })"
    )
    ready(page, f"{states_url}/devices/")
    stands = "window.first.isConnected"
    assert page.evaluate(stands) is True
    page.locator("#find-q").fill("no such entry")
    until(page, f"!{stands}")


def test_the_address_keeps_the_question(page: Page, site_url: str) -> None:
    ready(page, f"{site_url}/devices/")
    total = len(devices())
    page.locator("#find-q").fill("albion 3804")
    page.wait_for_url("**/devices/?q=albion+3804")
    page.locator("#find-gbcs").select_option(index=1)
    page.get_by_role("button", name="GBCS").click()
    page.get_by_role("button", name="GBCS").click()
    told = page.locator("#found").inner_text()
    assert re.fullmatch(rf"[0-9]+ entr(y|ies) of {total}", told)
    assert "sort=gbcs&order=down" in page.url
    before = rows_of(page)
    page.reload()
    page.locator("[data-finder=ready]").wait_for(state="attached")
    assert (rows_of(page), page.locator("#found").inner_text()) == (before, told)
    assert page.locator("th[aria-sort]").evaluate_all(
        "all => all.map((one) => [one.dataset.column, one.getAttribute('aria-sort')])"
    ) == [["gbcs", "descending"]]
    page.go_back()
    page.go_back()
    page.locator("th[aria-sort]").wait_for(state="detached")
    assert page.locator("#find-gbcs").input_value() != ""
    page.get_by_role("button", name="Clear").click()
    assert page.locator("#found").inner_text() == f"{total} entries"
    assert page.evaluate("document.activeElement.id") == "find-q"
    assert page.url.endswith("/devices/")


def test_the_box_in_the_head_of_every_page_leads_here(page: Page, site_url: str) -> None:
    page.goto(f"{site_url}/about/")
    page.locator("#head-q").fill("f0a1 0005")
    page.locator("#head-q").press("Enter")
    page.locator("[data-finder=ready]").wait_for(state="attached")
    assert page.locator("#find-q").input_value() == "f0a1 0005"
    assert 0 < len(rows_of(page)) < len(devices())


@pytest.mark.parametrize(
    ("given", "lead"),
    [
        ("f0a1 0005 0203 38040406", "Yes, by this list"),
        ("F0:A1:00:05:02:03:38:04:04:06", "Yes, by this list"),
        ("ESME-F0A1-0005-02-03-38040406", "Yes, by this list"),
        ("f0a1 0005 0203 38040416", "No"),
        ("F0A1 OOO5 0203 38040406", "Not answered"),
    ],
)
def test_a_whole_identifier_in_the_head_leads_to_its_answer(
    page: Page, site_url: str, given: str, lead: str
) -> None:
    """As directly as from the home page; one changed digit is another Device Model here too."""
    page.set_viewport_size(PHONE)
    page.goto(f"{site_url}/about/")
    page.locator("#head-q").fill(given)
    page.locator("#head-q").press("Enter")
    page.wait_for_url("**/check/?q=*")
    verdict = page.locator("#answers .cpl-verdict")
    assert verdict.locator("strong").inner_text() == lead
    expect(verdict).to_be_in_viewport(ratio=1)
    assert page.locator("#q").input_value() == given
    digits = re.sub("[^0-9A-F]", "", given.upper())[-8:]
    assert (digits in verdict.inner_text()) is (lead != "Not answered")


@pytest.mark.parametrize(
    "given", ["f0a1 0005 0203", "38040406", "albion metering single phase", "0005 0203 38040406"]
)
def test_a_part_and_a_name_in_the_head_lead_to_the_finder(
    page: Page, site_url: str, given: str
) -> None:
    page.goto(f"{site_url}/about/")
    page.locator("#head-q").fill(given)
    page.locator("#head-q").press("Enter")
    page.wait_for_url("**/devices/?q=*")
    page.locator("[data-finder=ready]").wait_for(state="attached")
    assert page.locator("#find-q").input_value() == given


@pytest.mark.parametrize(
    ("given", "read", "found"),
    [
        ("f0a1 0005 0203 38040406", "F0A1 0005 02 03 38040406", 1),
        ("Mfr F0A1 Model 0005 HW 0203 FW 38040406", "F0A1 0005 02 03 38040406", 1),
        ("f0a1 0005 0203 38040416", "F0A1 0005 02 03 38040416", 0),
    ],
)
def test_a_whole_identifier_in_the_finder_shows_what_was_found_and_leads_to_the_check(
    page: Page, site_url: str, given: str, read: str, found: int
) -> None:
    page.set_viewport_size(PHONE)
    ready(page, f"{site_url}/devices/?{urlencode({'q': given})}")
    assert len(rows_of(page)) == found
    expect(page.locator("#found")).to_be_focused()
    for seen_first in ("#may", "#found", "#table thead"):
        expect(page.locator(seen_first)).to_be_in_viewport()
    assert page.title().startswith(page.locator("#found").inner_text())
    assert page.locator("#may").inner_text() == f"May it be installed? Check {read}"
    assert page.locator("#smets1").is_visible() == (not found)
    with page.expect_navigation():
        page.locator("#may a").click()
    page.locator("#result-heading").wait_for()
    assert page.locator("#q").input_value() == given


def test_what_is_found_nowhere_leads_to_the_check_and_a_part_does_not(
    page: Page, site_url: str
) -> None:
    ready(page, f"{site_url}/devices/?q=3804")
    assert page.locator("#may").inner_text().startswith("May a certain device be installed?")
    page.locator("#find-q").fill("3804 f0ff")
    page.locator("#may", has_text="Check 3804 f0ff").wait_for()
    assert "SMETS1 meters are not on this list" in page.locator("#smets1").inner_text()
    page.locator("#find-q").fill("")
    page.locator("#may", has_text="May a certain device").wait_for()
    assert not page.locator("#smets1").is_visible()


def test_a_choice_in_the_address_counts_whatever_its_case_and_an_unknown_one_is_said(
    page: Page, site_url: str
) -> None:
    ready(page, f"{site_url}/devices/?status=submitted&gbcs=99&sort=GBCS")
    wanted = sum(row.facets["status"] == "Submitted" for row in oracle_rows())
    assert len(rows_of(page)) == wanted
    assert page.locator("#find-status").input_value() == "Submitted"
    told = page.locator("#found").inner_text()
    assert told.endswith(
        ". GBCS version \u201c99\u201d is none of the list\u2019s and was left out"
    )
    assert page.locator("th[aria-sort]").get_attribute("data-column") == "gbcs"
    page.get_by_role("button", name="Clear").click()
    assert page.locator("#found").inner_text() == f"{len(devices())} entries"


MOVED = """window.moved = 0; new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) window.moved += one.value;
}).observe({ type: "layout-shift", buffered: true })"""


@pytest.mark.parametrize("width", [390, 1280])
def test_few_rows_leave_no_gap_and_nothing_moves(page: Page, site_url: str, width: int) -> None:
    page.add_init_script(MOVED)
    page.set_viewport_size({"width": width, "height": 844})
    ready(page, f"{site_url}/devices/?q=f0a1+0005+0203+38040416&gbcs=99")
    end, next_begins = page.evaluate(
        "['#table', '#taken'].map((one) => document.querySelector(one).getBoundingClientRect())"
        ".map((box, at) => at ? box.top : box.bottom)"
    )
    assert 0 < next_begins - end < 100
    page.wait_for_timeout(100)
    assert page.evaluate("window.moved") == 0


def test_counts_follow_what_is_chosen(page: Page, site_url: str) -> None:
    ready(page, f"{site_url}/devices/?device_type=ESME")
    rows = [row for row in oracle_rows() if row.facets["device_type"] == "ESME"]
    for facet in FACETS[1:]:
        wanted = Counter(row.facets[facet] for row in rows)
        shown = page.locator(f"#find-{facet} option:not([value=''])").all_text_contents()
        for option in shown:
            word, _, count = option.removesuffix(")").rpartition(" (")
            assert int(count) == wanted[word], option
    every = page.locator("#find-device_type option:not([value=''])").all_text_contents()
    counts = [int(one.removesuffix(")").rpartition("(")[2]) for one in every]
    assert sum(counts) == len(devices())


def test_a_guide_that_fits_is_named_under_the_rows(page: Page, site_url: str) -> None:
    ready(page, f"{site_url}/devices/?q=glossary")
    page.locator("#guides a").wait_for()
    assert page.locator("#found").inner_text().startswith("0 entries of ")
    page.locator("#guides a").click()
    assert page.url == f"{site_url}/glossary/"


def test_what_is_shown_can_be_taken_as_csv(page: Page, site_url: str) -> None:
    ready(page, f"{site_url}/devices/?q=38&sort=firmware")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save these as CSV").click()
    raw = Path(download.value.path()).read_bytes()
    assert raw.count(b"\r\n") == raw.count(b"\n")
    rows = list(csv.DictReader(raw.decode().splitlines()))
    assert len(rows) == int(page.locator("#found").inner_text().split()[0])
    by_id = {one["entry_id"]: one for one in devices()}
    for row in rows:
        one = by_id[row["entry_id"]]
        assert row["firmware_version"] == one["firmware_version"]
        assert row["gbcs_version"] == one["gbcs_version"]
        assert row["status"].removeprefix("Removed: ") in {one["status"], "Submitted", "Closed"}


def many_times(route: Route) -> None:
    """The list as it would be if it were longer: each entry again and again under other firmware."""
    data: dict[str, Any] = json.loads((SITE / "api/v1/finder.json").read_text(encoding="utf-8"))
    times = 250 // data["total"] + 1
    firmware = [f"{number:08X}" for number in range(data["total"] * times)]
    data["columns"] = {name: column * times for name, column in data["columns"].items()}
    data["columns"]["firmware"] = firmware
    data["total"] *= times
    route.fulfill(body=json.dumps(data), content_type="application/json")


def test_a_long_list_comes_a_hundred_rows_at_a_time(page: Page, site_url: str) -> None:
    page.route("**/finder.json", many_times)
    ready(page, f"{site_url}/devices/")
    total = int(page.locator("#found").inner_text().split()[0])
    assert total > 250
    assert len(rows_of(page)) == 100
    assert page.locator("#where").inner_text() == f"1 to 100 of {total}"
    page.get_by_role("button", name="Next").click()
    assert "00000064" in rows_of(page)[0]
    assert page.url.endswith("/devices/?page=2")
    page.go_back()
    page.locator("#where", has_text="1 to 100").wait_for()
    page.goto(f"{site_url}/devices/?page=999")
    page.locator("#where", has_text=f"to {total} of {total}").wait_for()
    assert page.get_by_role("button", name="Next").is_disabled()


# ------------------------------------------------------------------------------------- keyboard, everyone


def test_a_keyboard_finds_sorts_and_opens(page: Page, site_url: str) -> None:
    ready(page, f"{site_url}/devices/")
    walk(page, "#find-q")
    page.keyboard.type("3804")
    page.locator("#found", has_text=" of ").wait_for()
    walk(page, "#find-device_type")
    page.keyboard.type("ES")
    page.locator("#chosen", has_text="(1 chosen)").wait_for(state="attached")
    walk(page, "th[data-column=firmware] button, th[data-column=answer] button")
    page.keyboard.press("Enter")
    assert page.locator("th[aria-sort=ascending]").count() == 1
    assert page.evaluate("document.activeElement.className") == "cpl-sort"
    walk(page, "#table tbody a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/devices/esme-*/")


def test_the_finder_has_no_fault_while_it_is_used(page: Page, site_url: str) -> None:
    page.route("**/finder.json", many_times)
    # The last page: its few rows are as good for axe as a hundred, and sooner judged.
    assert faults(page, f"{site_url}/devices/?q=00&sort=name&page=99") == []
    assert page.locator("#pager").get_attribute("hidden") is None


def test_a_list_that_cannot_be_fetched_leaves_the_rows(page: Page, site_url: str) -> None:
    page.route("**/finder.json", lambda route: route.abort())
    page.goto(f"{site_url}/devices/")
    page.get_by_text("Finding is not possible just now").wait_for()
    assert len(rows_of(page)) == len(devices())


# ----------------------------------------------------------------------------------------- in one file


def test_the_file_for_offline_use_finds_the_same(context: BrowserContext, site_url: str) -> None:
    online, offline = context.new_page(), context.new_page()
    asked: list[str] = []
    found: list[str] = []
    offline.on("request", lambda request: asked.append(request.url))
    offline.on("console", lambda said: found.append(said.text))
    offline.on("pageerror", lambda error: found.append(str(error)))
    ready(online, f"{site_url}/devices/")
    ready(offline, OFFLINE.as_uri())
    for text in ("", "3804", "f0a1 0005", "albion", "38.04.04.06", "nothing at all", "4.2 esme"):
        shown = []
        for page in (online, offline):
            page.locator("#find-q").fill(text)
            page.locator("#find-q").press("Enter")
            shown.append((page.locator("#found").inner_text(), rows_of(page)))
        assert shown[0] == shown[1], text
    assert asked == [OFFLINE.as_uri()]
    offline.reload()
    offline.locator("[data-finder=ready]").wait_for(state="attached")
    assert offline.locator("#find-q").input_value() == "4.2 esme"
    assert found == []


def test_the_file_for_offline_use_has_no_fault_in_any_setting(context: BrowserContext) -> None:
    context.set_offline(True)
    page = context.new_page()
    ready(page, f"{OFFLINE.as_uri()}#q=0005")
    text = page.locator("body").inner_text()
    assert "This is not the official Certified Products List (CPL)." in text
    assert "from commit" in text or "from files that are in no commit" in text
    assert seen(page) == []
