"""1xx: the file itself. What is refused here could be read in two ways, by people or by tools."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cpl_registry.records import characters
from cpl_registry.records.documents import Document
from cpl_registry.records.findings import Problem
from cpl_registry.records.refusals import Refusal
from cpl_registry.records.register import Tree
from cpl_registry.records.tables import table_problem
from cpl_registry.records.yaml_text import Data, pointer_part
from cpl_registry.rules.rule import Scope, rule

_FORM = "Contract, section 2: the reader and the canonical form"


def _refused(document: Document, kind: Refusal) -> Iterator[Problem]:
    """The first refusal of a kind, with the number of the others: a bomb is not told line by line."""
    problems = [one.problem for one in document.refused if one.kind is kind]
    if len(problems) > 1:
        more = f"{problems[0].message} (and {len(problems) - 1} more)"
        yield replace(problems[0], message=more)
    else:
        yield from problems


@rule("CPL101", scope=Scope.TEXT, source=_FORM)
def file_is_small_enough(document: Document) -> Iterator[Problem]:
    """The file is no larger than its kind may be.

    Why: an entry has at most 16 KiB and another file 1 MiB; a larger one is no record, and reading
        it would stop the checks for everybody.
    Fix: drop what does not belong in the file; documents are referred to, not enclosed.
    """
    return _refused(document, Refusal.SIZE)


@rule("CPL102", scope=Scope.TEXT, source=_FORM)
def file_is_utf8(document: Document) -> Iterator[Problem]:
    """The file is UTF-8.

    Why: in another encoding the same bytes are other letters for other readers.
    Fix: save the file as UTF-8, without a byte order mark.
    """
    return _refused(document, Refusal.ENCODING)


@rule("CPL103", scope=Scope.TEXT, source=_FORM)
def file_has_no_byte_order_mark(document: Document) -> Iterator[Problem]:
    """The file starts with its first character and not with a byte order mark.

    Why: some readers take the mark as part of the first key.
    Fix: save without a byte order mark; `cpl fix` takes it off.
    """
    return _refused(document, Refusal.BYTE_ORDER_MARK)


@rule("CPL104", scope=Scope.TEXT, source=_FORM)
def lines_end_with_lf(document: Document) -> Iterator[Problem]:
    """Lines end with LF.

    Why: other line ends change the bytes, and so the digest, and a bare carriage return is a line
        end to one reader and a character to another.
    Fix: use LF line ends; `cpl fix` turns CRLF into LF.
    """
    return _refused(document, Refusal.LINE_ENDS)


@rule("CPL105", scope=Scope.TEXT, source=_FORM)
def characters_are_visible(document: Document) -> Iterator[Problem]:
    """Every character can be seen and stays where it is written.

    Why: control, invisible and direction characters and odd spaces make a reviewer read another
        value than the one that is published.
    Fix: remove the character named in the message.
    """
    return _refused(document, Refusal.CHARACTER)


@rule("CPL106", scope=Scope.TEXT, source=_FORM)
def file_has_no_tabs(document: Document) -> Iterator[Problem]:
    """The file has no tab characters.

    Why: YAML readers disagree about tabs: one reads the file, another refuses it.
    Fix: use spaces, two for each level.
    """
    return _refused(document, Refusal.TAB)


@rule("CPL107", scope=Scope.TEXT, source=_FORM)
def file_is_yaml(document: Document) -> Iterator[Problem]:
    """The file can be read as YAML.

    Why: one slip, such as a quote that is never closed, hides everything behind it, and what cannot
        be read cannot be listed. A reader often stumbles only a line or two after the slip.
    Fix: look at the named line and at the one before it. Each line is a field, a colon, a space and
        the value in double quotes, and begins as far to the right as its neighbours.
    """
    return _refused(document, Refusal.SYNTAX)


@rule("CPL108", scope=Scope.TEXT, source=_FORM)
def file_is_one_document(document: Document) -> Iterator[Problem]:
    """The file is one YAML document without directives or document markers.

    Why: a second document is read by some tools, skipped by others, and seen by few reviewers.
    Fix: remove lines that start with `%`, and the lines `---` and `...`.
    """
    return _refused(document, Refusal.DOCUMENT)


@rule("CPL109", scope=Scope.TEXT, source=_FORM)
def values_stand_where_they_are_read(document: Document) -> Iterator[Problem]:
    """The file has no anchors and aliases.

    Why: an alias brings in a value from elsewhere, and a few nested ones never end.
    Fix: write each value out where it belongs.
    """
    return _refused(document, Refusal.ALIAS)


@rule("CPL110", scope=Scope.TEXT, source=_FORM)
def values_have_no_tags(document: Document) -> Iterator[Problem]:
    """The file has no YAML tags.

    Why: a tag tells a reader to make something else of a value, up to running a program.
    Fix: remove the tag and write the value in double quotes.
    """
    return _refused(document, Refusal.TAG)


@rule("CPL111", scope=Scope.TEXT, source=_FORM)
def keys_are_plain_words(document: Document) -> Iterator[Problem]:
    """Every key is a plain word.

    Why: merge keys and keys made of lists are read in different ways by different tools.
    Fix: write each field with its name and its value.
    """
    return _refused(document, Refusal.KEY)


@rule("CPL112", scope=Scope.TEXT, source=_FORM)
def keys_are_told_once(document: Document) -> Iterator[Problem]:
    """Every key stands once in its mapping.

    Why: most readers keep the last of two, while a reviewer reads the first.
    Fix: keep the line that is right and remove the other.
    """
    return (one.problem for one in document.refused if one.kind is Refusal.DUPLICATE)


@rule("CPL113", scope=Scope.TEXT, source=_FORM)
def nesting_is_shallow(document: Document) -> Iterator[Problem]:
    """The file is nested at most six levels deep.

    Why: no record needs more, and deep nesting stops readers with a crash.
    Fix: compare the file with an example of its kind.
    """
    return _refused(document, Refusal.DEPTH)


@rule("CPL114", scope=Scope.TEXT, source=_FORM)
def file_holds_a_record(document: Document) -> Iterator[Problem]:
    """The file holds a record.

    Why: an empty file, or a pointer in place of one, says nothing about a Device Model.
    Fix: write the record, or remove the file.
    """
    return _refused(document, Refusal.EMPTY)


@rule("CPL115", scope=Scope.TEXT, source="Contract, section 2: the alphabet of names")
def words_are_of_one_script(document: Document) -> Iterator[Problem]:
    """Names and reasons use composed letters of one script.

    Why: letters of two scripts look alike and are not; stacked marks hide the text around them.
    Fix: type the word again on one keyboard; the message names the odd letter.
    """
    if document.text.isascii() or document.data is None:
        return
    for pointer, text in _scalars(document.data, ""):
        if reason := characters.odd_words(text):
            name = pointer.rsplit("/", 1)[-1]
            yield Problem(message=f"{name}: {reason}", at=pointer, fix="type the word again")


@rule("CPL116", scope=Scope.TREE, source="Contract, section 2: the register on disk")
def tables_can_be_read(tree: Tree) -> Iterator[Problem]:
    """A table has its header row, and in every row a value for each column.

    Why: the lists of codes and bank holidays decide what is compared and when it is late; a broken
        one would be passed over in silence.
    Fix: take the table again from its publisher, with the header row that the message names.
    """
    for path, raw in tree.tables.items():
        if problem := table_problem(path, raw):
            yield replace(problem, path=path)


def _scalars(data: Data, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(data, str):
        yield pointer, data
    elif isinstance(data, list):
        for index, item in enumerate(data):
            yield from _scalars(item, f"{pointer}/{index}")
    else:
        for key, value in data.items():
            yield from _scalars(value, f"{pointer}/{pointer_part(key)}")


RULES = (
    file_is_small_enough,
    file_is_utf8,
    file_has_no_byte_order_mark,
    lines_end_with_lf,
    characters_are_visible,
    file_has_no_tabs,
    file_is_yaml,
    file_is_one_document,
    values_stand_where_they_are_read,
    values_have_no_tags,
    keys_are_plain_words,
    keys_are_told_once,
    nesting_is_shallow,
    file_holds_a_record,
    words_are_of_one_script,
    tables_can_be_read,
)
