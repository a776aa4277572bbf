"""JSON Schema as judge of shape: which faults a file has, each in words and at its pointer.

`jsonschema` is the reference and finds the faults. `jsonschema_rs` only decides, sixty times
faster, whether a file has any; a property test holds the two to the same answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import jsonschema_rs

from cpl_registry.records.canonical import ENTRY_FIRST_LINE, Plan, canonical, plan_of
from cpl_registry.records.canonical_pattern import canonical_pattern
from cpl_registry.records.fault_words import Fault, faults_of
from cpl_registry.records.yaml_text import Data

_WRITTEN_FIRST = 400
"""So many files are held against their form by writing it: to make the pattern costs as much."""


class Schema:
    """One schema; what is made of it is made when it is first asked for."""

    def __init__(self, name: str, schema: Mapping[str, Any]) -> None:
        self.name = name
        self.schema = schema
        self._asked = 0

    @cached_property
    def plan(self) -> Plan:
        """The canonical form that the schema implies."""
        return plan_of(self.schema)

    @cached_property
    def _fits(self) -> Callable[[Any], bool]:
        made = jsonschema_rs.Draft202012Validator(dict(self.schema), validate_formats=True)
        fits: Callable[[Any], bool] = made.is_valid
        return fits

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return canonical_pattern(self.plan, ENTRY_FIRST_LINE)

    def fits(self, data: Data) -> bool:
        """Whether the data have the shape."""
        return self._fits(data)

    def faults(self, data: Data) -> list[Fault]:
        """All faults of shape, those that follow from another left out."""
        if self._fits(data):
            return []
        return _without_consequences(
            [fault for error in self.reference.iter_errors(data) for fault in faults_of(error)]
        )

    def is_canonical(self, text: str, data: Data) -> bool:
        """Whether a text, which says the data of an entry, is their canonical form."""
        self._asked += 1
        if self._asked > _WRITTEN_FIRST and self._pattern.fullmatch(text) is not None:
            return True
        return canonical(data, self.plan, ENTRY_FIRST_LINE) == text

    @cached_property
    def reference(self) -> Any:
        """The reference validator: its import is dear."""
        from cpl_registry.records.schema_reference import reference_validator

        return reference_validator(self.schema)


def _without_consequences(faults: list[Fault]) -> list[Fault]:
    """One cause, one fault: a misspelt field is not missing as well."""
    meant = {
        (fault.pointer.rpartition("/")[0], fault.fix.removeprefix("did you mean ").rstrip("?"))
        for fault in faults
        if fault.keyword == "additionalProperties"
    }
    kept: dict[tuple[str, str], Fault] = {}
    for fault in faults:
        if fault.keyword == "required":
            field = fault.message.removeprefix("missing field ").split(" ", 1)[0]
            if (fault.pointer, field) in meant:
                continue
            kept.setdefault((fault.pointer, fault.message), fault)
        else:
            kept.setdefault((fault.pointer, ""), fault)
    return list(kept.values())
