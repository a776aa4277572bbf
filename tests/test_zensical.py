"""The exit door: the generated folder built by Zensical, from the theme's authors, has the same pages."""

import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from cpl_registry.edges import publishing
from cpl_registry.edges.site import SETTINGS

from tests.registers import smaller_root
from tests.site_files import pages_of, read_html

DAY = date(2026, 11, 22)
ZENSICAL = Path(sys.executable).with_name("zensical")


def addresses(site: Path) -> set[str]:
    return {path.relative_to(site).as_posix() for path in site.rglob("*.html")}


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, set[str]]:
    """The site of a build, what Zensical makes of the folder that it leaves, the stamped pages."""
    home = tmp_path_factory.mktemp("zensical")
    state = publishing.build(smaller_root(), DAY, home / "build")
    ours = (home / "build" / "site").rename(home / "ours")
    shutil.copyfile(SETTINGS, home / SETTINGS.name)
    said = subprocess.run(
        [ZENSICAL, "build", "--strict", "--config-file", home / SETTINGS.name],
        capture_output=True,
        text=True,
        check=False,
        cwd=home,
    )
    assert said.returncode == 0, said.stdout + said.stderr
    stamped = {f"devices/{one.entry_id}/index.html" for one in state.entries}
    return ours, home / "build" / "site", stamped


def test_zensical_gives_the_same_addresses(both: tuple[Path, Path, set[str]]) -> None:
    ours, theirs, stamped = both
    assert stamped < addresses(ours)
    assert addresses(theirs) == addresses(ours) - stamped


def test_zensical_shows_the_same_content_and_reaches_no_other_host(
    both: tuple[Path, Path, set[str]],
) -> None:
    ours, theirs, _ = both
    for name, page in pages_of(theirs).items():
        if name == "data/cpl-finder.html":  # a download, which no generator touches
            assert (theirs / name).read_bytes() == (ours / name).read_bytes()
            continue
        mine = read_html((ours / name).read_text(encoding="utf-8"))
        assert page.paragraphs[-3:] == mine.paragraphs[-3:], name
        assert mine.ids <= page.ids, name
        outside = [one for one in page.loads if one.startswith(("http:", "https:", "//"))]
        assert not outside, name
        assert not any(page.scripts), name
