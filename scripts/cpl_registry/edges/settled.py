"""What was read is what is published: nothing changed on the way, and the commit says the same."""

from __future__ import annotations

from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.git_history import MADE, blob_ids
from cpl_registry.edges.object_ids import blob_id
from cpl_registry.edges.reading import Reading
from cpl_registry.edges.worktree import each_file


def must_be_settled(reading: Reading, commit: str | None) -> None:
    """Reads the register's files once more, and holds them against the commit that is named.

    A file that changed while the others were read would give a mixture of two states. And Git can
    be told not to look at a file, which would give a commit's name to what is not in it.

    Raises:
        CannotJudge: a file changed meanwhile, or is not the commit's.
    """
    tree = reading.tree
    texts, tables = tree.documents, tree.tables
    strays = {file.path for file in tree.strays}
    missing = texts.keys() | tables.keys()
    changed: list[str] = []
    have: dict[str, str] = {}
    # One file at a time: of a long list, all of them once more would take more memory than it does.
    for file in each_file(reading.root):
        if file.path in strays:
            continue
        missing.discard(file.path)
        was = texts[file.path].text.encode() if file.path in texts else tables.get(file.path)
        if file.raw != was:
            changed.append(file.path)
        if commit is not None and _sent(file.path):
            have[file.path] = blob_id(file.raw, like=commit)
    if changed := sorted([*changed, *missing]):
        raise CannotJudge(
            f"{changed[0]} changed while the register was read{_more(changed)}: nothing is made of"
            " a mixture; run it again when nobody is writing"
        )
    if commit is None:
        return
    told = {path: one for path, one in blob_ids(reading.root, commit).items() if _sent(path)}
    if changed := sorted({path for path, _ in told.items() ^ have.items()}):
        raise CannotJudge(
            f"{changed[0]} is not what commit {str(commit)[:12]} holds{_more(changed)}, though Git sees no"
            " difference: git ls-files -v marks what it was told not to look at; a fresh clone mends it"
        )


def _sent(path: str) -> bool:
    """Whether a file is the commit's: deliveries and answers are made of the commit before."""
    return not path.startswith(MADE)


def _more(paths: list[str]) -> str:
    return f" (and {len(paths) - 1} more)" if len(paths) > 1 else ""
