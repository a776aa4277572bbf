"""The manifest: what is in a set of files for the DCC, with the digest of each."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from typing import Any

from cpl_registry.outputs.artefact import Artefact, json_bytes
from cpl_registry.state.delivery import Reason
from cpl_registry.state.publication import PublishedState

MANIFEST = "dcc/manifest.json"
SUMS = "dcc/SHA256SUMS"


def manifest(state: PublishedState, files: Iterable[Artefact]) -> dict[str, Any]:
    """The manifest's data: day, commit, profiles, counts, files with size, rows and SHA-256.

    Serial, moment of sending and the delivery before belong to a delivery and are null in a build.
    """
    register = state.register
    step = register.dsp.step_on(state.on)
    held = Counter(
        one.delivery.hold.reason for one in state.held if one.delivery and one.delivery.hold
    )
    return {
        "on": state.on.isoformat(),
        "commit": state.commit,
        "serial": None,
        "sent_at": None,
        "based_on": None,
        "previous": None,
        "valid_until": None,
        "illustrative": state.illustrative,
        "profiles": {
            "extract": {
                "version": register.extract_profile.version,
                "label": register.extract_profile.label,
            },
            "dsp": {"start": step.start.isoformat() if step else None},
            "policy": {"policy": "hold", "decision": None},
        },
        "counts": {
            "listed": len(state.active),
            "delivered": len(state.extract),
            "held": {reason.value: held[reason] for reason in Reason},
        },
        "substituted": [],
        "files": [
            {
                "name": file.path.rpartition("/")[2],
                "size": len(file.content),
                "rows": _rows(file),
                "sha256": hashlib.sha256(file.content).hexdigest(),
            }
            for file in sorted(files, key=lambda one: one.path)
        ],
    }


def _rows(file: Artefact) -> int | None:
    """The rows of a table without its header; None for what is no table. No cell holds a line end."""
    return file.content.count(b"\r\n") - 1 if file.path.endswith(".csv") else None


def sums(files: Iterable[Artefact]) -> Artefact:
    """`SHA256SUMS`, as `sha256sum -c` reads it: lower-case hex, sorted by name, LF."""
    lines = sorted(
        (file.path.rpartition("/")[2], hashlib.sha256(file.content).hexdigest()) for file in files
    )
    text = "".join(f"{digest}  {name}\n" for name, digest in lines)
    return Artefact(path=SUMS, content=text.encode())


def manifest_file(state: PublishedState, files: Iterable[Artefact]) -> Artefact:
    """The manifest as a file."""
    return Artefact(path=MANIFEST, content=json_bytes(manifest(state, files)))
