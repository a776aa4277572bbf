"""Submissions as Git objects: trees written into a repository of their own, and never checked out."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.docs_worlds import environment


@dataclass(frozen=True, kw_only=True)
class Blob:
    """A path of a tree: its mode, and its bytes, or the commit that a submodule stands at."""

    raw: bytes = b""
    mode: str = "100644"
    commit: str | None = None


Changes = Mapping[bytes, Blob | None]
"""What differs from a tree, by path; None for a file that is gone."""


@dataclass(frozen=True, kw_only=True)
class Objects:
    """A repository in which trees are made without a working tree."""

    root: Path

    def git(self, *arguments: str, given: bytes = b"") -> str:
        """A Git command that must succeed, and what it prints."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.root,
            env=environment(),
            input=given,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.decode()

    def commit(self, changes: Changes, base: str | None = None) -> str:
        """A commit that differs from another by some paths; its id."""
        self.git("read-tree", *((base,) if base else ("--empty",)))
        lines = [self._line(path, blob) for path, blob in changes.items()]
        self.git("update-index", "-z", "--index-info", given=b"".join(lines))
        tree = self.git("write-tree").strip()
        parents = ("-p", base) if base else ()
        return self.git("commit-tree", tree, *parents, "-m", "A submission").strip()

    def _line(self, path: bytes, blob: Blob | None) -> bytes:
        if blob is None:
            return b"0 " + b"0" * 40 + b"\t" + path + b"\0"
        name = blob.commit or self.git("hash-object", "-w", "--stdin", given=blob.raw).strip()
        return f"{blob.mode} {name}\t".encode() + path + b"\0"


def new_objects(root: Path) -> Objects:
    """An empty repository in a folder."""
    root.mkdir(parents=True)
    made = Objects(root=root)
    made.git("init", "--quiet", "--initial-branch=main")
    return made
