"""The street: what stands at the top of the repository, and the habits that no linter knows."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.repository import ROOT, committed, name_of

PACKAGE = ROOT / "scripts" / "cpl_registry"
MOST_LINES = 300
MOST_TEST_LINES = 600  # a table of cases reads better in one piece
NO_NAMES = {"utils", "util", "common", "helpers", "helper", "lib", "misc"}
# In two halves, so that this file does not name what no file may name.
PACKAGE_HOSTS = (
    "pypi." + "org",
    "pythonhosted." + "org",
    "npmjs." + "org",
    "npmjs." + "com",
    "yarnpkg." + "com",
    "unpkg." + "com",
    "jsdelivr." + "net",
    "cdnjs." + "cloudflare",
    "deb." + "debian",
    "archive." + "ubuntu",
    "crates." + "io",
    "anaconda." + "org",
    "index" + "-url",
    "find" + "-links",
)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def modules() -> tuple[Path, ...]:
    found = tuple(path for path in committed() if path.suffix == ".py")
    assert PACKAGE / "__init__.py" in found
    return found


def asked_for() -> dict[str, Requirement]:
    """Every dependency that pyproject.toml names, by its canonical name."""
    groups = PROJECT["dependency-groups"].values()
    lines = [*PROJECT["project"]["dependencies"], *(line for group in groups for line in group)]
    wanted = [Requirement(line) for line in lines if isinstance(line, str)]
    return {canonicalize_name(requirement.name): requirement for requirement in wanted}


def locked() -> Iterator[tuple[str, str, int]]:
    """Each line of requirements.lock: name, version, how many hashes."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            pin = re.match(r"([a-z0-9.-]+)==(\S+)", line)
            assert pin, f"not pinned: {line[:80]}"
            yield pin[1], pin[2], len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", line))


def test_no_file_names_a_package_host() -> None:
    hosts = re.compile("|".join(map(re.escape, PACKAGE_HOSTS)).encode())
    naming = [name_of(path) for path in committed() if hosts.search(path.read_bytes())]
    assert naming == []


def test_no_module_is_too_long() -> None:
    lengths = {name_of(path): path.read_bytes().count(b"\n") for path in modules()}
    most = {name: MOST_TEST_LINES if name.startswith("tests/") else MOST_LINES for name in lengths}
    assert {name: lines for name, lines in lengths.items() if lines > most[name]} == {}


def test_no_module_has_a_name_that_takes_anything() -> None:
    assert [name_of(path) for path in modules() if {path.stem, path.parent.name} & NO_NAMES] == []


def test_git_is_touched_by_one_module() -> None:
    importers = {
        name_of(path)
        for path in modules()
        if path.is_relative_to(PACKAGE)
        for node in ast.walk(ast.parse(path.read_bytes()))
        if (
            isinstance(node, ast.Import)
            and any(alias.name.split(".")[0] == "git" for alias in node.names)
        )
        or (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "git")
    }
    assert importers <= {"scripts/cpl_registry/edges/git_history.py"}


def test_every_line_of_the_lock_has_a_hash() -> None:
    assert [name for name, _, hashes in locked() if hashes == 0] == []


def test_the_lock_holds_what_the_project_asks_for() -> None:
    versions: dict[str, list[str]] = {}
    for name, version, _ in locked():
        versions.setdefault(name, []).append(version)
    outside = {
        name: versions.get(name)
        for name, requirement in asked_for().items()
        if not all(map(requirement.specifier.contains, versions.get(name, ["absent"])))
    }
    assert outside == {}, "run `make lock`"


def test_each_dependency_has_its_line_in_the_decision() -> None:
    text = (ROOT / "docs/decisions/0002-dependencies.md").read_text(encoding="utf-8")
    told = [
        canonicalize_name(name)
        for name in re.findall(r"^\| `([A-Za-z0-9._-]+)` \|", text, re.MULTILINE)
    ]
    assert sorted(told) == sorted(asked_for())


def test_the_readme_names_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make site" in readme
    assert "make test" in readme


def test_the_verbs_of_the_makefile_are_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    verbs = set(re.findall(r"^([a-z-]+):.* ## ", makefile, re.MULTILINE))
    assert {"site", "test", "check", "serve", "bench", "golden", "lock"} <= verbs


def test_git_changes_no_byte() -> None:
    told = {
        name_of(path): [line for line in path.read_text("utf-8").splitlines() if line[:1] != "#"]
        for path in committed()
        if path.name == ".gitattributes"
    }
    assert told[".gitattributes"] == ["* -text"]
    assert all(lines == ["* -text"] for lines in told.values())


def test_ci_calls_make_test_and_nothing_cleverer() -> None:
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert lines[-1] == "exec make test"
    assert len(lines) <= 5
