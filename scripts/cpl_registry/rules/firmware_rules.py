"""512: firmware versions of one piece of hardware against each other."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from cpl_registry.records.device_model import Entry
from cpl_registry.records.findings import Problem, Severity
from cpl_registry.records.register import Register
from cpl_registry.rules.rule import Scope, rule

_NEWS = "SECCo news of 16 April 2019, quality of the data on the CPL"
_FIRMWARE = "firmware_version"
_FEWEST = 3
"""How many other firmware versions must agree before one that differs from them is told."""
_LETTER = re.compile("[A-F]")


@rule("CPL512", scope=Scope.REGISTER, severity=Severity.NOTICE, source=_NEWS)
def firmware_versions_read_alike(register: Register) -> Iterator[Problem]:
    """The firmware versions of one model, on the same hardware, are written alike.

    Why: some makers number firmware in decimal digits (BCD), others in hexadecimal; one version
        that reads otherwise than all the rest may have been converted on its way into the form, and
        a device that reports the true value would not be found on the list. Nobody can tell from
        the value alone, and versions are never put in order as numbers.
    Fix: compare the value with what the device and its firmware file report; where it is right,
        nothing needs to be done.
    """
    for same in _by_hardware(register):
        lettered: list[Entry] = []
        digits: list[Entry] = []
        for one in same:
            (lettered if _LETTER.search(one.text(_FIRMWARE)) else digits).append(one)
        for odd, others, manner in (
            (lettered, digits, "decimal digits"),
            (digits, lettered, "hexadecimal"),
        ):
            if len(odd) == 1 and len(others) >= _FEWEST:
                version = others[0].text(_FIRMWARE)
                yield Problem(
                    path=odd[0].path,
                    at=_FIRMWARE,
                    message=f"the {len(others)} other firmware versions of this model read as"
                    f" {manner}, for example {version}: check that this one was not converted",
                    fix="compare it with what the device and its firmware file report",
                )


def _by_hardware(register: Register) -> list[list[Entry]]:
    """The entries of one model and its hardware, but for those whose key is known to be wrong."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in register.by_id.values():
        if entry.in_place:  # the key but for its last part, the firmware
            found[entry.entry_id.rpartition("-")[0]].append(entry)
    return [
        right
        for same in found.values()
        if len(same) > _FEWEST and len(right := [*filter(_is_right, same)]) > _FEWEST
    ]


def _is_right(entry: Entry) -> bool:
    """Whether nobody has said that the key was entered in error."""
    return not any(line.replaced_by for line in entry.history)


RULES = (firmware_versions_read_alike,)
