"""Judges a release of the Certified Products List: python3 verify.py DIR [--certificate CERT].

Standard library only, Python 3.9 or newer, nothing of the project: published beside the list. The
program `openssl` judges the signature. Each thing that does not hold is told in one line. Exit
code: 0 the release holds, 1 it does not, 2 it cannot be judged.
"""

from __future__ import annotations

import argparse
import base64
import csv
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

EXTRACT, DELTA, HELD = "cpl-dcc-extract.csv", "cpl-dcc-delta.csv", "cpl-dcc-held.csv"
MANIFEST, SIGNATURE, SUMS = "manifest.json", "manifest.json.p7s", "SHA256SUMS"
SERIAL, DAY = (re.compile(f"{'[0-9]{4}'}{'-[0-9]{2}' * more}") for more in (3, 2))
MOMENT = re.compile(f"{DAY.pattern}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}Z")
DIGEST, NAME = re.compile("[0-9a-f]{64}"), re.compile("[a-z0-9][a-z0-9.-]{0,79}")
REASONS = ("dsp-does-not-recognise", "dsp-refuses-amendment", "substituted")
# What a manifest says: a pattern or type for each value, in a tuple where it may be null.
FORM: dict[str, Any] = {
    "based_on": (SERIAL,),
    "commit": (re.compile("[0-9a-f]{40}"),),
    "counts": {"delivered": int, "held": dict.fromkeys(REASONS, int), "listed": int},
    "files": [{"name": NAME, "rows": (int,), "sha256": DIGEST, "size": int}],
    "illustrative": bool,
    "on": DAY,
    "previous": (DIGEST,),
    "profiles": {"dsp": {}, "extract": {}, "policy": {}},
    "sent_at": MOMENT,
    "serial": SERIAL,
    "substituted": [dict.fromkeys(("decision", "entry_id", "field", "sent", "value"), str)],
    "valid_until": MOMENT,
}
MEMORY = {"manifest": DIGEST, "serial": SERIAL}
# Object identifiers, as DER; the last two are whole algorithms.
SIGNED_DATA, DATA, MESSAGE_DIGEST, SIGNED_AT = (
    bytes.fromhex(f"06092a864886f70d0107{end}") for end in ("02", "01")
), ...
