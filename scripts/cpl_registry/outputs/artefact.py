"""What an output gives: a file of the publication, as bytes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Artefact:
    """One file: path below the publication's folder, with `/`, and its bytes.

    The first folder says whose it is: `dcc/` and `data/` are delivered as they are, `site/` is laid
    over the rendered site, `pages/` is what the site generator renders, and `stamped/` holds the
    entry pages' titles and bodies that are stamped from the rendered shell.
    """

    path: str
    content: bytes

    def fingerprint(self) -> Fingerprint:
        """What others tell of the file, which may be too large to be kept at hand."""
        digest = hashlib.sha256(self.content).hexdigest()
        return Fingerprint(path=self.path, size=len(self.content), sha256=digest)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fingerprint:
    """A file that was made: its path, its size in bytes, its SHA-256."""

    path: str
    size: int
    sha256: str


def json_bytes(data: Any) -> bytes:
    """JSON with sorted keys, two-space indent, UTF-8 and one final newline: the same bytes always."""
    return (json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def compact_bytes(data: Any) -> bytes:
    """JSON with sorted keys on one line: for the shards, of which there may be thousands."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return f"{text}\n".encode()
