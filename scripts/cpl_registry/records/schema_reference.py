r"""The reference validator: `jsonschema`, with patterns that must match the whole text.

`re.search` lets `$` match in front of a final newline, so `"38040404\n"` would pass as eight hex
digits. Other engines do not, and nor do we.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from cpl_registry.records.days import day

# Where it is installed, jsonschema loads this library for the format `iri`, which no schema of ours
# has: a second, and 39 grammars. None in its place is Python's way to say that it is not there.
_HEAVY = "rfc3987_syntax"
_BEFORE = sys.modules.get(_HEAVY)
sys.modules[_HEAVY] = _BEFORE  # type: ignore[assignment]

from jsonschema import Draft202012Validator, FormatChecker  # noqa: E402
from jsonschema.exceptions import ValidationError  # noqa: E402
from jsonschema.validators import extend  # noqa: E402

if _BEFORE is None:
    del sys.modules[_HEAVY]

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
