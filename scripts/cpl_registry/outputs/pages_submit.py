"""The form for submissions without Git."""

from __future__ import annotations

import json

from cpl_registry.outputs.form_data import (
    evidence_fields,
    form_data,
    form_groups,
    line_fields,
    template_file,
)
from cpl_registry.outputs.page import Page
from cpl_registry.records.schemas import Schema
from cpl_registry.state.publication import PublishedState


def submit_page(state: PublishedState, schema: Schema) -> Page:
    """`submit/new/`: made from the schema of an entry and the reference data of the register."""
    return Page(
        path="submit/new/index",
        title="Make a submission without Git",
        description="A form that makes the file of an entry: a new Device Model, new firmware, an"
        " amendment or a renewal.",
        template="submit_form.html.jinja",
        context={
            "data": json.dumps(form_data(state, schema), ensure_ascii=False, separators=(",", ":")),
            "groups": form_groups(schema),
            "line": line_fields(schema),
            "evidence": evidence_fields(schema),
            "types": state.register.device_types.values(),
            "makers": sorted(
                state.register.manufacturers.values(), key=lambda maker: maker.name.lower()
            ),
            "example": template_file(state, schema),
            "entry": next((one.entry_id for one in state.active), None),
        },
    )
