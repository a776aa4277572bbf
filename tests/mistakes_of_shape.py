"""Mistakes in the file itself and in the shape of its record."""

from tests.mistakes import (
    Mistakes,
    Told,
    item_lines,
    line_of,
    told,
    value_of,
    with_line,
    with_value,
)

MISTAKES = Mistakes()


@MISTAKES.add
def a_version_without_quotes(text: str) -> Told:
    return with_value(text, "gbcs_version", value_of(text, "gbcs_version"), "CPL120")


@MISTAKES.add
def a_name_without_quotes(text: str) -> Told:
    return with_value(text, "model_name", value_of(text, "model_name"), "CPL120")


@MISTAKES.add
def a_misspelt_field(text: str) -> Told:
    line = line_of(text, "gbcs_version: ")
    return told(text.replace("\ngbcs_version: ", "\ngbcs_verison: ", 1), "CPL122", line, 1)


@MISTAKES.add
def a_field_too_many(text: str) -> Told:
    line = line_of(text, "gbcs_version: ")
    both = text.split("\n")[line - 1], 'comment: "checked"'
    return told(with_line(text, line, *both), "CPL122", line + 1, 1)


@MISTAKES.add
def a_status_of_its_own(text: str) -> Told:
    line = line_of(text, "history:")
    return told(with_line(text, line, "status: Active", "history:"), "CPL122", line, 1)


@MISTAKES.add
def a_field_missing_at_the_root(text: str) -> Told:
    return told(with_line(text, line_of(text, "hardware_revision: ")), "CPL123", 2, 1)


@MISTAKES.add
def a_field_missing_in_a_section(text: str) -> Told:
    section = line_of(text, "technical_specification:")
    return told(with_line(text, line_of(text, "  version: ")), "CPL123", section, 1)


@MISTAKES.add
def a_field_missing_in_a_certificate(text: str) -> Told:
    first = item_lines(text, "assurance_certificates")[0]
    return told(with_line(text, line_of(text, "    number: ")), "CPL123", first, 5)


@MISTAKES.add
def a_field_missing_in_a_history_line(text: str) -> Told:
    first = item_lines(text, "history")[0]
    return told(with_line(text, line_of(text, "    event: ")), "CPL123", first, 5)


@MISTAKES.add
def a_section_as_one_text(text: str) -> Told:
    line = line_of(text, "technical_specification:")
    short = with_line(with_line(text, line + 2), line + 1)
    wrong = with_line(short, line, 'technical_specification: "SMETS2 4.2"')
    return told(wrong, "CPL124", line, 26)


@MISTAKES.add
def a_word_of_no_list(text: str) -> Told:
    return with_value(text, "device_type", "CHF", "CPL125")


@MISTAKES.add
def an_event_in_capitals(text: str) -> Told:
    line = line_of(text, "    event: ")
    return told(with_line(text, line, "    event: Submitted"), "CPL125", line, 12)


@MISTAKES.add
def a_code_that_is_not_hex(text: str) -> Told:
    return with_value(text, "model_identifier", '"00G5"', "CPL126")


@MISTAKES.add
def a_code_in_lower_case(text: str) -> Told:
    lower = value_of(text, "manufacturer_identifier").lower()
    return with_value(text, "manufacturer_identifier", f'"{lower}"', "CPL126")


@MISTAKES.add
def a_day_in_another_form(text: str) -> Told:
    line = line_of(text, "    issued: ")
    return told(with_line(text, line, '    issued: "15.01.2020"'), "CPL126", line, 13)


@MISTAKES.add
def a_day_that_does_not_exist(text: str) -> Told:
    line = line_of(text, "    issued: ")
    return told(with_line(text, line, '    issued: "2019-02-29"'), "CPL128", line, 13)


@MISTAKES.add
def a_name_too_long(text: str) -> Told:
    return with_value(text, "model_name", '"' + "x" * 61 + '"', "CPL127")


@MISTAKES.add
def a_formula_as_a_name(text: str) -> Told:
    return with_value(text, "model_name", '"=1+1"', "CPL129")


@MISTAKES.add
def letters_of_two_scripts(text: str) -> Told:
    return with_value(text, "model_name", '"\u0410M-100"', "CPL115")


@MISTAKES.add
def a_field_told_twice(text: str) -> Told:
    line = line_of(text, "hardware_version: ")
    same = text.split("\n")[line - 1]
    return told(with_line(text, line, same, 'hardware_version: "07"'), "CPL112", line + 1, 1)


@MISTAKES.add
def a_comment_behind_a_value(text: str) -> Told:
    line = line_of(text, "gbcs_version: ")
    was = text.split("\n")[line - 1]
    return told(with_line(text, line, f"{was} # checked"), "CPL121", line, len(was) + 2)


@MISTAKES.add
def an_empty_line(text: str) -> Told:
    line = line_of(text, "history:")
    return told(with_line(text, line, "", "history:"), "CPL121", line, 1)


@MISTAKES.add
def two_fields_exchanged(text: str) -> Told:
    line = line_of(text, "hardware_version: ")
    first, second = text.split("\n")[line - 1 : line + 1]
    return told(with_line(with_line(text, line + 1, first), line, second), "CPL121", line, 1)


@MISTAKES.add
def a_slug_in_quotes(text: str) -> Told:
    return with_value(text, "manufacturer", f'"{value_of(text, "manufacturer")}"', "CPL121")


@MISTAKES.add
def no_newline_at_the_end(text: str) -> Told:
    lines = text.rstrip("\n").split("\n")
    return told(text.rstrip("\n"), "CPL121", len(lines), len(lines[-1]) + 1)


@MISTAKES.add
def a_tab_for_an_indent(text: str) -> Told:
    line = line_of(text, "  name: ")
    return told(text.replace("\n  name: ", "\n\tname: ", 1), "CPL106", line, 1)


@MISTAKES.add
def windows_line_ends(text: str) -> Told:
    return told(text.replace("\n", "\r\n"), "CPL104", 1, text.index("\n") + 1)


@MISTAKES.add
def a_byte_order_mark(text: str) -> Told:
    return told(b"\xef\xbb\xbf" + text.encode(), "CPL103", 1, 1)


@MISTAKES.add
def another_encoding(text: str) -> Told:
    line = line_of(text, "model_name: ")
    return told(
        with_line(text, line, 'model_name: "Z\xe4hler"').encode("latin-1"), "CPL102", line, 15
    )


@MISTAKES.add
def a_quote_left_open(text: str) -> Told:
    line = line_of(text, "model_identifier: ")
    return told(with_line(text, line, 'model_identifier: "0005'), "CPL107", line, 19)


@MISTAKES.add
def a_conflict_left_unresolved(text: str) -> Told:
    line = line_of(text, "gbcs_version: ")
    was = text.split("\n")[line - 1]
    sides = "<<<<<<< ours", was, "=======", 'gbcs_version: "1.0"', ">>>>>>> theirs"
    return told(with_line(text, line, *sides), "CPL107", line, 1)


@MISTAKES.add
def a_second_document(text: str) -> Told:
    return told(f"{text}---\n{text}", "CPL108", text.count("\n") + 1, 1)


@MISTAKES.add
def an_anchor(text: str) -> Told:
    return with_value(text, "gbcs_version", f'&v "{value_of(text, "gbcs_version")}"', "CPL109")


@MISTAKES.add
def a_tag(text: str) -> Told:
    return with_value(text, "gbcs_version", f'!!str "{value_of(text, "gbcs_version")}"', "CPL110")


@MISTAKES.add
def nothing_at_all(_text: str) -> Told:
    return told(b"", "CPL114", None, None)
