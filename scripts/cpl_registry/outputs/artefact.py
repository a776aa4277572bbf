"""What an output gives: a file of the publication, as bytes."""

from __future__ import annotations

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


def json_bytes(data: Any) -> bytes:
    """JSON with sorted keys, two-space indent, UTF-8 and one final newline: the same bytes always."""
    return (json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def compact_bytes(data: Any) -> bytes:
    """JSON with sorted keys on one line: for the shards, of which there may be thousands."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return f"{text}\n".encode()
