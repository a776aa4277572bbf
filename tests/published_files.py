"""What is published of a register but its pages, as tests read it; and a register of hostile texts."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from cpl_registry.edges import installation, publishing
from cpl_registry.records.register import Register
from cpl_registry.state.publication import PublishedState, publish

from tests.builders import LISTED, entry, register
from tests.registers import REGISTERS, files_of, register_of

DAY = date(2026, 11, 22)
COMMIT = "0123456789abcdef0123456789abcdef01234567"
Files = Mapping[str, bytes]
"""The files of a publication by path: below `site/` as they are there."""

HOSTILE = (
    "=1+1 <script>alert(1)</script> {{ config }} \"quoted\", 'it'; DROP TABLE devices; -- \u00e9]]>"
)
"""A text that no gate would let in: formula, markup, template, SQL and quotes."""
NAMES = (*REGISTERS, "hostile", "empty")
"""Registers to ask by name."""


@cache
def state_of(name: str) -> PublishedState:
    """A register as it is published on the day."""
    if name in REGISTERS:
        made = register_of(files_of(REGISTERS[name]), DAY)
    else:
        made = hostile() if name == "hostile" else register()
    calendar = installation.working_days(Path("/nowhere"))
    return publish(made, DAY, COMMIT, calendar)


@cache
def files(name: str, site: str | None = None) -> Files:
    """Everything that is published of a register but its pages."""
    return {one.path: one.content for one in publishing.artefacts(state_of(name), site)}


def written(name: str, folder: Path) -> Path:
    """The data files of a register in a folder."""
    for path, content in files(name).items():
        if path.startswith("data/"):
            (folder / path.removeprefix("data/")).write_bytes(content)
    return folder


def hostile() -> Register:
    """A register that says what it must not, in every field that is free text, as if unguarded."""
    history = [
        *LISTED,
        {
            "date": "2021-01-01",
            "event": "amended",
            "changed": {
                "model_name": {"from": HOSTILE, "to": [HOSTILE, HOSTILE]},
                HOSTILE: {"to": HOSTILE},
            },
            "reason": HOSTILE,
            "reference": HOSTILE,
        },
        {"date": "2021-02-01", "event": "corrected", "by": HOSTILE, "cause": HOSTILE},
    ]
    one = entry(
        model_name=HOSTILE,
        esme_variant=HOSTILE,
        assurance_certificates=[{"scheme": "CPA", "number": HOSTILE, "expires": "2026-12-01"}],
        history=history,
    )
    maker = {"name": HOSTILE, "zigbee_codes": ["F0A1"], "illustrative": "true"}
    return register(one, manufacturers={"albion-metering": maker})
