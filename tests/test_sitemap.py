"""Addresses of the site: a sitemap and canonical links where its address is set, else neither."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import urljoin
from xml.etree import ElementTree as ET

import pytest
from cpl_registry.edges import publishing
from cpl_registry.edges import site as site_edge
from cpl_registry.edges.site import render_site, site_address
from cpl_registry.outputs import sitemap
from cpl_registry.outputs.pages import pages
from cpl_registry.outputs.pages_entry import stamped_pages

from tests.published_files import DAY, state_of

ADDRESS = "https://cpl.example/list"
SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def rendered(folder: Path) -> Path:
    state = state_of("hostile")
    made = [
        one if one.path.startswith(("site/", "pages/")) else replace(one, path=f"site/{one.path}")
        for one in (
            *publishing.artefacts(state, site_address()),
            *publishing.submission_pages(state, {}),
        )
    ]
    folder.mkdir()
    render_site(folder, [*pages(state, ()), *made], stamped_pages(state), DAY)
    return folder / "site"


@pytest.fixture
def addressed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site whose address is known."""
    settings = tmp_path / "mkdocs.yml"
    text = site_edge.SETTINGS.read_text("utf-8")
    settings.write_text(f"site_url: {ADDRESS}\n{text}", encoding="utf-8")
    monkeypatch.setattr(site_edge, "SETTINGS", settings)
    return rendered(tmp_path / "addressed")


def test_every_page_is_named_and_names_itself(addressed: Path) -> None:
    """The pages of entries too, which the site generator never saw."""
    found = sorted(
        "" if str(path.parent) == str(addressed) else f"{path.parent.relative_to(addressed)}/"
        for path in addressed.rglob("index.html")
    )
    assert len([page for page in found if page.startswith("devices/esme-")]) == 1
    told = ET.parse(addressed / "sitemap.xml").getroot()
    named = [one.text for one in told.iter(f"{SPACE}loc")]
    assert named == [f"{ADDRESS}/{page}" for page in found]
    assert {one.text for one in told.iter(f"{SPACE}lastmod")} == {str(DAY)}
    for page in found:
        text = (addressed / page / "index.html").read_text("utf-8")
        assert re.findall(r'<link rel="canonical" href="([^"]+)">', text) == [f"{ADDRESS}/{page}"]
    assert not (addressed / "sitemap.xml.gz").exists()
    robots = (addressed / "robots.txt").read_text("utf-8")
    assert robots == f"User-agent: *\nAllow: /\nSitemap: {ADDRESS}/sitemap.xml\n"
    assert f'"{ADDRESS}/changes/"' in (addressed / "feeds/changes.json").read_text("utf-8")


def test_without_an_address_nothing_names_one(tmp_path: Path) -> None:
    assert site_address() is None
    made = rendered(tmp_path / "build")
    assert not list(made.glob("sitemap*"))
    assert (made / "robots.txt").read_text("utf-8") == "User-agent: *\nAllow: /\n"
    for page in made.rglob("*.html"):
        assert 'rel="canonical"' not in page.read_text("utf-8"), page
    text = (made / "data" / "index.html").read_text("utf-8")
    (described,) = re.findall(r'<link rel="describedby" [^>]*href="([^"]+)"', text)
    assert (made / "data" / described).is_file()
    for depth in (made / "index.html", made / "data/index.html"):
        (feed,) = re.findall(r'<link rel="alternate" [^>]*href="([^"]+)"', depth.read_text("utf-8"))
        way = urljoin(depth.relative_to(made).as_posix(), feed)
        assert (made / way).is_file()


@pytest.mark.parametrize("number", [0, 1, 20, 21, 41])
def test_a_great_sitemap_is_split(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sitemap.MOST == 50_000  # the most that the protocol allows
    monkeypatch.setattr(sitemap, "MOST", 20)
    pages_of = [f"devices/{one:06}/" for one in range(number)]
    made = {
        one.path: ET.fromstring(one.content)
        for one in sitemap.sitemap(f"{ADDRESS}/", pages_of, date(2026, 1, 2))
    }
    root = made.pop("site/sitemap.xml")
    parts = list(made.values()) or [root]
    named = [one.text for part in parts for one in part.iter(f"{SPACE}loc")]
    assert named == [f"{ADDRESS}/{page}" for page in pages_of]
    assert all(len(part) <= sitemap.MOST for part in parts)
    assert len(made) == (0 if number <= 20 else -(-number // 20))
    if made:
        told = [one.text for one in root.iter(f"{SPACE}loc")]
        assert root.tag == f"{SPACE}sitemapindex"
        assert told == [f"{ADDRESS}/{path.removeprefix('site/')}" for path in made]
