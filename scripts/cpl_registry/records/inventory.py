"""An inventory from outside: a DUIS Read Inventory answer as XML or JSON, or a CSV of devices.

The file is somebody else's and may be anything. It is read, or there is one problem that says what
is wrong and where; nothing is mended, and nothing is kept.
"""

from __future__ import annotations

from cpl_registry.records.findings import Problem, Span
from cpl_registry.records.inventory_csv import read_csv
from cpl_registry.records.inventory_device import BLANKS, MOST_BYTES, InventoryDevice, Unreadable
from cpl_registry.records.inventory_json import read_json
from cpl_registry.records.inventory_xml import read_xml

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_TWO_BYTES = (b"\xff\xfe", b"\xfe\xff")


def read_inventory(raw: bytes) -> tuple[InventoryDevice, ...] | Problem:
    """The devices of an inventory in the order of the file, or why it cannot be read.

    What the file is follows from how it begins: `<` XML, `{` or `[` JSON, anything else CSV.
    """
    if len(raw) > MOST_BYTES:
        return Problem(message=f"the file is larger than {MOST_BYTES:,} bytes", fix="split it")
    if raw.startswith(_TWO_BYTES):
        return Problem(message="the file is UTF-16", fix="save the file as UTF-8")
    plain = raw.removeprefix(_BYTE_ORDER_MARK)
    begin = plain.lstrip(BLANKS.encode())[:1]
    if not begin:
        return Problem(message="the file is empty", fix="name the file that the DCC's answer is in")
    try:
        if begin == b"<":
            _text(plain)
            devices = read_xml(plain)
        elif begin in {b"{", b"["}:
            devices = read_json(_text(plain))
        else:
            devices = read_csv(plain)
    except Unreadable as error:
        return error.problem
    if not devices:
        return Problem(
            message="the file has no device",
            fix="an answer has DSPInventory and in it Device; a CSV has a row a device",
        )
    return tuple(devices)


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        raise Unreadable(
            Problem(
                message=f"the file is not UTF-8: byte 0x{raw[error.start]:02X}",
                fix="save the file as UTF-8",
                span=Span(line=line, column=column, end_column=column + 1),
            )
        ) from None
