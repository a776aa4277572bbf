"""What libyaml says of a file that it cannot read, in the words of somebody who wrote one by hand."""

from __future__ import annotations

from collections.abc import Mapping

_COLON = "a colon stands where none can: put a value with a colon in quotes, or mend the indent"
_INDENT = "the line does not go on from those above it: its indent, or a quote before it, is wrong"
_LIST = "a list in brackets is not closed, or lacks a comma"
_MAPPING = "a mapping in braces is not closed, or lacks a comma"

PLAIN: Mapping[str, str] = {
    "mapping values are not allowed in this context": _COLON,
    "mapping keys are not allowed in this context": (
        "a question mark begins a value here: put the value in double quotes"
    ),
    "could not find expected ':'": "the line has no colon after the name of its field",
    "did not find expected key": _INDENT,
    "did not find expected comment or line break": "something stands behind the value on its line",
    "did not find expected '-' indicator": "an item of a list is expected here: mend the indent",
    "did not find expected <document start>": _INDENT,
    "did not find expected ',' or ']'": _LIST,
    "did not find expected ',' or '}'": _MAPPING,
    "did not find expected node content": "a value is missing here",
    "block sequence entries are not allowed in this context": (
        "a dash stands where no item of a list can: put it on a line of its own"
    ),
    "found unexpected end of stream": "the file ends within a quote or a bracket",
    "found character that cannot start any token": (
        "no value can begin with this character: put the value in double quotes"
    ),
    "found unknown escape character": (
        "a backslash stands in double quotes before a letter that means nothing there"
    ),
}
"""Plain words by the parser's own; what is not here is told as the parser says it."""
