"""A register of which all but a few entries were judged before: those entries and their families."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from cpl_registry.edges import installation
from cpl_registry.edges.folder import EXECUTABLE, REGULAR
from cpl_registry.records.documents import DEVICES, Kind, TreeFile
from cpl_registry.records.entry_file import parse_entry
from cpl_registry.records.findings import Finding, Verdict, in_order
from cpl_registry.records.register import Register, Tree, assemble, sort_files
from cpl_registry.rules.families import citations_of, family, marks_of, marks_of_path
from cpl_registry.rules.run import Report, validate

OF_ANY_ENTRY = ("cpl/panel/campaigns/", "cpl/panel/incidents/")
"""Papers whose selector may mean any entry: with them the whole is judged."""
_MOST_CHANGED = 200
_MOST_AGAIN = 0.5
"""Where more than half would be judged again, the whole is."""


class Known(NamedTuple):
    """A file that was judged before: Git's mode and object id, when it was written, its marks."""

    path: str
    mode: str
    blob: str
    stamp: str
    marks: str = ""
    cites: str = ""


def marked(files: Iterable[Known], register: Register) -> list[Known]:
    """Files with the marks of the entries that a register has at their paths."""
    marks = {one.path: " ".join(marks_of(one)) for one in register.entries}
    cites = {one.path: " ".join(citations_of(one)) for one in register.citing}
    return [
        Known(one.path, one.mode, one.blob, one.stamp, marks[one.path], cites.get(one.path, ""))
        if one.path in marks
        else one
        for one in files
    ]


def lines_of(files: Iterable[Known]) -> str:
    """What is kept of a register so that a part of it can be judged later: a line a file."""
    return "".join(["\t".join(one) + "\n" for one in files])


def known_of(lines: str) -> dict[str, Known]:
    """The files that were judged before, by their paths."""
    found = [Known._make(line.split("\t")) for line in lines.splitlines()]
    return {one.path: one for one in found}


Files = Mapping[str, TreeFile | None]
"""Changed files by path as they are in one state; None where the file is not there."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """The part of a register that had to be judged again, and what follows for the whole.

    `verdict` is that on the whole register; `tree` and `report` are of the part alone.
    """

    verdict: Verdict
    tree: Tree
    report: Report


@dataclass(frozen=True, kw_only=True)
class Parts:
    """States of one register that differ from one that was judged before in a few entries.

    `again` are the paths of what is judged again, `witnesses` those of entries that only stand
    beside it; `same` are the files of both kinds that are the same in all states. `unchanged` is
    the state that the verdict before is on, if it is one of them.
    """

    before: Verdict
    changed: frozenset[str]
    known_entries: int
    again: frozenset[str]
    witnesses: frozenset[str]
    papers: Tree
    same: Tree
    states: tuple[Tree, ...]
    unchanged: int | None
    on: date

    def judged(self, state: int) -> Part:
        """One of the states: the part of it that was judged, and the verdict on the whole."""
        changed = self.states[state]
        tree = _together(self.papers, self.same, changed)
        if state == self.unchanged:
            return Part(verdict=self.before, tree=tree, report=self._as_before(tree))
        report = validate(tree, installation.schemas(), self.on)
        # A witness is judged without its family: what is found of it is not to be believed.
        findings = [one for one in report.findings if one.path not in self.witnesses]
        report = replace(report, findings=tuple(findings))
        verdict = Verdict(
            findings=in_order([*findings, *self.elsewhere]),
            entries=self.before.entries - self.known_entries + len(changed.documents),
            halted=report.halted,
        )
        return Part(verdict=verdict, tree=tree, report=report)

    def _as_before(self, tree: Tree) -> Report:
        """The report on the part as it was judged before: every file of it was found readable."""
        elsewhere = set(self.elsewhere)
        entries = sum(one.kind is Kind.ENTRY for one in tree.documents.values())
        return Report(
            findings=tuple(one for one in self.before.findings if one not in elsewhere),
            register=assemble(tree, tree.documents),
            entries=entries,
        )

    @property
    def elsewhere(self) -> list[Finding]:
        """What was found before and still holds: of entries that are of no changed family."""
        return [
            one
            for one in self.before.findings
            if one.path.startswith(DEVICES) and one.path not in self.again
        ]


def parts_of(
    known: Mapping[str, Known],
    before: Verdict,
    states: tuple[Files, ...],
    read: Callable[[Iterable[Known]], list[TreeFile]],
    on: date,
    unchanged: int | None = None,
) -> Parts | None:
    """What must be judged again where a few entries changed; None where the whole must be.

    `known` are the files that the verdict before is on, each of `states` those that differ from
    them; `unchanged` is the state that does not. `read` gives files that are the same in all.
    """
    changed = frozenset(path for files in states for path in files)
    if before.halted or not _few_entries(changed, known):
        return None
    trees = tuple(sort_files([one for one in files.values() if one]) for files in states)
    papers = sort_files(read(one for one in known.values() if not one.path.startswith(DEVICES)))
    register = assemble(papers, papers.documents)
    first = {*changed, *(one.path for one in register.waivers)}
    again = (_families(first, known, trees) | first) & {*known, *changed}
    witnesses = _witnesses(register, known, changed) - again
    beside = [one for path, one in known.items() if path in witnesses or path in again - changed]
    if len(beside) > _MOST_AGAIN * len(known):
        return None
    was_entry = [path for path in changed if path in known and _is_entry(known[path])]
    return Parts(
        before=before,
        changed=changed,
        known_entries=len(was_entry),
        again=frozenset(again),
        witnesses=frozenset(witnesses),
        papers=papers,
        same=sort_files(read(one for one in beside if one.path.startswith(DEVICES))),
        states=trees,
        unchanged=unchanged,
        on=on,
    )


def _few_entries(changed: Collection[str], known: Iterable[str]) -> bool:
    """Whether only entries changed, few of them, and no paper is there that may mean any entry."""
    return (
        len(changed) <= _MOST_CHANGED
        and all(path.startswith(DEVICES) for path in changed)
        and not any(path.startswith(OF_ANY_ENTRY) for path in known)
    )


def _families(first: Iterable[str], known: Mapping[str, Known], trees: Iterable[Tree]) -> set[str]:
    """The paths of the families of some files, as they were before and as they are in all states."""
    marks = {one.path: tuple(one.marks.split(" ")) for one in known.values() if one.marks}
    start = [ones for path in first for ones in (marks.get(path, ()), marks_of_path(path))]
    schema = installation.schemas()[Kind.ENTRY]
    start += [
        marks_of(parse_entry(document.path, document.data))
        for tree in trees
        for document in tree.documents.values()
        if document.usable and document.data is not None and schema.fits(document.data)
    ]
    return family(marks, start)


def _witnesses(
    register: Register, known: Mapping[str, Known], changed: Collection[str]
) -> set[str]:
    """An unchanged entry for each reference that any cites, and the entries that notices name."""
    named = {str(one) for notice in register.oversight.notices for one in notice.entries}
    cited: set[str] = set()
    found = set()
    for one in known.values():
        if not one.marks or one.path in changed:
            continue
        new = set(one.cites.split()) - cited
        if new or one.marks.partition(" ")[0] in named:
            cited |= new
            found.add(one.path)
    return found


def _is_entry(one: Known) -> bool:
    return one.mode in {REGULAR, EXECUTABLE} and one.path.endswith(".yaml")


def _together(*trees: Tree) -> Tree:
    """Files from several trees as one tree, in the order of the paths."""
    documents = [item for tree in trees for item in tree.documents.items()]
    return Tree(
        documents=dict(sorted(documents, key=lambda item: item[0])),
        tables={path: raw for tree in trees for path, raw in tree.tables.items()},
        strays=tuple(sorted((x for tree in trees for x in tree.strays), key=lambda x: x.path)),
    )
