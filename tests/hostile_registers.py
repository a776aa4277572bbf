"""Registers whose every text is an attack: what the gate refuses, as if there were no gate."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

from cpl_registry.records.register import Register

_TAGS = (
    "<script>FIRE</script>",
    "<ScRiPt>FIRE</ScRiPt>",
    "</script><script>FIRE</script>",
    "<img src=x onerror=FIRE>",
    "<img src=x onerror='FIRE'>",
    '<img src="x" onerror="FIRE">',
    "<svg onload=FIRE>",
    "<svg/onload=FIRE>",
    "<svg><script>FIRE</script></svg>",
    "<svg><animate onbegin=FIRE attributeName=x dur=1s>",
    "<body onload=FIRE>",
    "<iframe srcdoc='<script>parent.FIRE</script>'></iframe>",
    "<iframe src=javascript:parent.FIRE></iframe>",
    "<details open ontoggle=FIRE>",
    "<video><source onerror=FIRE></video>",
    "<audio src=x onerror=FIRE>",
    "<input autofocus onfocus=FIRE>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=FIRE>",
)
_BEFORE = ("", '">', "'>", "</title></p></table>", "-->{{ 1 }}{% raw %}")
_MARKDOWN = (
    '[a](javascript:FIRE) ![x](x" onerror=FIRE) <javascript:FIRE> `</code><img src onerror=FIRE>`'
)
PAYLOADS = tuple(
    one.replace("FIRE", "fired()")
    for one in (*[f"{lead}{tag}" for tag in _TAGS for lead in _BEFORE][:71], _MARKDOWN)
)
"""72 ways to run a script; each calls `fired()`."""

STRUCTURE = frozenset(
    {
        *("path", "entry_id", "slug", "manufacturer", "reference", "serial", "code", "about"),
        *("previous", "own_digest", "commit", "based_on", "header", "kind", "policy", "severity"),
        *("family", "version", "gbcs_versions", "targets", "level", "source_path"),
        *("Column.source", "Selector.manufacturers", "Selector.entries", "DspProfile.loads"),
        *("Register.panel", "Register.campaigns", "Register.decisions", "Register.entry_paths"),
    }
)
"""Fields that make addresses and links between records, or words of closed lists: they stay."""


ATTACKED = frozenset({"HistoryLine.reference", "Change.path"})
"""What is structure elsewhere, but here only told."""


class _Walk:
    """Each text of a register in the place of which a payload goes, by what holds it."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.seen: Counter[str] = Counter()
        self.writing = False

    def text(self, name: str, value: str) -> str:
        if not self.writing:
            self.counts[name] += 1
            return value
        number, count = self.seen[name], self.counts[name]
        self.seen[name] += 1
        # As many in each as it takes for all of them to stand somewhere in this field.
        each = -(-len(PAYLOADS) // count)
        return " ".join(PAYLOADS[(number * each + one) % len(PAYLOADS)] for one in range(each))

    def value(self, name: str, value: Any) -> Any:
        if isinstance(value, Enum) or hasattr(value, "_fields"):
            return value
        if isinstance(value, str):
            return self.text(name, value)
        if is_dataclass(value) and not isinstance(value, type):
            return self.record(value)
        if isinstance(value, tuple | list):
            return type(value)([self.value(name, one) for one in value])
        if isinstance(value, Mapping):
            return {key: self.value(f"{name}[]", one) for key, one in value.items()}
        return value

    def record(self, value: Any) -> Any:
        changed = {}
        for field in fields(value):
            held = getattr(value, field.name)
            name = f"{type(value).__name__}.{field.name}"
            if field.name == "fields" and isinstance(held, Mapping):
                changed[field.name] = dict(self._entry_fields(held))
            elif name in ATTACKED or not {field.name, name} & STRUCTURE:
                changed[field.name] = self.value(name, held)
        return replace(value, **changed)

    def _entry_fields(self, held: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        for path, one in held.items():
            day = path.endswith((".issued", ".expires", ".renewal_due"))
            keep = day or path in {"device_type", "manufacturer"}
            yield path, one if keep else self.value(f"Entry.fields.{path}", one)


def hostile(register: Register) -> tuple[Register, Counter[str]]:
    """A register with a payload in the place of every text that is no structure.

    Each field, wherever it occurs, has each of the 72 somewhere. The counter names the fields.
    """
    walk = _Walk()
    walk.record(register)
    walk.writing = True
    return walk.record(register), walk.counts
