"""Mistakes that people make in an entry, each as an edit of a right file that knows its place.

A mistake takes the text of an entry and gives the text with the mistake in it, the line and the
column at which it must be told, and the rule that must tell it; or None where the entry has no
place for it. Lines and columns are worked out here from the edit alone.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, kw_only=True)
class Told:
    """A wrong text, and where it must be told by which rule; no line means the whole file."""

    text: bytes
    rule: str
    line: int | None
    column: int | None


Mistake = Callable[[str], Told | None]
MISTAKES: dict[str, Mistake] = {}


def mistake(make: Mistake) -> Mistake:
    """Adds a mistake to the list, by the words of its name."""
    MISTAKES[make.__name__.strip("_").replace("_", " ")] = make
    return make


def line_of(text: str, start: str, after: int = 0) -> int:
    """The number of the first line that starts so, looked for behind a line."""
    lines = text.split("\n")
    return next(n for n in range(after + 1, len(lines) + 1) if lines[n - 1].startswith(start))


def told(text: str | bytes, rule: str, line: int | None, column: int | None) -> Told:
    raw = text.encode() if isinstance(text, str) else text
    return Told(text=raw, rule=rule, line=line, column=column)


def with_value(text: str, key: str, value: str, rule: str) -> Told:
    """Another value at the root; it is told where the value starts."""
    line = line_of(text, f"{key}: ")
    return told(with_line(text, line, f"{key}: {value}"), rule, line, len(key) + 3)


def with_line(text: str, line: int, *instead: str) -> str:
    """The text with one line replaced by others, or by none."""
    lines = text.split("\n")
    return "\n".join([*lines[: line - 1], *instead, *lines[line:]])


def value_of(text: str, key: str) -> str:
    return text.split("\n")[line_of(text, f"{key}: ") - 1].split(": ", 1)[1].strip('"')


def history_days(text: str) -> list[date]:
    return [date.fromisoformat(day) for day in re.findall(r'^  - date: "(.*)"', text, re.M)]


def events(text: str) -> list[str]:
    return re.findall(r"^    event: (.*)", text, re.M)


def is_active(text: str) -> bool:
    standing = [one for one in events(text) if one in {"listed", "removed", "reinstated"}]
    return bool(standing) and standing[-1] != "removed"


def item_lines(text: str, section: str) -> list[int]:
    """The lines at which the items of a list of the entry start."""
    line = line_of(text, f"{section}:") + 1
    lines = text.split("\n")
    found = []
    while lines[line - 1].startswith(" "):
        if lines[line - 1].startswith("  - "):
            found.append(line)
        line += 1
    return found


def appended(text: str, *lines: str, rule: str, line: int = 1, column: int = 5) -> Told:
    """One more history line, told at one of its lines."""
    end = text.count("\n")
    return told(text + "".join(f"{one}\n" for one in lines), rule, end + line, column)


def next_line(text: str, event: str) -> tuple[str, str]:
    return f'  - date: "{history_days(text)[-1]}"', f"    event: {event}"


@mistake
def a_version_without_quotes(text: str) -> Told:
    return with_value(text, "gbcs_version", value_of(text, "gbcs_version"), "CPL120")


@mistake
def a_name_without_quotes(text: str) -> Told:
    return with_value(text, "model_name", value_of(text, "model_name"), "CPL120")


@mistake
def a_misspelt_field(text: str) -> Told:
    line = line_of(text, "gbcs_version: ")
    return told(text.replace("\ngbcs_version: ", "\ngbcs_verison: ", 1), "CPL122", line, 1)


@mistake
def a_field_too_many(text: str) -> Told:
    line = line_of(text, "gbcs_version: ")
    both = text.split("\n")[line - 1], 'comment: "checked"'
    return told(with_line(text, line, *both), "CPL122", line + 1, 1)


@mistake
def a_status_of_its_own(text: str) -> Told:
    line = line_of(text, "history:")
    return told(with_line(text, line, "status: Active", "history:"), "CPL122", line, 1)


@mistake
def a_field_missing_at_the_root(text: str) -> Told:
    return told(with_line(text, line_of(text, "hardware_revision: ")), "CPL123", 2, 1)


@mistake
def a_field_missing_in_a_section(text: str) -> Told:
    section = line_of(text, "technical_specification:")
    return told(with_line(text, line_of(text, "  version: ")), "CPL123", section, 1)


@mistake
def a_field_missing_in_a_certificate(text: str) -> Told:
    first = item_lines(text, "assurance_certificates")[0]
    return told(with_line(text, line_of(text, "    number: ")), "CPL123", first, 5)


@mistake
def a_field_missing_in_a_history_line(text: str) -> Told:
    first = item_lines(text, "history")[0]
    return told(with_line(text, line_of(text, "    event: ")), "CPL123", first, 5)


@mistake
def a_section_as_one_text(text: str) -> Told:
    line = line_of(text, "technical_specification:")
    short = with_line(with_line(text, line + 2), line + 1)
    wrong = with_line(short, line, 'technical_specification: "SMETS2 4.2"')
    return told(wrong, "CPL124", line, 26)


@mistake
def a_word_of_no_list(text: str) -> Told:
    return with_value(text, "device_type", "CHF", "CPL125")


@mistake
def an_event_in_capitals(text: str) -> Told:
    line = line_of(text, "    event: ")
    return told(with_line(text, line, "    event: Submitted"), "CPL125", line, 12)


@mistake
def a_code_that_is_not_hex(text: str) -> Told:
    return with_value(text, "model_identifier", '"00G5"', "CPL126")


@mistake
def a_code_in_lower_case(text: str) -> Told:
    lower = value_of(text, "manufacturer_identifier").lower()
    return with_value(text, "manufacturer_identifier", f'"{lower}"', "CPL126")


@mistake
def a_day_in_another_form(text: str) -> Told:
    line = line_of(text, "    issued: ")
    return told(with_line(text, line, '    issued: "15.01.2020"'), "CPL126", line, 13)


@mistake
def a_day_that_does_not_exist(text: str) -> Told:
    line = line_of(text, "    issued: ")
    return told(with_line(text, line, '    issued: "2019-02-29"'), "CPL128", line, 13)


@mistake
def a_name_too_long(text: str) -> Told:
    return with_value(text, "model_name", '"' + "x" * 61 + '"', "CPL127")


@mistake
def a_formula_as_a_name(text: str) -> Told:
    return with_value(text, "model_name", '"=1+1"', "CPL129")


@mistake
def letters_of_two_scripts(text: str) -> Told:
    return with_value(text, "model_name", '"\u0410M-100"', "CPL115")


@mistake
def a_field_told_twice(text: str) -> Told:
    line = line_of(text, "hardware_version: ")
    same = text.split("\n")[line - 1]
    return told(with_line(text, line, same, 'hardware_version: "07"'), "CPL112", line + 1, 1)


@mistake
def a_comment_behind_a_value(text: str) -> Told:
    line = line_of(text, "gbcs_version: ")
    was = text.split("\n")[line - 1]
    return told(with_line(text, line, f"{was} # checked"), "CPL121", line, len(was) + 2)


@mistake
def an_empty_line(text: str) -> Told:
    line = line_of(text, "history:")
    return told(with_line(text, line, "", "history:"), "CPL121", line, 1)


@mistake
def two_fields_exchanged(text: str) -> Told:
    line = line_of(text, "hardware_version: ")
    first, second = text.split("\n")[line - 1 : line + 1]
    return told(with_line(with_line(text, line + 1, first), line, second), "CPL121", line, 1)


@mistake
def a_slug_in_quotes(text: str) -> Told:
    return with_value(text, "manufacturer", f'"{value_of(text, "manufacturer")}"', "CPL121")


@mistake
def no_newline_at_the_end(text: str) -> Told:
    lines = text.rstrip("\n").split("\n")
    return told(text.rstrip("\n"), "CPL121", len(lines), len(lines[-1]) + 1)


@mistake
def a_tab_for_an_indent(text: str) -> Told:
    line = line_of(text, "  name: ")
    return told(text.replace("\n  name: ", "\n\tname: ", 1), "CPL106", line, 1)


@mistake
def windows_line_ends(text: str) -> Told:
    return told(text.replace("\n", "\r\n"), "CPL104", 1, text.index("\n") + 1)


@mistake
def a_byte_order_mark(text: str) -> Told:
    return told(b"\xef\xbb\xbf" + text.encode(), "CPL103", 1, 1)


@mistake
def another_encoding(text: str) -> Told:
    line = line_of(text, "model_name: ")
    return told(
        with_line(text, line, 'model_name: "Z\xe4hler"').encode("latin-1"), "CPL102", line, 15
    )


@mistake
def a_quote_left_open(text: str) -> Told:
    line = line_of(text, "model_identifier: ")
    return told(with_line(text, line, 'model_identifier: "0005'), "CPL107", line, 19)


@mistake
def a_conflict_left_unresolved(text: str) -> Told:
    line = line_of(text, "gbcs_version: ")
    was = text.split("\n")[line - 1]
    sides = "<<<<<<< ours", was, "=======", 'gbcs_version: "1.0"', ">>>>>>> theirs"
    return told(with_line(text, line, *sides), "CPL107", line, 1)


@mistake
def a_second_document(text: str) -> Told:
    return told(f"{text}---\n{text}", "CPL108", text.count("\n") + 1, 1)


@mistake
def an_anchor(text: str) -> Told:
    return with_value(text, "gbcs_version", f'&v "{value_of(text, "gbcs_version")}"', "CPL109")


@mistake
def a_tag(text: str) -> Told:
    return with_value(text, "gbcs_version", f'!!str "{value_of(text, "gbcs_version")}"', "CPL110")


@mistake
def nothing_at_all(_text: str) -> Told:
    return told(b"", "CPL114", None, None)


@mistake
def a_firmware_version_of_another_file(text: str) -> Told:
    was = value_of(text, "firmware_version")
    return with_value(text, "firmware_version", f'"9{was[1:]}"', "CPL203")


@mistake
def a_device_type_of_another_folder(text: str) -> Told:
    other = "GSME" if value_of(text, "device_type") != "GSME" else "CH"
    return with_value(text, "device_type", other, "CPL203")


@mistake
def a_manufacturer_of_another_folder(text: str) -> Told:
    maker = value_of(text, "manufacturer")
    other = "albion-metering" if maker != "albion-metering" else "caldera-gas"
    return with_value(text, "manufacturer", other, "CPL203")


@mistake
def a_misspelt_manufacturer(text: str) -> Told:
    return with_value(text, "manufacturer", f"{value_of(text, 'manufacturer')}s", "CPL204")


@mistake
def a_code_of_nobody(text: str) -> Told:
    return with_value(text, "manufacturer_identifier", '"F0AF"', "CPL205")


@mistake
def a_certificate_missing(text: str) -> Told | None:
    items = item_lines(text, "assurance_certificates")
    if len(items) < 2:
        return None
    lines = text.split("\n")
    end = next(n for n in range(items[-1] + 1, len(lines)) if not lines[n - 1].startswith("    "))
    wrong = "\n".join([*lines[: items[-1] - 1], *lines[end - 1 :]])
    return told(wrong, "CPL301", line_of(text, "assurance_certificates:"), 1)


@mistake
def two_certificates_of_a_scheme(text: str) -> Told:
    first = item_lines(text, "assurance_certificates")[0]
    block = text.split("\n")[first - 1 : first + 2]
    return told(with_line(text, first, *block, block[0]), "CPL302", first + 3, 5)


@mistake
def a_certificate_without_its_end(text: str) -> Told | None:
    if "  - scheme: CPA" not in text:
        return None
    item = line_of(text, "  - scheme: CPA")
    return told(with_line(text, item + 3), "CPL303", item, 5)


@mistake
def an_end_of_a_certificate_that_has_none(text: str) -> Told:
    item = line_of(text, "  - scheme: ZigBee")
    issued = text.split("\n")[item + 1]
    wrong = with_line(text, item + 2, issued, '    expires: "2040-01-01"')
    return told(wrong, "CPL304", item + 3, 14)


@mistake
def a_certificate_that_had_ended(text: str) -> Told | None:
    if "    expires: " not in text or "listed" not in events(text):
        return None
    if "assurance_certificates.CPA.expires" in text:
        return None
    line = line_of(text, "    expires: ")
    listed = history_days(text)[events(text).index("listed")]
    wrong = with_line(text, line, f'    expires: "{listed - timedelta(days=1)}"')
    return told(wrong, "CPL305", line, 14)


@mistake
def a_hash_that_is_a_placeholder(text: str) -> Told:
    line = line_of(text, "  sha256: ")
    return told(with_line(text, line, f'  sha256: "{"0" * 64}"'), "CPL312", line, 11)


@mistake
def a_family_of_another_device(text: str) -> Told:
    line = line_of(text, "  name: ")
    other = "CHTS" if "CHTS" not in text.split("\n")[line - 1] else "SMETS2"
    return told(with_line(text, line, f"  name: {other}"), "CPL401", line, 9)


@mistake
def a_gbcs_version_that_nobody_knows(text: str) -> Told:
    return with_value(text, "gbcs_version", '"9.9"', "CPL402")


@mistake
def a_specification_version_that_nobody_knows(text: str) -> Told:
    line = line_of(text, "  version: ")
    return told(with_line(text, line, '  version: "9.9"'), "CPL402", line, 12)


@mistake
def a_version_out_of_its_window(text: str) -> Told:
    changed = [n for n, event in enumerate(events(text)) if event in {"listed", "amended"}]
    last = history_days(text)[changed[-1] if changed else 0]
    other = "1.0" if last > date(2018, 5, 7) else "4.3"
    if value_of(text, "gbcs_version") == other:
        other = "4.3"
    return with_value(text, "gbcs_version", f'"{other}"', "CPL404")


@mistake
def an_upgrade_from_nothing(text: str) -> Told:
    line = line_of(text, "  upgrades_from:")
    missing = '    - "esme-f0a1-0005-02-03-99999999"'
    if text.split("\n")[line - 1].endswith("not-applicable"):
        return told(with_line(text, line, "  upgrades_from:", missing), "CPL504", line + 1, 7)
    return told(with_line(text, line + 1, missing), "CPL504", line + 1, 7)


@mistake
def a_day_that_goes_back(text: str) -> Told | None:
    lines = item_lines(text, "history")
    if len(lines) < 2:
        return None
    before = history_days(text)[0] - timedelta(days=30)
    return told(with_line(text, lines[1], f'  - date: "{before}"'), "CPL601", lines[1], 11)


@mistake
def a_second_listing(text: str) -> Told | None:
    if not is_active(text):
        return None
    return appended(text, *next_line(text, "listed"), rule="CPL602", line=2, column=12)


@mistake
def a_removal_without_status(text: str) -> Told | None:
    if not is_active(text):
        return None
    rest = "    cause: panel-decision", '    reference: "DEC-2024-002"'
    return appended(text, *next_line(text, "removed"), *rest, rule="CPL603")


@mistake
def a_removal_without_reference(text: str) -> Told | None:
    if not is_active(text):
        return None
    rest = "    status: Withdrawn", "    cause: panel-decision"
    return appended(text, *next_line(text, "removed"), *rest, rule="CPL604")


@mistake
def an_error_without_replacement(text: str) -> Told | None:
    if not is_active(text):
        return None
    rest = "    status: Withdrawn", "    cause: entered-in-error", '    reference: "DEC-2024-002"'
    return appended(text, *next_line(text, "removed"), *rest, rule="CPL605")


@mistake
def an_amendment_of_nothing(text: str) -> Told | None:
    if not is_active(text):
        return None
    return appended(text, *next_line(text, "amended"), rule="CPL606")


@mistake
def an_amended_key(text: str) -> Told | None:
    if not is_active(text):
        return None
    rest = "    changed:", "      model_identifier:", '        from: "0001"', '        to: "0005"'
    return appended(text, *next_line(text, "amended"), *rest, rule="CPL607", line=4, column=7)


@mistake
def an_amendment_that_leads_elsewhere(text: str) -> Told | None:
    if not is_active(text):
        return None
    was = value_of(text, "model_name")
    rest = "    changed:", "      model_name:", f'        from: "{was}"', '        to: "Another"'
    return appended(text, *next_line(text, "amended"), *rest, rule="CPL608", line=6, column=13)


@mistake
def an_amendment_from_a_value_of_another_kind(text: str) -> Told | None:
    if not is_active(text):
        return None
    now = value_of(text, "gbcs_version")
    rest = "    changed:", "      gbcs_version:", '        from: "unknown"', f'        to: "{now}"'
    return appended(text, *next_line(text, "amended"), *rest, rule="CPL126", line=5, column=15)
