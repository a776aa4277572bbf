"""The canonical form as one pattern, by which a file is known to be in it without writing it again.

Most files are in canonical form, and one match of a pattern costs a tenth of writing the record.
The pattern may miss a canonical text (an escape, an empty list); it never takes another text for
one: whoever asks writes the record where the pattern says no.
"""

from __future__ import annotations

import re

from cpl_registry.records.canonical import Plan

_WORD = "[A-Za-z][A-Za-z0-9._-]*+"


def canonical_pattern(plan: Plan, first_line: str) -> re.Pattern[str]:
    """The pattern of a record that is a mapping with known fields."""
    return re.compile(f"{re.escape(first_line)}\n{_mapping(plan, '')}")


def _mapping(plan: Plan, indent: str) -> str:
    """The lines of a mapping; after the mark of a list its first line has no indent."""
    lead = rf"(?:(?<=- )|(?<=\n){indent})" if indent else ""
    if plan.order is None:
        fields = list(plan.fields.items())
    else:
        fields = [(path, plan.child(path)) for path in plan.order]
    lines = [f"(?:{lead}{re.escape(name)}:{_value(inner, indent)})?+" for name, inner in fields]
    return "".join(lines)


def _value(plan: Plan, indent: str) -> str:
    ways = [f" {_scalar(plan)}\n"]
    inside = f"{indent}  "
    if plan.item is not None:
        ways.append(rf"\n(?:{inside}- {_item(plan.item, inside)})++")
    if plan.fields or plan.order is not None:
        ways.append(rf"\n(?={inside}[a-z]){_mapping(plan, inside)}")
    return f"(?:{'|'.join(ways)})"


def _item(plan: Plan, indent: str) -> str:
    if plan.fields:
        return f"(?=[a-z]){_mapping(plan, f'{indent}  ')}"
    return f"{_scalar(plan)}\n"


def _scalar(plan: Plan) -> str:
    """A scalar as the plan wants it: what is written plain is not taken in quotes, nor the reverse."""
    words = sorted(map(re.escape, plan.plain_words), key=len, reverse=True)
    plain = "|".join([*([_WORD] if plan.plain else []), *words])
    if not plain:
        return r'"[^"\\\n]*+"'
    return rf'(?:(?:{plain})(?=\n)|"(?!(?:{plain})")[^"\\\n]*+")'
