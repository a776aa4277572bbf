"""GBCS firmware files: the DCC's sample, every way to be broken, and files at random."""

import random

import pytest
from cpl_registry.records.firmware_image import (
    MOST_BYTES,
    FirmwareImage,
    hardware_of_range,
    read_image,
)

from tests.firmware_samples import SAMPLE_HASH, SAMPLE_IMAGE, TAIL, firmware_file


def good(raw: bytes) -> FirmwareImage:
    reading = read_image(raw)
    assert reading.problems == ()
    assert reading.image is not None
    return reading.image


def test_the_sample_of_the_dcc() -> None:
    raw = firmware_file()
    assert len(raw) == 361
    assert good(raw) == FirmwareImage(
        manufacturer_identifier="121D",
        image_type="0000",
        firmware_version="ACDCACDC",
        stack_version="0002",
        text="I am a GFI ESME[] firmware image",
        hardware=("1111", "1211"),
        image_bytes=235,
        force_replace=0,
        sha256=SAMPLE_HASH,
    )


def test_the_hash_is_of_the_manufacturer_image_alone() -> None:
    other_header = firmware_file(manufacturer=0xF0A1, firmware=1, hardware=(0x0203, 0x0203))
    other_tail = firmware_file(tail=b"\x01\x40" + b"s" * 64)
    assert good(other_header).sha256 == good(other_tail).sha256 == SAMPLE_HASH
    assert good(firmware_file(SAMPLE_IMAGE + b"\0")).sha256 != SAMPLE_HASH
    assert good(firmware_file(b"x")).image_bytes == 1


def test_other_optional_fields_stand_before_the_hardware_range() -> None:
    image = good(firmware_file(control=7, optional=b"\x01" + bytes(8) + b"\x03\x02\x05\x02"))
    assert image.hardware == ("0203", "0205")
    assert image.sha256 == SAMPLE_HASH


RAW = firmware_file()
BROKEN = {
    "empty": (b"", 0, "truncated"),
    "three octets": (RAW[:3], 3, "truncated"),
    "within the header": (RAW[:40], 40, "truncated"),
    "the header alone": (RAW[:60], 60, "truncated"),
    "one octet short": (RAW[:-1], 360, "truncated: the header says 361 octets, the file has 360"),
    "one octet too many": (RAW + b"\0", 52, "the header says 361 octets, the file has 362"),
    "other identifier": (b"PK\x03\x04" + RAW[4:], 0, "not an OTA file: it starts with 504B0304"),
    "identifier turned": (RAW[3::-1] + RAW[4:], 0, "not an OTA file"),
    "header version": (RAW[:4] + b"\x00\x02" + RAW[6:], 4, "header version 0x0200"),
    "no hardware range": (firmware_file(control=0, optional=b""), 8, "no hardware range"),
    "no range though longer": (firmware_file(control=0), 8, "no hardware range"),
    "unknown bits": (firmware_file(control=0x8004), 8, "bits that are not known"),
    "header length": (firmware_file(length=56), 6, "header length is 56"),
    "hostile header length": (firmware_file(length=0xFFFF), 6, "header length is 65535"),
    "hostile total size": (firmware_file(total=0xFFFFFFFF), 361, "header says 4294967295"),
    "total size nought": (firmware_file(total=0), 52, "the header says 0 octets"),
    "range turned": (firmware_file(hardware=(0x1211, 0x1111)), 56, "ends before it starts"),
    "no image": (firmware_file(b""), 60, "no room for a Manufacturer Image"),
    "no upgrade image": (firmware_file(b"", tail=b""), 60, "no room"),
    "signature length": (firmware_file(tail=b"\x00\x41" + bytes(64)), 296, "0x41, not 0x40"),
    "no signature": (firmware_file(tail=b"", image=bytes(300)), 295, "0x00, not 0x40"),
    "larger than any": (firmware_file(bytes(MOST_BYTES)), MOST_BYTES, "larger than"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_told_with_its_place(name: str) -> None:
    raw, offset, words = BROKEN[name]
    reading = read_image(raw)
    assert reading.image is None
    told = [(one.offset, one.message) for one in reading.problems]
    assert any(at == offset and words in message for at, message in told), told
    assert all(one.fix for one in reading.problems)


def test_two_faults_are_both_told() -> None:
    reading = read_image(firmware_file(length=1, tail=b"\x00\x00" + bytes(64)))
    assert [one.offset for one in reading.problems] == [6, 296]


def test_every_truncation_is_refused() -> None:
    assert [size for size in range(len(RAW)) if read_image(RAW[:size]).image is not None] == []


def test_two_thousand_mutations_raise_nothing() -> None:
    """Whatever the octets are: an image or problems, never both, never neither, no exception."""
    draw = random.Random(20261122)  # noqa: S311
    accepted = 0
    for _ in range(2000):
        raw = bytearray(RAW)
        for _ in range(draw.randint(1, 4)):
            kind, at = draw.randrange(5), draw.randrange(max(1, len(raw)))
            if kind == 0 and raw:
                raw[at] = draw.randrange(256)
            elif kind == 1:
                del raw[at:]
            elif kind == 2:
                del raw[at : at + draw.randint(1, 8)]
            elif kind == 3:
                raw[at:at] = draw.randbytes(draw.randint(1, 8))
            else:
                raw[at : at + 4] = b"\xff\xff\xff\xff"
        reading = read_image(bytes(raw))
        assert (reading.image is None) == bool(reading.problems)
        assert all(0 <= one.offset <= len(raw) for one in reading.problems)
        accepted += reading.image is not None
    assert 0 < accepted < 2000


def test_a_plain_range_says_which_hardware_there_is() -> None:
    assert hardware_of_range("0203", "0203") == ("0203",)
    assert hardware_of_range("1111", "1211") == ("1111", "1211")
    assert hardware_of_range("0203", "0206") == ("0203", "0204", "0205", "0206")
    assert hardware_of_range("0203", "0504") == ()
    assert len(hardware_of_range("0200", "020F")) == 16
    assert hardware_of_range("0200", "0210") == ()
    assert hardware_of_range("0000", "FFFF") == ()


def test_the_tail_is_as_long_as_the_format_says() -> None:
    assert len(TAIL) == 66
