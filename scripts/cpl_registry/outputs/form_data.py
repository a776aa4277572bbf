"""What the form for submissions knows: its fields, the reference data and the canonical plan.

Everything comes from the schema of an entry, from the register's reference files, and from the
functions that the commands use; the scripts of the page have no list of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from cpl_registry.outputs import wording
from cpl_registry.outputs.check_files import parts_of
from cpl_registry.outputs.entry_rows import Listing
from cpl_registry.records.canonical import ENTRY_FIRST_LINE, canonical, resolved
from cpl_registry.records.canonical_plan import plan_document
from cpl_registry.records.device_model import KEY_FIELDS, Scheme, entry_id, entry_path
from cpl_registry.records.entry_fields import (
    CERTIFICATES,
    always_there,
    described,
    field_paths,
    hint_at_prompt,
)
from cpl_registry.records.register import Register
from cpl_registry.records.schemas import Schema
from cpl_registry.records.specifications import GBCS, SpecificationVersion
from cpl_registry.rules.certificate_rules import SHA256_OF_NOTHING
from cpl_registry.state.publication import PublishedState
from cpl_registry.state.submission import submission, to_ask

_KEY = (*KEY_FIELDS, "manufacturer")
_LINE = ("date", "reason", "reference")
_EVIDENCE = ("kind", "reference")
# Of what stands in a choice by its name, the schema's description is for those who write the file.
_HELP: Mapping[str, str] = {
    "device_type": "The physical device: a Communications Hub is one, though the DCC sees two.",
    "manufacturer": "The maker, as the register knows it. An administrator adds a new one.",
    "history.date": "The day from which it counts, as a rule today.",
    "history.reason": "Why, in plain words.",
    "history.reference": "Your own reference of this submission, if it has one: letters and digits,"
    " joined by hyphens, a capital letter first.",
    "manufacturer_image.upgrades_from": "The entry ids of the firmware of this product that can be"
    " upgraded to it, with commas between them, or the word not-applicable where there is none."
    " Empty says that it is not recorded, and so does the page of the entry.",
}
_LABELS: Mapping[str, str] = {
    "history.date": "Day",
    "history.reason": "Reason",
    "history.reference": "Reference",
    "evidence.kind": "Kind of document",
    "evidence.reference": "Reference of the document",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class FormField:
    """One field: what people read, and what a value must be.

    `at` leads to its value from the root of the entry: names of fields, and for an item of a list a
    mapping `by`, `is`, `order`. `label` is its name anywhere, `short` within its group. `words` are
    all that it can be, or for a list the words that can stand in the list's place; `hint` says how a
    wrong value is mended. `always` says that no entry is without it.
    """

    path: str
    at: Sequence[Any]
    label: str
    short: str
    help: str
    example: str
    hint: str
    pattern: str
    longest: int
    words: tuple[str, ...]
    is_day: bool
    is_list: bool
    is_prose: bool
    always: bool

    @property
    def id(self) -> str:
        """The id of its input on the page."""
        return f"f-{self.path.replace('.', '-')}"


@dataclass(frozen=True, kw_only=True, slots=True)
class FormGroup:
    """Fields that stand together under a name."""

    id: str
    name: str
    fields: tuple[FormField, ...]


def form_groups(schema: Schema) -> tuple[FormGroup, ...]:
    """The fields of an entry in schema order, by what they are about."""
    found: dict[tuple[str, str], list[FormField]] = {}
    for path in field_paths(schema):
        lead, _, rest = path.partition(".")
        if lead == CERTIFICATES:
            scheme = rest.partition(".")[0]
            group = (scheme.lower(), f"{scheme} Certificate")
        elif lead in {"technical_specification", "gbcs_version"}:
            group = ("versions", "Specifications")
        elif rest:
            group = ("image", "Firmware image")
        else:
            group = ("model", "The Device Model")
        found.setdefault(group, []).append(_field(schema, path))
    return tuple(
        FormGroup(id=key, name=name, fields=tuple(fields)) for (key, name), fields in found.items()
    )


def line_fields(schema: Schema) -> tuple[FormField, ...]:
    """The parts of the history line that a person gives."""
    return tuple(_field(schema, f"history.{name}") for name in _LINE)


def evidence_fields(schema: Schema) -> tuple[FormField, ...]:
    """The parts of a document that is held."""
    return tuple(_field(schema, f"evidence.{name}") for name in _EVIDENCE)


def _field(schema: Schema, path: str) -> FormField:
    node, at = _place(schema.schema, path)
    items = next((one["items"] for one in node.get("oneOf", ()) if "items" in one), None)
    plain = [one["const"] for one in node.get("oneOf", ()) if "const" in one]
    scalar = resolved(items, schema.schema) if items else node
    about = described(schema, path)
    label = _LABELS.get(path) or wording.field_name(path)
    short = label.rpartition(", ")[2]
    return FormField(
        path=path,
        at=at,
        label=label,
        short=short[:1].upper() + short[1:],
        help=_HELP.get(path, about.description),
        example=about.example,
        hint=hint_at_prompt(node["x-hint"]),
        pattern=scalar.get("pattern", ""),
        longest=scalar.get("maxLength", 0),
        words=tuple(node.get("enum", plain)),
        is_day=scalar.get("format") == "date",
        is_list=items is not None,
        is_prose=scalar.get("x-alphabet") == "words",
        always=path == "history.date"
        or (not path.startswith("history.") and always_there(schema, path)),
    )


def _place(root: Mapping[str, Any], path: str) -> tuple[Mapping[str, Any], list[Any]]:
    """The schema of a field, and the steps to its value from the root of an entry."""
    node, at = root, list[Any]()
    for part in path.split("."):
        node = resolved(node, root)
        if "items" in node:
            item = resolved(node["items"], root)
            words = resolved(item["properties"].get("scheme", {}), root).get("enum", ())
            node = item
            if part in words:
                at.append({"by": "scheme", "is": part, "order": list(words)})
                continue
        node = node["properties"][part]
        at.append(part)
    return resolved(node, root), at


def form_data(state: PublishedState, schema: Schema) -> dict[str, Any]:
    """All that the scripts of the form need, as JSON."""
    register = state.register
    groups = form_groups(schema)
    return {
        **plan_document(schema.schema),
        "first_line": ENTRY_FIRST_LINE,
        "file": entry_path({name: f"{{{name}}}" for name in _KEY}),
        "entry": str(entry_id({name: f"{{{name}}}" for name in _KEY})),
        "key": list(_KEY),
        "fields": [_told(field) for group in groups for field in group.fields],
        "line": [_told(field) for field in line_fields(schema)],
        "evidence": [_told(field) for field in evidence_fields(schema)],
        "types": {
            code: {
                "name": kind.name,
                "families": list(kind.specifications),
                "fields": list(_of_type(code, register, schema)),
                "needs": [f"{CERTIFICATES}.{scheme}." for scheme in kind.certificates],
            }
            for code, kind in register.device_types.items()
        },
        "makers": [
            {"slug": one.slug, "name": one.name, "codes": list(one.zigbee_codes)}
            for one in register.manufacturers.values()
        ],
        "parts": parts_of(Listing(state=state)),
        "gbcs": GBCS,
        "families": {
            family: [_version(one) for one in versions.values() if _is_known(one, state)]
            for family, versions in register.specifications.families.items()
        },
        "nothing": SHA256_OF_NOTHING,
    }


def _told(field: FormField) -> dict[str, Any]:
    kept = asdict(field)
    for name in ("help", "short", "example"):
        del kept[name]
    return {"id": field.id, **kept}


def _of_type(code: str, register: Register, schema: Schema) -> Iterator[str]:
    """The fields that `cpl new` asks for where the device type is known."""
    numbers = [f"{CERTIFICATES}.{scheme}.number" for scheme in Scheme]
    asked = {*to_ask({"device_type": code}, register, schema)}
    begun = {"device_type": code, **{path: "1" for path in numbers if path in asked}}
    asked |= {"device_type", *to_ask(begun, register, schema)}
    return (path for path in field_paths(schema) if path in asked)


def _is_known(one: SpecificationVersion, state: PublishedState) -> bool:
    return one.known_from is None or one.known_from <= state.on


def _version(one: SpecificationVersion) -> dict[str, Any]:
    return {
        "version": one.version,
        "start": one.start.isoformat(),
        "end": one.installation_end.isoformat() if one.installation_end else "",
        "gbcs": list(one.gbcs_versions),
    }


def template_file(state: PublishedState, schema: Schema) -> str:
    """A file as an example, with the example that the schema gives for each field."""
    code = next((one for one in state.register.device_types), "ESME")
    fields = {
        path: described(schema, path).example for path in _of_type(code, state.register, schema)
    }
    fields |= {"device_type": code}
    ends = f"{CERTIFICATES}.{Scheme.CPA}.renewal_due"
    fields.pop(ends, None)
    made = submission(fields, state.on, {}, schema)
    return canonical(made, schema.plan, ENTRY_FIRST_LINE)
