"""Entries and decisions as text in the register's canonical form.

Words of closed lists and slugs plain, all else in double quotes; lists indented under their key.
Written out here by hand, so that the generator needs nothing but Python.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from demonstration.entries import Change, Entry, Line
    from demonstration.references import Decision, Waiver

_SCHEMA_LINE = "# yaml-language-server: $schema=../../../../schema/device-model.schema.json"
_DECISION_SCHEMA_LINE = "# yaml-language-server: $schema=../../../schema/decision.schema.json"
_WAIVERS_SCHEMA_LINE = "# yaml-language-server: $schema=../../schema/waivers.schema.json"
_SCHEMES = ("ZigBee", "DLMS", "CPA")
_FIELD_ORDER = (
    "model_name",
    "esme_variant",
    "technical_specification.version",
    "gbcs_version",
    *(
        f"assurance_certificates.{scheme}.{name}"
        for scheme in _SCHEMES
        for name in ("number", "issued", "expires", "renewal_due")
    ),
    "manufacturer_image.sha256",
)


def entry_text(entry: Entry) -> str:
    """The whole file of an entry."""
    return "\n".join([_SCHEMA_LINE, *_entry_lines(entry), ""])


def decision_text(decision: Decision) -> str:
    """The whole file of a decision."""
    ruling = decision.ruling
    lines = [
        f"reference: {_quoted(decision.reference)}",
        f"date: {_quoted(ruling.date.isoformat())}",
        f"body: {_quoted(decision.body)}",
        f"title: {_quoted(ruling.title)}",
        f"text: {_quoted(f'{ruling.text} {decision.label}')}",
    ]
    if ruling.paper:
        lines.append(f"paper: {_quoted(ruling.paper)}")
    lines += ["classification: white", "status: published", "illustrative: true"]
    return "\n".join([_DECISION_SCHEMA_LINE, *lines, ""])


def waivers_text(waivers: Iterable[Waiver]) -> str:
    """The whole file of the waivers."""
    lines = [_WAIVERS_SCHEMA_LINE]
    for one in waivers:
        lines += [
            f"- rule: {one.rule}",
            f"  path: {_quoted(one.path)}",
            f"  reason: {_quoted(one.reason)}",
            f"  reference: {_quoted(one.reference)}",
            f"  last_day: {_quoted(one.last_day.isoformat())}",
        ]
    return "\n".join([*lines, *([] if lines[1:] else ["[]"]), ""])


def _entry_lines(entry: Entry) -> Iterator[str]:
    """Key after key, in the order of the schema."""
    family, values = entry.family, entry.values
    yield f"device_type: {family.device_type}"
    yield f"manufacturer: {family.manufacturer}"
    yield f"manufacturer_identifier: {_quoted(family.code)}"
    yield f"model_identifier: {_quoted(family.model)}"
    yield f"model_name: {_quoted(values['model_name'])}"
    yield f"hardware_version: {_quoted(family.hardware[:2])}"
    yield f"hardware_revision: {_quoted(family.hardware[2:])}"
    yield f"firmware_version: {_quoted(entry.firmware)}"
    if "esme_variant" in values:
        yield f"esme_variant: {values['esme_variant']}"
    yield "technical_specification:"
    yield f"  name: {values['technical_specification.name']}"
    yield f"  version: {_quoted(values['technical_specification.version'])}"
    yield f"gbcs_version: {_quoted(values['gbcs_version'])}"
    yield from _certificates(values)
    yield "manufacturer_image:"
    yield f"  sha256: {_quoted(values['manufacturer_image.sha256'])}"
    if entry.upgrades_from:
        yield "  upgrades_from:"
        yield from (f"    - {_quoted(earlier)}" for earlier in entry.upgrades_from)
    else:
        yield "  upgrades_from: not-applicable"
    if entry.evidence:
        yield "evidence:"
        yield "  - kind: zigbee-firmware-mapping"
        yield f"    reference: {_quoted(entry.evidence)}"
    yield "history:"
    for line in entry.history:
        yield from _history_line(line)


def _certificates(values: Mapping[str, str]) -> Iterator[str]:
    """The certificates that the entry has, each with the fields that it has."""
    yield "assurance_certificates:"
    for scheme in _SCHEMES:
        path = f"assurance_certificates.{scheme}"
        if f"{path}.number" not in values:
            continue
        yield f"  - scheme: {scheme}"
        for name in ("number", "issued", "expires", "renewal_due"):
            if value := values.get(f"{path}.{name}"):
                yield f"    {name}: {_quoted(value)}"


def _history_line(line: Line) -> Iterator[str]:
    """One item of the history."""
    yield f"  - date: {_quoted(line.date.isoformat())}"
    for name, word in (
        ("event", line.event),
        ("by", line.by),
        ("status", line.status),
        ("cause", line.cause),
    ):
        if word:
            yield f"    {name}: {word}"
    if line.replaced_by:
        yield f"    replaced_by: {_quoted(line.replaced_by)}"
    if line.changed:
        yield "    changed:"
        for path in sorted(line.changed, key=_FIELD_ORDER.index):
            yield f"      {path}:"
            yield from _change(line.changed[path])
    if line.reason:
        yield f"    reason: {_quoted(line.reason)}"
    if line.reference:
        yield f"    reference: {_quoted(line.reference)}"


def _change(change: Change) -> Iterator[str]:
    """From and to; one of them is missing where the value was added or dropped."""
    for name, value in zip(("from", "to"), change, strict=True):
        if value:
            yield f"        {name}: {_quoted(value)}"


def _quoted(value: str) -> str:
    """The value in double quotes; the register's alphabet has nothing that needs an escape."""
    if '"' in value or "\\" in value or not value.isprintable():
        raise ValueError(f"{value!r}: not in the register's alphabet")
    return f'"{value}"'
