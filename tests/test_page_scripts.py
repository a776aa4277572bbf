"""The scripts of the pages as a house: small modules, one direction, each page fetching at once what it needs."""

import re
from importlib.resources import files

import pytest
from cpl_registry.outputs.offline_finder import MODULES

PACKAGE = files("cpl_registry")
SCRIPTS = {
    one.name.removesuffix(".js"): one.read_text("utf-8")
    for one in PACKAGE.joinpath("assets/theme/scripts").iterdir()
    if one.name.endswith(".js")
}
PAGE_SCRIPT = re.compile(r'<script type="module" src="\{\{ root \}\}scripts/([a-z-]+)\.js"')
TEMPLATES = {
    one.name: text
    for one in PACKAGE.joinpath("outputs/templates").iterdir()
    if one.is_file() and PAGE_SCRIPT.search(text := one.read_text("utf-8"))
}
MOST_LINES = 250
IMPORT = re.compile(r'^import \{ ([\w, ]+) \} from "\./([a-z-]+)\.js";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?:async )?(?:function|const|class) (\w+)", re.MULTILINE)


def imports(name: str) -> dict[str, list[str]]:
    """The modules that a module imports, and what of each."""
    return {other: names.split(", ") for names, other in IMPORT.findall(SCRIPTS[name])}


def needed(name: str, above: tuple[str, ...] = ()) -> set[str]:
    """Everything that a module needs, however far away."""
    assert name not in above, f"a circle: {' > '.join((*above, name))}"
    direct = imports(name)
    return set(direct).union(*(needed(one, (*above, name)) for one in direct))


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_a_script_is_small_and_imports_what_is_there(name: str) -> None:
    text = SCRIPTS[name]
    assert text.count("\n") < MOST_LINES
    assert len(re.findall(r"^import\b", text, re.MULTILINE)) == len(imports(name))
    body = IMPORT.sub("", text)
    for other, names in imports(name).items():
        for one in names:
            assert one in EXPORT.findall(SCRIPTS[other]), f"{other}.js has no {one}"
            assert re.search(rf"(?<![\w.]){one}\b", body), f"{name}.js does not use {one}"
    needed(name)


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_a_page_asks_at_once_for_all_that_its_script_needs(template: str) -> None:
    """Without that, each module waits for the one before it: a round trip each on a slow network."""
    text = TEMPLATES[template]
    (script,) = PAGE_SCRIPT.findall(text)
    found = re.search(r'for name in \(([^)]*)\) %\}\n<link rel="modulepreload"', text)
    told = re.findall(r'"([a-z-]+)"', found[1]) if found else []
    assert sorted(told) == sorted(needed(script))


def test_every_script_is_on_a_page() -> None:
    on_pages = set()
    for text in TEMPLATES.values():
        for script in PAGE_SCRIPT.findall(text):
            on_pages |= {script, *needed(script)}
    elsewhere = {"head": "main.html", "moved": "404.html"}
    for name, page in elsewhere.items():
        assert f"scripts/{name}.js" in PACKAGE.joinpath("assets/theme", page).read_text("utf-8")
    assert set(SCRIPTS) - on_pages == {*elsewhere}
    assert set(MODULES) == {"finder", *needed("finder")}
