"""12x to 14x: the shape and form of a record, as its schema says them."""

from __future__ import annotations

from collections.abc import Iterator

from cpl_registry.records.findings import Problem
from cpl_registry.records.form import Shape
from cpl_registry.rules.rule import Scope, rule

_SCHEMA = "Contract, section 2; schema/"


def _faults(shape: Shape, *keywords: str) -> Iterator[Problem]:
    return (
        Problem(message=fault.message, fix=fault.fix, at=fault.pointer, on_key=fault.on_key)
        for fault in shape.faults
        if fault.keyword in keywords
    )


@rule("CPL120", scope=Scope.SHAPE, source=_SCHEMA)
def values_are_quoted(shape: Shape) -> Iterator[Problem]:
    """Every value is in double quotes, but for slugs and words of a closed list.

    Why: YAML tools turn an unquoted 1.10 into 1.1, 04000007 into 1048583 and 10E0 into 10, and
        1.1 and 1.10 are different versions.
    Fix: put the value in double quotes; `cpl fix` does it without changing a character.
    """
    return iter(shape.unquoted)


@rule("CPL121", scope=Scope.SHAPE, source=_SCHEMA)
def form_is_canonical(shape: Shape) -> Iterator[Problem]:
    """The file is in canonical form.

    Why: one record has one sequence of bytes, so that a difference in a file is always a difference
        in the record, and nothing is hidden in comments, order or style.
    Fix: run `cpl fix`, which writes the canonical form without changing a value.
    """
    return iter(shape.other)


@rule("CPL122", scope=Scope.SHAPE, source=_SCHEMA)
def fields_are_known(shape: Shape) -> Iterator[Problem]:
    """Every field is one that the schema knows.

    Why: a misspelt field would be ignored by every reader, and its value with it.
    Fix: correct the name of the field, or remove it.
    """
    return _faults(shape, "additionalProperties", "unevaluatedProperties")


@rule("CPL123", scope=Scope.SHAPE, source=_SCHEMA)
def fields_are_present(shape: Shape) -> Iterator[Problem]:
    """Every field that a record must have is there.

    Why: a Device Model is told apart by these fields; without one it could be another.
    Fix: add the field named in the message.
    """
    return _faults(shape, "required", "minProperties")


@rule("CPL124", scope=Scope.SHAPE, source=_SCHEMA)
def values_are_of_their_kind(shape: Shape) -> Iterator[Problem]:
    """Every value is one text, a list or a mapping, as its field asks.

    Why: a reader looks for the parts of a value in one place only.
    Fix: write the value in the way of the example of its kind.
    """
    return _faults(shape, "type", "anyOf", "oneOf")


@rule("CPL125", scope=Scope.SHAPE, source=_SCHEMA)
def words_are_in_their_list(shape: Shape) -> Iterator[Problem]:
    """A word of a closed list is one of that list, in the same letters.

    Why: systems downstream compare these words letter by letter.
    Fix: use one of the words that the message names.
    """
    return _faults(shape, "enum", "const")


@rule("CPL126", scope=Scope.SHAPE, source=_SCHEMA)
def values_have_their_form(shape: Shape) -> Iterator[Problem]:
    """Codes, versions and references have the form of their field.

    Why: these values are matched exactly; one more or one other character is another Device Model.
    Fix: write the value as the message says.
    """
    return _faults(shape, "pattern")


@rule("CPL127", scope=Scope.SHAPE, source=_SCHEMA)
def values_have_their_length(shape: Shape) -> Iterator[Problem]:
    """No value is empty, and none is longer than its field allows.

    Why: an empty value says nothing, and a very long one cannot be shown or loaded.
    Fix: shorten the value, or leave the field out where it has none.
    """
    return _faults(shape, "minLength", "maxLength", "minItems", "maxItems", "uniqueItems")


@rule("CPL128", scope=Scope.SHAPE, source=_SCHEMA)
def dates_exist(shape: Shape) -> Iterator[Problem]:
    """Every date is a day of the calendar, written YYYY-MM-DD.

    Why: days decide what is in force; a day that does not exist decides nothing.
    Fix: write an existing day as YYYY-MM-DD, in double quotes.
    """
    return _faults(shape, "format")


@rule("CPL129", scope=Scope.SHAPE, source="Contract, section 2: the alphabet of names")
def words_are_in_the_alphabet(shape: Shape) -> Iterator[Problem]:
    """Names and reasons use letters, digits, space and . , ' & ( ) / - ; and start with one of the first two.

    Why: other signs start formulas in spreadsheets, links and scripts on pages, and commands in logs.
    Fix: write the text with the signs of the alphabet.
    """
    return _faults(shape, "alphabet")


RULES = (
    values_are_quoted,
    form_is_canonical,
    fields_are_known,
    fields_are_present,
    values_are_of_their_kind,
    words_are_in_their_list,
    values_have_their_form,
    values_have_their_length,
    dates_exist,
    words_are_in_the_alphabet,
)
