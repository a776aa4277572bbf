r"""The reference validator: `jsonschema`, with patterns that must match the whole text.

`re.search` lets `$` match in front of a final newline, so `"38040404\n"` would pass as eight hex
digits. Other engines do not, and nor do we.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from cpl_registry.records.days import day

_DATES = FormatChecker(formats=())


@_DATES.checks("date")
def _is_day(value: object) -> bool:
    return not isinstance(value, str) or day(value) is not None


def _pattern(
    _validator: Any, pattern: str, value: object, _schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    if isinstance(value, str) and not re.search(pattern.replace("$", r"\Z"), value):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


_Validator = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {"pattern": _pattern}
)


def reference_validator(schema: Mapping[str, Any]) -> Any:
    """A validator that knows the register's dates and whole-text patterns."""
    return _Validator(dict(schema), format_checker=_DATES)
