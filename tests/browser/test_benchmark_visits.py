"""What the benchmarks see of a page in Chromium: bytes over the wire, shifts, an answer to what is typed."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from benchmarks.driving import visit
from benchmarks.serving import served

PAGE = """<!doctype html><title>A page</title><link rel="icon" href="data:,">
<h1>Rows</h1><p id="notice"></p><input id="field"><table><tbody id="rows"></tbody></table>
<img src="picture.png" alt=""><script src="page.js"></script>"""
SCRIPT = """
const show = (rows) => { document.getElementById("rows").innerHTML = rows.map((one) => `<tr><td>${one}</td></tr>`).join(""); };
const field = document.getElementById("field");
fetch("rows.json").then((said) => said.json()).then((rows) => {
  show(rows);
  field.addEventListener("input", () => setTimeout(() => show(rows.filter((one) => one.includes(field.value))), 50));
});
"""
LATE = """
setTimeout(() => {
  const notice = document.getElementById("notice");
  notice.style.height = "300px";
}, 200);
"""
WANTED = {"ready": "td", "rows": "tr", "field": "#field", "least": 3, "text": "b", "hits": 2}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "index.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "page.js").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "rows.json").write_text('["a", "ab", "b"]', encoding="utf-8")
    (tmp_path / "picture.png").write_bytes(bytes(50_000))
    return tmp_path


def test_a_visit_waits_for_the_rows_and_for_the_answer(browser: Browser, site: Path) -> None:
    with served(site) as root:
        seen = visit(browser, f"{root}/", wanted=WANTED)
    assert seen.found["rows"] < seen.found["typed"] < seen.found["answered"]
    assert seen.found["answered"] - seen.found["typed"] >= 50


def test_bytes_are_those_on_the_wire_and_images_are_left_out(browser: Browser, site: Path) -> None:
    with served(site) as root:
        seen = visit(browser, f"{root}/")
    kinds = {one.path: one.kind for one in seen.transfers}
    assert kinds == {
        "/": "Document",
        "/page.js": "Script",
        "/rows.json": "Fetch",
        "/picture.png": "Image",
    }
    assert 500 < seen.bytes < len(PAGE) + len(SCRIPT) + 3 * 300
    assert seen.shift == 0


def test_what_moves_late_is_seen_and_named(browser: Browser, site: Path) -> None:
    with (site / "page.js").open("a", encoding="utf-8") as script:
        script.write(LATE)
    with served(site) as root:
        seen = visit(
            browser, f"{root}/", wanted={"ready": "#notice[style]", "rows": "tr", "least": 3}
        )
    assert seen.shift > 0
    assert seen.moved


def test_a_slow_visit_waits_for_the_network(browser: Browser, site: Path) -> None:
    """150 ms for each of page, script and rows, one after the other: a bound from below only."""
    with served(site) as root:
        seen = visit(browser, f"{root}/", slow=True, narrow=True, wanted=WANTED)
    assert seen.found["rows"] > 450
