"""Above the number of entries that have pages of their own: one page shows any, the finder reads shards."""

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, Route

from tests.browser.conftest import Serve
from tests.browser.seeing import SETTINGS, faults
from tests.browser.test_finder import ready, rows_of
from tests.long_lists import long_site

QUESTIONS = 300
ANSWERED = re.compile(r"^[0-9,]+ entr(y|ies) of ")
"""What `#found` says once rows are there; while shards are read it tells how far that is."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return long_site(tmp_path_factory.mktemp("long") / "build")


@pytest.fixture(scope="module")
def url(site: Path, serve: Serve) -> Iterator[str]:
    with serve(site) as address:
        yield address


@pytest.fixture(scope="module")
def known(site: Path) -> dict[str, dict[str, Any]]:
    """What is said of each entry, by its id: the answers and the models together."""
    found: dict[str, dict[str, Any]] = {}
    for path in (site / "api/v1/models").glob("*.json"):
        for one in json.loads(path.read_text("utf-8"))["devices"]:
            found[one["entry_id"]] = one
    for path in (site / "api/v1/check").glob("*.json"):
        for one in json.loads(path.read_text("utf-8"))["entries"]:
            found[one["entry_id"]] |= one
    return found


def shown(page: Page, url: str, entry_id: str) -> None:
    page.goto(f"{url}/devices/entry/?id={entry_id}")
    page.locator("[data-entry=ready]").wait_for(state="attached")


def test_any_entry_is_shown_in_the_words_of_its_answer(
    page: Page, url: str, known: dict[str, dict[str, Any]]
) -> None:
    states = {one["state"]: one for one in known.values()}
    assert len(states) > 5
    for one in states.values():
        shown(page, url, one["entry_id"])
        assert page.locator("#answer").inner_text() == f"{one['word']} {one['sentence']}"
        verdict = " ".join(page.locator("#verdict").inner_text().split())
        kind, maker, model, *hardware, firmware = one["entry_id"].upper().split("-")
        name = f"{kind} {maker} {model} {''.join(hardware)} {firmware}"
        assert verdict == f"May {name} be installed? {one['installing']}"
        facts = page.locator("#facts-of").inner_text()
        for name in ("firmware_version", "gbcs_version", "manufacturer_image_hash"):
            assert one[name] in facts
        assert page.locator("#happened li").count() == len(one["history"])
        assert page.locator("#gone").is_visible() is (one["state"] == "removed")
        assert page.title().startswith(f"{one['name']}, firmware {one['firmware_version']}")


def test_the_page_of_any_entry_has_no_fault(
    page: Page, url: str, known: dict[str, dict[str, Any]]
) -> None:
    longest = max(known.values(), key=lambda one: len(one["history"]))
    assert faults(page, f"{url}/devices/entry/?id={longest['entry_id']}") == []
    assert faults(page, f"{url}/devices/entry/", SETTINGS[1:2]) == []


def test_what_is_no_entry_is_said(page: Page, url: str) -> None:
    shown(page, url, "esme-f0a1-0000-00-00-00000000")
    assert "There is no entry esme-f0a1-0000" in page.locator("#told").inner_text()
    assert page.locator("#entry").is_hidden()
    shown(page, url, "")
    assert "Which entry?" in page.locator("#told").inner_text()
    shown(page, url, "%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
    assert page.locator("#page img").count() == 0


def test_an_entry_that_cannot_be_fetched_is_not_judged(
    page: Page, url: str, known: dict[str, dict[str, Any]]
) -> None:
    page.route("**/api/v1/models/*", lambda route: route.abort())
    shown(page, url, next(iter(known)))
    assert page.locator("#told").inner_text() == "The entry could not be fetched: try again later."


def test_an_address_of_before_leads_to_the_entry(
    page: Page, url: str, site: Path, known: dict[str, dict[str, Any]]
) -> None:
    """A static host answers what it has not with 404.html."""
    body = (site / "404.html").read_text("utf-8").replace('"/', f'"{url}/')
    one = min(known)

    def missing(route: Route) -> None:
        route.fulfill(status=404, body=body, content_type="text/html")

    page.route(f"**/devices/{one}/", missing)
    page.route("**/devices/nothing/", missing)
    page.goto(f"{url}/devices/{one}/")
    page.wait_for_url(f"**/devices/entry/?id={one}")
    page.goto(f"{url}/devices/nothing/")
    page.get_by_text("There is no page at this address").wait_for()
    assert page.url.endswith("/devices/nothing/")


def test_a_check_asks_for_one_part(
    page: Page, url: str, site: Path, known: dict[str, dict[str, Any]]
) -> None:
    parts = {
        each["entry_id"]: path.name
        for path in sorted((site / "api/v1/check").glob("*-*.json"))
        for each in json.loads(path.read_text("utf-8"))["entries"]
    }
    entry_id, name = max(parts.items(), key=lambda each: len(each[1]))
    assert len(name) > len(min(parts.values(), key=len))  # named by several digits, others by one
    one = known[entry_id]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{url}/check/?q={one['entry_id']}")
    page.locator("#result").wait_for()
    assert one["sentence"] in page.locator("#answers").inner_text()
    link = page.locator("#answers .cpl-which a")
    assert unquote(link.get_attribute("href") or "").endswith(
        f"/devices/entry/?id={one['entry_id']}"
    )
    files = [each.rpartition("/")[2] for each in asked if "/api/" in each]
    assert files == [name]


def test_two_entries_are_compared(page: Page, url: str, known: dict[str, dict[str, Any]]) -> None:
    one, other = sorted(known)[:2]
    assert faults(page, f"{url}/compare/?a={one}&b={other}", SETTINGS[:1]) == []
    page.locator("#result").wait_for()
    assert page.locator("#answer-a").inner_text() == known[one]["answer"]


def test_the_form_tells_that_no_file_is_there(
    page: Page, url: str, known: dict[str, dict[str, Any]]
) -> None:
    page.goto(f"{url}/submit/new/?entry={min(known)}&act=amend")
    page.get_by_text("Its file is not on this site").wait_for()


# ------------------------------------------------------------------------------------------- the finder


ASK = """async (asked) => {
  const { match, sorted, tableOf } = await import(new URL("../scripts/finding.js", location.href));
  const { listOf } = await import(new URL("../scripts/list.js", location.href));
  const fetched = async (path) => (await fetch(new URL(`../${path}`, location.href))).json();
  const index = await fetched("api/v1/finder.json");
  const all = (await Promise.all(index.shards.map(({ path }) => fetched(path)))).flatMap(tableOf);
  const plain = (counts) => Object.fromEntries(Object.entries(counts).map(
    ([facet, words]) => [facet, Object.fromEntries([...words].filter(([, count]) => count).sort())]));
  const told = [];
  for (const { text, chosen, sort, down, first } of asked) {
    let read = 0;
    const list = listOf(structuredClone(index), (path) => { read += 1; return fetched(path); });
    const found = await list.find({ text, chosen, sort, down });
    const rows = (await found.rows(first, 5)).map((row) => row.id);
    const whole = match(all, text, chosen);
    const ordered = sorted(whole.found, sort, down);
    told.push({
      ours: [found.total, rows, plain(found.counts)],
      theirs: [whole.found.length, ordered.slice(first, first + 5).map((row) => row.id), plain(whole.counts)],
      read,
    });
  }
  return [index.shards.length, told];
}"""


def questions(known: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    rng = random.Random(7)  # noqa: S311  # nothing here is secret
    entries = list(known.values())
    made: list[dict[str, Any]] = []
    for _ in range(QUESTIONS):
        one = rng.choice(entries)
        texts = ("", "", one["firmware_version"][:4], one["name"].split()[0], "nothing at all")
        choices = {
            "device_type": one["device_type"],
            "manufacturer": one["manufacturer"],
            "gbcs": one["gbcs_version"],
            "delivery": "Held",
        }
        made.append(
            {
                "text": rng.choice(texts),
                "chosen": {
                    name: choices[name] for name in rng.sample(list(choices), rng.randrange(3))
                },
                "sort": rng.choice(["", "", "gbcs", "name"]),
                "down": rng.random() < 0.5,
                "first": rng.randrange(len(entries)),
            }
        )
    return made


def test_shards_find_what_the_whole_list_finds_and_fewer_are_read_where_fewer_will_do(
    page: Page, url: str, known: dict[str, dict[str, Any]]
) -> None:
    page.goto(f"{url}/devices/")
    asked = questions(known)
    shards, told = page.evaluate(ASK, asked)
    assert shards > 3
    fewer = 0
    for question, one in zip(asked, told, strict=True):
        assert one["ours"] == one["theirs"], question
        fewer += one["read"] < shards
        if not (question["text"] or question["chosen"] or question["sort"]):
            assert one["read"] <= 2
    assert fewer > QUESTIONS / 4


def test_the_finder_fetches_no_shard_before_it_is_asked(
    page: Page, url: str, known: dict[str, dict[str, Any]]
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    ready(page, f"{url}/devices/")
    assert [one for one in asked if "/finder/" in one] == []
    assert page.locator("#found").inner_text() == f"{len(known)} entries"
    assert [row for row in rows_of(page) if row] == rows_of(page)
    one = max(known)
    page.locator("#find-q").fill(known[one]["firmware_version"])
    page.locator("#find-q").press("Enter")
    page.locator("#found", has_text=ANSWERED).wait_for()
    assert known[one]["firmware_version"] in rows_of(page)[0]
    href = page.locator("#table tbody a").first.get_attribute("href")
    assert "/devices/entry/?id=" in str(href)
    assert [one for one in asked if "/finder/" in one]


def test_a_shard_that_cannot_be_fetched_is_said_and_asked_for_again(
    page: Page, url: str, known: dict[str, dict[str, Any]]
) -> None:
    ready(page, f"{url}/devices/")
    page.route("**/finder/2.json", lambda route: route.abort())
    page.locator("#find-q").fill("nothing at all")
    page.locator("#find-q").press("Enter")
    page.get_by_text("a part of the list could not be fetched").wait_for()
    page.unroute("**/finder/2.json")
    page.locator("#find-q").press("Enter")
    page.locator("#found", has_text=f"0 entries of {len(known)}").wait_for()


def test_hostile_values_never_become_markup_on_the_page_of_any_entry(
    page: Page, url: str, known: dict[str, dict[str, Any]]
) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    one = next(each for each in known.values() if len(each["history"]) > 2)

    def worse(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: worse(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [worse(inner) for inner in value]
        return hostile if isinstance(value, str) else value

    def spoilt(route: Route) -> None:
        said = route.fetch().json()
        for each in (*said.get("devices", ()), *said.get("entries", ())):
            each.update(worse(each) | {"entry_id": each["entry_id"]})
        route.fulfill(json=said)

    page.route("**/api/v1/models/*.json", spoilt)
    page.route("**/api/v1/check/*.json", spoilt)
    shown(page, url, one["entry_id"])
    assert page.locator("#page").inner_text().count(hostile) > 20
    assert page.locator("#page img").count() == 0
