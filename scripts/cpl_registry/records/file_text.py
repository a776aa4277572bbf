"""Bytes to text: what is refused before parsing, size first."""

from __future__ import annotations

from cpl_registry.records import characters
from cpl_registry.records.findings import Span
from cpl_registry.records.refusals import Refusal, Refused, refused_at, refused_whole

ENTRY_BYTES = 16 * 1024
"""Most bytes of an entry (contract, section 2)."""
OTHER_BYTES = 1024 * 1024
"""Most bytes of any other file of the register (contract, section 2)."""
DELIVERY_BYTES = 64 * 1024 * 1024
"""Most bytes of a delivery and an answer: the first of each tells every row of the list, which at
5,000 rows is more than 1 MiB (docs/decisions/0003)."""

_WRITE = "write the record, or remove the file"
_BYTE_ORDER_MARK = "\ufeff"


def decode(raw: bytes, most_bytes: int) -> tuple[str, list[Refused]]:
    """Bytes to text, with what is refused before parsing.

    The text is empty where parsing it would be unsafe or pointless. A byte order mark and CRLF are
    named and taken off, so that everything else in the file is judged in the same run.
    """
    if not raw:
        return "", [refused_whole(Refusal.EMPTY, "no record in file: it is empty", _WRITE)]
    if len(raw) > most_bytes:
        message = f"the file is larger than {most_bytes} bytes"
        return "", [
            refused_whole(Refusal.SIZE, message, "split the record or drop what does not belong")
        ]
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        return "", [
            refused_at(
                Refusal.ENCODING,
                Span(line=line, column=column, end_column=column + 1),
                f"file is not UTF-8: byte 0x{raw[error.start]:02X}",
                "save the file as UTF-8",
            )
        ]
    if (
        text.isascii()
        and "\r" not in text
        and characters.first_refusal(text.replace("\n", "")) is None
    ):
        return text, []
    return _odd_text(text)


def _odd_text(text: str) -> tuple[str, list[Refused]]:
    found: list[Refused] = []
    if text.startswith(_BYTE_ORDER_MARK):
        text = text[1:]
        found.append(
            refused_at(
                Refusal.BYTE_ORDER_MARK,
                Span(line=1, column=1, end_column=1),
                "the file starts with a byte order mark",
                "remove the byte order mark",
            )
        )
    if "\r\n" in text:
        place = _span(text, text.index("\r\n"))
        found.append(
            refused_at(Refusal.LINE_ENDS, place, "lines end with CRLF", "use LF line ends")
        )
        text = text.replace("\r\n", "\n")
    if "\r" in text:
        offset = text.index("\r")
        message = "bare carriage return U+000D: some readers see a line end here, others do not"
        return "", [
            *found,
            refused_at(Refusal.LINE_ENDS, _span(text, offset), message, "use LF line ends"),
        ]
    bad = [
        refused_at(
            Refusal.TAB if reason.startswith("tab") else Refusal.CHARACTER,
            _span(text, offset),
            f"{reason} in the file",
            "use spaces" if reason.startswith("tab") else "remove the character",
        )
        for offset, reason in characters.refusals(text)
    ]
    return ("" if bad else text), [*found, *bad]


def _span(text: str, offset: int) -> Span:
    line = text.count("\n", 0, offset) + 1
    column = offset - text.rfind("\n", 0, offset)
    return Span(line=line, column=column, end_column=column + 1)
