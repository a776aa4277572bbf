"""Above 30,000 entries: no page for each, and still every entry and every answer, by links alone."""

import json
import posixpath
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cpl_registry.outputs.check_files import check_files
from cpl_registry.outputs.entry_address import model_of
from cpl_registry.outputs.entry_rows import Listing
from cpl_registry.outputs.finder_files import finder_files, finder_json
from cpl_registry.state.publication import MOST_ENTRY_PAGES, publish

from tests.long_lists import DAY, long_site, long_state, low_limits
from tests.registers import register_of, smaller_shipped
from tests.site_files import Read, broken_links, pages_of

IDS = {one.entry_id for one in long_state().entries}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return long_site(tmp_path_factory.mktemp("long") / "build")


@pytest.fixture(scope="module")
def read(site: Path) -> Mapping[str, Read]:
    return pages_of(site)


def reached(read: Mapping[str, Read]) -> tuple[set[str], set[str]]:
    """The pages, and the other addresses, that links alone lead to from the home page."""
    todo, pages, others = ["index.html"], {"index.html"}, set[str]()
    while todo:
        name = todo.pop()
        for link in read[name].links:
            parts = urlsplit(link)
            if parts.scheme or not parts.path:
                continue
            path = posixpath.normpath(posixpath.join(posixpath.dirname(name), parts.path))
            page = posixpath.join(path, "index.html").removeprefix("./")
            if page in read and page not in pages:
                pages.add(page)
                todo.append(page)
            others.add(f"{path}?{parts.query}" if parts.query else path)
    return pages, others


def test_a_page_each_ends_at_thirty_thousand() -> None:
    assert MOST_ENTRY_PAGES == 30_000
    of = register_of(smaller_shipped(), DAY)
    assert publish(of, DAY).entry_pages
    assert publish(of, DAY, most_entry_pages=len(IDS)).entry_pages
    assert not publish(of, DAY, most_entry_pages=len(IDS) - 1).entry_pages


def test_entries_have_one_page_and_no_files_of_their_own(site: Path) -> None:
    assert sorted(one.name for one in (site / "devices").iterdir()) == ["entry", "index.html"]
    assert not (site / "api/v1/devices").exists()


def test_no_link_is_broken_and_no_page_out_of_reach(site: Path, read: Mapping[str, Read]) -> None:
    assert broken_links(site) == []
    pages, _ = reached(read)
    assert set(read) - pages == {"404.html", "data/cpl-finder.html"} - pages


def test_links_alone_lead_to_every_entry_and_to_all_that_is_known_of_it(
    site: Path, read: Mapping[str, Read]
) -> None:
    _, others = reached(read)
    shown = {
        query["id"][0]
        for one in others
        if one.startswith("devices/entry?") and (query := parse_qs(urlsplit(one).query))
    }
    assert shown == IDS
    told: dict[str, Any] = {}
    for one in others:
        if re.fullmatch(r"api/v1/models/[a-z0-9-]+\.json", one):
            devices = json.loads((site / one).read_text("utf-8"))["devices"]
            told |= {device["entry_id"]: device["answer"] for device in devices}
    assert set(told) == IDS
    assert all(told.values())


def test_feeds_name_pages_that_are_there(site: Path) -> None:
    feed = json.loads((site / "feeds/changes.json").read_text("utf-8"))
    for item in feed["items"]:
        where = item["_cpl"]
        assert where["page"] == f"devices/entry/?id={where['entry_id']}"


def test_the_shards_of_the_finder_have_what_the_whole_would_have() -> None:
    state = long_state()
    with low_limits():
        index, *shards = (json.loads(one.content) for one in finder_files(state))
    whole = json.loads(finder_json(Listing(state=state)))
    assert (index["complete"], index["total"]) == (False, len(IDS))
    assert [one["total"] for one in index["shards"]] == [shard["total"] for shard in shards]
    rows = [row for shard in shards for row in in_words(shard)]
    assert len(shards) > 3
    assert rows == in_words(whole)
    for told, shard in zip(index["shards"], shards, strict=True):
        own = in_words(shard)
        for facet, numbers in told["counts"].items():
            said = dict(zip(index["words"][facet], numbers, strict=True))
            assert said == {word: sum(row[facet] == word for row in own) for word in said}


def in_words(data: Any) -> list[dict[str, Any]]:
    columns, words = data["columns"], data["words"]
    told = {
        name: [words[name][at] for at in column] if name in words else column
        for name, column in columns.items()
    }
    return [{name: told[name][at] for name in told} for at in range(data["total"])]


def test_the_parts_of_a_code_have_every_answer_once_and_whole_models() -> None:
    state = long_state()
    with low_limits():
        made = {one.path.rpartition("/")[2]: json.loads(one.content) for one in check_files(state)}
    whole = {
        one["entry_id"]: one
        for file in check_files(publish(register_of(smaller_shipped(), DAY), DAY))
        for one in json.loads(file.content)["entries"]
    }
    met: dict[str, Any] = {}
    for name, file in made.items():
        if file["parts"]:
            assert (file["complete"], file["entries"]) == (False, [])
            continue
        assert file["complete"]
        for one in file["entries"]:
            code, _, digits = name.removesuffix(".json").partition("-")
            assert code == file["code"].lower()
            assert model_of(one["entry_id"]).endswith(digits)
            assert one["entry_id"] not in met
            met[one["entry_id"]] = {**one, "has_file": True}
    assert met == whole
    assert sum(bool(file["parts"]) for file in made.values()) > 1
    for file in made.values():
        code, parts = file["code"].lower(), file["parts"]
        assert all(f"{code}-{part}.json" in made for part in parts)
        assert not any(one != other and one.endswith(other) for one in parts for other in parts)
        models = {model_of(one["entry_id"]) for one in file["entries"]}
        assert len(file["entries"]) <= 6 or len(models) == 1


def test_a_year_of_many_changes_has_a_page_a_month(read: Mapping[str, Read]) -> None:
    months = [name for name in read if re.fullmatch(r"changes/[0-9]{4}/[0-9]{2}/index.html", name)]
    assert len(months) > 12
    parts = [name for name in read if re.fullmatch(r"changes/[0-9/]{7}/2/index.html", name)]
    assert parts
    assert "These are the newest 3 of" in read["changes/index.html"].text


def test_ends_and_what_lies_ahead_have_a_page_a_month(read: Mapping[str, Read]) -> None:
    for base in ("outlook", "certificates"):
        months = [name for name in read if re.fullmatch(rf"{base}/[0-9-]{{7}}/index.html", name)]
        assert months, base
        for name in months:
            assert name.removesuffix("index.html") in {
                posixpath.normpath(posixpath.join(base, link)) + "/"
                for link in read[f"{base}/index.html"].links
            }


def test_a_list_that_is_cut_says_where_all_of_it_is(read: Mapping[str, Read]) -> None:
    assert "These are the first 3 of" in read["dcc/index.html"].text
    assert "cpl-dcc-held.csv has all" in read["dcc/index.html"].text
