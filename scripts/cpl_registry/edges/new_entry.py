"""A new entry on disk: from fields, from an earlier firmware, from a firmware file."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cpl_registry.edges import installation
from cpl_registry.edges.given import given
from cpl_registry.edges.proposing import Proposed, propose
from cpl_registry.edges.reading import Reading
from cpl_registry.outputs.wording import field_name
from cpl_registry.records.device_model import KEY_FIELDS, Entry, entry_id, entry_path
from cpl_registry.records.documents import Kind
from cpl_registry.records.firmware_image import (
    MOST_BYTES,
    FirmwareImage,
    hardware_of_range,
    read_image,
)
from cpl_registry.records.yaml_text import shown
from cpl_registry.state.acts import NotDone
from cpl_registry.state.submission import copied, for_hardware, submission


@dataclass(frozen=True, kw_only=True, slots=True)
class FromImage:
    """What a firmware file gives an entry: fields, and the hardware versions as four digits."""

    image: FirmwareImage
    fields: Mapping[str, str]
    hardware: tuple[str, ...]


def from_image(path: Path, hardware: Sequence[str]) -> FromImage:
    """The fields that a firmware file gives, for the named hardware versions or all of its range.

    Raises:
        NotDone: the file is broken, or its range does not say which hardware there is.
        CannotJudge: the file cannot be read.
    """
    reading = read_image(given(path, MOST_BYTES))
    if reading.image is None:
        told = [f"octet {one.offset}: {one.message}; {one.fix}" for one in reading.problems]
        raise NotDone("\n  ".join([f"{path} is no firmware file that can be read", *told]))
    image = reading.image
    return FromImage(
        image=image,
        fields={
            "manufacturer_identifier": image.manufacturer_identifier,
            "firmware_version": image.firmware_version,
            "manufacturer_image.sha256": image.sha256,
        },
        hardware=_chosen(image, hardware),
    )


def _chosen(image: FirmwareImage, hardware: Sequence[str]) -> tuple[str, ...]:
    low, high = image.hardware
    outside = [one for one in hardware if not low <= one <= high]
    if outside:
        raise NotDone(f"hardware {outside[0]} lies outside the range of the image, {low} to {high}")
    chosen = tuple(hardware) or hardware_of_range(low, high)
    if not chosen:
        raise NotDone(
            f"the image is for hardware {low} to {high}, which does not say what hardware there is:"
            " name each version and revision with --hardware, for example --hardware " + low
        )
    return chosen


def told(found: FromImage) -> str:
    """A firmware file in one line."""
    image = found.image
    low, high = image.hardware
    return (
        f"firmware file: manufacturer {image.manufacturer_identifier}, firmware"
        f" {image.firmware_version}, hardware {low} to {high} (entries for"
        f" {', '.join(found.hardware)}), text {shown(image.text)!r};\n  Manufacturer Image of"
        f" {image.image_bytes} octets, SHA-256 {image.sha256}; its signature is not judged"
    )


def copied_told(
    earlier: Entry, fields: Mapping[str, str], given: Mapping[str, str]
) -> Iterator[str]:
    """What a new entry has from an earlier one and somebody has to check, and what it has not.

    What identifies the hardware is left out: an entry with another would be of another model.
    """
    taken = {
        path: text
        for path, text in copied(earlier).items()
        if path not in {*KEY_FIELDS, "manufacturer", *given} and fields.get(path) == text
    }
    if taken:
        yield f"copied from {earlier.entry_id}; check that each is true of this firmware too:"
        width = max(len(field_name(path)) for path in taken)
        for path, text in taken.items():
            yield f"  {field_name(path):<{width}}  {shown(text, 100)}"
    yield "never copied: firmware version, hash of the Manufacturer Image, upgrades, evidence"


def new_entries(
    reading: Reading,
    fields: Mapping[str, str],
    hardware: tuple[str, ...],
    words: Mapping[str, str | None],
) -> Proposed:
    """The entries that the fields make, one for each hardware version, judged; nothing is written.

    Raises:
        NotDone: a field is missing or cannot be, or the Device Model is in the register already.
    """
    schema = installation.schemas()[Kind.ENTRY]
    made: dict[str, dict[str, Any]] = {}
    for one in for_hardware(fields, hardware):
        data = submission(one, reading.on, words, schema)
        path = entry_path(data)
        if os.path.lexists(reading.root / path) or reading.report.register.has(entry_id(data)):
            raise NotDone(
                f"{entry_id(data)} is in the register already ({path}); to change it: cpl amend"
            )
        made[path] = data
    return propose(reading, made)
