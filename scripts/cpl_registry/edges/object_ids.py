"""Git's object ids of files and folders, worked out without Git.

They are SHA-1, as in nearly every repository; Git refuses the known ways to make two files of one id, and
an entry that is short, visible text leaves no room for them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TypeAlias

_SHA256 = 64
"""So many hex digits has an id in a repository that was made with SHA-256."""
_Folder: TypeAlias = "dict[str, _Folder | tuple[str, str]]"


def blob_id(raw: bytes, like: str = "") -> str:
    """The id of a file's bytes; made with SHA-256 where another id `like` it was."""
    if len(like) == _SHA256:
        return hashlib.sha256(b"blob %d\0%b" % (len(raw), raw)).hexdigest()
    return _id(b"blob", raw).hex()


def tree_id(files: Iterable[tuple[str, str, str]]) -> str:
    """The id of the one folder that holds all files, given path, mode and id of each."""
    top: _Folder = {}
    for path, mode, blob in files:
        *folders, name = path.split("/")
        here = top
        for folder in folders:
            inner = here.setdefault(folder, {})
            if not isinstance(inner, dict):
                raise TypeError(f"{path} lies in a file")
            here = inner
        here[name] = (mode, blob)
    (inside,) = top.values()
    return _tree(inside).hex() if isinstance(inside, dict) else ""


def _tree(folder: _Folder) -> bytes:
    lines = []
    for name, inside in folder.items():
        if isinstance(inside, dict):
            # Git sorts a folder as if its name ended with a slash.
            lines.append((f"{name}/".encode(), b"40000 %s\0%s" % (name.encode(), _tree(inside))))
        else:
            mode, blob = inside
            line = b"%s %s\0%s" % (mode.encode(), name.encode(), bytes.fromhex(blob))
            lines.append((name.encode(), line))
    return _id(b"tree", b"".join(line for _, line in sorted(lines)))


def _id(kind: bytes, content: bytes) -> bytes:
    head = b"%s %d\0" % (kind, len(content))
    return hashlib.sha1(head + content, usedforsecurity=False).digest()
