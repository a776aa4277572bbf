"""What the reader refuses before anything is known of a record, as values with their place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from cpl_registry.records.findings import Problem, Span


class Refusal(Enum):
    """What the reader refuses; each is one text rule."""

    SIZE = "size"
    ENCODING = "encoding"
    BYTE_ORDER_MARK = "byte order mark"
    LINE_ENDS = "line ends"
    CHARACTER = "character"
    TAB = "tab"
    SYNTAX = "syntax"
    DOCUMENT = "document"
    ALIAS = "alias"
    TAG = "tag"
    KEY = "key"
    DUPLICATE = "duplicate"
    DEPTH = "depth"
    EMPTY = "empty"


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """One thing that the reader refused, with its place."""

    kind: Refusal
    problem: Problem


def refused_at(kind: Refusal, span: Span, message: str, fix: str) -> Refused:
    """A refusal of one place."""
    return Refused(kind=kind, problem=Problem(message=message, fix=fix, span=span))


def refused_whole(kind: Refusal, message: str, fix: str) -> Refused:
    """A refusal of a whole file."""
    return Refused(kind=kind, problem=Problem(message=message, fix=fix))
