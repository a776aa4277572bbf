"""Decisions: recorded by command, cited and traced, published once they are published, never before."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from cpl_registry.edges.fixing import repairs
from cpl_registry.edges.publishing import sources_of
from cpl_registry.edges.reading import read
from cpl_registry.outputs.decision_data import decisions_data
from cpl_registry.outputs.every_output import OUTPUTS
from cpl_registry.outputs.pages import pages
from cpl_registry.outputs.pages_entry import stamped_pages
from cpl_registry.state.citations import By, cited_on
from cpl_registry.state.publication import publish

from tests.clones import Done, cpl_here, refused
from tests.repository import ROOT
from tests.rule_cases import ON, REGISTER
from tests.site_files import read_html

ENTRY = "esme-f0a1-0005-02-03-38040401"
PATH = "cpl/panel/decisions/DEC-2026-007.yaml"
DECIDE = ("decide", "DEC-2026-007")
SAID = (
    *("--title", "A quite secret title", "--text", "Nobody reads this yet"),
    *("--body", "Demonstration Panel"),
)
REMOVAL = ("--status", "Withdrawn", "--cause", "panel-decision", "--reference", "DEC-2026-007")
FILE = """\
# yaml-language-server: $schema=../../../schema/decision.schema.json
reference: "DEC-2026-007"
date: "2026-11-12"
body: "Demonstration Panel"
title: "A quite secret title"
text: "Nobody reads this yet"
paper: "SECP_56x_2205_01"
classification: green
status: published
illustrative: true
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(REGISTER / "cpl", tmp_path / "cpl")
    return tmp_path


def ask(root: Path, *arguments: str, on: str | None = "2026-11-12") -> Done:
    days = ("--on", on) if on else ()
    return cpl_here(*arguments, "--root", root, *days)


def must(root: Path, *arguments: str, on: str | None = "2026-11-12") -> str:
    done = ask(root, *arguments, on=on)
    assert done.code == 0, done.told
    return done.out.decode()


def text_of(root: Path) -> str:
    return (root / PATH).read_text("utf-8")


def test_a_decision_is_one_command(root: Path) -> None:
    more = ("--paper", "SECP_56x_2205_01", "--classification", "green", "--illustrative")
    told = must(root, *DECIDE, *SAID, *more)
    assert text_of(root) == FILE
    assert f"commit {PATH}" in told
    assert "one administrator proposes, another approves" in told
    assert not read(root, ON).report.failed
    assert list(repairs(root)) == []


def test_a_draft_is_published_by_the_same_command_without_draft(root: Path) -> None:
    must(root, *DECIDE, *SAID, "--draft")
    assert "status: draft" in text_of(root)
    must(root, *DECIDE, "--draft", "--text", "Other words", on="2026-11-13")
    assert 'date: "2026-11-13"\n' in text_of(root)
    must(root, *DECIDE, on=None)
    published = text_of(root)
    assert 'date: "2026-11-13"\n' in published  # the draft's day, not that of the command
    assert 'text: "Other words"\n' in published
    assert "classification: white\nstatus: published\n" in published


def test_a_published_decision_is_never_changed(root: Path) -> None:
    must(root, *DECIDE, *SAID)
    before = text_of(root)
    for words in ((*DECIDE, "--text", "Other"), (*DECIDE, "--draft"), DECIDE):
        refused(ask(root, *words), "is published since 2026-11-12", "a new decision")
    assert text_of(root) == before


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ((*DECIDE, "--title", "A title"), "--text, --body missing"),
        ((*DECIDE, *SAID, "--classification", "Top Secret"), "classification"),
        ((*DECIDE, *SAID, "--text", "a\nb"), "text"),
        (("decide", "../../x", *SAID), "reference"),
        (("decide", "INC-2026-001", *SAID, "--paper", "no reference"), "paper"),
    ],
)
def test_what_is_not_right_is_refused_and_writes_nothing(
    root: Path, words: tuple[str, ...], reason: str
) -> None:
    before = sorted(root.rglob("*"))
    refused(ask(root, *words), "nothing is written", reason)
    assert sorted(path for path in root.rglob("*") if ".cache" not in path.parts) == before


def test_the_reference_of_something_else_is_not_taken(root: Path) -> None:
    incident = root / "cpl" / "panel" / "incidents" / "DEC-2026-900.yaml"
    incident.parent.mkdir(parents=True, exist_ok=True)
    source = next((ROOT / "cpl/panel/incidents").glob("*.yaml")).read_text("utf-8")
    told = re.sub(r'reference: ".*"', 'reference: "DEC-2026-900"', source, count=1)
    incident.write_text(told, "utf-8")
    for name in ("DEC-2026-900", "Dec-2026-900"):
        refused(ask(root, "decide", name, *SAID), "file under cpl/panel/ already: take another")


def test_a_dry_run_writes_nothing(root: Path) -> None:
    assert "a dry run" in must(root, *DECIDE, *SAID, "--dry-run")
    assert not (root / PATH).exists()


def test_a_broken_file_is_mended_first(root: Path) -> None:
    (root / PATH).write_text("reference: 7\n", "utf-8")
    refused(ask(root, *DECIDE, *SAID), "has to be mended first")


def everything_published(root: Path, on: date) -> dict[str, bytes]:
    """Every file of the publication, pages and downloads, before the site generator sees it."""
    reading = read(root, on)
    assert not reading.report.failed, reading.report.findings
    state, sources = publish(reading.report.register, on), sources_of(reading)
    files = [*pages(state, (), sources), *(one for output in OUTPUTS for one in output(state))]
    stamped = {f"devices/{one.id}": one.body.encode() for one in stamped_pages(state, sources)}
    return {**{one.path: one.content for one in files}, **stamped}


def test_a_draft_is_published_nowhere_and_a_published_one_everywhere(root: Path) -> None:
    secrets = (b"A quite secret title", b"Nobody reads this yet", b"decisions/DEC-2026-007")
    must(root, *DECIDE, *SAID, "--draft")
    must(root, "remove", ENTRY, *REMOVAL, on="2026-11-20")  # a warning: it rests on a draft
    for secret in secrets:
        assert [path for path, raw in everything_published(root, ON).items() if secret in raw] == []
    must(root, *DECIDE, on="2026-11-20")
    found = everything_published(root, ON)
    title = {path for path, raw in found.items() if secrets[0] in raw}
    assert title == {
        "pages/decisions/index.md",
        "pages/decisions/DEC-2026-007.md",
        "site/api/v1/decisions.json",
    }
    assert secrets[2] in found[f"devices/{ENTRY}"]
    # Asked for the day before, it has not been taken.
    before = everything_published(root, date(2026, 11, 19))
    assert not any(secret in raw for raw in before.values() for secret in secrets)


def test_the_page_shows_what_rests_on_it(root: Path) -> None:
    must(root, *DECIDE, *SAID)
    must(root, "remove", ENTRY, *REMOVAL, "--reason", "Gone for good", on="2026-11-20")
    page = everything_published(root, ON)["pages/decisions/DEC-2026-007.md"].decode()
    text = " ".join(read_html(page).text.split())
    for words in (
        "Thursday 12 November 2026",
        "Friday 20 November 2026: Removed",
        "from status Active to Withdrawn",
        "Gone for good.",
        'reference: "DEC-2026-007"',
    ):
        assert words in text, words


def test_who_cites_is_answered_for_any_day(root: Path) -> None:
    must(root, *DECIDE, *SAID)
    must(root, "remove", ENTRY, *REMOVAL, on="2026-11-20")
    register = read(root, ON).report.register
    assert "DEC-2026-007" not in cited_on(register, date(2026, 11, 19))
    (one,) = cited_on(register, date(2026, 11, 20))["DEC-2026-007"]
    assert (one.by, one.name, one.rests) == (By.HISTORY, ENTRY, date(2026, 11, 20))
    told = {each["reference"]: each for each in decisions_data(publish(register, ON))}
    assert told["DEC-2026-007"]["cited_by"] == [
        {"by": "history", "name": ENTRY, "since": "2026-11-20"}
    ]
    # A notice that was not sent is nobody's yet.
    assert told["DEC-2026-001"]["cited_by"] == []
