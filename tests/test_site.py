"""The public site: what it says of an entry, and that what is rendered is whole, safe and our own."""

import base64
import hashlib
import html
import json
import os
import posixpath
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from cpl_registry.edges import publishing
from cpl_registry.edges import site as site_edge
from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.publishing import submission_pages
from cpl_registry.edges.site import render_site
from cpl_registry.edges.stamping import rendered_path
from cpl_registry.edges.style_sheets import KEPT, theme_sheet
from cpl_registry.outputs import paging
from cpl_registry.outputs.artefact import Artefact
from cpl_registry.outputs.page import markdown_page, shell_of
from cpl_registry.outputs.pages import pages
from cpl_registry.outputs.pages_entry import StampedPage, stamped_pages
from cpl_registry.outputs.rule_pages import RulePage
from cpl_registry.records.register import Register
from cpl_registry.state.publication import publish

from tests.builders import AMENDED_43, HELD_43, LISTED, dsp, entry, register
from tests.page_sizes import first_visit, sent
from tests.registers import REAL, files_of, register_of
from tests.repository import ROOT
from tests.site_files import Read, broken_links, loaded_by, pages_of, read_html

DAY = date(2026, 11, 22)
COMMIT = "0123456789abcdef0123456789abcdef01234567"
RULES: tuple[RulePage, ...] = (
    RulePage(
        id="CPL999",
        title="A value is `text`.",
        severity="error",
        why="Because <b>1.10</b> is not 1.1.\n\nNever.",
        fix="Write `gbcs_version`.",
        source="a test",
        since=date(2020, 1, 1),
        good=('gbcs_version: "3.2"\n\nnext: "&"\n',),
        bad=("gbcs_version: 3.2\n",),
    ),
)
RULES += (replace(RULES[0], id="CPL301"),)  # a decision of the demonstration waives it


@dataclass(frozen=True, kw_only=True)
class Built:
    """A rendered site, and what it was made from."""

    folder: Path
    pages: list[Artefact]
    stamped: list[StampedPage]

    @property
    def site(self) -> Path:
        return self.folder / "site"


def built(folder: Path, of: Register, on: date = DAY) -> Built:
    """A register's site as a build makes it, downloads and API included."""
    state = publish(of, on, COMMIT)
    submitting = list(submission_pages(state, {}))
    made = [*pages(state, RULES), *(one for one in submitting if one.path.startswith("pages/"))]
    files = publishing.artefacts(state)
    offered = [
        one if one.path.startswith(("site/", "pages/")) else replace(one, path=f"site/{one.path}")
        for one in files
    ]
    stamped = list(stamped_pages(state))
    folder.mkdir()
    fetched = [one for one in submitting if one not in made]
    render_site(folder, [*made, *offered, *fetched], stamped, on)
    return Built(folder=folder, pages=made, stamped=stamped)


def rendered_plainly(source: Built, extra: Iterable[Artefact], folder: Path) -> Path:
    """The pages that a build leaves, rendered by mkdocs alone."""
    shutil.copytree(source.folder / "pages", folder / "pages")
    shutil.copytree(source.folder / "theme", folder / "theme")
    for artefact in extra:
        (folder / artefact.path).write_bytes(artefact.content)
    site_edge._render(folder / "pages", folder / "theme", folder / "site", DAY)
    return folder / "site"


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Built:
    of = register_of(files_of(ROOT), DAY)
    return built(tmp_path_factory.mktemp("shipped") / "build", of)


@pytest.fixture(scope="module")
def shipped_pages(shipped: Built) -> Mapping[str, Read]:
    return pages_of(shipped.site)


HOSTILE = (
    "cplshellbody cplshelltitle <script>alert(1)</script> <img src=x onerror=alert(2)>"
    " {{ config }} {% raw %} **bold** [a](b) &amp; \" ' --- é \u00a0 </div></title>"
)

PLAIN = " ".join(HOSTILE.split())
"""The same as a title shows it."""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A site of what the gate refuses, as if there were no gate."""
    history = [
        *LISTED,
        {
            "date": "2021-01-01",
            "event": "amended",
            "changed": {HOSTILE: {"from": HOSTILE, "to": [HOSTILE, HOSTILE]}},
            "reason": HOSTILE,
            "reference": HOSTILE,
        },
        {"date": "2021-02-01", "event": "corrected", "by": HOSTILE, "cause": HOSTILE},
    ]
    one = entry(
        model_name=HOSTILE,
        gbcs_version=HOSTILE,
        technical_specification={"name": HOSTILE, "version": HOSTILE},
        assurance_certificates=[{"scheme": "CPA", "number": HOSTILE, "expires": "2026-12-01"}],
        evidence=[{"kind": HOSTILE, "reference": HOSTILE}],
        history=history,
    )
    maker: dict[str, Any] = {"name": HOSTILE, "zigbee_codes": ["F0A1"], "illustrative": "true"}
    makers = {"albion-metering": maker, "index": maker}
    profile = dsp(
        {"start": "2027-01-01", "gbcs_versions": [HOSTILE], "expected": "true", "source": HOSTILE}
    )
    of = register(one, manufacturers=makers, dsp_profile=profile, zigbee_codes={"F0A1": HOSTILE})
    return built(tmp_path_factory.mktemp("hostile") / "build", of)


# ------------------------------------------------------------------------------- the answer, state by state

REMOVED = {
    "date": "2026-02-02",
    "event": "removed",
    "status": "Expired",
    "cause": "certificate-expired",
    "reference": "DEC-2026-003",
}
POLICY = {
    "start": "2026-05-01",
    "end": "2026-12-31",
    "policy": "substitute",
    "substitutions": [{"field": "gbcs_version", "from": "4.3", "to": "3.2"}],
    "decision": "DEC-2026-001",
}


def cpa(**ends: str) -> list[dict[str, str]]:
    return [{"scheme": "CPA", "number": "DEMO-CPA-0001", "issued": "2020-02-01", **ends}]


def paragraphs(of: Register, on: date = DAY) -> list[str]:
    """What the page of a register's only entry says, paragraph by paragraph."""
    (page,) = stamped_pages(publish(of, on, COMMIT))
    found = read_html(page.body).paragraphs
    assert found[0].endswith(page.description)
    return found


@pytest.mark.parametrize(
    ("override", "answer"),
    [
        pytest.param(
            {},
            "Active On the list, Active since 11 February 2020, and its row"
            " is in the extract for the DCC.",
            id="listed",
        ),
        pytest.param(
            HELD_43,
            "Active, held On the list, Active since 11 May 2026, but it is held"
            " back from the DCC since 11 May 2026: the DCC's Data Service Provider (DSP) does not"
            " recognise GBCS 4.3.",
            id="held",
        ),
        pytest.param(
            AMENDED_43,
            "Active, amendment held On the list, Active since 11 February 2020,"
            " but its present values are held back from the DCC since 11 May 2026: the DCC's Data"
            " Service Provider (DSP) does not recognise GBCS 4.3; until it does, the DCC goes on being"
            " sent the row of 11 February 2020.",
            id="amendment-held",
        ),
        pytest.param(
            {"history": [*LISTED, REMOVED]},
            "Removed: Expired Not on the list: it was removed on 2 February 2026"
            " because its certificate expired (status Expired, reference DEC-2026-003).",
            id="removed",
        ),
        pytest.param(
            {"history": [*LISTED, REMOVED, {"date": "2026-03-02", "event": "reinstated"}]},
            "Active On the list, Active since 2 March 2026, and its row is in"
            " the extract for the DCC.",
            id="reinstated",
        ),
        pytest.param(
            {"history": LISTED[:1]},
            "Submitted Not on the list yet: it was submitted on 10 February 2020"
            " and waits to be accepted.",
            id="submitted",
        ),
        pytest.param(
            {"history": [*LISTED[:1], {"date": "2020-03-02", "event": "closed"}]},
            "Closed Not on the list: its submission was closed on 2 March 2020 without a listing.",
            id="closed",
        ),
    ],
)
def test_the_first_paragraph_is_the_answer(override: dict[str, Any], answer: str) -> None:
    assert paragraphs(register(entry(**override)))[0] == answer


def test_a_refused_amendment_is_told_as_such() -> None:
    amended = AMENDED_43 | {"gbcs_version": "3.2"}
    amended["history"] = [
        *LISTED,
        {
            "date": "2026-05-11",
            "event": "amended",
            "changed": {"gbcs_version": {"from": "4.3", "to": "3.2"}},
        },
    ]
    step = {"start": "2017-01-01", "gbcs_versions": ["3.2", "4.3"], "source": "a test"}
    told = paragraphs(register(entry(**amended), dsp_profile=dsp(step, changed_row="reject")))
    assert told[0] == (
        "Active, amendment held On the list, Active since 11 February 2020, but"
        " its present values are held back from the DCC since 11 May 2026: the DCC's Data Service"
        " Provider (DSP) refuses a changed row: GBCS 3.2; the DCC goes on being sent the row of"
        " 11 February 2020."
    )


def test_a_substituted_value_is_told_as_such() -> None:
    from cpl_registry.records.dsp_profile import parse_delivery_policy

    of = register(
        entry(**HELD_43),
        policy=parse_delivery_policy([POLICY]),
        decisions=frozenset({"DEC-2026-001"}),
    )
    assert paragraphs(of)[0] == (
        "Active, misstated to the DCC On the list, Active since 11 May 2026, but"
        " the DCC is sent GBCS 3.2 in place of 4.3 under DEC-2026-001 since 11 May 2026."
    )
    assert not any("has stopped recognising" in text for text in paragraphs(of))


@pytest.mark.parametrize(
    ("ends", "place", "line"),
    [
        (
            {"expires": "2026-10-13"},
            0,
            "; but its CPA Certificate DEMO-CPA-0001 expired on 13 October 2026; no later end is recorded.",
        ),
        (
            {"expires": "2026-11-22"},
            0,
            "; and its CPA Certificate DEMO-CPA-0001 expires on 22 November 2026, today.",
        ),
        (
            {"expires": "2027-02-20"},
            0,
            "; and its CPA Certificate DEMO-CPA-0001 expires on 20 February 2027, in 90 days.",
        ),
        (
            {"renewal_due": "2026-11-23"},
            1,
            "Its CPA Certificate DEMO-CPA-0001 is due for renewal on 23 November 2026, in 1 day; it is a lifetime certificate and does not expire.",
        ),
        (
            {"renewal_due": "2026-11-21"},
            1,
            "Its CPA Certificate DEMO-CPA-0001 was due for renewal on 21 November 2026; it is a lifetime certificate and does not expire.",
        ),
    ],
)
def test_a_near_end_stands_in_the_answer_and_a_renewal_after_it(
    ends: dict[str, str], place: int, line: str
) -> None:
    told = paragraphs(register(entry(assurance_certificates=cpa(**ends))))[place]
    assert told.endswith(line)
    assert (told == line) is (place == 1)


def test_a_distant_end_is_not_told_at_the_top() -> None:
    told = paragraphs(register(entry(assurance_certificates=cpa(expires="2027-02-21"))))
    assert "expires" not in told[1]


def announced(start: str, known_from: str | None = None) -> dict[str, Any]:
    step = {"start": start, "gbcs_versions": ["3.2", "4.3"], "expected": "true", "source": "a test"}
    return dsp(step | ({"known_from": known_from} if known_from else {}))


@pytest.mark.parametrize(
    ("profile", "line"),
    [
        (dsp(), "No day has been announced on which the DSP will recognise it."),
        (
            announced("2027-02-25"),
            "The DSP is announced to recognise it from 25 February 2027; then it goes out by itself.",
        ),
        (
            announced("2027-02-25", known_from="2026-11-23"),
            "No day has been announced on which the DSP will recognise it.",
        ),
        (
            announced("2026-11-02"),
            "The DSP was announced to recognise it from 2 November 2026; that has not been seen yet.",
        ),
    ],
)
def test_a_held_entry_tells_what_is_announced(profile: dict[str, Any], line: str) -> None:
    assert paragraphs(register(entry(**HELD_43), dsp_profile=profile))[1] == line


def test_a_page_of_an_earlier_day_knows_nothing_of_later_ones() -> None:
    of = register(entry(history=[*LISTED, REMOVED]))
    told = paragraphs(of, on=date(2026, 2, 1))
    assert told[0].startswith("Active On the list")
    assert not any("2 February 2026" in text for text in told)


# --------------------------------------------------------------------------------------- what is rendered


def test_a_stamped_page_is_the_page_that_mkdocs_would_render(
    shipped: Built, hostile: Built, tmp_path: Path
) -> None:
    for source in (shipped, hostile):
        ordinary = [
            markdown_page(f"devices/{page.id}", page.title, page.description, page.body)
            for page in source.stamped[:3]
        ]
        plain = rendered_plainly(source, ordinary, tmp_path / source.stamped[0].id)
        filled = [page.path for page in source.pages if shell_of(page)]
        assert len(filled) >= 5
        for name in [
            *(f"devices/{page.id}/index.html" for page in source.stamped[:3]),
            *(rendered_path(path) for path in filled),
        ]:
            assert (source.site / name).read_bytes() == (plain / name).read_bytes(), name


def test_every_entry_has_its_page(shipped: Built, shipped_pages: Mapping[str, Read]) -> None:
    assert len(shipped.stamped) >= 60
    for page in shipped.stamped:
        read = shipped_pages[f"devices/{page.id}/index.html"]
        assert read.title.startswith(f"{page.title} - CPL: ")
        assert page.id in read.text


def test_no_page_loads_anything_from_elsewhere(shipped: Built) -> None:
    loaded = list(loaded_by(shipped.site))
    assert len(loaded) > 500
    own = re.compile(r"(?!//)(?![a-z][a-z0-9+.-]*:)|data:", re.IGNORECASE)
    assert [one for one in loaded if not own.match(one[1])] == []


def test_every_link_leads_somewhere(shipped: Built, hostile: Built) -> None:
    assert broken_links(shipped.site) == []
    assert broken_links(hostile.site) == []


def test_a_broken_link_would_be_seen(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(
        '<p id="a"><a href="#a">1</a><a href="#b">2</a><a href="c/">3</a><a href=".">4</a></p>',
        encoding="utf-8",
    )
    assert broken_links(tmp_path) == ["index.html: #b", "index.html: c/"]


def reached(site: Path) -> set[str]:
    """The pages that links alone lead to from the home page; what `?` asks of a page is left out."""
    pages, found, ahead = pages_of(site), set[str](), ["index.html"]
    while ahead:
        name = ahead.pop()
        if name in found or name not in pages:
            continue
        found.add(name)
        for link in pages[name].links:
            parts = urlsplit(link)
            if parts.scheme or not parts.path:
                continue
            target = posixpath.normpath(posixpath.join("/", posixpath.dirname(name), parts.path))
            path = target.lstrip("/")
            ahead.append(path if path.endswith(".html") else posixpath.join(path, "index.html"))
    return found


def test_links_alone_lead_to_every_page_and_every_answer(shipped: Built) -> None:
    found = reached(shipped.site)
    all_pages = {path.relative_to(shipped.site).as_posix() for path in shipped.site.rglob("*.html")}
    assert all_pages - found == {"404.html"}
    for page in shipped.stamped:
        assert f"devices/{page.id}/index.html" in found
        text = read_html(page.body).text
        kind, maker, model, *hardware, firmware = str(page.id).upper().split("-")
        assert f"May {kind} {maker} {model} {''.join(hardware)} {firmware} be installed?" in text
        assert page.description in text


def test_a_table_that_is_too_long_for_a_page_goes_on_on_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "ROWS", 2)
    entries = [entry(firmware_version=f"3804040{number}") for number in range(5)]
    made = built(tmp_path / "build", register(*entries))
    for base in ("manufacturers/albion-metering", "types/esme", "specifications/gbcs-3-2"):
        ids = [
            re.findall(r"devices/(esme-[0-9a-f-]+)/", (made.site / name).read_text("utf-8"))
            for name in (f"{base}/index.html", f"{base}/2/index.html", f"{base}/3/index.html")
        ]
        assert [len(set(one)) for one in ids[1:]] == [2, 1]
        assert {one for part in ids for one in part} == {one.entry_id for one in entries}
    assert broken_links(made.site) == []


def test_every_page_says_what_it_is_and_of_when(shipped_pages: Mapping[str, Read]) -> None:
    assert len(shipped_pages) > 100
    for name, page in shipped_pages.items():
        assert "This is not the official Certified Products List (CPL)." in page.text, name
        assert "Demonstration register: its manufacturers and Device Models" in page.text, name
        assert f"As of 22 November 2026, from commit {COMMIT}." in page.text, name
        assert "Certified / Central Products List" in page.title, name


def test_a_register_that_is_no_demonstration_is_not_called_one(tmp_path: Path) -> None:
    made = built(tmp_path / "build", register_of(files_of(REAL), DAY))
    for name, page in pages_of(made.site).items():
        assert "This is not the official Certified Products List (CPL)." in page.text, name
        assert "Demonstration register:" not in page.text, name


def test_an_empty_register_has_a_site(tmp_path: Path) -> None:
    made = built(tmp_path / "build", register())
    home = read_html((made.site / "index.html").read_text(encoding="utf-8")).text
    assert "0 Active Device Models from 0 manufacturers" in home
    assert "No. Every Active entry goes to the DCC as it stands on the list." in home
    assert broken_links(made.site) == []


OFFLINE = "data/cpl-finder.html"
"""The one page that has everything in itself."""
OF_THEIR_OWN = {
    "404.html": 1,
    "check/index.html": 1,
    "compare/index.html": 1,
    "devices/index.html": 1,
    "submit/new/index.html": 1,
    OFFLINE: 1,
}
"""The pages that bring more scripts than all do, and how many more."""


def test_nothing_that_a_register_says_becomes_markup(hostile: Built) -> None:
    harmless = read_html((hostile.site / "about" / "index.html").read_text(encoding="utf-8"))
    seen = 0
    for name, page in pages_of(hostile.site).items():
        assert page.handlers == [], name
        assert len(page.scripts) == len(harmless.scripts) + OF_THEIR_OWN.get(name, 0), name
        data, scripts = {}, page.scripts
        if name == OFFLINE:
            data, scripts = json.loads(scripts[0]), scripts[1:]
        assert HOSTILE in data.get("words", {}).get("name", [HOSTILE]), name
        assert not any("alert" in script for script in scripts), name
        seen += HOSTILE.partition(" ")[0] in page.text
    assert seen >= 5
    (one,) = hostile.stamped
    stamped = (hostile.site / "devices" / one.id / "index.html").read_text(encoding="utf-8")
    assert read_html(stamped).title.startswith(one.title)
    assert PLAIN in one.title
    maker = (hostile.site / "manufacturers" / "index" / "index.html").read_text(encoding="utf-8")
    assert read_html(maker).title.startswith(f"{PLAIN} - CPL: ")


def test_nothing_of_a_page_runs_or_loads_but_what_the_site_brings(shipped: Built) -> None:
    for name in pages_of(shipped.site):
        text = (shipped.site / name).read_text(encoding="utf-8")
        if name == OFFLINE:
            continue
        assert text.index("Content-Security-Policy") < text.index("<script"), name
        assert re.search(r"default-src 'none'; script-src 'self'; style-src 'self'", text), name
        assert re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", text) == [], name
        assert re.findall(r"<style|\sstyle=|\son[a-z]+=", text) == [], name
    assert sorted(path.suffix for path in shipped.site.glob("assets/**/*") if path.is_file()) == [
        ".css"
    ]


def test_a_first_visit_fetches_little(shipped: Built, shipped_pages: dict[str, Read]) -> None:
    stamped = {f"devices/{one.id}/index.html" for one in shipped.stamped}
    for name in shipped_pages:
        if name == "data/cpl-finder.html":  # a download
            continue
        assert 10_000 < first_visit(shipped.site, name) < 80_000, name
        if name in stamped:
            assert sent(shipped.site / name) <= 12_000, name


def test_what_the_theme_dresses_of_a_page_is_still_dressed(shipped: Built) -> None:
    dressed = set(re.findall(r"\.([a-z][\w-]+)", theme_sheet().read_text(encoding="utf-8")))
    for name in pages_of(shipped.site):
        text = (shipped.site / name).read_text(encoding="utf-8")
        had = {one for given in re.findall(r' class="([^"]*)"', text) for one in given.split()}
        assert had & dressed <= KEPT, name


def test_the_file_for_offline_use_runs_only_what_its_head_names(shipped: Built) -> None:
    text = (shipped.site / OFFLINE).read_text(encoding="utf-8")
    assert text.index("Content-Security-Policy") < min(text.index("<script"), text.index("<style"))
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy
    named = html.unescape(policy[1])
    assert named.startswith("default-src 'none'; script-src 'sha256-")
    for tag, directive in (('<script type="module">', "script-src"), ("<style>", "style-src")):
        (body,) = re.findall(f"{tag}(.*?)</", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in named
    assert re.findall(r"\s(?:src|style|on[a-z]+)=", text.partition("<style>")[0]) == []
    assert read_html(text).loads == ["data:,"]


def test_what_is_left_for_mkdocs_is_whole(shipped: Built) -> None:
    for page in shipped.pages:
        assert (shipped.folder / page.path).read_bytes() == page.content
    for name in ("dcc/manifest.json", "data/cpl.csv", "verify.py"):
        published = (shipped.site / name).read_bytes()
        assert published == (shipped.folder / "pages" / name).read_bytes()
    assert not (shipped.folder / "pages/devices/shell.md").exists()
    assert not (shipped.site / "devices/shell").exists()
    assert not list(shipped.site.glob("sitemap*"))


# --------------------------------------------------------------------------------------- what cannot be built


def docs(folder: Path, **more: str) -> Path:
    """The hand-written pages, with some of one's own."""
    shutil.copytree(ROOT / "docs", folder)
    for name, text in more.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return folder


def test_a_link_to_nowhere_in_the_docs_stops_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site_edge, "DOCS", docs(tmp_path / "docs", more="# More\n\n[x](none.md)\n"))
    with pytest.raises(CannotJudge, match=r"more\.md.*none\.md"):
        built(tmp_path / "build", register())


def test_a_page_of_the_docs_never_hides_a_generated_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site_edge, "DOCS", docs(tmp_path / "docs", index="# Mine\n"))
    with pytest.raises(CannotJudge, match=r"docs/index\.md stands where"):
        built(tmp_path / "build", register())


def test_a_build_leaves_the_environment_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "7")
    before = dict(os.environ)
    built(tmp_path / "build", register())
    assert dict(os.environ) == before
