"""Mistakes in what a record means: key, certificates, versions, links and history."""

from datetime import date, timedelta

from tests.mistakes import (
    Mistakes,
    Told,
    appended,
    events,
    history_days,
    is_active,
    item_lines,
    line_of,
    next_line,
    told,
    value_of,
    with_line,
    with_value,
)

MISTAKES = Mistakes()


@MISTAKES.add
def a_firmware_version_of_another_file(text: str) -> Told:
    was = value_of(text, "firmware_version")
    return with_value(text, "firmware_version", f'"9{was[1:]}"', "CPL203")


@MISTAKES.add
def a_device_type_of_another_folder(text: str) -> Told:
    other = "GSME" if value_of(text, "device_type") != "GSME" else "CH"
    return with_value(text, "device_type", other, "CPL203")


@MISTAKES.add
def a_manufacturer_of_another_folder(text: str) -> Told:
    maker = value_of(text, "manufacturer")
    other = "albion-metering" if maker != "albion-metering" else "caldera-gas"
    return with_value(text, "manufacturer", other, "CPL203")


@MISTAKES.add
def a_misspelt_manufacturer(text: str) -> Told:
    return with_value(text, "manufacturer", f"{value_of(text, 'manufacturer')}s", "CPL204")


@MISTAKES.add
def a_code_of_nobody(text: str) -> Told:
    return with_value(text, "manufacturer_identifier", '"F0AF"', "CPL205")


@MISTAKES.add
def a_certificate_missing(text: str) -> Told | None:
    items = item_lines(text, "assurance_certificates")
    if len(items) < 2:
        return None
    lines = text.split("\n")
    end = next(n for n in range(items[-1] + 1, len(lines)) if not lines[n - 1].startswith("    "))
    wrong = "\n".join([*lines[: items[-1] - 1], *lines[end - 1 :]])
    return told(wrong, "CPL301", line_of(text, "assurance_certificates:"), 1)


@MISTAKES.add
def two_certificates_of_a_scheme(text: str) -> Told:
    first = item_lines(text, "assurance_certificates")[0]
    block = text.split("\n")[first - 1 : first + 2]
    return told(with_line(text, first, *block, block[0]), "CPL302", first + 3, 5)


@MISTAKES.add
def a_certificate_without_its_end(text: str) -> Told | None:
    if "  - scheme: CPA" not in text:
        return None
    item = line_of(text, "  - scheme: CPA")
    return told(with_line(text, item + 3), "CPL303", item, 5)


@MISTAKES.add
def an_end_of_a_certificate_that_has_none(text: str) -> Told:
    item = line_of(text, "  - scheme: ZigBee")
    issued = text.split("\n")[item + 1]
    wrong = with_line(text, item + 2, issued, '    expires: "2040-01-01"')
    return told(wrong, "CPL304", item + 3, 14)


@MISTAKES.add
def a_certificate_that_had_ended(text: str) -> Told | None:
    if "    expires: " not in text or "listed" not in events(text):
        return None
    if "assurance_certificates.CPA.expires" in text:
        return None
    line = line_of(text, "    expires: ")
    listed = history_days(text)[events(text).index("listed")]
    wrong = with_line(text, line, f'    expires: "{listed - timedelta(days=1)}"')
    return told(wrong, "CPL305", line, 14)


@MISTAKES.add
def a_hash_that_is_a_placeholder(text: str) -> Told:
    line = line_of(text, "  sha256: ")
    return told(with_line(text, line, f'  sha256: "{"0" * 64}"'), "CPL312", line, 11)


@MISTAKES.add
def a_family_of_another_device(text: str) -> Told:
    line = line_of(text, "  name: ")
    other = "CHTS" if "CHTS" not in text.split("\n")[line - 1] else "SMETS2"
    return told(with_line(text, line, f"  name: {other}"), "CPL401", line, 9)


@MISTAKES.add
def a_gbcs_version_that_nobody_knows(text: str) -> Told:
    return with_value(text, "gbcs_version", '"9.9"', "CPL402")


@MISTAKES.add
def a_specification_version_that_nobody_knows(text: str) -> Told:
    line = line_of(text, "  version: ")
    return told(with_line(text, line, '  version: "9.9"'), "CPL402", line, 12)


@MISTAKES.add
def a_version_out_of_its_window(text: str) -> Told:
    changed = [n for n, event in enumerate(events(text)) if event in {"listed", "amended"}]
    last = history_days(text)[changed[-1] if changed else 0]
    other = "1.0" if last > date(2018, 5, 7) else "4.3"
    if value_of(text, "gbcs_version") == other:
        other = "4.3"
    return with_value(text, "gbcs_version", f'"{other}"', "CPL404")


@MISTAKES.add
def an_upgrade_from_nothing(text: str) -> Told:
    line = line_of(text, "  upgrades_from:")
    missing = '    - "esme-f0a1-0005-02-03-99999999"'
    if text.split("\n")[line - 1].endswith("not-applicable"):
        return told(with_line(text, line, "  upgrades_from:", missing), "CPL504", line + 1, 7)
    return told(with_line(text, line + 1, missing), "CPL504", line + 1, 7)


@MISTAKES.add
def a_day_that_goes_back(text: str) -> Told | None:
    lines = item_lines(text, "history")
    if len(lines) < 2:
        return None
    before = history_days(text)[0] - timedelta(days=30)
    return told(with_line(text, lines[1], f'  - date: "{before}"'), "CPL601", lines[1], 11)


@MISTAKES.add
def a_second_listing(text: str) -> Told | None:
    if not is_active(text):
        return None
    return appended(text, *next_line(text, "listed"), rule="CPL602", line=2, column=12)


@MISTAKES.add
def a_removal_without_status(text: str) -> Told | None:
    if not is_active(text):
        return None
    rest = "    cause: panel-decision", '    reference: "DEC-2024-002"'
    return appended(text, *next_line(text, "removed"), *rest, rule="CPL603")


@MISTAKES.add
def a_removal_without_reference(text: str) -> Told | None:
    if not is_active(text):
        return None
    rest = "    status: Withdrawn", "    cause: panel-decision"
    return appended(text, *next_line(text, "removed"), *rest, rule="CPL604")


@MISTAKES.add
def an_error_without_replacement(text: str) -> Told | None:
    if not is_active(text):
        return None
    rest = "    status: Withdrawn", "    cause: entered-in-error", '    reference: "DEC-2024-002"'
    return appended(text, *next_line(text, "removed"), *rest, rule="CPL605")


@MISTAKES.add
def an_amendment_of_nothing(text: str) -> Told | None:
    if not is_active(text):
        return None
    return appended(text, *next_line(text, "amended"), rule="CPL606")


@MISTAKES.add
def an_amended_key(text: str) -> Told | None:
    if not is_active(text):
        return None
    rest = "    changed:", "      model_identifier:", '        from: "0001"', '        to: "0005"'
    return appended(text, *next_line(text, "amended"), *rest, rule="CPL607", line=4, column=7)


@MISTAKES.add
def an_amendment_that_leads_elsewhere(text: str) -> Told | None:
    if not is_active(text):
        return None
    was = value_of(text, "model_name")
    rest = "    changed:", "      model_name:", f'        from: "{was}"', '        to: "Another"'
    return appended(text, *next_line(text, "amended"), *rest, rule="CPL608", line=6, column=13)


@MISTAKES.add
def an_amendment_from_a_value_of_another_kind(text: str) -> Told | None:
    if not is_active(text):
        return None
    now = value_of(text, "gbcs_version")
    rest = "    changed:", "      gbcs_version:", '        from: "unknown"', f'        to: "{now}"'
    return appended(text, *next_line(text, "amended"), *rest, rule="CPL126", line=5, column=15)
