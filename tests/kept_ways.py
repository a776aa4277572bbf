"""The three ways to a verdict, counted, and the plain one that they are held against."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from cpl_registry.edges import judging, partly, reviewing
from cpl_registry.edges.git_command import ask
from cpl_registry.edges.reading import judged
from cpl_registry.edges.reporters import REPORTERS
from cpl_registry.edges.worktree import read_files
from cpl_registry.outputs.review_document import REVIEW_FORMS
from cpl_registry.records.findings import Verdict


@dataclass
class Ways:
    """How often each of the three ways was gone."""

    whole: int = 0
    part: int = 0
    told: int = 0


@contextmanager
def counted(state: Path) -> Iterator[Ways]:
    """A key of the test's own, registers of any size kept, no file too young to be believed."""
    gone = Ways()
    whole, part = judging._whole, partly.Parts.judged

    def counted_whole(*given: object) -> object:
        gone.whole += 1
        return whole(*given)  # type: ignore[arg-type]

    def counted_part(self: partly.Parts, state: int) -> partly.Part:
        gone.part += 1
        return part(self, state)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(state))
        patch.setattr(judging, "FEWEST", 1)
        patch.setattr(reviewing, "FEWEST", 1)
        patch.setattr(judging, "_YOUNG_NS", -(10**18))
        patch.setattr(judging, "_whole", counted_whole)
        patch.setattr(partly.Parts, "judged", counted_part)
        yield gone


def all_forms(root: Path, on: date) -> tuple[Verdict, list[str]]:
    """What `cpl validate` says, in every format, by what was found before."""
    found = judging.judge(root, on)
    return found.verdict, [
        form(found.verdict, found.sources, colour=False) for form in REPORTERS.values()
    ]


def as_one(root: Path, on: date) -> tuple[Verdict, list[str]]:
    """The same of the whole register, nothing kept."""
    tree, report = judged(read_files(root), on)
    return report, [form(report, tree.documents, colour=False) for form in REPORTERS.values()]


def agree(root: Path, on: date) -> Verdict:
    """Holds what is told against what the whole register gives."""
    verdict, forms = all_forms(root, on)
    wanted, wanted_forms = as_one(root, on)
    assert verdict.findings == wanted.findings
    assert (verdict.entries, verdict.halted) == (wanted.entries, wanted.halted)
    assert forms == wanted_forms
    return verdict


def git(root: Path, *words: str) -> None:
    who = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org")
    ask(root, *who, "-c", "commit.gpgsign=false", *words)


def reviewed(root: Path, on: date) -> list[str]:
    """What the review of the last commit says, in every form."""
    found = reviewing.review(root, "HEAD~1", "HEAD", None, on)
    return [form(found) for form in REVIEW_FORMS.values()]
