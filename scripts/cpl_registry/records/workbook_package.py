"""The zip archive that a workbook is: judged by its directory before anything is unpacked.

A workbook comes from outside. Its directory is read with a cap before it is believed, and each
part is unpacked piece by piece with the bytes counted, whatever the directory says of its size.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from xml.parsers import expat

from cpl_registry.records.workbook_cells import UnreadableWorkbook
from cpl_registry.records.yaml_text import shown

MOST_BYTES = 32 * 1024 * 1024
"""Most bytes of a workbook as it lies on disk."""
MOST_UNPACKED = 256 * 1024 * 1024
"""Most bytes of all parts that are read, unpacked."""
_MOST_PARTS = 2000
_MOST_DIRECTORY = 1024 * 1024
_PIECE = 256 * 1024
_END, _END_64, _OLE = b"PK\x05\x06", b"PK\x06\x07", b"\xd0\xcf\x11\xe0"
_SAVE = "save it again as an Excel workbook (.xlsx)"
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    UnicodeError,
    ValueError,
    OSError,
)
"""What `zipfile` raises on archives that are broken, encrypted, or packed in another way."""

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Characters = Callable[[str], None]


class Package:
    """A workbook's archive, with the bytes counted that were unpacked from it."""

    def __init__(self, raw: bytes) -> None:
        _judge_directory(raw)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(raw))
            parts = self._zip.infolist()
        except _BROKEN:
            raise UnreadableWorkbook(f"the archive of the workbook is broken; {_SAVE}") from None
        if len(parts) > _MOST_PARTS:
            raise UnreadableWorkbook(f"the workbook has more than {_MOST_PARTS} parts; {_SAVE}")
        self._parts = {part.filename: part for part in parts}
        if len(self._parts) != len(parts):
            raise UnreadableWorkbook(f"the workbook has a part twice; {_SAVE}")
        if any(name.lower().endswith("vbaproject.bin") for name in self._parts):
            raise UnreadableWorkbook(f"the workbook holds macros; {_SAVE}, which has none")
        if sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise _too_large()
        self._unpacked = 0

    def has(self, name: str) -> bool:
        """Whether there is a part."""
        return name in self._parts

    def parse(
        self, name: str, start: Start, end: End | None = None, characters: Characters | None = None
    ) -> None:
        """Reads a part as XML; names come without namespace.

        Raises:
            UnreadableWorkbook: the part is missing, broken, too large, or declares a document type.
        """
        # The encoding is given, so that none that the part declares can change what it says.
        parser = expat.ParserCreate("UTF-8", " ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _doctype

        def started(tag: str, attributes: dict[str, str]) -> None:
            start(tag.rpartition(" ")[2], attributes)

        parser.StartElementHandler = started
        if end is not None:
            ended = end
            parser.EndElementHandler = lambda tag: ended(tag.rpartition(" ")[2])
        if characters is not None:
            parser.CharacterDataHandler = characters
        try:
            for piece in self._pieces(name):
                parser.Parse(piece, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise UnreadableWorkbook(
                f"the part {shown(name, 80)} of the workbook cannot be read:"
                f" {expat.ErrorString(error.code)}; {_SAVE}"
            ) from None

    def _pieces(self, name: str) -> Iterator[bytes]:
        part = self._parts.get(name)
        if part is None:
            raise UnreadableWorkbook(f"the workbook lacks its part {shown(name, 80)}; {_SAVE}")
        if part.flag_bits & 1 or part.compress_type not in _METHODS:
            raise UnreadableWorkbook(
                f"the part {shown(name, 80)} is encrypted or packed in another way; {_SAVE}"
            )
        try:
            with self._zip.open(part) as file:
                while piece := file.read(_PIECE):
                    self._unpacked += len(piece)
                    if self._unpacked > MOST_UNPACKED:
                        raise _too_large()
                    yield piece
        except _BROKEN:
            raise UnreadableWorkbook(
                f"the part {shown(name, 80)} of the workbook is damaged; {_SAVE}"
            ) from None


def _judge_directory(raw: bytes) -> None:
    """Size and directory of the archive, before `zipfile` makes a record of each part."""
    if len(raw) > MOST_BYTES:
        raise UnreadableWorkbook(
            f"the workbook is larger than {MOST_BYTES // 1024 // 1024} MiB; split it"
        )
    if raw.startswith(_OLE):
        raise UnreadableWorkbook(
            f"the workbook has a password or is of the old kind (.xls); {_SAVE} without a password"
        )
    at = raw.rfind(_END, max(0, len(raw) - 65_557))
    if at < 0 or len(raw) - at < 22:
        raise UnreadableWorkbook(f"the file is no workbook; {_SAVE}")
    (size,) = struct.unpack_from("<I", raw, at + 12)
    if size > _MOST_DIRECTORY or raw[max(0, at - 20) :].startswith(_END_64):
        raise UnreadableWorkbook(f"the archive's directory is too large for a workbook; {_SAVE}")


def _too_large() -> UnreadableWorkbook:
    return UnreadableWorkbook(
        f"the workbook is larger than {MOST_UNPACKED // 1024 // 1024} MiB when unpacked; split it"
    )


def _doctype(*_: object) -> None:
    raise UnreadableWorkbook(
        "the workbook declares a document type, which no spreadsheet writes and which can make a"
        f" small file grow without end; {_SAVE}"
    )
