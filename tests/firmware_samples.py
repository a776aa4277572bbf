"""Firmware files made for tests.

The DCC's own sample (an Update Firmware request of its public DUIS templates) holds an image that is
one sentence six times over; its header values and the SHA-256 of its Manufacturer Image are the
vector here. The signature in it is left out: these files end with 64 octets of nothing.
"""

import struct

SAMPLE_IMAGE = b"CriticalSoftware sample firmware image_" * 6 + b"\n"
SAMPLE_HASH = "7542F475E3F12EAE887D81E32C46D313741D67076B13CAEC2F82E00BA5E1BB36"
SAMPLE_TEXT = b"I am a GFI ESME[] firmware image"
TAIL = b"\x00\x40" + bytes(64)


def firmware_file(
    image: bytes = SAMPLE_IMAGE,
    *,
    manufacturer: int = 0x121D,
    firmware: int = 0xACDCACDC,
    hardware: tuple[int, int] = (0x1111, 0x1211),
    control: int = 4,
    optional: bytes | None = None,
    length: int | None = None,
    total: int | None = None,
    tail: bytes = TAIL,
) -> bytes:
    """An OTA file with the values of the DCC's sample, where no others are given."""
    behind = struct.pack("<HH", *hardware) if optional is None else optional
    size = 56 + len(behind)
    whole = size + len(image) + len(tail)
    header = struct.pack(
        "<IHHHHHIH32sI",
        0x0BEEF11E,
        0x0100,
        size if length is None else length,
        control,
        manufacturer,
        0x0000,
        firmware,
        0x0002,
        SAMPLE_TEXT,
        whole if total is None else total,
    )
    return header + behind + image + tail
