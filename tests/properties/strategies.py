"""Texts, data and entries at random, and the settings that every property runs under."""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias

from cpl_registry.edges.worktree import read_files
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.repository import ROOT
from tests.rule_cases import standard_register

Data: TypeAlias = Any
"""A file's data: texts, lists and mappings of them."""

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
ODD_TEXTS = (
    "",
    " ",
    "no",
    "NO",
    "yes",
    "on",
    "~",
    "null",
    "true",
    "1.10",
    "4.10",
    "04000007",
    "10E0",
    "20E0",
    "1e3",
    "0x1F",
    "0o17",
    "1_000",
    "1:30",
    ".inf",
    "=",
    "2020-02-29",
    "2020-02-30",
    "2020-13-01",
    "0000-01-01",
    "2020-01-01T00:00:00Z",
    "38040404\n",
    "38040404",
    "F0A1",
    "f0a1",
    "\u0663.\u0662",
    "a" * 61,
    "A" * 64,
    "-",
    "albion-metering",
    "esme-f0a1-0005-02-03-38040401",
    "CPL404",
    "github:10000001",
    "Z\xe4hler",
    "\u0410",
    "=1+1",
    "a b ",
    "DEMO-1",
)
"""Texts that YAML tools or schemas are known to stumble over."""


def few(examples: int) -> Callable[[Any], Any]:
    """The settings of a property: always the same examples, and never a time limit."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=SLOW,
    )


@cache
def shipped_entries() -> tuple[tuple[str, str], ...]:
    """Path and text of every entry of the shipped register, in the order of the paths."""
    return tuple(
        (file.path, file.raw.decode())
        for file in read_files(ROOT)
        if file.path.startswith("cpl/devices/")
    )


@cache
def small_register() -> tuple[tuple[str, bytes], ...]:
    """The files of a small right register, with one entry."""
    return tuple(standard_register().items())


PLAUSIBLE = (
    "3.1",
    "3.2",
    "1.1",
    "4.2",
    "2.0",
    "2016-11-01",
    "2020-03-03",
    "2021-05-04",
    "2027-01-01",
    "submitted",
    "listed",
    "amended",
    "corrected",
    "removed",
    "reinstated",
    "Withdrawn",
    "panel-decision",
    "not-applicable",
    "ZigBee",
    "CPA",
    "ESME",
    "SMETS2",
    "DEC-2026-001",
    "hold",
    "substitute",
    "true",
)
"""Texts that are right somewhere, and wrong almost everywhere else."""
texts = st.one_of(
    st.sampled_from(PLAUSIBLE),
    st.sampled_from(ODD_TEXTS),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20),
    st.from_regex(r"[A-Za-z0-9 .,:#&*!%@'\"{}\[\]|>?=~<-]{0,12}", fullmatch=True),
)
keys = st.one_of(
    st.from_regex(r"[a-z][a-z_]{0,9}", fullmatch=True),
    st.sampled_from(["gbcs_version", "from", "to", "history", "no", "1", "GBCS"]),
)


def data(levels: int = 4) -> st.SearchStrategy[Data]:
    """Text-only data of a few levels."""
    if levels == 1:
        return texts
    inner = data(levels - 1)
    return st.one_of(texts, st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=3))


PAST = """\
  - date: "2020-04-01"
    event: amended
    changed:
      gbcs_version:
        from: "3.1"
        to: "3.2"
      assurance_certificates.DLMS.number:
        to: "DEMO-DLMS-0001"
      assurance_certificates.CPA.expires:
        from: "2026-02-03"
        to: "2030-02-03"
    reason: "Certified again"
    reference: "SUB-2020-0001"
  - date: "2021-01-04"
    event: removed
    status: Withdrawn
    cause: manufacturer-request
    reference: "DEC-2026-001"
  - date: "2021-02-01"
    event: reinstated
    reference: "DEC-2026-001"
  - date: "2021-05-04"
    event: corrected
    changed:
      technical_specification.version:
        from: "5.2"
        to: "4.2"
      manufacturer_image.upgrades_from:
        from:
          - "esme-f0a1-0005-02-03-38040400"
        to: "not-applicable"
      evidence.zigbee-firmware-mapping:
        to: "DEMO-EV-0001"
    reference: "DEC-2026-001"
"""
"""History lines for the entry of the small register: where a wrong value may do harm."""


@st.composite
def changed(draw: st.DrawFn, record: Data, most: int = 2) -> Data:
    """Data with one or a few places in it replaced, dropped, doubled or added to."""
    for _ in range(draw(st.integers(1, most))):
        record = draw(_changed_once(record))
    return record


@st.composite
def _changed_once(draw: st.DrawFn, record: Data) -> Data:
    if not isinstance(record, dict | list) or not record or draw(st.integers(0, 9)) == 0:
        return draw(st.one_of(texts, data(3)))
    keyed = isinstance(record, dict)
    place = draw(st.sampled_from(sorted(record) if keyed else list(range(len(record)))))
    copy: Any = dict(record) if keyed else list(record)
    what = draw(st.sampled_from(["deeper", "deeper", "deeper", "drop", "add"]))
    if what == "deeper":
        copy[place] = draw(_changed_once(copy[place]))
    elif what == "drop":
        del copy[place]
    elif keyed:
        copy[draw(keys)] = draw(data(3))
    else:
        copy.insert(place, copy[place])
    return copy


PIECES = (
    "\n", "  ", "\t", ": ", "- ", "#", " #", '"', "'", "{", "}", "[", "]", ",", "&a ", "*a", "!!str ",
    "<<: ", "? ", "|", ">", "---\n", "...\n", "%YAML 1.2\n", "\r", "\r\n", "\\", "\u2028", "\ufeff", "\u202e",
    "a", "0", "x: y\n", "- - - - - - - a\n", "=",
)  # fmt: skip
"""Pieces of text that mean something to a YAML reader."""


@st.composite
def spoilt(draw: st.DrawFn, text: str, most: int = 3) -> str:
    """A text with pieces put in, taken out or exchanged."""
    for _ in range(draw(st.integers(1, most))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        piece = draw(st.one_of(st.sampled_from(PIECES), texts))
        text = text[:start] + piece + text[end:]
    return text
