"""A part judged for the whole, where campaigns and incidents may mean any entry, and all was sent."""

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import Any

import pytest
from cpl_registry.edges.installation import schemas
from cpl_registry.edges.worktree import read_files
from cpl_registry.records.campaign import parse_campaign
from cpl_registry.records.device_model import EntryId
from cpl_registry.records.documents import Kind
from cpl_registry.records.oversight import Oversight
from cpl_registry.records.register import sort_files
from cpl_registry.rules import families
from cpl_registry.rules.families import family, marks_of
from cpl_registry.rules.run import RULES, Report, validate

from benchmarks.lives import TODAY
from tests.kept_ways import Ways, agree, counted, git, reviewed
from tests.random_papers import OF_ALL, OF_ENTRIES, PANEL, lay, overseen
from tests.registers import smaller_root

WORLDS = 2
EDITS_A_WORLD = 10
LAST_DELIVERY = "2025-01"
HELD = "4.3"
"""A GBCS version that the DSP does not recognise yet."""


@pytest.fixture(autouse=True)
def ways(tmp_path: Path) -> Iterator[Ways]:
    with counted(tmp_path / "state") as gone:
        yield gone


@cache
def world(seed: int) -> Path:
    """The smaller shipped register, which has all kinds of papers and deliveries, and more papers."""
    root = Path(mkdtemp(prefix="cpl-overseen-")) / "register"
    shutil.copytree(smaller_root(), root)
    for folder in ("deliveries", "acknowledgements"):  # the first ones are a chain as well
        for path in (root / "cpl/dcc" / folder).iterdir():
            if path.name > LAST_DELIVERY:
                path.unlink()
    overseen(root, TODAY, Random(seed))  # noqa: S311  # nothing here is secret
    return root


@pytest.fixture(scope="module", autouse=True)
def _away() -> Iterator[None]:
    yield
    for seed in range(WORLDS):
        shutil.rmtree(world(seed).parent)


def report_of(root: Path) -> Report:
    return validate(sort_files(read_files(root)), schemas(), TODAY)


def test_any_edits_give_what_the_whole_gives(tmp_path: Path, ways: Ways) -> None:
    told: Counter[str] = Counter()
    for seed in range(WORLDS):
        random = Random(200 + seed)  # noqa: S311  # nothing here is secret
        root = Path(shutil.copytree(world(seed), tmp_path / f"world-{seed}"))
        base = agree(root, TODAY)
        for _ in range(EDITS_A_WORLD):
            random.choice(OF_ALL)(root, random)
            parts = ways.part
            now = agree(root, TODAY)
            if ways.part > parts:
                told.update(
                    {one.rule for one in set(now.findings) ^ set(base.findings)}
                    & (families.BY_CONCERN | families.BY_WITNESS)
                )
            if now.failed or random.random() < 0.2:  # the good register comes back
                shutil.rmtree(root / "cpl")
                shutil.copytree(world(seed) / "cpl", root / "cpl")
                agree(root, TODAY)
    assert ways.part > ways.whole
    assert told.keys() & families.BY_CONCERN
    assert told.keys() & families.BY_WITNESS


def _concerned(report: Report, rule_id: str) -> frozenset[EntryId]:
    """The entries that one paper of a rule concerns: the one with the fewest."""
    if rule_id == "CPL914":
        campaigns = report.register.oversight.campaigns
        found = [
            frozenset([line.entry_id for line in one.exemptions])
            for one in campaigns
            if not one.targets
        ]
    else:
        found = list(report.concerned[rule_id].values())
    return min(filter(None, found), key=len)


@pytest.mark.parametrize("rule_id", ["CPL905", "CPL911", "CPL914", "CPL918"])
def test_where_those_whom_a_paper_concerns_are_gone_a_part_says_so(
    rule_id: str, tmp_path: Path, ways: Ways
) -> None:
    root = Path(shutil.copytree(world(0), tmp_path / "register"))
    before = agree(root, TODAY)
    report = report_of(root)
    for entry_id in _concerned(report, rule_id):
        (root / report.register.by_id[entry_id].path).unlink()
    after = agree(root, TODAY)
    assert (ways.whole, ways.part) == (1, 1)
    assert rule_id in {one.rule for one in set(after.findings) ^ set(before.findings)}


def test_what_is_held_again_after_an_incident_is_found_in_a_part(
    tmp_path: Path, ways: Ways
) -> None:
    root = Path(shutil.copytree(world(0), tmp_path / "register"))
    register = report_of(root).register
    held = {one.device_type for one in register.entries if one.gbcs_version == HELD}
    one = next(one for one in register.entries if one.device_type not in held and one.listed_on)
    incident: dict[str, Any] = {
        "reference": "INC-2031-001",
        "title": "x",
        "severity": "2",
        "start": "2026-10-01",
        "end": (TODAY - timedelta(days=1)).isoformat(),
        "fact": "x",
        "selector": {"device_types": [one.device_type], "held": "true"},
        "timeline": [{"date": "2026-10-01", "text": "x"}],
    }
    lay(root, PANEL / "incidents/INC-2031-001.yaml", Kind.INCIDENT, incident)
    before = agree(root, TODAY)
    text = (root / one.path).read_text(encoding="utf-8")
    amended = text.replace(f'gbcs_version: "{one.gbcs_version}"', f'gbcs_version: "{HELD}"')
    (root / one.path).write_text(amended, encoding="utf-8")
    after = agree(root, TODAY)
    assert (ways.whole, ways.part) == (1, 1)
    found = {one.rule for one in set(after.findings) - set(before.findings)}
    assert "CPL902" in found


def test_entries_that_a_campaign_spares_are_there_in_any_part(tmp_path: Path, ways: Ways) -> None:
    root = Path(shutil.copytree(world(0), tmp_path / "register"))
    register = report_of(root).register
    *spared, other = [one for one in register.entries if not one.history[-1].reference][::6]
    campaign: dict[str, Any] = {
        "reference": "CAM-2031-001",
        "title": "x",
        "selector": {"status": "Active"},
        "corrected_by": ["amendment"],
        "opened": "2026-10-01",
        "notice_months": "1",
        "body": "x",
        "exemptions": [
            {"entry_id": one.entry_id, "reason": "x", "reference": "DEC-2018-001"} for one in spared
        ],
    }
    lay(root, PANEL / "campaigns/CAM-2031-001.yaml", Kind.CAMPAIGN, campaign)
    agree(root, TODAY)
    text = (root / other.path).read_text(encoding="utf-8")
    (root / other.path).write_text(text.replace('model_name: "', 'model_name: "X'), "utf-8")
    agree(root, TODAY)
    assert (ways.whole, ways.part) == (1, 1)


@pytest.mark.parametrize("seed", range(WORLDS))
def test_a_review_says_what_the_whole_registers_say(seed: int, tmp_path: Path, ways: Ways) -> None:
    random = Random(300 + seed)  # noqa: S311  # nothing here is secret
    root = Path(shutil.copytree(world(seed), tmp_path / "register"))
    git(root, "init", "--quiet")
    git(root, "add", "cpl")
    git(root, "commit", "--quiet", "--message", "base")
    if seed % 2:
        agree(root, TODAY)
    for _ in range(5):
        random.choice(OF_ENTRIES)(root, random)
    git(root, "add", "cpl")
    git(root, "commit", "--quiet", "--allow-empty", "--message", "head")
    first, again = reviewed(root, TODAY), reviewed(root, TODAY)
    assert ways.part >= 2
    shutil.rmtree(root / ".cache")
    assert first == again == reviewed(root, TODAY)


@pytest.mark.parametrize("seed", range(WORLDS))
def test_whom_a_paper_concerns_rests_on_the_family_alone(seed: int) -> None:
    """The law under it: asked of any families alone, the papers concern the same of their entries."""
    random = Random(400 + seed)  # noqa: S311  # nothing here is secret
    report = report_of(world(seed))
    marks = {one.path: marks_of(one) for one in report.register.entries}
    rules = [rule for rule in RULES if rule.concerned]
    assert {rule.id for rule in rules} == families.BY_CONCERN
    assert any(any(papers.values()) for papers in report.concerned.values())
    for _ in range(10):
        start = random.choice(list(marks.values()))
        paths = family(marks, [start])
        few = tuple(one for one in report.register.entries if one.path in paths)
        alone = replace(report.register, entries=few)
        ids = {one.entry_id for one in few}
        for rule in rules:
            asked = rule.concerned
            assert asked
            found = asked(alone, TODAY) if asked.__code__.co_argcount == 2 else asked(alone)
            assert found == {
                paper: concerned & ids for paper, concerned in report.concerned[rule.id].items()
            }


def test_newer_firmware_that_corrects_is_of_the_family() -> None:
    register = report_of(world(0)).register
    campaign = {
        "reference": "CAM-2031-002",
        "title": "x",
        "selector": {"gbcs_versions": ["1.0", "1.1", "3.2", "4.0"]},
        "corrected_by": ["newer-firmware"],
        "opened": "2026-06-01",
        "notice": "2026-06-01",
        "notice_months": "1",
        "body": "x",
        "targets": [one.entry_id for one in register.entries],
        "closed": TODAY.isoformat(),
    }
    told = Oversight(campaigns=(parse_campaign("cpl/panel/campaigns/x.yaml", campaign),))
    (rule,) = [one for one in RULES if one.id == "CPL918"]
    assert rule.concerned

    (overdue,) = rule.concerned(replace(register, oversight=told)).values()
    assert 0 < len(overdue) < len(register.entries)
    marks = {one.path: marks_of(one)[:1] for one in register.entries}  # no link, no image
    for start in marks.values():
        paths = family(marks, [start])
        few = tuple(one for one in register.entries if one.path in paths)
        (found,) = rule.concerned(replace(register, oversight=told, entries=few)).values()
        assert found == overdue & {one.entry_id for one in few}
