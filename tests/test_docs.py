"""What docs/ says: every example is run, every command and column is there, and the reverse."""

import csv
import io
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import click
import pytest
from cpl_registry.edges.cli import COMMANDS, cpl
from cpl_registry.outputs.extract import HELD_HEADER
from cpl_registry.outputs.register_csv import COLUMNS
from cpl_registry.records.answer_row import HEADER
from cpl_registry.records.extract_profile import DEFAULT_PROFILE
from cpl_registry.rules.run import RULES
from cpl_registry.state.delivery import Reason, StandingRow

from tests.docs_worlds import WORLDS, base, called_in, environment
from tests.repository import ROOT

DOCS = ROOT / "docs"
TEXTS = (
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted(path for path in DOCS.rglob("*.md")),
)
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# What differs from run to run, as a page written again shows it.
VARYING = (
    (
        r"signed \S+ by (.*), SHA-256 fingerprint [0-9a-f]{64}",
        r"signed ... by \1, SHA-256 fingerprint ...",
    ),
    (r"(?<=fingerprint=)[0-9A-F:]{95}|(?<=Fingerprint=)[0-9A-F:]{95}", "..."),
    (
        r"sha256 is [0-9a-f]{64}, the manifest says [0-9a-f]{64}",
        "sha256 is ..., the manifest says ...",
    ),
    (r"[0-9a-f]{64}(?=  .*manifest\.json$)", "..."),
)
PROGRAMS = {
    "(cd",
    "awk",
    "cat",
    "cp",
    "cpl",
    "git",
    "make",
    "openssl",
    "python3",
    "sed",
    "sha256sum",
}


@dataclass(frozen=True, kw_only=True)
class Example:
    """A command as a page shows it, and what the page says that it prints."""

    command: str
    shown: str


def examples(page: Path) -> Iterator[Example]:
    """The commands of a page in order. A line that begins with `> ` goes on with the command."""
    for block in BLOCK.findall(page.read_text("utf-8")):
        starts = [match.start() for match in re.finditer(r"^\$ ", block, re.MULTILINE)]
        assert starts[:1] == [0], f"{page.name}: a block must begin with a command"
        for start, end in pairwise([*starts, len(block)]):
            first, *rest = block[start:end].splitlines(keepends=True)
            while rest and rest[0].startswith("> "):
                first += rest.pop(0).removeprefix("> ")
            yield Example(command=first.removeprefix("$ ").rstrip("\n"), shown="".join(rest))


def pages_with_examples() -> list[str]:
    return [
        path.relative_to(DOCS).as_posix()
        for path in sorted(DOCS.rglob("*.md"))
        if BLOCK.search(path.read_text("utf-8"))
    ]


def pattern(shown: str) -> str:
    """A line `...` stands for any lines, `...` within a line for any text of that line."""
    lines = []
    for line in shown.splitlines():
        parts = [re.escape(part) for part in line.split("...")]
        lines.append("(?:.*\n)*?" if line.strip() == "..." else ".*".join(parts) + "\n")
    return "".join(lines)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs") / "base"
    base(folder)
    return folder


def printed_by(command: str, here: Path) -> str:
    """What a command prints: of `cpl` alone in this process, of all that needs a shell in one."""
    plain = command.replace("\\\n", "")
    # The table of a rehearsal leaves the buffer of a pipe only at the end, after what is told beside it.
    if re.match(r"cpl (?!rehearse )", plain) and not re.search(r"[|&;<>()$`*?\[\]{}~#\n\\]", plain):
        printed = called_in(here, *shlex.split(plain)[1:]).stdout
    else:
        printed = subprocess.run(
            ["bash", "-c", command],
            cwd=here,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        ).stdout
    return printed.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("name", pages_with_examples())
def test_every_example_prints_what_the_page_shows(name: str, made: Path, tmp_path: Path) -> None:
    assert name in WORLDS, f"say in tests/docs_worlds.py where the examples of {name} are run"
    world = tmp_path / "world"
    shutil.copytree(made, world)
    here, page = WORLDS[name](world), DOCS / name
    text = page.read_text("utf-8")
    for example in examples(page):
        assert example.command.split()[0] in PROGRAMS, example.command
        printed = printed_by(example.command, here).replace(str(world), "...")
        if os.environ.get("GOLDEN") == "rewrite" and not re.fullmatch(
            pattern(example.shown), printed
        ):
            for what, shown in VARYING:
                printed = re.sub(what, shown, printed, flags=re.MULTILINE)
            asked = "\n> ".join(example.command.split("\n"))
            before, after = f"$ {asked}\n{example.shown}", f"$ {asked}\n{printed}"
            assert text.count(before) >= 1
            text = text.replace(before, after, 1)
            page.write_text(text, "utf-8")
            continue
        assert re.fullmatch(pattern(example.shown), printed), (
            f"{name}: $ {example.command}\nshown:\n{example.shown}\nprinted:\n{printed}"
        )


@pytest.mark.parametrize("name", pages_with_examples())
def test_no_page_shows_an_accident(name: str) -> None:
    """A page that was written again must not teach what went wrong on the way."""
    for example in examples(DOCS / name):
        for line in example.shown.splitlines():
            accident = re.match(r"cpl: |Traceback|.*(No such file|command not found)", line)
            assert not accident, f"{name}: $ {example.command}\n{line}"


def test_the_comparison_sees_a_difference() -> None:
    """Else the test above would prove nothing."""
    assert re.fullmatch(pattern("a ... c\n...\nz\n"), "a b c\nx\ny\nz\n")
    assert not re.fullmatch(pattern("a ... c\n"), "a b c\nx\n")
    assert not re.fullmatch(pattern("a\n"), "b\n")
    assert not re.fullmatch(pattern(""), "a\n")


def called(text: str) -> set[str]:
    """The commands of `cpl` that a text names in code, in a block or within a line."""
    return set(re.findall(r"(?:`|^ *\$ |^ +|/bin/)cpl ([a-z][a-z-]+)", text, re.MULTILINE))


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_command_that_is_named_is_there(path: Path) -> None:
    assert called(path.read_text("utf-8")) - COMMANDS.keys() == set()


def test_every_command_is_told_in_the_table_of_commands() -> None:
    rows = re.findall(
        r"^\| `cpl ([a-z-]+)` \|", (DOCS / "commands.md").read_text("utf-8"), re.MULTILINE
    )
    assert rows == list(COMMANDS)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_option_that_is_named_is_there(path: Path) -> None:
    """In each piece of code that calls a command of `cpl`."""
    text = path.read_text("utf-8")
    for command, rest in re.findall(r"\bcpl ([a-z][a-z-]+)([^`\n]*)", text):
        given = set(re.findall(r"(?<![\w-])--[a-z-]+", rest))
        if command not in COMMANDS or not given:
            continue
        known = cpl.get_command(None, command)  # type: ignore[arg-type]
        assert known is not None
        if isinstance(known, click.Group):
            known = known.commands.get(rest.split()[0], known)  # a group may have options
        options = {name for parameter in known.params for name in parameter.opts}
        assert given <= options, f"{path.name}: cpl {command}{rest}"


def anchors(page: Path) -> set[str]:
    """The headings of a page as its addresses have them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    plain = (re.sub(r"[^a-z0-9 -]", "", heading.lower()) for heading in headings)
    return {re.sub(r"[ -]+", "-", heading.strip()) for heading in plain}


@pytest.mark.parametrize("path", sorted(DOCS.rglob("*.md")), ids=lambda path: path.name)
def test_every_heading_that_a_page_leads_to_is_there(path: Path) -> None:
    """mkdocs itself looks only whether the page is there."""
    for page, anchor in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", path.read_text("utf-8")):
        target = (path.parent / page) if page else path
        if target.is_file():  # the others are made from the register
            assert anchor in anchors(target), f"{path.name}: {page}#{anchor}"


def verbs() -> set[str]:
    return set(
        re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    )


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_verb_of_make_that_is_named_is_there(path: Path) -> None:
    named = re.findall(r"(?:`|^ +)make ([a-z][a-z-]+)", path.read_text("utf-8"), re.MULTILINE)
    assert set(named) - verbs() == set()


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_rule_that_is_named_is_there(path: Path) -> None:
    named = set(re.findall(r"\bCPL[0-9]{3}\b", path.read_text("utf-8")))
    assert named - {rule.id for rule in RULES} == set()


def described(heading: str) -> list[str]:
    """The first column of the table below a heading of the page of columns."""
    text = (DOCS / "dcc/columns.md").read_text("utf-8")
    below = text.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `([a-z_]+)` \|", below, re.MULTILINE)


def test_every_column_is_described_in_order() -> None:
    assert described("The extract") == list(DEFAULT_PROFILE.header)
    assert described("The held list") == list(HELD_HEADER)
    assert described("The answer") == list(HEADER)
    assert described("The whole list") == list(COLUMNS)


def test_the_layout_that_is_described_is_the_one_in_force() -> None:
    shipped = (ROOT / "cpl/dcc/extract-profile.yaml").read_text("utf-8")
    names = re.findall(r'name: "([a-z_]+)"', shipped)
    assert names == described("The extract")
    (version,) = re.findall(r'version: "([0-9.]+)"', shipped)
    assert f"version {version}" in (DOCS / "dcc/columns.md").read_text("utf-8")


def test_every_hold_is_explained() -> None:
    text = (DOCS / "dcc/holds.md").read_text("utf-8")
    headings = set(re.findall(r"^##+ `([a-z-]+)`", text, re.MULTILINE))
    assert headings == {*map(str, Reason), *map(str, StandingRow)}


def test_the_tables_of_the_examples_are_whole() -> None:
    """A table that a page shows without `...` has a cell for each column in every row."""
    text = (DOCS / "dcc/load-and-answer.md").read_text("utf-8")
    block = next(one for one in BLOCK.findall(text) if one.splitlines()[1].startswith("serial,"))
    rows = list(csv.reader(io.StringIO("\n".join(block.splitlines()[1:]))))
    assert {len(row) for row in rows if row != ["..."]} == {len(HEADER)}
