"""Whether a tree is one that Git itself would write.

Git finds its way through a tree by the order of the names. Where they are out of order, or one stands
twice, or a name holds a slash, its commands do not see the same files: what one compares is not what
the other lists, and a change could hide between the two.
"""

from __future__ import annotations

from pathlib import Path

from cpl_registry.edges.failure import CannotJudge
from cpl_registry.edges.git_command import ask
from cpl_registry.records.shown import shown


def must_be_as_git_writes_it(root: Path, commit: str) -> None:
    """Looks at the names of everything in a commit's tree.

    Raises:
        CannotJudge: the tree is not in order.
    """
    raw = ask(root, "ls-tree", "-r", "-t", "-z", "--full-tree", commit)
    folders, before = {b""}, b""
    for line in raw.split(b"\0")[:-1]:
        facts, _, path = line.partition(b"\t")
        is_folder = b" tree " in facts
        place = path + b"/" if is_folder else path  # as Git orders them
        if place <= before or path + b"/" in folders or path[: path.rfind(b"/") + 1] not in folders:
            told = shown(path.decode("utf-8", "backslashreplace"), 120)
            raise CannotJudge(
                f"the tree of {commit[:12]} is not as Git writes it, at {told}: names out of order,"
                " twice, or with a slash; make the commit again with git add and git commit"
            )
        before = place
        if is_folder:
            folders.add(place)
