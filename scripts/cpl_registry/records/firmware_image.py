"""A GBCS firmware file: the OTA header, the Upgrade Image behind it, and what is wrong with either.

All numbers are little-endian. The header is that of the Zigbee OTA file; what follows it is the
Upgrade Image: Manufacturer Image, one Force Replace octet, the octet 0x40 and a signature of 64
octets (GBCS 11.2.2 to 11.2.4). The Manufacturer Image Hash is the SHA-256 of the Manufacturer
Image alone. The signature is not judged: that needs the certificate of who authorised the image.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

IDENTIFIER = 0x0BEEF11E
"""The first four octets of every OTA file, as a number."""
MOST_BYTES = 16 * 1024 * 1024
"""Larger than any firmware image of a meter or hub: what is larger is not read."""

_VERSION, _FIXED = 0x0100, 56
_LENGTH_AT, _CONTROL_AT, _TOTAL_AT = 6, 8, 52
# Bit of the field control, and the octets that it adds to the header.
_CREDENTIAL, _DESTINATION, _HARDWARE = (0x1, 1), (0x2, 8), (0x4, 4)
_OPTIONAL = (_CREDENTIAL, _DESTINATION, _HARDWARE)
_KNOWN_BITS = 0x7
_SIGNATURE, _SIGNATURE_LENGTH = 64, 0x40
_TAIL = 2 + _SIGNATURE  # Force Replace octet, length octet, signature
_MOST_HARDWARE = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageProblem:
    """What is wrong with a file: the offset of the octet, counted from 0, what, and what to do."""

    offset: int
    message: str
    fix: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FirmwareImage:
    """What a firmware file says. Identifiers are hex digits in upper case, as entries have them.

    `hardware` are the lowest and the highest hardware version, each as four digits: version, then
    revision. `sha256` and `image_bytes` are of the Manufacturer Image alone.
    """

    manufacturer_identifier: str
    image_type: str
    firmware_version: str
    stack_version: str
    text: str
    hardware: tuple[str, str]
    image_bytes: int
    force_replace: int
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageReading:
    """A firmware file, read: the image, or the problems that stand in its way."""

    image: FirmwareImage | None
    problems: tuple[ImageProblem, ...]


def read_image(raw: bytes) -> ImageReading:
    """Reads a firmware file. Whatever the octets are, the answer is a value and never an exception."""
    problems = tuple(_problems(raw))
    return ImageReading(image=None if problems else _image(raw), problems=problems)


def _problems(raw: bytes) -> Iterator[ImageProblem]:
    whole = "get the whole file again from who made it"
    if len(raw) >= 4 and _number(raw, 0, 4) != IDENTIFIER:
        yield ImageProblem(
            offset=0,
            message=f"not an OTA file: it starts with {raw[:4].hex().upper()}, not 1EF1EE0B",
            fix="give the OTA file itself, not packed and not in hex digits",
        )
        return
    if len(raw) < _FIXED:
        message = f"truncated: the header alone has {_FIXED} octets, the file {len(raw)}"
        yield ImageProblem(offset=len(raw), message=message, fix=whole)
        return
    if len(raw) > MOST_BYTES:
        message = f"larger than {MOST_BYTES} octets"
        yield ImageProblem(offset=MOST_BYTES, message=message, fix="give one firmware image")
        return
    yield from _header_problems(raw)
    yield from _size_problems(raw, whole)


def _header_problems(raw: bytes) -> Iterator[ImageProblem]:
    version, control = _number(raw, 4, 2), _number(raw, _CONTROL_AT, 2)
    if version != _VERSION:
        message = f"header version 0x{version:04X} is not known, only 0x{_VERSION:04X}"
        yield ImageProblem(offset=4, message=message, fix="make the file with a known version")
    if control & ~_KNOWN_BITS:
        message = f"field control 0x{control:04X} has bits that are not known"
        yield ImageProblem(offset=_CONTROL_AT, message=message, fix="clear the unknown bits")
        return
    if not control & _HARDWARE[0]:
        yield ImageProblem(
            offset=_CONTROL_AT,
            message="no hardware range: field control says that no hardware versions follow",
            fix="make the file with minimum and maximum hardware version",
        )
    stated, length = _number(raw, _LENGTH_AT, 2), _header_length(control)
    if stated != length:
        message = f"header length is {stated}, the fields that it names have {length} octets"
        yield ImageProblem(offset=_LENGTH_AT, message=message, fix="state the true length")
    elif control & _HARDWARE[0] and len(raw) >= length:
        low, high = _number(raw, length - 4, 2), _number(raw, length - 2, 2)
        if low > high:
            message = f"the hardware range ends before it starts: {low:04X} to {high:04X}"
            yield ImageProblem(offset=length - 4, message=message, fix="exchange the two")


def _size_problems(raw: bytes, whole: str) -> Iterator[ImageProblem]:
    total, size = _number(raw, _TOTAL_AT, 4), len(raw)
    if size < total:
        message = f"truncated: the header says {total} octets, the file has {size}"
        yield ImageProblem(offset=size, message=message, fix=whole)
        return
    if size > total:
        message = f"the header says {total} octets, the file has {size}"
        yield ImageProblem(offset=_TOTAL_AT, message=message, fix="remove what does not belong")
        return
    length = _header_length(_number(raw, _CONTROL_AT, 2))
    if size < length + 1 + _TAIL:
        message = (
            f"no room for a Manufacturer Image: {max(0, size - length)} octets behind the header"
        )
        yield ImageProblem(offset=min(size, length), message=message, fix=whole)
    elif raw[size - _SIGNATURE - 1] != _SIGNATURE_LENGTH:
        yield ImageProblem(
            offset=size - _SIGNATURE - 1,
            message=f"signature length is 0x{raw[size - _SIGNATURE - 1]:02X}, not 0x40",
            fix="end the Upgrade Image with 0x40 and the signature of 64 octets",
        )


def _image(raw: bytes) -> FirmwareImage:
    length = _header_length(_number(raw, _CONTROL_AT, 2))
    image = raw[length : len(raw) - _TAIL]
    return FirmwareImage(
        manufacturer_identifier=f"{_number(raw, 10, 2):04X}",
        image_type=f"{_number(raw, 12, 2):04X}",
        firmware_version=f"{_number(raw, 14, 4):08X}",
        stack_version=f"{_number(raw, 18, 2):04X}",
        text=raw[20:52].rstrip(b"\0").decode("latin-1"),
        hardware=(f"{_number(raw, length - 4, 2):04X}", f"{_number(raw, length - 2, 2):04X}"),
        image_bytes=len(image),
        force_replace=raw[len(raw) - _TAIL],
        sha256=sha256(image).hexdigest().upper(),
    )


def _header_length(control: int) -> int:
    return _FIXED + sum(octets for bit, octets in _OPTIONAL if control & bit)


def _number(raw: bytes, offset: int, octets: int) -> int:
    return int.from_bytes(raw[offset : offset + octets], "little")


def hardware_of_range(low: str, high: str) -> tuple[str, ...]:
    """The hardware versions that a range plainly means, each as four digits; empty where it does not.

    One version with several revisions, or one revision of several versions, is plain. A range in
    which both differ, or a long one, does not say which hardware was ever made.
    """
    first, last = bytes.fromhex(low), bytes.fromhex(high)
    if first[0] == last[0]:
        found = [bytes((first[0], one)) for one in range(first[1], last[1] + 1)]
    elif first[1] == last[1]:
        found = [bytes((one, first[1])) for one in range(first[0], last[0] + 1)]
    else:
        found = []
    plain = len(found) <= _MOST_HARDWARE
    return tuple(one.hex().upper() for one in found) if plain else ()
