"""The manifest: what is in a set of files for the DCC, with the digest of each."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cpl_registry.outputs.artefact import Artefact, json_bytes
from cpl_registry.records.delivery import DeliveryFile, Serial, moment_text
from cpl_registry.state.delivery import Reason
from cpl_registry.state.policy import HOLD, policy_on
from cpl_registry.state.publication import PublishedState

MANIFEST = "dcc/manifest.json"
SUMS = "dcc/SHA256SUMS"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sending:
    """What makes a set of files a delivery: its serial, when it is sent, how long it is fresh."""

    serial: Serial
    sent_at: datetime
    valid_until: datetime


def manifest(
    state: PublishedState,
    files: Iterable[Artefact],
    base: DeliveryFile | None,
    sending: Sending | None = None,
) -> dict[str, Any]:
    """The manifest's data (schema/published/manifest.schema.json).

    `base` is the delivery to which the delta applies. A build is not sent: its serial and moments
    are null.
    """
    register = state.register
    step = register.dsp.step_on(state.on)
    policy = policy_on(register.policy, state.on)
    held = Counter(
        one.delivery.hold.reason for one in state.held if one.delivery and one.delivery.hold
    )
    return {
        "on": state.on.isoformat(),
        "commit": state.commit,
        "serial": sending.serial if sending else None,
        "sent_at": moment_text(sending.sent_at) if sending else None,
        "valid_until": moment_text(sending.valid_until) if sending else None,
        "based_on": base.serial if base else None,
        "previous": base.own_digest if base else None,
        "illustrative": state.illustrative,
        "profiles": {
            "extract": {
                "version": register.extract_profile.version,
                "label": register.extract_profile.label,
            },
            "dsp": {"start": step.start.isoformat() if step else None},
            "policy": {
                "policy": policy.policy if policy else HOLD,
                "decision": policy.decision if policy else None,
            },
        },
        "counts": {
            "listed": len(state.active),
            "delivered": len(state.extract),
            "held": {reason.value: held[reason] for reason in Reason},
        },
        "substituted": [
            {
                "entry_id": one.entry_id,
                "field": cell.field,
                "value": cell.value,
                "sent": cell.sent,
                "decision": cell.decision,
            }
            for one in state.extract
            if one.delivery is not None
            for cell in one.delivery.misstated
        ],
        "files": [
            {
                "name": file.path.rpartition("/")[2],
                "size": len(file.content),
                "rows": _rows(file),
                "sha256": hashlib.sha256(file.content).hexdigest(),
            }
            for file in sorted(files, key=lambda one: one.path.rpartition("/")[2])
        ],
    }


def _rows(file: Artefact) -> int | None:
    """The rows of a table without its header; None for another file. No cell holds a line end."""
    return file.content.count(b"\r\n") - 1 if file.path.endswith(".csv") else None


def sums(files: Iterable[Artefact]) -> Artefact:
    """`SHA256SUMS`, as `sha256sum -c` reads it: lower-case hex, sorted by name, LF."""
    lines = sorted(
        (file.path.rpartition("/")[2], hashlib.sha256(file.content).hexdigest()) for file in files
    )
    text = "".join(f"{digest}  {name}\n" for name, digest in lines)
    return Artefact(path=SUMS, content=text.encode())


def manifest_file(
    state: PublishedState,
    files: Iterable[Artefact],
    base: DeliveryFile | None,
    sending: Sending | None = None,
) -> Artefact:
    """The manifest as a file."""
    return Artefact(path=MANIFEST, content=json_bytes(manifest(state, files, base, sending)))
