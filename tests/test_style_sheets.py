"""The style sheets of the site: one of ours, and of the theme's what our pages can have."""

import re
from pathlib import Path

import pytest
from cpl_registry.edges.site import THEME
from cpl_registry.edges.style_sheets import JOINED, KEPT, OURS, dress, slimmed, theme_sheet
from cpl_registry.outputs.offline_finder import STYLES

from tests.repository import ROOT

MOST_LINES = 200
SHEETS = (
    ("a{color:red}", "a{color:red}"),
    (".md-typeset a{color:red}", ".md-typeset a{color:red}"),
    (".md-search{color:red}.md-grid{margin:0}", ".md-grid{margin:0}"),
    (".md-search a,.md-typeset a,.md-nav{x:y}", ".md-typeset a{x:y}"),
    (".md-typeset a:not(.headerlink){x:y}", ".md-typeset a:not(.headerlink){x:y}"),
    (".md-typeset :is(.tabbed-set,p) b{x:y}", ".md-typeset :is(.tabbed-set,p) b{x:y}"),
    ("[dir=rtl] .md-typeset{x:y}[dir=ltr] .md-typeset{z:y}", "[dir=ltr] .md-typeset{z:y}"),
    ("@media print{.md-search{x:y}}a{z:y}", "a{z:y}"),
    ("@media print{.md-search{x:y}p{z:y}}", "@media print{p{z:y}}"),
    ('@charset "UTF-8";a{x:y}/*# sourceMappingURL=main.css.map */', '@charset "UTF-8";a{x:y}'),
    ("@keyframes consent{0%{x:y}to{x:z}}a{x:y}", "a{x:y}"),
    ("@page{margin:25mm}", "@page{margin:25mm}"),
    ("""a[title="},.b{;"]{content:';}'}p{x:y}""", """a[title="},.b{;"]{content:';}'}p{x:y}"""),
    (
        """:root{--one:url("a,;{}");--two:url("b;");--far:1}a{x:var(--two)}.b{x:var(--one)}""",
        """:root{--two:url("b;");--far:1}a{x:var(--two)}""",
    ),
    ("""@media print{:root{--one:url("a");--two:2px}}""", "@media print{:root{--two:2px}}"),
)


@pytest.mark.parametrize(("given", "kept"), SHEETS)
def test_what_can_apply_to_a_page_of_ours_stays_as_it_stands(given: str, kept: str) -> None:
    assert slimmed(given) == kept


def test_of_the_theme_most_goes_and_the_rest_is_a_style_sheet() -> None:
    whole = theme_sheet().read_text(encoding="utf-8")
    slim = slimmed(whole)
    assert len(slim) < len(whole) / 4
    assert slim.count("{") == slim.count("}") > 150
    assert set(re.findall(r"\.(md-[\w-]+)", re.sub(r":not\([^)]*\)", "", slim))) <= KEPT
    assert slimmed(slim) == slim


def test_the_sheets_of_ours_are_one(tmp_path: Path) -> None:
    (tmp_path / "stylesheets").mkdir()
    rules = []
    for name in OURS:
        text = (THEME / "stylesheets" / f"{name}.css").read_text(encoding="utf-8")
        (tmp_path / "stylesheets" / f"{name}.css").write_text(text, encoding="utf-8")
        rules.append(re.sub(r"/\*.*?\*/|\s", "", text, flags=re.DOTALL))
    dress(tmp_path)
    made = sorted(one.relative_to(tmp_path).as_posix() for one in tmp_path.rglob("*.css"))
    assert made == [f"assets/stylesheets/{theme_sheet().name}", JOINED]
    assert re.sub(r"\s", "", (tmp_path / JOINED).read_text(encoding="utf-8")) == "".join(rules)


def test_every_sheet_has_its_place_and_the_settings_name_the_whole() -> None:
    there = {one.stem for one in (THEME / "stylesheets").glob("*.css")}
    assert there == set(OURS)
    assert len(set(OURS)) == len(OURS)
    for name in OURS:
        text = (THEME / "stylesheets" / f"{name}.css").read_text(encoding="utf-8")
        assert text.count("\n") <= MOST_LINES, f"{name}.css dresses more than one thing: split it"
        assert text.startswith("/* "), f"{name}.css says nowhere what it dresses"
    assert f"extra_css:\n  - {JOINED}\n" in (ROOT / "mkdocs.yml").read_text(encoding="utf-8")


def test_the_file_for_offline_use_has_its_rooms_in_the_order_of_the_site() -> None:
    rooms = [one.stem for one in map(Path, STYLES) if len(one.parts) > 1]
    assert rooms == [one for one in OURS if one in rooms]
    assert STYLES[-1] == "offline.css"
